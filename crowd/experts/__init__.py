"""Invited experts: a named question to a listed person, by a private link, and what becomes of it."""
