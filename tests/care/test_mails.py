"""What the desk mails by the clock: what waits in the morning (M8), what is late, what stays late (M7)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import chores, clock
from crowd.care import deeds, duty, watching
from crowd.db import db, transaction
from crowd.models import Case, Mail, Site
from crowd.moderation import cases
from crowd.states import State
from tests import make
from tests.care.conftest import WEDNESDAY
from tests.care.test_targets import LONDON, local
from tests.moderation.desk import waiting


@pytest.fixture
def people(app):
    """Two moderators, one of whom is suspended later on, a host, and an analyst who hears nothing."""
    roles = {"mo": "M", "sam": "M", "hope": "H", "ana": "A"}
    return {name: make.person(f"{name}@example.org", roles=letters).id for name, letters in roles.items()}


def held(of, number: int = 1) -> list:
    author = make.member(of)
    return [make.contribution(of.questions[0], by=author, state=State.HELD) for _n in range(number)]


def round_of_chores(times: int = 1) -> None:
    """As the worker does them, whenever the last round was."""
    for _turn in range(times):
        with transaction() as session:
            session.scalars(select(Site)).one().chores_at = None
        assert chores.run()


def sent(kind: str) -> list[str]:
    """Who was written a mail of this kind, in the order of the mails."""
    return [address.split("@")[0] for address in db.session.scalars(_mails(kind, Mail.address))]


def _mails(kind: str, column):
    return select(column).where(Mail.kind == kind).order_by(Mail.id)


# ---- M8 -------------------------------------------------------------------------------------------------------------


def test_m08_the_morning_mail_says_how_many_wait_the_oldest_and_where(wednesday, people, at):
    held(wednesday, 2)
    at(local(LONDON, 2026, 11, 26, 8, 59))
    round_of_chores()
    assert sent("waiting") == []
    at(local(LONDON, 2026, 11, 26, 9))
    round_of_chores()
    assert sent("waiting") == ["mo", "sam"]
    mail = db.session.scalars(select(Mail).where(Mail.kind == "waiting")).first()
    assert mail.subject == "2 texts wait for a moderator"
    assert "The oldest has waited for 21 hours" in mail.body
    assert "http://localhost/moderate\n" in mail.body


def test_m08_there_is_one_a_day_however_often_the_worker_looks_and_the_clock_jumps(wednesday, people, at):
    held(wednesday)
    for moment in ((26, 9), (26, 16), (26, 9, 30), (25, 13), (26, 9)):
        at(local(LONDON, 2026, 11, *moment))
        round_of_chores(3)
    assert sent("waiting") == ["mo", "sam"]
    at(local(LONDON, 2026, 11, 27, 11))
    round_of_chores()
    assert sent("waiting") == ["mo", "sam", "mo", "sam"]


def test_m08_there_is_none_when_nothing_waits_or_it_came_in_after_the_morning(wednesday, people, at):
    at(local(LONDON, 2026, 11, 26, 9))
    round_of_chores()
    at(local(LONDON, 2026, 11, 26, 10))
    (text,) = held(wednesday)
    round_of_chores()
    assert sent("waiting") == []
    with transaction():
        cases.end(text)
    at(local(LONDON, 2026, 11, 27, 9))
    round_of_chores()
    assert sent("waiting") == []


def test_m08_there_is_none_on_days_off(wednesday, people, at):
    wednesday = _with(wednesday, holidays=["2026-11-26"])
    held(wednesday)
    for moment in ((26, 11), (28, 11), (29, 11)):
        at(local(LONDON, 2026, 11, *moment))
        round_of_chores()
    assert sent("waiting") == []


def test_m08_two_consultations_are_one_mail(wednesday, people, at):
    held(wednesday)
    held(make.consultation("other"))
    at(local(LONDON, 2026, 11, 26, 9))
    round_of_chores(2)
    assert sent("waiting") == ["mo", "sam"]
    assert db.session.scalars(_mails("waiting", Mail.subject)).first() == "2 texts wait for a moderator"


def test_m08_second_readings_wake_nobody(wednesday, people, at):
    text = make.contribution(wednesday.questions[0], by=make.member(wednesday))
    make.second_reading(text)
    at(local(LONDON, 2026, 12, 10, 9))
    round_of_chores()
    assert sent("waiting") == sent("overdue") == []


def _with(consultation, **values):
    with transaction() as session:
        found = session.merge(consultation)
        for name, value in values.items():
            setattr(found, name, value)
    return found


# ---- to whom --------------------------------------------------------------------------------------------------------


def test_m08_the_mails_go_to_those_on_duty_else_to_all_moderators(wednesday, people, at):
    held(wednesday)
    thursday = duty.today(LONDON) + timedelta(days=1)
    with transaction():
        deeds.put_on_duty(thursday, people["sam"], by=make.as_asker(people["sam"]))
    for day in (26, 27):
        at(local(LONDON, 2026, 11, day, 9))
        round_of_chores()
    assert sent("waiting") == ["sam", "mo", "sam"]


def test_m08_whoever_is_suspended_hears_nothing_and_without_moderators_the_hosts_do(wednesday, people, at):
    held(wednesday)
    with transaction() as session:
        for name in ("mo", "sam"):
            session.get(duty.Person, people[name]).suspended_until = clock.now() + timedelta(days=300)
    at(local(LONDON, 2026, 11, 26, 9))
    round_of_chores()
    assert sent("waiting") == ["hope"]


# ---- M7 -------------------------------------------------------------------------------------------------------------


def test_m07_what_is_overdue_is_mailed_to_the_moderators_once_with_number_and_oldest(wednesday, people, at):
    held(wednesday, 3)
    at(local(LONDON, 2026, 11, 25, 15, 59))
    round_of_chores()
    assert sent("overdue") == []
    at(local(LONDON, 2026, 11, 25, 16, 1))
    round_of_chores(3)
    assert sent("overdue") == ["mo", "sam"]
    mail = db.session.scalars(select(Mail).where(Mail.kind == "overdue")).first()
    assert mail.subject == "3 texts are overdue"
    assert "The oldest has waited for 4 hours" in mail.body
    assert None not in set(db.session.scalars(select(Case.overdue_at)))


def test_m07_what_grows_late_after_the_mail_waits_for_the_next_one(wednesday, people, at):
    held(wednesday)
    at(local(LONDON, 2026, 11, 25, 12, 30))
    held(wednesday)
    for moment in ((25, 16, 1), (25, 16, 31), (25, 20), (26, 8, 59)):
        at(local(LONDON, 2026, 11, *moment))
        round_of_chores(2)
        assert sent("overdue") == ["mo", "sam"]
    at(local(LONDON, 2026, 11, 26, 9))
    round_of_chores(2)
    assert sent("overdue") == ["mo", "sam"] * 2


def test_m07_the_host_hears_a_working_day_later_and_not_again(wednesday, people, at):
    texts = held(wednesday, 2)
    at(local(LONDON, 2026, 11, 27, 16, 30))  # a Friday; the worker had not run before
    round_of_chores()
    assert sent("overdue") == ["mo", "sam"]
    with transaction():
        cases.end(texts[0])
    for moment in ((28, 16, 30), (30, 9, 30), (30, 16, 29)):
        at(local(LONDON, 2026, 11, *moment))
        round_of_chores()
        assert sent("still_overdue") == []
    at(local(LONDON, 2026, 11, 30, 16, 31))
    round_of_chores(2)
    assert sent("still_overdue") == ["hope"]
    assert "1 text in “Consultation ahp”" in db.session.scalars(_mails("still_overdue", Mail.body)).one()
    at(local(LONDON, 2026, 12, 2, 12))
    round_of_chores(2)
    assert sent("still_overdue") == ["hope"]
    assert sent("overdue") == ["mo", "sam"], "they were told of it"


def test_m07_nobody_hears_of_what_was_decided_in_time(wednesday, people, moderator, at):
    (text,) = held(wednesday)
    at(local(LONDON, 2026, 11, 25, 15))
    moderator.post(f"/moderate/{waiting(text).id}", decision="approve")
    at(local(LONDON, 2026, 11, 30, 16))
    round_of_chores()
    assert sent("overdue") == sent("still_overdue") == sent("waiting") == []


def test_m07_a_desk_without_any_day_of_work_still_tells(wednesday, people, at):
    wednesday = _with(wednesday, work_days=[])
    held(wednesday)
    at(local(LONDON, 2026, 11, 28, 12))
    round_of_chores()
    assert sent("overdue") == ["mo", "sam"]


def test_m07_a_round_that_finds_nothing_asks_little_and_writes_nothing(wednesday, people, queries, at):
    at(WEDNESDAY)
    chores.run()  # which notes what is true already
    with transaction() as session:
        session.scalars(select(Site)).one().chores_at = None
    with queries() as statements:
        assert chores.run()
    changed = [s for s in statements if s.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert len(changed) == 1, "that a round was done"


def test_m08_two_workers_at_the_same_moment_write_one_mail_each(app, wednesday, people, at):
    held(wednesday)
    at(local(LONDON, 2026, 11, 26, 17))
    begin = threading.Barrier(4)

    def worker() -> None:
        with app.app_context():
            begin.wait()
            watching.daily()
            watching.overdue()
            db.session.remove()

    workers = [threading.Thread(target=worker) for _n in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    make.afresh()
    assert sorted(sent("waiting")) == sorted(sent("overdue")) == ["mo", "sam"]
