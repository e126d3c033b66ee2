"""From an empty instance to a running one: the first host's account by a link on the console, and the first steps."""
