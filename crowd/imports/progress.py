"""One line that is written over, for somebody who waits at a terminal."""

import sys


def progress(sentence: str) -> None:
    """Show where the work is; an empty sentence clears the line. Nothing where nobody watches."""
    if sys.stdout.isatty():
        print(f"\r{sentence:60}", end="" if sentence else "\r", flush=True)
