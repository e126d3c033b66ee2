"""Keeping an instance: backups, restoring, upgrading, looking after it, and moving it to PostgreSQL."""
