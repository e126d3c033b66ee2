"""Contributions, comments and votes: asking, answering, discussing."""
