"""The queue, decisions and their reasons, and what the public learns of them."""
