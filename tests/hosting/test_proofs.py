"""What numbers look like by profession, and addresses that are enough to join."""

import pytest
from sqlalchemy import select

from crowd.accounts import domains, numbers
from crowd.accounts.domains import BadDomain
from crowd.accounts.numbers import BadPattern, Format
from crowd.db import db
from crowd.models import JoinRequest, Membership, NumberFormat, Record
from tests.accounts import reading
from tests.actors import Actor
from tests.hosting.test_register import LIST, load, preview

NUMBERS, ADDRESSES = "/host/register/numbers", "/host/register/addresses"


@pytest.mark.parametrize(
    ("pattern", "fewer", "right", "wrong"),
    [
        ("PH######", False, "PH123456 ph-123456 PH12.3456", "PH12345 PH1234567 PT123456 123456"),
        ("PH######", True, "PH1 ph12345 PH123456", "PH PH1234567 PHX1"),
        ("10/####, D##", True, "10/1234 101 D1", "11/1234 D123"),
        ("A#B##", True, "A1B2 A1B22", "AB22 A11B2"),
        ("###", False, "123", "12 1234 ١٢٣"),
    ],
)
def test_what_fits_a_pattern(pattern, fewer, right, wrong):
    numbers.check(pattern, fewer)
    shape = Format("x", pattern, fewer)
    assert [n for n in right.split() if not shape.fits(n)] == []
    assert [n for n in wrong.split() if shape.fits(n)] == []
    assert shape.fits(shape.example())


@pytest.mark.parametrize(
    ("pattern", "fewer", "words"),
    [
        ("PH", False, "Put a # for each digit"),
        ("PH######, ", False, "Put a #"),
        ("PH[0-9]+", False, "cannot stand there"),
        ("PÄ##", False, "“Ä” cannot"),
        ("##PH", True, "ends with #"),
        ("#" * 101, False, "at most 100"),
    ],
)
def test_a_bad_pattern_gets_a_sentence(pattern, fewer, words):
    with pytest.raises(BadPattern, match=words):
        numbers.check(pattern, fewer)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Physiotherapists", "PH"), ("Prosthetists/orthotists", "PO"), ("Dietician", "DT"), ("Osteopath", "")],
)
def test_the_prefixes_of_the_hcpc_are_known_by_more_names(name, letters):
    assert numbers.prefix(name) == letters


def typed(page, **patterns):
    """The form with these patterns by profession."""
    _to, values = page.form(NUMBERS, "number")
    label = {name: page.split(f">{name}</label>")[0].rsplit('for="', 1)[1].split('"')[0] for name in patterns}
    return values | {label[name]: pattern for name, pattern in patterns.items()}


def test_a_host_writes_patterns_tries_and_keeps_them(host, consultation):
    page = host.get(NUMBERS)
    page = host.send(NUMBERS, typed(page) | {"do": "hcpc"})
    assert 'value="DT######"' in page
    assert db.session.scalars(select(NumberFormat)).all() == []
    page = host.send(NUMBERS, typed(page) | {"do": "try", "profession": "Dietitian", "number": "dt 12"})
    assert "Right: dt 12 fits DT######, or fewer digits at the end (Dietitian)" in page
    page = host.send(NUMBERS, typed(page) | {"do": "try", "profession": "Dietitian", "number": "PA1"})
    assert "Wrong: PA1 does not fit" in page
    fragment = host.send(f"{NUMBERS}/try", typed(page) | {"number": "DT7"})
    assert fragment.strip() == "<p>Right: DT7 fits DT######, or fewer digits at the end (Dietitian).</p>"
    page = host.send(NUMBERS, typed(page, Paramedic="PA") | {"do": "save"})
    assert "Paramedic: Put a # for each digit" in page
    assert 'value="PA"' in page
    page = host.send(NUMBERS, typed(page, Paramedic="pa ######") | {"do": "save"})
    assert "Saved" in page
    assert numbers.formats()["paramedic"] == Format("Paramedic", "PA ######", True)
    line = db.session.query(Record).filter_by(deed="number formats changed").one()
    assert line.facts["after"]["Paramedic"] == "PA ######"
    host.send(NUMBERS, typed(host.get(NUMBERS), Paramedic="") | {"do": "save"})
    assert "paramedic" not in numbers.formats()


@pytest.fixture
def formats(host, consultation):
    page = host.send(NUMBERS, typed(host.get(NUMBERS)) | {"do": "hcpc"})
    host.send(NUMBERS, typed(page) | {"do": "save"})


