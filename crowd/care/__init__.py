"""What keeps moderators well: hours and rota, mails when it is late, own figures, second readings, and the care that
looking behind an alias needs."""
