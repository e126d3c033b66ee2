"""Everything that changes baselines and what is public of the figures."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from crowd import clock, log, schedule
from crowd.analysis import deeds as analysis
from crowd.db import Overtaken, db
from crowd.figures import queries, snapshot
from crowd.figures.baseline import Row
from crowd.i18n import _
from crowd.keyed import keyed
from crowd.models import Baseline, Consultation, PublishedFigures, Run
from crowd.rules import Asker
from crowd.states import Phase

VERSIONS = {"method": "figures 1"}  # grows when the same input would give other figures
READY = {
    "members": (Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED),
    "stakeholders": (Phase.CLOSED,),
}


def why_not_yet(consultation: Consultation, audience: str) -> str:
    """The sentence why these figures cannot be published now; empty if they can."""
    if audience in queries.published(consultation):
        return _("They have been published. They stay as they are, so that nobody can be told from a change.")
    if schedule.current(consultation) in READY[audience]:
        return ""
    if audience == "members":
        return _("They can be published when the members’ discussion has ended.")
    return _("They can be published when the consultation has closed.")


def set_baseline(consultation: Consultation, attribute: str, rows: Sequence[Row], *, by: Asker) -> None:
    """Hold participation against these from now on; no rows: against none."""
    db.session.execute(
        delete(Baseline).where(Baseline.consultation_id == consultation.id, Baseline.attribute == attribute)
    )
    if rows:
        db.session.add(
            Baseline(
                consultation_id=consultation.id,
                attribute=attribute,
                rows=[row.stored() for row in rows],
                loaded_at=clock.now(),
            )
        )
    log.record("baseline set", by=by.id, consultation=consultation, attribute=attribute, rows=len(rows))


def keep(consultation: Consultation, kind: str, tables: list[dict[str, Any]], *, by: Asker) -> Run:
    """The figures of one page as they are now, for a finding to cite. A citation shows everybody the hash, so it is a
    keyed one: a plain one of few small numbers can be guessed."""
    went_in = keyed(kind, json.dumps(tables, sort_keys=True))
    return analysis.keep(
        consultation, kind, by=by.id, inputs=went_in, result={"tables": tables}, versions=dict(VERSIONS)
    )


def publish(consultation: Consultation, audience: str, *, by: Asker) -> Run:
    """Let everybody see who took part of this audience, for ever as it is now. Raises Overtaken where it cannot be, as
    for the second of two presses: the difference of two tables would tell what each of them keeps back (privacy.py)."""
    db.session.get_one(Consultation, consultation.id, with_for_update=True)  # so that one press waits for the other
    if why_not_yet(consultation, audience):
        raise Overtaken(consultation)
    made = snapshot.taken(consultation, audience)
    run = analysis.keep(
        consultation,
        "participation",
        by=by.id,
        inputs=made,
        result=made,
        versions=dict(VERSIONS),
        audience=audience,
    )
    db.session.add(PublishedFigures(consultation_id=consultation.id, audience=audience, run_id=run.id))
    log.record("figures published", by=by.id, consultation=consultation, audience=audience, run=run.id)
    return run
