"""What hosts change about holding."""

from collections.abc import Mapping
from typing import Any

from crowd import log
from crowd.consultations.deeds import as_it_stands
from crowd.db import Overtaken
from crowd.models import Consultation
from crowd.rules import Asker

SET = ("mode_members", "mode_open", "first_texts", "most_links", "watched", "blocked")


def set_rules(consultation: Consultation, *, by: Asker, seen: str, values: Mapping[str, Any]) -> None:
    """Change how texts are taken from now on; what waits goes on waiting (M1). Raises Overtaken if another host was
    faster."""
    if as_it_stands(consultation, SET) != seen:
        raise Overtaken(consultation)
    changed = [name for name in SET if getattr(consultation, name) != values[name]]
    for name in changed:
        setattr(consultation, name, values[name])
    if changed:
        log.record("consultation changed", by=by.id, consultation=consultation, what=changed)
