"""The labels that analysts give to contributions, for readers to find what belongs together."""
