"""Figures of a consultation: who took part against a baseline, when, and what the votes say; in full for the desk, and
for the public so that nobody can be told from them."""
