"""What readers say breaks the rules, what moderators then do with a published text, and how moderation is told of."""
