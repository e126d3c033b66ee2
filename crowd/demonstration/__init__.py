"""Two invented consultations to look at before one's own begins, loaded so that they are under way now."""
