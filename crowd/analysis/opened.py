"""Opinion groups that everybody may see: one run of a consultation, published once, after the votes have ended.

Once, because two runs could be compared: whoever moves from one group to the other would show (P12). Sizes are told in
tens and votes in per cent, so that nothing can be subtracted from what else is public."""

from typing import Any

from crowd import schedule
from crowd.analysis import queries, shown
from crowd.i18n import _
from crowd.models import Run
from crowd.rules import Asker
from crowd.states import Phase

ENDED = (Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED)


def publishable(run: Run) -> bool:
    """Whether there is anything in it that could be published at all."""
    return run.kind == "groups" and run.state == "done"


def why_not_yet(run: Run) -> str:
    """The sentence why this run cannot be published; empty if it can."""
    of = run.consultation
    if queries.published(of):
        return _("Opinion groups have been published. They stay as they are, so that nobody can be told from a change.")
    if schedule.current(of) not in ENDED:
        return _("They can be published when the members’ discussion has ended.")
    bell = schedule.bell(of, Phase.MEMBERS)
    if bell and run.asked_at < bell:
        return _("This was found before the members’ discussion ended. Look for groups again, and publish those.")
    return ""


def figures(run: Run, person: Asker) -> dict[str, Any]:
    """What its page shows this reader: ideas as far as they may read them."""
    texts = queries.openings(person, run.consultation, shown.numbers(run))
    ideas = shown.ideas(run, texts)
    parts = shown.groups(run, ideas)
    tens = [10 * round(group.size / 10) for group in parts]
    parts = [
        group._replace(size=size, share=round(100 * size / sum(tens))) for group, size in zip(parts, tens, strict=True)
    ]
    return {"groups": parts, "uniting": shown.uniting(ideas), "dividing": shown.dividing(parts)}
