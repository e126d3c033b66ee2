"""Finding things: the words of what is published, asked by people, and what is alike before something is sent."""
