"""Parting what was merged (M15): within half a minute as if it had never been (M22), later with word to the authors."""

from crowd.db import db
from crowd.i18n import _
from crowd.mending import uniting
from crowd.models import Case, Decision, Merge
from crowd.moderation import undoing
from crowd.rules import Asker


def part(merge: Merge, *, by: Asker) -> tuple[Case | None, str]:
    """Part two texts. A text that had waited waits again where nobody has heard or built on it, and its case is
    returned; otherwise it stays published, on its own. With it, in a sentence, what became of them. Raises
    NotTogether."""
    if why := uniting.why_not_undo(merge):
        raise uniting.NotTogether(why)
    decision = db.session.get(Decision, merge.decision_id) if merge.decision_id else None
    if decision is not None:
        try:
            case = undoing.undo(decision, by=by)
        except undoing.TooLate:
            pass  # somebody has heard of it, or built on it
        else:
            if uniting.had_waited(decision):
                return case, _(
                    "The two texts stand apart again. One waits as it did before, and no author hears of it."
                )
            return None, _("The two texts stand apart again, and no author hears of it.")
    told = {text.id for text in uniting.undo(merge, by=by)}
    if told == {merge.contribution_id, merge.target_id}:
        return None, _("The two texts stand apart again, both published. Both authors are told.")
    if merge.contribution_id in told:
        return None, _("The two texts stand apart again, both published. The author of the one that moves is told.")
    return None, _("The two texts stand apart again, and no author hears of it.")
