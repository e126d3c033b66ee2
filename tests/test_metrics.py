"""What the host's monitoring may read, and nobody else."""

import re
from datetime import timedelta

import pytest

from crowd import clock
from crowd.db import transaction
from crowd.models import Mail
from crowd.states import State
from tests import make

KEY = "k" * 32


@pytest.fixture
def asked(app):
    def ask(said=f"Bearer {KEY}", key=KEY):
        app.config["METRICS_KEY"] = key
        return app.test_client().get("/metrics", headers={"Authorization": said} if said else {})

    return ask


@pytest.mark.parametrize(
    ("said", "key"), [("", KEY), ("Bearer " + KEY[1:], KEY), (KEY, KEY), ("Bearer é", KEY), ("Bearer ", "")]
)
def test_without_the_key_there_is_no_such_page(asked, said, key):
    assert asked(said, key).status_code == 404


def test_figures_are_of_the_instance_and_of_no_person(asked, consultation, member):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    with transaction() as session:
        at = clock.now() - timedelta(hours=2)
        for state in ("waiting", "failed", "failed"):
            about = {"kind": "confirm", "address": "somebody@example.org", "subject": "", "body": ""}
            session.add(Mail(state=state, created_at=at, due_at=at, **about))
    answer = asked()
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found = dict(re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", answer.text, re.MULTILINE))
    assert found['crowd_mails{state="failed"}'] == "2"
    assert found['crowd_mails{state="waiting"}'] == "1"
    assert found['crowd_mails{state="sending"}'] == "0"
    assert 7200 <= float(found["crowd_mail_overdue_seconds"]) < 7300
    assert found["crowd_cases_waiting"] == "1"
    assert found["crowd_contributions"] == "1"
    assert found["crowd_people_signed_in"] == "1"
    assert "example.org" not in answer.text
    named = set(re.findall(r"^# TYPE (\w+) gauge$", answer.text, re.MULTILINE))
    assert {name.partition("{")[0] for name in found} == named
