"""One line on stderr that is written over, for somebody who waits at a terminal."""

import sys


def progress(what: str, done: int = 0, whole: int = 0) -> None:
    """Show how far it is; without a `what` the line is cleared. Nothing where nobody watches."""
    if not sys.stderr.isatty():
        return
    part = min(done / whole, 1) if whole else 0
    line = f"{what} [{'#' * round(part * 20):20}] {part:4.0%}" if whole else what
    print(f"\r{line:60}", end="" if what else "\r", file=sys.stderr, flush=True)
