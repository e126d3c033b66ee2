"""Figures about the instance for the host's monitoring, in the text format of Prometheus; no figure is of a person."""

from collections.abc import Iterator
from hmac import compare_digest
from typing import Any

from flask import Flask, Response, abort, current_app, request
from sqlalchemy import func, select

from crowd import clock
from crowd.db import db
from crowd.models import Case, Contribution, Mail, SignIn, Site
from crowd.web import public

Gauge = tuple[str, str, dict[str, float]]  # its name, what it is, and its values by label


@public
def metrics() -> Response:
    """For whoever knows the key of the settings; for everybody else there is no such page."""
    key = str(current_app.config["METRICS_KEY"])
    said = request.headers.get("Authorization", "")
    if not key or not compare_digest(said.encode(), f"Bearer {key}".encode()):
        abort(404)
    lines = [line for gauge in _gauges() for line in _told(*gauge)]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _gauges() -> Iterator[Gauge]:
    now, count = clock.now(), func.count()
    states = dict.fromkeys(("waiting", "sending", "sent", "kept", "failed"), 0.0)
    states |= {state: float(n) for state, n in db.session.execute(select(Mail.state, count).group_by(Mail.state))}
    yield "crowd_mails", "Mails by their state", {f'state="{state}"': n for state, n in states.items()}
    overdue = _one(select(func.min(Mail.due_at)).where(Mail.state == "waiting", Mail.due_at <= now))
    yield "crowd_mail_overdue_seconds", "How long the oldest due mail has waited", {"": _seconds(now, overdue)}
    waiting = select(count).select_from(Case).where(Case.closed_at.is_(None))
    yield "crowd_cases_waiting", "What waits at the moderation desk", {"": _one(waiting)}
    late = _one(waiting.where(Case.due_at < now))
    yield "crowd_cases_overdue", "What waits there beyond its target", {"": late}
    texts = select(count).select_from(Contribution)
    yield "crowd_contributions", "Contributions and comments, of every state", {"": _one(texts)}
    signed_in = select(func.count(SignIn.person_id.distinct())).where(SignIn.expires_at > now)
    yield "crowd_people_signed_in", "People with a sign-in that has not ended", {"": _one(signed_in)}
    round_ = _one(select(Site.chores_at))
    yield "crowd_chores_age_seconds", "Time since the last round of the chores", {"": _seconds(now, round_)}


def _one(statement: Any) -> Any:
    return db.session.scalar(statement)


def _seconds(now: Any, since: Any) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _told(name: str, about: str, values: dict[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for label, value in values.items():
        yield f"{name}{{{label}}} {value:g}" if label else f"{name} {value:g}"


def init_metrics(app: Flask) -> None:
    app.add_url_rule("/metrics", "metrics", metrics)
