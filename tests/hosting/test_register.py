"""The register: what lists may look like, what loading does, and that it gives nobody away."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import func, select, text

from crowd import clock, outbox
from crowd.accounts.register import email_key, name_key, number_key
from crowd.db import db, engine_is_postgres, transaction
from crowd.hosting import jobs, lists
from crowd.hosting.lists import BadList, Known
from crowd.models import Mail, Membership, Record, Registered, SignIn, Site, Token
from crowd.states import Phase
from tests import make
from tests.accounts import reading
from tests.actors import Actor

PAGE = "/host/register"
LIST = """E-mail,Name,Profession,Registration number,Region
ann@example.org,Ann O’Neil,Dietitian,DT 012-345,North West
bob@example.org,"Ray, Bob",paramedic,PA7,London
"""
KNOWN = Known(["Dietitian", "Paramedic"])


def read(typed, known=KNOWN, chosen=None):
    return lists.read(typed.encode(), known, chosen)


def preview(host, typed, **more):
    return host.post(PAGE, text=typed, **more)


def load(host, typed, invite="", leave="", **more):
    return go_on(host, preview(host, typed, **more), invite, leave)


def go_on(host, page, invite="", leave=""):
    action, values = page.form(f"{page.path}/load")
    return host.send(action, values | {"invite": str(invite)} | ({"leave": leave} if leave else {}))


def size():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Registered))


def test_a_list_is_shown_before_anything_is_written(host, consultation):
    page = preview(host, LIST + "nobody,Nobody,Dietitian,,\n")
    assert "2 new, 0 changed, 0 unchanged, 1 problem" in page
    assert re.search(r">4</th><td[^>]*>no @ in nobody<", page)
    assert size() == 0
    page = load(host, LIST + "nobody,Nobody,Dietitian,,\n")
    assert "Loaded: 2 new" in page
    assert size() == 2
    line = db.session.scalars(select(Record).where(Record.deed == "register loaded")).one()
    assert line.facts == {"new": 2, "changed": 0, "same": 0, "bad": 1}


def test_the_same_list_twice_changes_nothing_and_a_new_region_one_row(host, consultation):
    load(host, LIST)
    assert "0 new, 0 changed, 2 unchanged" in load(host, LIST)
    ids = db.session.scalars(select(Registered.id)).all()
    assert "0 new, 1 changed, 1 unchanged" in load(host, LIST.replace("London", "North West"))
    assert db.session.scalars(select(Registered.id)).all() == ids
    assert set(db.session.scalars(select(Registered.region))) == {"North West"}


def test_unknown_professions_are_problems_unless_accepted(host, consultation):
    odd = "e-mail;profession\nann@example.org;Wizard\n"
    assert "no consultation knows the profession Wizard" in preview(host, odd)
    assert "1 new" in load(host, odd, accept="y")


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode(),
        LIST.encode("utf-8-sig"),
        LIST.encode("utf-16"),
        LIST.encode("cp1252"),
        "Email;Full Name;Pin;Area;Occupation\nann@example.org;Ann O’Neil;DT012345;North West;Dietitian\n".encode(),
        "EMAIL\tForename\tSurname\tMembership No\nann@example.org\tAnn\tO’Neil\tDT012345\n".encode("utf-16"),
        "ann@example.org,Ann O’Neil,Dietitian,DT012345,North West\r\n\r\n".encode(),
    ],
)
def test_files_as_they_come(host, consultation, data):
    values = host.get(PAGE).form(PAGE, "text")[1]
    page = host.send(PAGE, values | {"file": (io.BytesIO(data), "members.csv")})
    assert re.search(r"[12] new, 0 changed, 0 unchanged, 0 problems", page)
    go_on(host, page)
    ann = db.session.scalars(select(Registered).order_by(Registered.id)).first()
    assert (ann.email_key, ann.name_key, ann.number_key) == (
        email_key("ANN@example.org"),
        name_key("oneil ANN"),
        number_key("dt-012345"),
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("e-mail\n", "empty"),
        ("e-mail\nann@example.org\x00", "not a list in CSV form"),
        ("e-mail,name\nann@example.org," + "x" * 200_000 + "\n", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_so(typed, words):
    with pytest.raises(BadList, match=words):
        read(typed)


def test_a_bad_list_on_the_page_keeps_what_was_typed(host, consultation):
    typed = "e-mail,name\nann@example.org," + "x" * 150_000 + "\n"
    page = preview(host, typed)
    assert "There is a problem" in page
    assert "cannot be read" in page
    assert page.form(PAGE, "text")[1]["text"].strip() == typed.strip()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",Ann,Dietitian,1,", "no e-mail address"),
        ("ann,Ann,Dietitian,1,", "no @ in ann"),
        ("ann@example,Ann,Dietitian,1,", "is not an e-mail address"),
        ("ann@b@c.org,Ann,Dietitian,1,", "is not an e-mail address"),
        ("x@example.org,Ann,Wizard,1,", "profession Wizard"),
        ("BOB@example.org,Ann,Dietitian,1,", "the same address as in row 2"),
        ("x@example.org,Ann,Dietitian,P A-7,", "the same number as in row 2"),
        (f"x@example.org,Ann,Dietitian,{'9' * 41},", "longer than 40"),
    ],
)
def test_problem_rows_are_named(row, words):
    head = "e-mail,name,profession,number,region\nbob@example.org,Bob,Paramedic,PA7,\n"
    found = read(head + row + "\n")
    assert [r.email for r in found.rows] == ["bob@example.org"]
    assert [line for line, _words in found.problems] == [3]
    assert words in found.problems[0][1]


def test_cells_hold_no_harmful_character():
    found = read("e-mail,name,profession\na@example.org,Ann \u202eX,Dieti\u2066tian\x01\n")
    assert [(r.name, r.profession) for r in found.rows] == [("Ann X", "Dietitian")]


def test_only_hosts(visitor, member, moderator, analyst):
    for who in (visitor, member, moderator, analyst):
        assert who.get(PAGE).status == 403


# Invitations to those on the register


@pytest.fixture
def invited(host, consultation):
    load(host, LIST, invite=consultation.id)
    return reading.link("ann@example.org")


def test_each_is_invited_once_however_often_the_list_is_loaded(host, consultation, invited):
    page = load(host, LIST + "cy@example.org,Cy,Dietitian,9,\n", invite=consultation.id)
    assert "1 invitation is on its way" in page
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "invited")) == 3
    assert db.session.scalar(select(func.count()).select_from(Token)) == 3


def test_those_who_have_joined_get_none(app, host, consultation, invited):
    Actor(app).post(invited, email="ann@example.org")
    with transaction():
        for mail in db.session.scalars(select(Mail)):
            db.session.delete(mail)
    assert "1 invitation is on its way" in load(host, LIST, invite=consultation.id)


def test_an_invited_person_is_at_question_1_in_one_step(app, invited):
    actor = Actor(app)
    page = actor.get(invited)
    assert "You are invited as a Dietitian, North West" in page
    assert db.session.scalar(select(Membership.id)) is None
    page = actor.post(invited, email=" ANN@example.org")
    assert page.path == "/c/ahp/q/1"
    assert "You will be shown as Dietitian" in page
    assert Actor(app).get(invited).status == 404  # used once
    assert actor.get("/me").status == 200


def test_the_address_must_be_the_one_the_mail_went_to(app, invited):
    actor = Actor(app)
    for n in range(5):
        assert "not the address that the invitation went to" in actor.post(invited, email=f"x{n}@example.org")
    assert db.session.scalar(select(Membership.id)) is None
    for _n in range(5):
        actor.post(invited, email="bob@example.org")
    assert actor.post(invited, email="ann@example.org").status == 429


def test_the_link_of_somebody_who_joined_otherwise_signs_nobody_in(app, invited, visitor):
    ann = Actor(app)
    ann.post("/c/ahp/join", email="ann@example.org", part="member")
    ann.post(reading.link("ann@example.org"))
    thief = Actor(app)
    page = thief.get(invited)
    assert page.path == "/login"
    assert "This invitation has been used" in page
    assert "part here already" in ann.get(invited)


@pytest.mark.parametrize("has", ["password", "roles", "membership"])
def test_the_link_does_not_sign_in_to_an_account_in_use(app, invited, has):
    if has == "membership":
        who = make.member(make.consultation("other"), "ann@example.org")
    else:
        who = make.person("ann@example.org", **{has: {"password": "kept", "roles": "A"}[has]})
    thief = Actor(app)
    page = thief.post(invited, email="ann@example.org")
    assert page.path == "/login"
    assert "has an account already" in page
    assert thief.get("/me").status == 403
    page.form("/login", "password")
    ann = Actor(app, who.id)
    assert ann.post(invited, email="ann@example.org").path == "/c/ahp/q/1"
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 2  # the host's and Ann's own


def test_an_invitation_before_its_time_says_when(app, host):
    early = make.consultation("early", phase=Phase.DRAFT)
    load(host, LIST, invite=early.id)
    page = Actor(app).get(reading.link("ann@example.org"))
    assert "You can join as a member from" in page
    assert 'name="email"' not in page


def test_an_old_invitation_is_not_found(app, invited, at):
    at(clock.now() + timedelta(days=61))
    assert Actor(app).get(invited).status == 404


def test_a_stolen_database_does_not_tell_who_is_on_the_register(app, host, consultation, invited):
    assert "ann@example.org" in everything()  # while the mail waits it must have an address
    assert outbox.send_due() == 2
    found = everything()
    for secret in ("ann@example.org", "bob@example.org", "neil", "ray", "012-345", "012345", "pa7", invited[3:]):
        assert secret not in found
    assert "dietitian" in found  # it did look
    if not engine_is_postgres():
        _no_traces(Path(current_app.config["INSTANCE"]), invited)


def _no_traces(instance, invited):
    """The bytes of the files, which can hold what no row holds any more."""
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    files = [instance / "crowd.db", instance / "crowd.db-wal"]
    bytes_ = b"".join(file.read_bytes() for file in files if file.exists())
    for secret in ("ann@example.org", "bob@example.org", invited[3:]):
        assert secret.encode() not in bytes_
    assert b"Dietitian" in bytes_


def test_a_demonstration_keeps_its_mails_to_be_read(app, host, consultation, invited):
    with transaction():
        db.session.scalars(select(Site)).one().demonstration = True
    outbox.send_due()
    assert "/i/" in reading.newest("ann@example.org").body


def everything():
    """All text that the database holds, as a thief would read it."""
    db.session.rollback()
    found = []
    for table in db.metadata.sorted_tables:
        columns = ", ".join(f'CAST("{c.name}" AS TEXT)' for c in table.columns)
        query = text(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608  # names of our own tables
        found += [str(tuple(row)) for row in db.session.execute(query)]
    return "\n".join(found).casefold()


def test_a_list_larger_than_other_forms_may_be_is_taken(host, consultation):
    rows = "".join(f"person-number-{n}@a-long-host-name.example.org,Person Number {n}\n" for n in range(25_000))
    assert len(rows) > 1_500_000
    page = preview(host, "e-mail,name\n" + rows)
    assert "It begins in a moment" in page
    assert jobs.run_due() == 1
    page = go_on(host, host.get(page.path))
    assert jobs.run_due() == 1
    assert "Loaded: 25,000 new" in host.get(page.path)
    assert size() == 25_000
    values = host.get("/host/look").form("/host/look", "name")[1]
    assert host.send("/host/look", values | {"welcome": rows}).status == 413


def test_a_large_list_of_somebody_who_is_not_staff_is_not_even_read(visitor, member):
    for who in (visitor, member):
        assert who.send(PAGE, {"text": "x" * 1_500_000}).status == 413
