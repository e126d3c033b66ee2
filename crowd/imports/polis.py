"""A Polis export as a consultation: its ideas, who wrote them, and every vote. A second time nothing happens."""

import re
from pathlib import Path

from crowd import log, text
from crowd.db import transaction
from crowd.i18n import _, ngettext
from crowd.imports.export import Export, read
from crowd.imports.progress import progress
from crowd.imports.taking import Taking
from crowd.threads import recount

NO_TEXT = "(no text)"  # an idea that is empty keeps its votes, and moderators see what it is


def load(folder: Path) -> str:
    """Take what is new in the export, in one transaction; the report. Raises BadExport with a sentence.

    225,000 votes take seconds. Nobody imported can sign in or gets a mail: their addresses do not exist."""
    export = read(folder)
    safe = _made_safe(export)
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:60].strip("-") or "polis"
    with transaction():
        taking = Taking(slug, export, safe)
        taking.everything()
        if taking.took:
            recount.correct()
            log.record(
                "imported",
                by=None,
                consultation=taking.consultation,
                source=folder.name,
                took=dict(taking.took),
                left=dict(export.left),
            )
    progress("")
    return _report(slug, taking)


def _made_safe(export: Export) -> dict[int, tuple[str, str]]:
    """Source and safe HTML of each idea; one that cannot be shown safely is left, and its votes with it."""
    safe = {}
    for done, idea in enumerate(export.ideas.values()):
        if done % 100 == 0:
            progress(_("Making texts safe: %(done)s of %(all)s", done=done, all=len(export.ideas)))
        source = text.tidy(idea.text) or NO_TEXT
        if source == NO_TEXT:
            export.left[_("the text of an idea that had none; the idea was taken")] += 1
        try:
            safe[idea.number] = (source, text.safe_html(source))
        except text.Unusable as why:
            export.left[_("ideas, and the votes on them: %(why)s", why=why)] += 1
    export.ideas = {number: idea for number, idea in export.ideas.items() if number in safe}
    export.votes = {key: value for key, value in export.votes.items() if key[1] in safe}
    if export.events is not None:
        export.events = [event for event in export.events if event.idea in safe]
    return safe


def _report(slug: str, taking: Taking) -> str:
    took, export = taking.took, taking.export
    lines = [f"{taking.consultation.title} (/c/{slug}/)"]
    if not took:
        lines.append(_("Nothing is new: all of this export was taken before."))
    else:
        lines.append(
            _(
                "Taken: %(people)s people; %(ideas)s ideas (%(published)s published, %(held)s waiting for a moderator, "
                "%(rejected)s not approved in Polis); %(votes)s votes; %(history)s lines of their history.",
                **{n: f"{took[n]:,}" for n in ("people", "ideas", "published", "held", "rejected", "votes", "history")},
            )
        )
    if took["changed votes"]:
        lines.append(ngettext("%(n)s vote has changed.", "%(n)s votes have changed.", took["changed votes"]))
    if export.events is None:
        lines.append(
            _("The export has no votes.csv: the last vote of each person is known, but not when they gave it.")
        )
    lines += [
        _("Left (%(n)s): %(why)s.", n=f"{number:,}", why=why.rstrip("."))
        for why, number in export.left.items()
        if number
    ]
    if not any(export.left.values()):
        lines.append(_("Nothing was left."))
    return "\n".join(lines)