def test_a_list_is_held_against_them(host, formats):
    page = preview(host, LIST.replace("PA7", "PH7") + "cy@example.org,Cy,Podiatrist,,\n")
    assert "2 new" in page
    assert "the number PH7 is not like PA######, or fewer digits at the end" in page


def test_who_joins_is_told_what_the_number_looks_like(app, host, formats):
    load(host, LIST)
    actor = Actor(app)
    actor.post("/c/ahp/join", email="private@example.org", part="member")
    actor.post(reading.link("private@example.org"))
    said = {"name": "Ann O’Neil", "profession": "Dietitian"}
    page = actor.post("/c/ahp/join/details", number="PH12", **said)
    assert "A number of this profession looks like DT######" in page
    assert 'value="PH12"' in page
    assert actor.post("/c/ahp/join/details", number="DT012345", **said).path == "/c/ahp/q/1"


# Addresses


@pytest.mark.parametrize(
    ("line", "right", "wrong"),
    [
        ("nhs.net", "a@nhs.net A@NHS.NET", "a@mail.nhs.net a@xnhs.net a@nhs.net.example.org"),
        ("@NHS.net", "a@nhs.net", "a@nhs.uk"),
        ("*.nhs.uk", "a@trust.nhs.uk a@x.trust.nhs.uk", "a@nhs.uk a@xnhs.uk a@nhs.uk.example.org"),
        ("bücher.example.org", "a@xn--bcher-kva.example.org a@BÜCHER.example.org", "a@bucher.example.org"),
        ("*.xn--bcher-kva.org", "a@x.bücher.org", "a@bücher.org"),
    ],
)
def test_which_addresses_a_line_takes(line, right, wrong):
    kept = domains.parsed(line)
    assert [one for one in right.split() if not domains.matches(one, kept)] == []
    assert [one for one in wrong.split() if domains.matches(one, kept)] == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("*", "nearly everybody"),
        ("*.uk", "nearly everybody"),
        ("uk", "nearly everybody"),
        ("*nhs.uk", "only stand at the beginning"),
        ("a.*.uk", "only stand at the beginning"),
        ("ann@nhs.net", "whole address"),
        ("nhs..net", "not the end of"),
        ("nhs .net", "not the end of"),
    ],
)
def test_a_bad_line_gets_a_sentence_and_stays(host, line, words):
    with pytest.raises(BadDomain, match=words):
        domains.parsed(line)
    page = host.post(ADDRESSES, domains=f"nhs.net\n{line}")
    assert "There is a problem" in page
    assert page.form(ADDRESSES)[1]["domains"].splitlines()[-1] == line


def confirmed(app, email):
    actor = Actor(app)
    actor.post("/c/ahp/join", email=email, part="member")
    return actor, actor.post(reading.link(email))


def test_a_confirmed_address_is_enough_once(app, host, consultation):
    page = host.post(ADDRESSES, domains="NHS.net\n*.nhs.uk\nnhs.net")
    assert page.form(ADDRESSES)[1]["domains"].split() == ["nhs.net", "*.nhs.uk"]
    assert "@trust.nhs.uk and @ward.trust.nhs.uk, but not @nhs.uk" in page
    actor, page = confirmed(app, "ann@trust.nhs.uk")
    assert "it lets you in" in page
    assert 'name="number"' not in page
    page = actor.post("/c/ahp/join/details", profession="Dietitian", region="London")
    assert page.path == "/c/ahp/q/1"
    assert "shown as Dietitian" in page
    member = db.session.scalars(select(Membership)).one()
    assert (member.standing, member.profession, member.region) == ("B", "Dietitian", "London")
    _other, page = confirmed(app, "bob@nhs.uk")
    assert "not on the register" in page


def test_addresses_can_limit_who_asks(app, host, consultation):
    load(host, LIST)
    host.post(ADDRESSES, domains="nhs.net", what="ask")
    actor, _page = confirmed(app, "cy@example.org")
    said = {"name": "Cy Stone", "profession": "Dietitian", "note": "Ward 7"}
    page = actor.post("/c/ahp/join/details", **said)
    assert "takes requests only from addresses of its own" in page
    assert "Ward 7" in page
    assert db.session.scalars(select(JoinRequest)).all() == []
    actor, _page = confirmed(app, "cy@nhs.net")
    assert "The host has your request" in actor.post("/c/ahp/join/details", **said)
    actor, _page = confirmed(app, "ann.private@example.org")
    page = actor.post("/c/ahp/join/details", name="Ann O’Neil", number="DT 012-345", profession="Dietitian")
    assert page.path == "/c/ahp/q/1", "the register lets in whoever is on it"
