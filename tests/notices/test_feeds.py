"""Feeds: valid Atom, exactly what their reader may read, and private addresses that open nothing else."""

import logging
import re
from xml.etree import ElementTree

import pytest
from flask import current_app

from crowd.db import db, transaction
from crowd.models import Follow, Membership, Person, Record, SignIn, Theme, Themed
from crowd.notices import atom, keys
from crowd.rules import may
from crowd.states import PHASES, Phase, Promise, Standing, State
from crowd.threads import deeds as threads
from crowd.web import COOKIE
from tests import make
from tests.actors import Actor

ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(page):
    assert page.status == 200
    assert page.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(page.encode())  # noqa: S314  # it is ours


def titles(page):
    return [entry.findtext(f"{ATOM}title") for entry in parsed(page).iter(f"{ATOM}entry")]


def key_of(person, path):
    found = db.session.get(Person, person)
    return f"{path}?key={keys.key_for(person, found.feed_serial, path)}"


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(
        consultation.questions[0], by=make.as_asker(colleague.id), text="Self-**referral** for <all> & sundry"
    )


def test_a_feed_is_what_rfc_4287_asks_for(member, consultation, question, idea):
    feed = parsed(member.get(f"{question}.atom"))
    assert feed.tag == f"{ATOM}feed"
    assert re.fullmatch(r"tag:localhost,\d{4}-\d\d-\d\d:c/ahp/q/1/feed", feed.findtext(f"{ATOM}id"))
    assert feed.findtext(f"{ATOM}title") == "Question 1: How will England be different?"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"alternate": f"http://localhost{question}", "self": f"http://localhost{question}.atom"}
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id").endswith(f":p/{idea.id}")
    assert entry.findtext(f"{ATOM}title").endswith(": Self-referral for <all> & sundry")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == idea.alias
    assert entry.find(f"{ATOM}link").get("href") == f"http://localhost/p/{idea.id}"
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert content.text.strip() == "<p>Self-<strong>referral</strong> for &lt;all&gt; &amp; sundry</p>"
    assert entry.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated") == idea.public_since.isoformat()


def test_addresses_come_from_the_settings_and_never_from_the_request(app, visitor, member, question, idea):
    app.config["BASE_URL"] = "https://crowd.example:8443"
    page = visitor.get(key_of(member.id, f"{question}.atom"), Host="evil.example")
    assert "evil.example" not in page
    assert f'href="https://crowd.example:8443/p/{idea.id}"' in page
    assert "<id>tag:crowd.example," in page


def test_what_no_xml_can_hold_is_left_away(consultation, member, question, idea):
    with transaction() as session:
        session.merge(idea).alias = "A\x0bB\x00C\ufffeD\ud7ffE<&>"[:3].replace("\x00", "") + "\ufffe<&>"
    (entry,) = parsed(member.get(f"{question}.atom")).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "AB<&>"
    assert atom.NOT_XML.sub("", "a\x00b\x1fc\ufffe\uffffd\t\n\U0001f600") == "abcd\t\n\U0001f600"


def test_an_edit_that_was_approved_is_an_update_of_the_same_entry(member, colleague, moderator, question, idea, at):
    before = parsed(member.get(f"{question}.atom")).find(f"{ATOM}entry")
    at(make.clock.now() + make.DAY)
    colleague.post(f"/p/{idea.id}/edit", text="Self-referral from ten")
    assert "from ten" not in member.get(f"{question}.atom")
    version = db.session.query(make.Version).filter_by(state=State.HELD).one().id
    moderator.post(f"/moderate/{version}", decision="approve")
    after = parsed(member.get(f"{question}.atom")).find(f"{ATOM}entry")
    assert "from ten" in after.findtext(f"{ATOM}content")
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}updated") > before.findtext(f"{ATOM}updated")


