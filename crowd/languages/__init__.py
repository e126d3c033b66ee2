"""The catalogues of other languages, and what keeps them complete."""
