"""Findings: written, resting on contributions, published, commented on, answered."""
