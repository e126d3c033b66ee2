"""Reads what was gathered elsewhere into a consultation, and says what it took, what it left, and why."""
