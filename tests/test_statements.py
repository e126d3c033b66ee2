"""Statements asked of the driver itself answer as the session does."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from crowd import things
from crowd.db import db, transaction
from crowd.models import Consultation, Contribution, Question, Record
from crowd.statements import Statement, inserting
from tests import make

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
ADD = inserting(Record, "at", "deed", "person_id", "facts", "consultation_id")
LINE = {"at": AT, "deed": "imported", "person_id": None, "facts": {"took": [1, "é"]}, "consultation_id": None}


def test_what_goes_in_comes_out_as_through_the_session(app):
    with transaction():
        key = ADD.insert(**LINE)
    found = Statement(select(Record.at, Record.facts, Record.person_id).where(Record.id == bindparam("key")))
    assert found.first(key=key) == (AT, {"took": [1, "é"]}, None)
    assert db.session.get_one(Record, key).at == AT
    assert found.all(key=key)[0].facts == {"took": [1, "é"]}
    assert (found.scalar(key=key), found.first(key=0), found.scalar(key=0), found.all(key=0)) == (AT, None, None, [])


def test_a_new_row_has_the_model_s_defaults(consultation, member):
    made = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    values = {n: getattr(made, n) for n in ("consultation_id", "question_id", "place", "kind", "author_id", "alias")}
    add = inserting(Contribution, *values, "once", "state", "promise", "phase", "submitted_at")
    with transaction():
        key = add.insert(**values, once="another", state="held", promise=1, phase="members", submitted_at=AT)
    found = db.session.get_one(Contribution, key)
    assert (found.level, found.stamp, found.closed, found.path, found.parent_author_id) == (1, 1, False, "", 0)


def test_a_change_says_how_many_rows_it_changed(consultation):
    statement = Statement(update(Question).where(Question.id == bindparam("key")).values(votes=bindparam("new")))
    with transaction():
        assert (statement.write(key=consultation.questions[0].id, new=3), statement.write(key=0, new=3)) == (1, 0)


def test_nothing_is_written_outside_a_transaction(consultation):
    with pytest.raises(RuntimeError, match="inside"):
        ADD.insert(**LINE)
    with pytest.raises(RuntimeError, match="inside"):
        Statement(update(Question).values(votes=1)).write()


def test_what_is_raised_undoes_it_with_the_rest(app):
    lines: list[dict[str, object]] = [LINE, {"at": AT}]
    with pytest.raises(KeyError), transaction():
        assert [ADD.insert(**line) for line in lines]
    assert db.session.query(Record).count() == 0


def test_a_value_that_is_missing_is_an_error_and_not_empty(app):
    with pytest.raises(KeyError), transaction():
        ADD.insert(at=AT, deed="imported")


def test_a_list_of_values_is_refused(app):
    statement = Statement(select(Record.id).where(Record.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(ValueError, match="changes with its values"):
        statement.all(ids=[1])


def test_errors_are_those_of_the_session(consultation):
    double = inserting(Consultation, "slug", "title", "created_at", "timezone")
    with pytest.raises(IntegrityError), transaction():
        double.insert(slug=consultation.slug, title="Twice", created_at=AT, timezone="UTC")
    with pytest.raises((OperationalError, ProgrammingError)):
        Statement(text("SELECT nothing FROM nowhere")).first()


def test_a_bare_thing_is_as_the_session_has_it_and_says_what_it_lacks(consultation, member):
    made = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    make.afresh()
    bare, loaded = things.bare(Contribution, made.id), things.find(Contribution, made.id)
    for column in inspect(Contribution).column_attrs:
        assert getattr(bare, column.key) == getattr(loaded, column.key), column.key
    assert (bare.consultation.slug, bare.question.number) == (consultation.slug, 1)
    assert bare.question.consultation is bare.consultation
    with pytest.raises(Exception, match="not bound to a Session"):
        _ = bare.finding
    assert things.bare(Contribution, 0) is None
    assert things.bare(Question, consultation.slug, 1).consultation.id == consultation.id


def test_a_bare_thing_is_read_again_with_what_belongs_to_it(consultation, member):
    made = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    bare = things.bare(Contribution, made.id)
    with transaction() as session:
        session.get_one(Contribution, made.id).closed = True
        session.get_one(Consultation, consultation.id).title = "Another title"
    things.read_again(bare)
    assert (bare.closed, bare.consultation.title) == (True, "Another title")