def test_the_thirty_newest_and_what_is_unchanged_is_not_sent_again(member, consultation, question, idea):
    by = make.member(consultation)
    for n in range(31):
        make.contribution(consultation.questions[0], by=by, text=f"Answer {n}.")
    page = member.get(f"{question}.atom")
    assert len(titles(page)) == 30
    assert titles(page)[0].endswith("Answer 30.")
    etag = page.headers["ETag"]
    assert member.get(f"{question}.atom", If_None_Match=etag).status == 304
    held = make.contribution(consultation.questions[0], by=by, text="It waits", state=State.HELD)
    assert member.get(f"{question}.atom", If_None_Match=etag).status == 304
    with transaction():
        threads.withdraw(make.anew(held), by=by)
    assert member.get(f"{question}.atom", If_None_Match=etag).status == 304
    make.contribution(consultation.questions[0], by=by, text="News")
    assert member.get(f"{question}.atom", If_None_Match=etag).status == 200


def test_a_visitor_s_feed_is_kept_and_true(visitor, consultation, question, idea, at, queries):
    at(consultation.open)
    first = visitor.get(f"{question}.atom")
    with queries() as sent:
        again = visitor.get(f"{question}.atom")
    assert sent == []
    assert again == first
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert visitor.get(f"{question}.atom", If_None_Match=first.headers["ETag"]).status == 304
    with transaction():
        threads.withdraw(make.anew(idea), by=make.as_asker(idea.author_id))
    assert titles(visitor.get(f"{question}.atom")) == []


# ---- feed = rule ----------------------------------------------------------------------------------------------------


STATES = (State.PUBLISHED, State.HELD, State.REJECTED, State.WITHDRAWN, State.RETURNED)  # the last until the opening


@pytest.fixture(params=PHASES)
def everything(app, request):
    """Texts of every promise and state, under a question and under a finding, with a theme; and who reads."""
    ahp = make.consultation("ahp", phase=Phase(request.param))
    author = make.member(ahp, "author@example.org")
    question, finding = ahp.questions[0], make.finding(ahp)
    make.finding(ahp, state=State.DRAFT)
    first = make.contribution(question, by=author, text="Canary first")
    texts = [first]
    for under in (question, first, finding):
        for promise in Promise:
            for state in STATES[:4] if request.param in ("open", "closed") else STATES:
                text = f"Canary {'said' if under is finding else 'kept'} {promise.name} {state}"
                texts.append(make.contribution(under, by=author, text=text, promise=promise, state=state))
    with transaction() as session:
        theme = Theme(consultation_id=ahp.id, number=1, name="Access")
        session.add(theme)
        session.flush()
        session.add_all([Themed(contribution_id=text.id, theme_id=theme.id) for text in texts])
    cast = {
        "S": make.member(ahp, standing=Standing.STAKEHOLDER, group="Carer").id,
        "B": make.member(ahp).id,
    } | {letter: make.person(roles=letter, name=f"Staff {letter}").id for letter in "MAH"}
    feeds = {
        "/c/ahp/q/1.atom": lambda t: t.question_id == question.id and not t.parent_id,
        f"/p/{first.id}.atom": lambda t: t.thread_id == first.id,
        "/c/ahp/findings/1.atom": lambda t: t.finding_id == finding.id,
        "/c/ahp/themes/1.atom": lambda t: True,
    }
    return ahp, texts, cast, feeds


def test_p13_a_feed_holds_exactly_what_the_rule_allows(app, visitor, everything):
    """Every standing in every phase, with a private address, with a sign-in and with neither."""
    ahp, texts, cast, feeds = everything
    asked = 0
    for letter in "VSBMAH":
        who = make.as_asker(cast[letter]) if letter != "V" else make.Asker()
        for path, of in feeds.items():
            ways = [visitor.get(path)] if letter == "V" else []
            if letter != "V":
                ways = [visitor.get(key_of(who.id, path)), Actor(app, who.id).get(path)]
            allowed = {t.id for t in texts if of(t) and t.state == State.PUBLISHED and may(who, "read", t)}
            for page in ways:
                asked += 1
                assert page.status in (200, 403, 404), (letter, path)
                found = {int(n) for n in re.findall(r"<id>tag:[^<]*:p/(\d+)</id>", page)}
                if page.status == 200:
                    newest = set(sorted(allowed, reverse=True)[:30])
                    assert found == newest, (letter, path)
                else:
                    assert "Canary" not in page
                    assert found == set()
                assert not [s for s in ("held", "returned", "rejected", "withdrawn") if f"kept ALIAS {s}" in page]
                if not may(who, "read", texts[1]):
                    assert "kept MEMBERS" not in page
    assert asked == 44
    assert ahp.id


