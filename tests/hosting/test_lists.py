"""A list on its way: read and loaded beside the pages, its columns as the host says, who has left; and bad files."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from crowd import chores, clock
from crowd.accounts.register import email_key
from crowd.db import db, transaction
from crowd.hosting import columns, jobs, lists, register_pages, uploads
from crowd.hosting.columns import Columns
from crowd.hosting.lists import BadList, Known
from crowd.hosting.uploads import SEAL
from crowd.keyed import Broken, opened, sealed
from crowd.models import Mail, Membership, Record, Registered, UploadedList
from tests import make
from tests.accounts import reading
from tests.actors import Actor
from tests.hosting.test_register import LIST, PAGE, go_on, load, preview, size
from tests.hosting.test_sheets import upload, workbook, zipped


def long_list(number=1200, first=0):
    return "e-mail,name,number\n" + "".join(f"p{n}@example.org,P {n},N{n}\n" for n in range(first, first + number))


def the_list():
    make.afresh()
    return db.session.scalars(select(UploadedList).order_by(UploadedList.id.desc())).first()


def left():
    make.afresh()
    return set(db.session.scalars(select(Registered.email_key).where(Registered.left_at.is_not(None))))


# Beside the pages


def test_a_long_list_is_taken_as_it_is_and_read_and_loaded_by_a_worker(host, consultation):
    page = preview(host, long_list())
    assert "Reading and comparing" in page
    assert "<progress" in page
    assert jobs.run_due() == 1
    assert "being read" not in host.get(PAGE)
    assert "waits for you" in host.get(PAGE), "whoever comes back finds it"
    page = go_on(host, host.get(page.path), invite=consultation.id)
    assert "<progress" in page
    assert size() == 0
    assert jobs.run_due() == 1
    page = host.get(page.path)
    assert "Loaded: 1,200 new, 0 changed, 0 unchanged, 0 problems" in page
    assert "1,200 invitations are on their way" in page
    assert size() == db.session.scalar(select(func.count(Mail.id))) == 1200
    assert "Lists on their way" not in host.get(PAGE)
    loaded, invited = (db.session.query(Record).filter_by(deed=f"register {it}").one() for it in ("loaded", "invited"))
    assert loaded.facts == {"new": 1200, "changed": 0, "same": 0, "bad": 0}
    assert invited.facts == {"number": 1200}


def test_the_same_list_pressed_twice_is_one_and_so_is_loading_it(host, consultation):
    first, second = preview(host, long_list()), preview(host, long_list())
    assert first.path == second.path
    jobs.run_due()
    page = host.get(first.path)
    for _press in range(2):
        assert go_on(host, page).path == first.path
    assert jobs.run_due() == 1
    go_on(host, page)
    assert jobs.run_due() == 0
    assert db.session.query(Record).filter_by(deed="register loaded").count() == 1


def test_the_same_list_once_more_is_held_against_what_is_known_now(host, consultation):
    odd = "e-mail,profession\nann@example.org,Wizard\n"
    assert "1 problem" in preview(host, odd)
    with transaction():
        consultation.professions = ["Wizard"]
    assert "1 new, 0 changed, 0 unchanged, 0 problems" in preview(host, odd)


def test_one_worker_has_it_and_another_only_when_the_first_is_silent(host, at):
    preview(host, long_list())
    first = uploads.WORK.claim()
    assert uploads.WORK.claim() is None
    at(clock.now() + uploads.WORK.lease + timedelta(seconds=1))
    second = uploads.WORK.claim()
    assert second.id == first.id
    jobs.work(first)  # it wakes up after all
    assert the_list().state == "waiting"
    jobs.work(second)
    assert the_list().state == "read"


def test_a_load_that_ended_in_the_middle_goes_on_where_it_was(host, consultation, at, monkeypatch):
    page = preview(host, long_list())
    jobs.run_due()
    go_on(host, host.get(page.path), invite=consultation.id)
    part, parts = jobs._load_part, []

    def dies_at_the_second(job, *rest, **more):
        parts.append(1)
        if len(parts) == 2:
            raise SystemExit  # past everything that would clean up
        part(job, *rest, **more)

    monkeypatch.setattr(jobs, "_load_part", dies_at_the_second)
    with pytest.raises(SystemExit):
        jobs.run_due()
    monkeypatch.undo()
    db.session.remove()
    assert size() == jobs.PART
    assert "500 of 1,200 rows" in host.get(page.path)
    assert jobs.run_due() == 0, "it may still be alive"
    at(clock.now() + uploads.WORK.lease + timedelta(seconds=1))
    assert jobs.run_due() == 1
    assert "Loaded: 1,200 new, 0 changed" in host.get(page.path)
    assert size() == db.session.scalar(select(func.count(Mail.id))) == 1200


def test_what_fails_every_time_stops_with_a_sentence_and_can_go_on(host, consultation, at):
    page = preview(host, long_list())
    jobs.run_due()
    go_on(host, host.get(page.path))
    for n in range(uploads.WORK.tries + 1):
        at(clock.now() + uploads.WORK.lease * 2)
        assert bool(uploads.WORK.claim()) == (n < uploads.WORK.tries)
    said = host.get(page.path)
    assert "stopped after 0 of 1,200 rows" in said
    host.send(*said.form(f"{page.path}/load"))
    assert jobs.run_due() == 1
    assert size() == 1200


def test_settings_that_changed_since_the_preview_are_shown_before_anything_is_loaded(host, consultation):
    page = preview(host, LIST)
    with transaction():
        consultation.professions = ["Dietitian"]
    page = go_on(host, page)
    jobs.run_due()
    page = host.get(page.path)
    assert "have changed since you looked" in page
    assert "no consultation knows the profession paramedic" in page
    assert size() == 0


def test_it_lies_sealed_and_is_erased_when_loaded_dropped_or_old(host, consultation, at):
    page = preview(host, LIST + "nobody,Nobody,Dietitian,,\n")
    row = the_list()
    for box in (row.body, row.found, row.bad):
        assert b"ann" not in box.lower()
        assert b"nobody" in opened(SEAL, box) or b"ann@" in opened(SEAL, box)
    go_on(host, page)
    row = the_list()
    assert (row.state, row.body, row.found, row.bad) == ("loaded", b"", b"", b"")
    page = preview(host, long_list())
    jobs.run_due()
    page = host.get(page.path)
    assert "The list is erased here" in host.send(*page.form(f"{page.path}/drop"))
    assert host.get(page.path).status == 404
    dropped, page = page.path, preview(host, LIST)
    assert page.path != dropped, "a tab that was left open would load another list"
    at(clock.now() + uploads.KEPT_FOR + timedelta(minutes=1))
    chores.run()
    assert the_list() is None


def test_what_is_sealed_opens_whole_or_not_at_all(app):
    box = sealed(SEAL, b"ann@example.org" * 1000)
    assert opened(SEAL, box) == b"ann@example.org" * 1000
    assert sealed(SEAL, b"x") != sealed(SEAL, b"x")
    for n in (0, 40, len(box) // 2):
        with pytest.raises(Broken):
            opened(SEAL, box[:n] + bytes([box[n] ^ 1]) + box[n + 1 :])
    app.secret_key = secrets.token_hex(16)
    with pytest.raises(Broken):
        opened(SEAL, box)


# Columns


def test_columns_are_changed_by_hand_and_looked_at_again(host, consultation):
    page = preview(host, "Kontakt;Wer;Ref\nann@example.org;Ann O’Neil;DT1\n")
    action, values = page.form(f"{page.path}/columns")
    assert [values[f"c{n}"] for n in range(3)] == ["email", "", ""]
    assert "Ann O’Neil" in page, "the page shows what a column holds"
    page = host.send(action, values | {"c1": "name", "c2": "number"})
    assert [page.form(action)[1][f"c{n}"] for n in range(3)] == ["email", "name", "number"]
    go_on(host, page)
    ann = db.session.scalars(select(Registered)).one()
    assert ann.name_key
    assert ann.number_key


def test_two_columns_of_one_kind_get_a_sentence_that_keeps_the_choice(host, consultation):
    page = preview(host, LIST)
    action, values = page.form(f"{page.path}/columns")
    page = host.send(action, values | {"c4": "name"})
    assert "Two columns are “Name”" in page
    assert page.form(action)[1]["c4"] == "name"


def test_a_list_without_addresses_asks_for_them_and_loads_nothing(host, consultation):
    page = preview(host, "name,number\nAnn,1\n")
    assert "There is no column with e-mail addresses" in page
    assert f'action="{page.path}/load"' not in page
    action, values = page.form(f"{page.path}/columns")
    assert "no @ in ann" in host.send(action, values | {"c0": "email"})


def test_a_first_row_that_is_a_person_is_no_heading(host, consultation):
    page = preview(host, "ann@example.org,Ann\nbob@example.org,Bob\n")
    action, values = page.form(f"{page.path}/columns")
    assert "2 new" in page
    assert "1 new" in host.send(action, values | {"headed": "y"})


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        (["Forename", "Surname", "E-mail address"], ("first", "last", "email")),
        (["x", "y"], ("", "")),
        (["E-mail", "Email"], ("email", "")),
        (["Ann", "ann@example.org"], ("", "email")),
    ],
)
def test_what_is_guessed(rows, roles):
    assert columns.guess([rows]).roles == roles


def test_rows_that_lack_columns_lack_what_stands_there():
    found = lists.read(b"name,profession,number,e-mail\nAnn\nBob,Dietitian,1,bob@example.org\n", Known())
    assert [row.email for row in found.rows] == ["bob@example.org"]
    assert found.problems == [(2, "no e-mail address")]
    short = lists.read(b"ann@example.org\n", Known(), Columns(("email",), headed=False))
    assert short.rows[0] == ("ann@example.org", "", "", "", "")


# Who left


@pytest.fixture
def ann(app, host, consultation):
    """On the register with Bob, joined, has written."""
    load(host, LIST)
    actor = Actor(app)
    actor.post("/c/ahp/join", email="ann@example.org", part="member")
    actor.post(reading.link("ann@example.org"))
    actor.post("/c/ahp/q/1/new", text="Count care time", kind="idea", promise="2")
    return actor


BOB = LIST.replace("ann@example.org,Ann O’Neil,Dietitian,DT 012-345,North West\n", "")


def test_who_left_is_counted_and_only_a_tick_lets_their_membership_lapse(host, consultation, ann):
    page = preview(host, BOB)
    assert "the 1 person it leaves out has left" in page
    assert "1 of the 2 people on the register, more than one in five" in page
    assert '>Dietitian</th><td>North West</td><td class="n">1</td><td class="n">1</td>' in page
    go_on(host, page)
    assert left() == set()
    assert ann.get("/c/ahp/q/1/new").status == 200
    page = go_on(host, preview(host, BOB), leave="y")
    assert "1 person has left the register" in page
    assert left() == {email_key("ann@example.org")}
    assert size() == 2
    assert ann.get("/c/ahp/q/1/new").status == 403
    assert "Count care time" in ann.get("/me")
    assert "not on the register" in ann.post("/c/ahp/join", part="member")
    line = db.session.query(Record).filter_by(deed="register left").one()
    assert line.facts == {"number": 1}


def test_who_is_in_a_later_list_again_is_back_as_who_they_were(host, consultation, ann):
    alias = db.session.scalars(select(Membership.alias)).one()
    go_on(host, preview(host, BOB), leave="y")
    assert "0 new, 1 changed, 1 unchanged" in load(host, LIST)
    assert left() == set()
    assert ann.get("/c/ahp/q/1/new").status == 200
    assert f"as {alias}" in ann.get("/c/ahp/join")


def test_who_comes_back_by_themselves_is_who_they_were(host, consultation, ann):
    row = db.session.scalars(select(Membership)).one()
    go_on(host, preview(host, BOB), leave="y")
    with transaction() as session:
        session.execute(update(Registered).values(left_at=None))
    assert f"shown as {row.alias}" in ann.post("/c/ahp/join", part="member")
    make.afresh()
    assert db.session.scalars(select(Membership.alias)).all() == [row.alias]
    assert consultation.people == 1


def test_a_new_address_under_the_same_number_is_the_same_person(host, consultation, ann):
    moved = LIST.replace("ann@example.org", "ann.new@example.org")
    page = preview(host, moved)
    assert "0 new, 1 changed, 1 unchanged" in page
    assert "has left" not in page
    go_on(host, page)
    assert size() == 2
    assert ann.get("/c/ahp/q/1/new").status == 200


def test_a_number_that_was_added_later_still_leads_to_the_membership(host, consultation, app):
    bare = "e-mail,name\nann@example.org,Ann\nbob@example.org,Bob\n"
    load(host, bare)
    ann = Actor(app)
    ann.post("/c/ahp/join", email="ann@example.org", part="member")
    ann.post(reading.link("ann@example.org"))
    load(host, bare.replace("e-mail,name", "e-mail,name,number").replace("Ann\n", "Ann,DT1\n"))
    go_on(host, preview(host, bare.replace("ann@example.org,Ann\n", "")), leave="y")
    assert ann.get("/c/ahp/q/1/new").status == 403


# Bad files


def test_what_is_too_much_gets_a_sentence_and_leaves_nothing(host, consultation, monkeypatch):
    with pytest.raises(BadList, match="more than 100,000 rows"):
        lists.read(b"e-mail\n" + b"".join(b"p%d@example.org\n" % n for n in range(101_000)), Known())
    many = "e-mail\n" + "".join(f"p{n}@example.org\n" for n in range(1100))
    monkeypatch.setattr(lists, "MOST", 1000)
    page = preview(host, many)
    jobs.run_due()
    page = host.get(page.path)
    assert "more than 1,000 rows" in page
    assert page.form(PAGE, "text")[1]["text"].strip() == many.strip()
    huge = b"e-mail\n" + b"x" * 50_000_000
    page = _send(host, huge)
    assert page.status == 413
    assert "Only 25 MB are taken here" in page
    assert "more than 25 MB" in _send(host, huge[: register_pages.MOST_BYTES + 1])
    assert size() == 0
    assert host.get("/host/").status == 200


def _send(host, data):
    """Upload by hand: the test client's own way leaves files open."""
    _to, values = host.get(PAGE).form(PAGE, "text")
    head = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}'
    parts = [head.format(name, "", f"{value}\r\n") for name, value in values.items()]
    file = head.format("file", '; filename="members.csv"', "")
    body = "".join([*parts, file]).encode() + data + b"\r\n--x--\r\n"
    return host.send(PAGE, body, headers={"Content-Type": "multipart/form-data; boundary=x"})


