"""Everything that changes runs."""

import hashlib
import json
from typing import Any

from crowd import clock, log
from crowd.analysis import queries
from crowd.db import Overtaken, db
from crowd.models import Consultation, PublishedFigures, Run
from crowd.rules import Asker


def digest(inputs: Any) -> str:
    """SHA-256 of what went in, as canonical JSON: the same input is the same hash on every machine."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def ask(consultation: Consultation, kind: str, *, by: int | None, seed: int | None = None, **parameters: Any) -> Run:
    """Have an analysis done by the worker."""
    run = Run(
        consultation_id=consultation.id,
        kind=kind,
        seed=seed,
        parameters=parameters,
        asked_by_id=by,
        asked_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    log.record("analysis asked", by=by, consultation=consultation, run=run.id, kind=kind)
    return run


def ask_once(
    consultation: Consultation, kind: str, *, by: int | None, seed: int | None = None, **parameters: Any
) -> Run:
    """The same, unless one of its kind is on its way already: then that one."""
    there = queries.on_the_way(consultation, kind)
    return there or ask(consultation, kind, by=by, seed=seed, **parameters)


def end(run: Run, result: dict[str, Any], *, input_sha256: str, versions: dict[str, Any], refused: str = "") -> None:
    """Keep what came of it; `refused` is the reason (reasons.py) why its result may not be shown, or is
    none."""
    run.state, run.said = ("refused", refused) if refused else ("done", "")
    run.result, run.input_sha256, run.versions = result, input_sha256, versions
    run.begun_at, run.ended_at = run.begun_at or clock.now(), clock.now()


def keep(
    consultation: Consultation,
    kind: str,
    *,
    by: int | None,
    inputs: Any,
    result: dict[str, Any],
    versions: dict[str, Any],
    seed: int | None = None,
    **parameters: Any,
) -> Run:
    """An analysis that was done at once, as a run."""
    run = ask(consultation, kind, by=by, seed=seed, **parameters)
    end(run, result, input_sha256=digest(inputs), versions=versions)
    return run


def publish(run: Run, *, by: Asker) -> None:
    """Let everybody see these opinion groups, for ever as they are (opened.py says when). Raises Overtaken for the
    second of two presses."""
    db.session.get_one(Consultation, run.consultation_id, with_for_update=True)  # so that one press waits for the other
    if queries.published(run.consultation):
        raise Overtaken(run)
    db.session.add(PublishedFigures(consultation_id=run.consultation_id, audience="groups", run_id=run.id))
    log.record("figures published", by=by.id, consultation=run.consultation, audience="groups", run=run.id)
