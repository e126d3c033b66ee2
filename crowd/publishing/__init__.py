"""The report on the findings: made with one press, kept as it was made, as a page, as slides and as PDF."""
