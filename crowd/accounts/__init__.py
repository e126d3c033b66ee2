"""Join, prove eligibility, sign in, and one's own page."""
