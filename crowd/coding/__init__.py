"""The coding desk: themes given one contribution after the other, by two people on a share; suggestions, duplicates."""
