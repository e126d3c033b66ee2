"""The figures of one audience as everybody may see them from then on: made once, when they are published."""

from typing import Any

from crowd import clock
from crowd.figures import measures, participation, queries
from crowd.figures.bridging import bridges
from crowd.models import Consultation

ENOUGH_PEOPLE = 50  # so that the most active tenth is five people at least
ATTRIBUTES = {"members": ("profession", "region"), "stakeholders": ("group",)}


def known(consultation: Consultation, attribute: str) -> list[str]:
    """What people of the consultation can be, as its host named it."""
    names: list[str] = getattr(consultation, f"{attribute}s")
    return names


def rows(consultation: Consultation, audience: str) -> dict[str, participation.Rows]:
    """Those who took part by each attribute of an audience, in full."""
    found, baselines = queries.people(consultation, audience), queries.baselines(consultation)
    made = {}
    for attribute in ATTRIBUTES[audience]:
        baseline = baselines.get(attribute)
        took_part = {name: one.took_part for name, one in found[attribute].items()}
        about = baseline.rows if baseline else []
        made[attribute] = participation.arranged(took_part, known(consultation, attribute), about)
    return made


def taken(consultation: Consultation, audience: str) -> dict[str, Any]:
    """Nothing in it tells of fewer than five people, nor of votes of fewer than ten: what it does not tell is not kept
    either, and its hash is of what it tells, because true numbers could be guessed by theirs."""
    made = rows(consultation, audience)
    texts = _texts(consultation) if audience == "members" else {}
    return {
        "at": clock.now().isoformat(),
        "people": max((sum(one.people.values()) for one in made.values()), default=0),
        "attributes": {attribute: participation.public(one) for attribute, one in made.items()},
        "baselines": {name: one.rows for name, one in queries.baselines(consultation).items() if name in made},
        "bridging": [
            {"serial": b.serial, "lowest": round(100 * b.lowest), "groups": b.groups}
            for b in (bridges(queries.profession_votes(consultation)) if audience == "members" else [])
        ],
    } | ({"texts": texts} if texts else {})


def _texts(consultation: Consultation) -> dict[str, Any]:
    """How evenly people wrote. Told once: a Gini coefficient before a text and one after it tell how many texts its
    author had written by then, and so under which alias (P12)."""
    found = measures.concentration(queries.texts_by_person(consultation))
    told = found._replace(share=round(found.share, 4), gini=round(found.gini, 4))
    return told._asdict() if found.people >= ENOUGH_PEOPLE else {}


def published_audiences(consultation: Consultation) -> set[str]:
    return set(queries.published(consultation))