def test_bad_workbooks_are_refused_by_the_worker_too(host, consultation):
    rows = [["E-mail", "Name"], *([f"p{n}@example.org", secrets.token_hex(200)] for n in range(3000))]
    big = workbook(*rows)
    page = upload(host, big[:-5000])
    assert jobs.run_due() <= 1
    assert "damaged" in host.get(page.path)
    bomb = zipped(xl__workbook_xml="", xl__sheet_xml=b"0" * 200_000_000)
    page = upload(host, bomb)
    assert jobs.run_due() == 1
    assert "too large" in host.get(page.path)
    assert size() == 0


def test_no_more_than_ten_lists_wait(host, consultation):
    for n in range(uploads.MOST):
        preview(host, f"e-mail\np{n}@example.org\n")
    page = preview(host, "e-mail\nlast@example.org\n")
    assert "10 lists are on their way already" in page
    assert "last@example.org" in page


def test_lists_that_cannot_be_read_make_room(host, consultation):
    for n in range(uploads.MOST):
        upload(host, b"\0%d" % n)
    assert "1 new" in preview(host, "e-mail\nlast@example.org\n")


def test_rows_are_numbered_as_in_a_spreadsheet():
    found = lists.read(b'e-mail,name\nann@example.org,"Ann\nWard"\n\nno,Bob\n', Known())
    assert found.problems == [(4, "no @ in no")]
