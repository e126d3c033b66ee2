"""What stands before a switch, what a switch leaves behind, and who hears of it."""