def test_a_feed_needs_what_its_page_needs(app, visitor, everything):
    """Where the page is not shown neither is the feed, and the other way round."""
    _ahp, _texts, cast, feeds = everything
    for letter, actor in {"V": visitor, **{x: Actor(app, cast[x]) for x in "SBMAH"}}.items():
        for path in feeds:
            if "themes" not in path:
                assert actor.get(path).status == actor.get(path.removesuffix(".atom")).status, (letter, path)


def test_p12_a_name_is_kept_back_where_it_was_promised_so(visitor, member, consultation, question, at):
    author = make.member(consultation, profession="Podiatrist", region="London")
    make.contribution(consultation.questions[0], by=author, text="Nameless words", promise=Promise.NAMELESS)
    alias = author.memberships[consultation.id].alias
    assert alias in member.get(f"{question}.atom")
    at(consultation.open)
    page = visitor.get(f"{question}.atom")
    assert "Nameless words" in page
    assert alias not in page
    assert "<name>Name not shown (Podiatrist, London)</name>" in page
    assert alias in member.get(f"{question}.atom")


def test_the_feed_of_findings_tells_of_published_ones_and_of_responses(visitor, analyst, consultation, idea, at):
    finding = make.finding(consultation, title="Care time counts", evidence=(idea,))
    make.finding(consultation, title="Canary draft", state=State.DRAFT)
    assert titles(visitor.get("/c/ahp/findings.atom")) == []
    at(consultation.open)
    for actor in (visitor, analyst):
        assert titles(actor.get("/c/ahp/findings.atom")) == ["Finding 1: Care time counts"]
    at(consultation.open + make.DAY)
    with transaction() as session:
        found = session.merge(finding)
        found.response_html, found.responded_at, found.response = "<p>We will.</p>", make.clock.now(), "We will."
        session.merge(consultation).change += 1
    (entry,) = parsed(visitor.get("/c/ahp/findings.atom")).findall(f"{ATOM}entry")
    assert "<p>We will.</p>" in entry.findtext(f"{ATOM}content")
    assert entry.findtext(f"{ATOM}updated") == found.responded_at.isoformat()
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost/c/ahp/findings/1"


def test_an_example_brings_its_evidence_as_text(member, moderator, consultation, colleague):
    with transaction():
        threads.submit(
            make.anew(consultation).questions[2],
            by=make.as_asker(colleague.id),
            writing=threads.prepare("It worked", {"setting": "A team of <six>"}),
            once="example-1",
            kind=make.Kind.EXAMPLE,
        )
    with transaction() as session:
        make.moderation.approve(session.query(make.Version).one(), by=make.Asker(id=moderator.id))
    content = parsed(member.get("/c/ahp/q/3.atom")).find(f"{ATOM}entry/{ATOM}content").text
    assert "A team of &lt;six&gt;" in content


def test_a_facilitator_is_marked(member, moderator, consultation, question):
    make.contribution(consultation.questions[0], by=make.as_asker(moderator.id), text="What of islands?")
    assert "<name>Mo Desk (facilitator)</name>" in member.get(f"{question}.atom")


# ---- private addresses ----------------------------------------------------------------------------------------------


def address(page, nth=0):
    """What a person copies from their page."""
    return re.findall(r'readonly value="http://localhost([^"]+)"', page)[nth].replace("&amp;", "&")


def _follow(actor, path):
    actor.post("/follow", on=path, having="target", do="follow")


def test_a_private_address_reads_as_its_holder_would(member, visitor, consultation, question, idea):
    _follow(member, question)
    private = address(member.get("/me/feeds"), 1)
    assert private.startswith(f"{question}.atom?key=")
    assert visitor.get(f"{question}.atom").status == 403
    page = visitor.get(private)
    assert "Self-" in page
    assert page.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in page.headers
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert f'rel="self" type="application/atom+xml" href="http://localhost{private}"' in page
    make.contribution(consultation.questions[0], by=make.member(consultation), text="News")
    assert "News" in visitor.get(private)


