"""A codebook of three themes, ideas to code, and a second analyst."""

import pytest

from crowd.db import transaction
from crowd.themes import deeds
from tests import make
from tests.actors import Actor

DESK = "/host/ahp/coding"


@pytest.fixture
def second(app):
    return Actor(app, make.person("second@example.org", roles="A", name="Bo Second").id, "second@example.org")


@pytest.fixture
def themes(analyst, consultation):
    """By name."""
    by, made = make.as_asker(analyst.id), {}
    for name in ("Access", "Time", "Staff"):
        with transaction():
            made[name] = deeds.make_theme(consultation, by=by, name=name, definition=f"All about {name}")
    return {name: theme.id for name, theme in made.items()}


@pytest.fixture
def ideas(consultation, colleague):
    by = make.as_asker(colleague.id)
    return [
        make.contribution(consultation.questions[n % 2], by=by, text=f"Idea {n}: shorten the waiting") for n in range(4)
    ]
