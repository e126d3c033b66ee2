"""The way from the discussion to a report, as the desk shows it: what is done, and what comes next."""

from typing import NamedTuple

from flask import url_for

from crowd.coding import queries as coding
from crowd.figures import snapshot
from crowd.findings import considering
from crowd.findings import queries as findings
from crowd.i18n import _, ngettext, number
from crowd.models import Consultation
from crowd.publishing import queries as reports
from crowd.rules import Asker, may
from crowd.states import State
from crowd.themes import queries as themes


class Step(NamedTuple):
    """One part of the work: where it is done, how far it is, and whether nothing of it is left; `todo` where
    something is and its reader may do it now."""

    title: str
    href: str
    said: str
    done: bool
    todo: bool


def steps(asker: Asker, consultation: Consultation) -> list[Step]:
    """In the order of the work; no step forbids the next one."""
    given, coded = len(themes.themes(consultation, retired=False)), coding.progress(asker, consultation)
    written = findings.findings(asker, consultation)
    open_ones = sum(1 for row in written if row.state == State.PUBLISHED)
    fates, report = considering.figures(consultation), reports.newest(asker, consultation)
    told = snapshot.published_audiences(consultation)
    document = "findings.document" if may(asker, "write findings", consultation) else "findings.findings"
    version = _("Version %(number)s", number=report.number) if report else ""
    way = [
        (_("Codebook"), "themes.book", ngettext("%(n)s theme", "%(n)s themes", given), given > 0, "code contributions"),
        (
            _("Coding"),
            "coding.desk",
            _("%(done)s of %(whole)s coded", **_two(coded.coded, coded.whole)),
            0 < coded.whole == coded.coded,
            "code contributions",
        ),
        (
            _("Findings"),
            document,
            _("%(done)s of %(whole)s published", **_two(open_ones, len(written))),
            0 < len(written) == open_ones,
            "write findings",
        ),
        (
            _("What no finding cites"),
            "findings.worklist",
            _("%(done)s of %(whole)s considered", **_two(fates.all - fates.waiting, fates.all)),
            fates.waiting == 0 < fates.all,
            "write findings",
        ),
        (_("Figures"), "figures.figures", "", bool(told), "set up"),
        (_("Report on the findings"), "publishing.newest", version, report is not None, "read the analysis"),
    ]
    return [
        Step(title, url_for(page, slug=consultation.slug), said, done, not done and may(asker, act, consultation))
        for title, page, said, done, act in way
    ]


def _two(part: int, whole: int) -> dict[str, str]:
    return {"done": number(part), "whole": number(whole)}
