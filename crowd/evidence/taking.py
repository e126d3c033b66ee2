"""Taking the files that were chosen on a form. Every press takes them, so that no refused text loses a file; they wait
with the draft of their place, whether a text was saved there or not."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from crowd.db import transaction
from crowd.evidence import checking, deeds, files, storing
from crowd.evidence.deeds import Checked
from crowd.evidence.files import File
from crowd.evidence.sorts import NotTaken, clean_name, told_name
from crowd.i18n import _
from crowd.models import Consultation

MB = 1_048_576
ABOUT_FILES = "add"  # the press that is about the files alone


class OnForm(NamedTuple):
    """The files that go with the text of a form, and whether the press was about files alone."""

    shown: list[File]
    only: bool = False
    refused: bool = False

    @property
    def ids(self) -> list[int]:
        return [file.id for file in self.shown]


def on_form(field: Any, *, place: str, consultation: Consultation, by: int, had: Sequence[int] = ()) -> OnForm:
    """Take away and take in what the form says; what cannot be taken gets its sentence at the form's field.

    `had` are the files of the wording that is changed: they stay with their text, and the form says which it keeps."""
    if request.method != "POST":
        return OnForm(files.these(had) + files.waiting(place, by))
    kept = _kept(had)
    removed = _number(request.form.get("remove", ""))
    if removed is not None and removed not in had:
        with transaction():
            gone = deeds.drop_waiting(place, by=by, number=removed)
        storing.let_go(gone)
    chosen = [file for file in request.files.getlist("files") if file.filename]
    refused = take(
        chosen,
        most=consultation.file_limit,
        keep=lambda file: deeds.keep(file, place=place, consultation=consultation, by=by, beside=kept),
    )
    field.process_errors = field.errors = refused
    only = removed is not None or request.form.get("do") == ABOUT_FILES
    return OnForm(files.these(kept) + files.waiting(place, by), only, bool(refused))


def _kept(had: Sequence[int]) -> list[int]:
    """Those that the form still names; all where it names none because it did not show them."""
    if "keep" not in request.form:
        return list(had)
    named = {_number(value) for value in request.form.getlist("keep")} - {_number(request.form.get("remove", ""))}
    return [number for number in had if number in named]


def _number(typed: str) -> int | None:
    return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else None


def take(chosen: Iterable[FileStorage], *, most: int, keep: Callable[[Checked], None]) -> list[str]:
    """Check these files, put them on the disk, and keep the good ones with one transaction; the sentences about the
    others. `keep` makes the row of one, and may refuse it too."""
    refused: list[str] = []
    checked: list[Checked] = []
    try:
        for file in chosen:
            try:
                checked.append(_checked(file, most))
            except NotTaken as sentence:
                refused.append(str(sentence))
        if checked:
            with transaction():
                refused += _keep(checked, keep)
    except OSError as error:
        current_app.logger.error("a file could not be stored: %s", error)
        refused.append(_("The file could not be stored. Please try again in a minute, or send your text without it."))
    finally:
        for good in checked:
            good.aside.path.unlink(missing_ok=True)
    return refused


def _keep(checked: list[Checked], keep: Callable[[Checked], None]) -> list[str]:
    refused = []
    for file in checked:
        try:
            keep(file)
        except NotTaken as sentence:
            refused.append(str(sentence))
    return refused


def _checked(file: FileStorage, most: int) -> Checked:
    name, stream = file.filename or "", file.stream
    if stream.seek(0, 2) > most * MB:
        raise NotTaken(
            _("“%(name)s” is larger than %(most)s MB. Make it smaller, or split it.", name=told_name(name), most=most)
        )
    sort, made = checking.check(stream, name)
    try:
        return Checked(clean_name(name, sort), sort, storing.put_aside(made))
    finally:
        if made is not stream:
            made.close()


def room(consultation: Consultation) -> int:
    """How many bytes a form with files may have: all of them and one more, so that a file that is too large still
    comes with the text it belongs to and gets a sentence."""
    return MB * (consultation.files_limit + 2) * consultation.file_limit if consultation.files_limit else 0


def room_for_documents(consultation: Consultation) -> int:
    """The same for a host's documents, which may be several too, also where people can add no files."""
    return MB * 6 * consultation.file_limit
