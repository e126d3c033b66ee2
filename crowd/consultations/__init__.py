"""Front page, where we are, the questions, the schedule and the switch."""
