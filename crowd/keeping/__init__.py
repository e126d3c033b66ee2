"""Keeping an instance: backups, restoring, upgrading, looking after it, moving it or one consultation of it."""
