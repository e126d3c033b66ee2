"""Following: what is new where one follows, on a page and as feeds."""
