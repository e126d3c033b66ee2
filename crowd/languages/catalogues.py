"""Keeps the catalogues as the code has its words: what is extracted, what is missing, what is wrong in a translation.

Nothing is compiled and nothing lies about: crowd/i18n.py reads the .po files themselves."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

from crowd.config import ROOT
from crowd.i18n import CATALOGUES, FIRST, LANGUAGES

KEYWORDS = {"_": None, "lazy": None, "in_english": None, "ngettext": (1, 2)}
SOURCES = (("crowd", [("**.py", "python")]), ("templates", [("**", "jinja2")]))
JINJA = {"**": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
FORMS = ("zero", "one", "two", "few", "many", "other")  # the order in which a list of plural forms is written here
_FILLED = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
_NOISE = re.compile(r'^"(Project|Report|POT|PO|Last|Language-Team|Generated)[^"]*"\n', re.MULTILINE)  # dates, addresses
_TAGS = re.compile(r"<[^>]*>")
NUMBERS = Counter({"%(n)s": 9, "%(count)s": 9})
HEADER = """\
# {name}: the words of Crowd. docs/languages.md says how to review and change them.
# This translation has not been read over by a native speaker yet: please do, and say what you found.
"""


def others() -> list[str]:
    """The languages that have a catalogue: all but the one that the code is written in."""
    return [code for code in LANGUAGES if code != FIRST]


def file_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


@cache
def extracted() -> Catalog:
    """Every message of code, templates and mails, with the files that it stands in. Takes about two seconds."""
    found = Catalog(fuzzy=False)
    for folder, methods in SOURCES:
        options = JINJA if folder == "templates" else None
        for name, _line, message, _said, context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{folder}/{name}", 0)], context=context)
    return found


def read(language: str) -> Catalog:
    """A language's catalogue as it lies there; an empty one if there is none. Raises PoFileError for a broken one."""
    file = file_of(language)
    if not file.exists():
        return Catalog(language)
    with file.open("rb") as source:
        return read_po(source, language, abort_invalid=True)


def write(language: str, given: Mapping[str, Any] | None = None) -> Catalog:
    """Bring a catalogue up to date with the code, and take these translations by message. What is gone from the code
    goes from the catalogue; nothing is guessed, so that what has changed is missing and not nearly right."""
    old, now = read(language), Catalog(language, charset="utf-8", fuzzy=False)
    now.header_comment = HEADER.format(name=LANGUAGES[language]).rstrip()
    rule = to_gettext(Locale(language).plural_form)
    now.mime_headers = [("Language", language), ("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", rule)]
    for message in extracted():
        if message.id:
            words = (given or {}).get(first(message)) or _kept(old, message)
            now.add(message.id, words, sorted(set(message.locations)))
    out = BytesIO()
    write_po(out, now, width=0, sort_by_file=True, include_lineno=False)
    file_of(language).parent.mkdir(parents=True, exist_ok=True)
    file_of(language).write_text(_NOISE.sub("", out.getvalue().decode()), "utf-8")
    return read(language)


def first(message: Message) -> str:
    """The singular, under which a message is known."""
    return str(message.id[0] if message.pluralizable else message.id)


def _kept(old: Catalog, message: Message) -> Any:
    found = old.get(first(message))
    if found is None or found.fuzzy or found.pluralizable != message.pluralizable:
        return None
    return found.string if not message.pluralizable or found.id == message.id else None


def missing(language: str) -> list[dict[str, Any]]:
    """What has no translation yet, as a list that a translator fills in and `taken` takes."""
    catalogue = read(language)
    return [
        {
            "id": first(message),
            "plural": message.id[1] if message.pluralizable else None,
            "where": ", ".join(sorted({name for name, _line in message.locations})),
            language: [""] * len(forms(language)) if message.pluralizable else "",
        }
        for message in extracted()
        if message.id and not _whole(catalogue.get(first(message)), message)
    ]


def taken(language: str, filled: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Translations by message, of a list that was filled in; what is still empty is left out."""
    found = {}
    for line in filled:
        words = line.get(language)
        if words and all(words):
            found[line["id"]] = tuple(words) if isinstance(words, list) else words
    return found


def forms(language: str) -> list[str]:
    """Names of the plural forms of a language, in the order of its catalogue."""
    tags = Locale(language).plural_form.tags | {"other"}
    return [name for name in FORMS if name in tags]


def _whole(found: Message | None, message: Message) -> bool:
    if found is None or found.fuzzy or found.pluralizable != message.pluralizable:
        return False
    return bool(_said(found.string)) and all(_said(found.string))


def _said(words: Any) -> list[str]:
    """A message's text, or its forms."""
    return [words] if isinstance(words, str) else list(words or ())


def wrong(language: str) -> Iterator[tuple[str, str]]:
    """(message, what is wrong): placeholders or HTML that are not those of the English, or a form too few."""
    for message in read(language):
        if not message.id or not _whole(message, message):
            continue
        english, said = _said(message.id), _said(message.string)
        if message.pluralizable and len(said) != len(forms(language)):
            yield english[0], f"{len(said)} forms instead of {len(forms(language))}"
        for form in said:
            if what := _differs(form, english):
                yield english[0], f"{what}: {form}"


def _differs(form: str, english: Sequence[str]) -> str:
    """A form of a plural may leave the number out, as its English may."""
    filled, wanted = Counter(_FILLED.findall(form)), [Counter(_FILLED.findall(words)) for words in english]
    needed = wanted[0] if len(english) == 1 else (wanted[0] & wanted[1]) - NUMBERS
    if needed - filled or filled - (wanted[0] | wanted[-1]):
        return "other things are filled in"
    if Counter(_TAGS.findall(form)) not in [Counter(_TAGS.findall(words)) for words in english]:
        return "other HTML"
    return ""
