"""What the host owes on each finding: who answers, by when, and what became of it, in public."""
