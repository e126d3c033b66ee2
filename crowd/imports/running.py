"""From files to a consultation, or to what would become of them: read, make safe, take in one transaction, report."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import select

from crowd import log, text
from crowd.coding import working
from crowd.db import db, transaction
from crowd.i18n import _, ngettext, number
from crowd.imports import decide_madrid, polis, table
from crowd.imports.progress import progress
from crowd.imports.rooms import short_name
from crowd.imports.shape import BadExport, Gathered, Tell
from crowd.imports.sources import Files
from crowd.imports.taking import Taking
from crowd.models import Consultation
from crowd.themes import codebook
from crowd.threads import recount

READERS: dict[str, Callable[[Files, tzinfo], Gathered]] = {
    "polis": polis.read,
    "csv": table.read,
    "decide-madrid": decide_madrid.read,
}
NO_TEXT = "(no text)"  # a text that is empty keeps its place and its votes, and moderators see what it is
TAKEN = ("people", "ideas", "comments", "published", "held", "rejected", "gone", "themes", "themes given")
TOLD = 50  # sentences about rows that a terminal gets


class _OnlyLooking(Exception):
    """Ends a dry run, so that nothing of it stays."""


@dataclass
class Report:
    """What was taken, or would be. `rows` are (file, row, sentence) of what was left."""

    lines: list[str] = field(default_factory=list)
    rows: list[tuple[str, int, str]] = field(default_factory=list)
    slug: str = ""
    new: bool = False  # whether anything was new

    def __str__(self) -> str:
        told = [_("  %(file)s, row %(n)s: %(why)s", file=f, n=n, why=why) for f, n, why in self.rows[:TOLD]]
        if len(self.rows) > TOLD:
            told.append(_("  ... and %(n)s rows more", n=len(self.rows) - TOLD))
        return "\n".join([*self.lines, *told])

    def as_json(self) -> bytes:
        return json.dumps({"lines": self.lines, "rows": self.rows, "slug": self.slug, "new": self.new}).encode()


def run(
    source: str,
    files: Files,
    *,
    into: str = "",
    title: str = "",
    dry: bool = False,
    tell: Tell = progress,
    by: int | None = None,
    also: Callable[[Report], None] = lambda _report: None,
) -> Report:
    """Take what is new, in one transaction, or with `dry` only say what would be. `into` is the short name of the
    consultation, else it is made from that of the files; `also` is done with the report in the same transaction. Raises
    BadExport.

    225,000 votes take seconds, in which nobody else writes. Nobody imported can sign in or gets a mail: their addresses
    do not exist."""
    slug = short_name(into or files.name) or source
    tell(_("Reading"))
    found = READERS[source](files, _zone(slug))
    safe = _made_safe(found, tell)
    taking = Taking(found, safe, dry=dry, tell=tell)
    try:
        with transaction():
            taking.everything(slug, title, chosen=bool(into))
            report = _report(slug, taking, dry)
            if dry:
                raise _OnlyLooking
            also(report)
            if report.new:
                recount.correct()
                if taking.took["themes"]:
                    note = _("Taken in from “%(source)s”", source=files.name)
                    codebook.keep(taking.consultation, by=by, note=note)
                if taking.took["themes given"]:
                    working.learn_when_due(taking.consultation, by=by)
                facts = {"took": dict(taking.took), "left": dict(found.left.counts)}
                log.record("imported", by=by, consultation=taking.consultation, source=files.name, **facts)
    except _OnlyLooking:
        pass
    tell("")
    return report


def _zone(slug: str) -> tzinfo:
    """That of the consultation which is there, for times that do not say theirs."""
    zone = db.session.scalar(select(Consultation.timezone).where(Consultation.slug == slug))
    db.session.rollback()
    return ZoneInfo(zone or "Europe/London")


def _made_safe(found: Gathered, tell: Tell) -> dict[str, tuple[str, str]]:
    """Source and safe HTML of each text; one that cannot be shown safely is left, and its votes with it."""
    safe = {}
    for done, one in enumerate(found.texts.values()):
        if done % 100 == 0:
            tell(_("Making texts safe: %(done)s of %(all)s", done=done, all=len(found.texts)))
        source = text.tidy(one.text) or NO_TEXT
        if source == NO_TEXT and not one.gone:
            found.left.add(
                _("the text of an idea that had none; the idea was taken")
                if found.source == "polis"
                else _("the text of a contribution that had none; the contribution was taken"),
                one.place,
                said=_("it has no text; it keeps its place"),
            )
        try:
            safe[one.key] = (source, text.safe_html(source))
        except text.Unusable as why:
            reason = _("ideas, and the votes on them: %(why)s") if found.source == "polis" else _("texts: %(why)s")
            found.left.add(reason % {"why": why}, one.place, said=str(why))
    found.texts = {key: one for key, one in found.texts.items() if key in safe}
    found.votes = {key: value for key, value in found.votes.items() if key[1] in safe}
    if found.events is not None:
        found.events = [event for event in found.events if event.text in safe]
    return safe


def _report(slug: str, taking: Taking, dry: bool) -> Report:
    took, found = taking.took, taking.found
    lines = [f"{taking.consultation.title} (/c/{slug}/)"]
    if not took.total():
        lines.append(_("Nothing is new: all of this export was taken before."))
    else:
        lines.append(_taken(taking, dry))
    if took["changed votes"]:
        lines.append(ngettext("%(n)s vote has changed.", "%(n)s votes have changed.", took["changed votes"]))
    lines += found.notes
    left = {why: many for why, many in found.left.counts.items() if many}
    lines += [_("Left (%(n)s): %(why)s.", n=number(many), why=why.rstrip(".")) for why, many in left.items()]
    if not left:
        lines.append(_("Nothing was left."))
    if dry:
        lines.append(_("Nothing has been written yet."))
    return Report(lines, sorted(found.left.rows), slug, bool(took.total()))


def _taken(taking: Taking, dry: bool) -> str:
    """What is new in one sentence, by what the source can have."""
    took = taking.took
    begun = _("To be taken") if dry else _("Taken")
    if taking.found.source == "polis":
        return _(
            "%(begun)s: %(people)s people; %(ideas)s ideas (%(published)s published, %(held)s waiting for a moderator, "
            "%(rejected)s not approved in Polis); %(votes)s votes; %(history)s lines of their history.",
            begun=begun,
            **{n: f"{took[n]:,}" for n in ("people", "ideas", "published", "held", "rejected", "votes", "history")},
        )
    n = {name: number(took[name]) for name in TAKEN}
    parts = {
        "people": ngettext("%(shown)s person", "%(shown)s people", took["people"], shown=n["people"]),
        "ideas": ngettext("%(shown)s contribution", "%(shown)s contributions", took["ideas"], shown=n["ideas"]),
        "comments": ngettext("%(shown)s comment", "%(shown)s comments", took["comments"], shown=n["comments"]),
        "published": _("%(n)s published", n=n["published"]),
        "held": _("%(n)s waiting for a moderator", n=n["held"]),
        "rejected": _("%(n)s not approved there", n=n["rejected"]),
        "gone": _("%(n)s marks in place of what was removed there", n=n["gone"]),
        "themes": ngettext("%(shown)s new theme", "%(shown)s new themes", took["themes"], shown=n["themes"]),
        "themes given": ngettext(
            "themes given %(shown)s time",
            "themes given %(shown)s times",
            took["themes given"],
            shown=n["themes given"],
        ),
    }
    return f"{begun}: {', '.join(words for name, words in parts.items() if took[name])}."


__all__ = ["READERS", "BadExport", "Report", "run"]