def test_all_that_one_follows_is_one_feed(member, visitor, consultation, question, idea):
    _follow(member, question)
    private = address(member.get("/me/feeds"))
    assert private.startswith("/me/following.atom?key=")
    by = make.member(consultation)
    make.contribution(consultation.questions[0], by=by, text="News")
    assert titles(visitor.get(private)) == [f"{by.memberships[consultation.id].alias} answered question 1: News"]
    assert visitor.get("/me/following.atom").status == 403


def test_a_theme_given_later_is_an_entry_of_its_own(member, visitor, consultation, idea, at):
    with transaction() as session:
        theme = Theme(consultation_id=consultation.id, number=1, name="Access")
        session.add(theme)
        session.flush()
        now = make.clock.now()
        session.add_all(
            Follow(person_id=member.id, consultation_id=consultation.id, target=t, key=k, created_at=now - make.DAY)
            for t, k in (("theme", theme.id), ("question", consultation.questions[0].id))
        )
    at(make.clock.now() + make.DAY)
    with transaction() as session:
        session.add(Themed(contribution_id=idea.id, theme_id=theme.id))
    feed = parsed(visitor.get(key_of(member.id, "/me/following.atom")))
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == 2


def test_a_wrong_an_old_and_somebody_else_s_key_find_nothing(member, colleague, visitor, question, idea):
    right = key_of(member.id, f"{question}.atom")
    path, key = right.split("?key=")
    number, proof = key.split("-")
    assert visitor.get(right).status == 200
    wrong = [
        "",
        "x",
        number,
        f"{number}-",
        f"{number}-{proof[:-1]}{'0' if proof[-1] != '0' else '1'}",
        f"{number}-{proof}0",
        f"{number}-{proof.upper()}x",
        f"{colleague.id}-{proof}",
        f"99999-{proof}",
        f"{'9' * 30}-{proof}",
        f"{number}-%F0%9F%98%80",
        f"{number}-%00",
        keys.key_for(member.id, 0, f"/p/{idea.id}.atom"),
        keys.key_for(member.id, 1, f"{question}.atom"),
    ]
    for key in wrong:
        assert visitor.get(f"{path}?key={key}").status == 404, key
    assert member.get(f"{path}?key=x").status == 404, "a cookie does not mend a wrong key"


def test_renewed_addresses_end_the_old_ones_at_once(member, colleague, visitor, question, idea):
    _follow(member, question)
    old, others = address(member.get("/me/feeds"), 1), key_of(colleague.id, f"{question}.atom")
    page = member.post("/me/feeds/renew", on="/me/feeds", having="csrf_token")
    assert "The old ones do not work any more." in page
    assert visitor.get(old).status == 404
    assert visitor.get(address(page, 1)).status == 200
    assert visitor.get(others).status == 200
    assert db.session.query(Record).filter_by(deed="feed addresses renewed", person_id=member.id).count() == 1


def test_what_its_holder_loses_the_address_loses(app, member, moderator, visitor, consultation, question, idea, at):
    private, staff = key_of(member.id, f"{question}.atom"), key_of(moderator.id, f"{question}.atom")
    assert visitor.get(private).status == visitor.get(staff).status == 200
    with transaction() as session:
        session.query(Membership).filter_by(person_id=member.id).delete()
        session.get(Person, moderator.id).roles = ""
    assert visitor.get(private).status == visitor.get(staff).status == 404
    at(consultation.open)
    assert visitor.get(private).status == 200


def test_a_suspended_holder_reads_on_as_on_the_pages(member, visitor, question, idea):
    with transaction() as session:
        session.get(Person, member.id).suspended_until = make.clock.now() + make.DAY
    assert visitor.get(key_of(member.id, f"{question}.atom")).status == member.get(question).status == 200


