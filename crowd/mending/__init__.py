"""Mending: striking passages out, putting a text under one that says the same, reminding authors of what came back."""
