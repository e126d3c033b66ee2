"""The command of languages: it works on the files of the code, and needs no instance."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from crowd.keeping.places import Refused

Adding = Callable[..., argparse.ArgumentParser]


def add(command: Adding) -> None:
    """Put it into the table of commands."""
    made = command("languages", help="bring the catalogues of other languages up to date with the code")
    made.add_argument("--missing", metavar="LANGUAGE", help="print what has no translation yet, as JSON")
    made.add_argument(
        "--take", metavar="FILE", type=Path, action="append", help="put in what was translated, from JSON"
    )
    made.set_defaults(does=translate)


def translate(_app: Flask | None, args: argparse.Namespace) -> int:
    """Extract and update; say what is missing and what is wrong. Exit status 1 for what is wrong."""
    from crowd.languages import catalogues  # extracting is needed for no other command

    if args.missing:
        if args.missing not in catalogues.others():
            known = ", ".join(catalogues.others())
            raise Refused(f"There is no catalogue for {args.missing}; there is one for: {known}.")
        print(json.dumps(catalogues.missing(args.missing), ensure_ascii=False, indent=1))
        return 0
    filled = [line for file in args.take or () for line in _filled(file)]
    mistakes = 0
    for language in catalogues.others():
        catalogues.write(language, catalogues.taken(language, filled))
        for message, what in catalogues.wrong(language):
            print(f"{language}: “{message}”: {what}")
            mistakes += 1
        print(f"{catalogues.file_of(language)}: {len(catalogues.missing(language))} missing.")
    return 1 if mistakes else 0


def _filled(file: Path) -> list[dict[str, Any]]:
    """The lines of a list that `--missing` printed and somebody filled in. Raises Refused."""
    try:
        lines = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise Refused(f"{file} is not JSON any more: {error}. Mend that place, or print the list anew.") from None
    if not (isinstance(lines, list) and all(isinstance(line, dict) and "id" in line for line in lines)):
        raise Refused(f"{file} is not a list as “languages --missing” prints it.")
    return lines
