"""Pages of mending: redacting, opening a seal, merging and the list of merges."""

from crowd.mending import merging, redacting, reminding  # noqa: F401  # they register pages and a chore
from crowd.mending.blueprint import bp

__all__ = ["bp"]