def test_the_key_opens_nothing_else(app, visitor, member, consultation, question, idea):
    """On no page, with no form, and for no other feed; and it signs nobody in."""
    private = key_of(member.id, f"{question}.atom")
    key = private.split("key=")[1]
    sign_ins = db.session.query(SignIn).count()
    opened = []
    for rule in app.url_map.iter_rules():
        values = {"slug": "ahp", "number": 1, "id": 1}
        if "GET" not in rule.methods or not set(rule.arguments) <= set(values):
            continue
        path = current_app.url_map.bind("localhost").build(rule.endpoint, {n: values[n] for n in rule.arguments})
        if path == f"{question}.atom":
            continue
        plain, keyed = visitor.get(path), visitor.get(f"{path}?key={key}")
        if keyed.status == 200 and plain.status != 200:
            opened.append(path)
        assert "member@example.org" not in keyed
        assert "Self-" not in keyed
    assert opened == []
    token = visitor.get("/login").form("/login")[1]["csrf_token"]
    sent = visitor.send(f"/vote?key={key}", {"csrf_token": token, "vote": f"agree-{idea.id}"})
    assert sent.status == 404
    assert visitor.send(private, {"csrf_token": token}).status == 405
    visitor.get(private)
    assert visitor.get("/me").status == 403
    assert visitor.browser.get_cookie(COOKIE) is None
    assert db.session.query(SignIn).count() == sign_ins
    assert make.anew(idea).agree == 0


def test_a_key_that_finds_nothing_says_nothing_of_anybody(app, member, question):
    """Refused to its holder, or wrong in the browser of somebody who is signed in."""
    stranger = Actor(app, make.person("stranger@example.org").id)
    refused = Actor(app).get(key_of(stranger.id, f"{question}.atom"))
    wrong = member.get(f"{question}.atom?key=1-x")
    for page in (refused, wrong):
        assert page.status == 404
        assert "Signed in as" not in page
        assert "Set-Cookie" not in page.headers


def test_a_kept_answer_is_never_one_with_a_key(member, visitor, consultation, question, idea, at):
    at(consultation.open)
    private = make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), text="Canary for members", promise=Promise.MEMBERS
    )
    for _time in range(2):
        assert "Canary" in visitor.get(key_of(member.id, f"{question}.atom"))
        assert "Canary" not in visitor.get(f"{question}.atom")
    assert private.promise == Promise.MEMBERS
    with transaction() as session:
        session.get(Person, member.id).feed_serial += 1
    path = f"{question}.atom?key={keys.key_for(member.id, 0, f'{question}.atom')}"
    assert visitor.get(path).status == 404


def test_no_key_stands_in_a_log_or_on_a_page_that_is_shared(app, member, visitor, question, idea, caplog):
    private = key_of(member.id, f"{question}.atom")
    key = private.split("key=")[1]
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.DEBUG):
        visitor.get(private)
        del app.config["BASE_URL"]  # so that something goes wrong
        broken = visitor.get(private)
    assert broken.status == 500
    assert "Signed in as" not in broken
    assert "KeyError" in caplog.text
    assert key not in caplog.text
    for path in (question, f"/p/{idea.id}"):
        assert "key=" not in member.get(path)


def test_a_page_names_its_feed_where_everybody_may_read_it(member, visitor, consultation, question, idea, at):
    make.finding(consultation, evidence=(idea,))
    paths = (question, f"/p/{idea.id}", "/c/ahp/findings/1", "/c/ahp/findings")
    for path in paths[:2]:
        assert "application/atom+xml" not in member.get(path)
    at(consultation.open)
    for path in paths:
        for actor in (member, visitor):
            found = re.search(
                r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', actor.get(path)
            )
            assert found, path
            assert visitor.get(found[1]).status == 200


@pytest.mark.parametrize("feed", ["/c/ahp/q/1.atom", "/p/1.atom", "/c/ahp/findings/1.atom", "/me/following.atom"])
def test_a_feed_costs_the_same_for_one_and_for_thirty(app, consultation, member, idea, at, feed, queries):
    _follow(member, "/c/ahp/q/1")
    finding, by = make.finding(consultation, evidence=(idea,)), make.member(consultation)
    actor = Actor(app)
    path = key_of(member.id, feed)

    def some(n):
        for under in (consultation.questions[0], idea, finding):
            for _n in range(n):
                make.contribution(under, by=by)

    some(1)
    at(consultation.open)
    actor.get(path)
    with queries() as few:
        assert len(titles(actor.get(path))) <= 3
    some(29)
    actor.get(path)
    with queries() as many:
        assert len(titles(actor.get(path))) >= 29
    assert len(few) == len(many)
    assert len(few) < 15
