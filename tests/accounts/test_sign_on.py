"""Single sign-on, with a real provider on loopback: who gets in, as what, and what each thing that is wrong says."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.accounts import provider as client
from crowd.accounts import signing_on
from crowd.db import db
from crowd.models import Identity, JoinRequest, Mail, Membership, Person, Provider, Record, SignIn, Token
from crowd.states import Phase
from tests import make
from tests.accounts import reading
from tests.accounts.signed_on import ANN, CLIENT, SECRET, at_the_provider, set_up, sign_in, there
from tests.accounts.test_two_factor import code_now
from tests.accounts.test_two_factor import set_up as set_up_factor
from tests.actors import Actor

PAGE = "/host/sign-on"


def people():
    return db.session.scalars(select(Person.email).order_by(Person.id)).all()


def rule(host, claim, value, gives, called=""):
    return host.post(f"{PAGE}/rules", on=PAGE, having="claim", claim=claim, value=value, gives=gives, called=called)


def test_somebody_new_has_an_account_with_the_address_that_the_provider_has_checked(app, visitor, provider):
    page = sign_in(visitor, "/login?next=/me/password")
    assert (page.status, page.path) == (200, "/me/password")
    assert people() == ["ann@example.org"]
    who = db.session.scalars(select(Identity)).one()
    assert (who.issuer, who.subject) == (provider.address, "ann-1")
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_without_a_provider_there_is_no_such_way(visitor):
    assert "/login/with" not in visitor.get("/login")
    values = visitor.get("/login").form("/login")[1]
    assert visitor.send("/login/with", values).status == 404
    assert visitor.get("/login/sign-on?state=x&code=y").status == 404


def test_somebody_known_by_address_is_the_same_and_hears_of_it(app, visitor, provider, at):
    make.person("ann@example.org")
    at(clock.now() + make.DAY)
    provider.switch(user=ANN, claims={"iat": int(time.time()) + 86400, "exp": int(time.time()) + 86500})
    sign_in(visitor)
    assert people() == ["ann@example.org"]
    assert "new way to sign in" in reading.newest("ann@example.org").subject
    assert db.session.scalar(select(Record.facts).where(Record.deed == "account linked")) == {
        "issuer": provider.address
    }


def test_the_provider_knows_them_by_its_own_name_when_their_address_has_changed(app, visitor, provider):
    sign_in(visitor)
    provider.switch(user=ANN | {"email": "ann@elsewhere.example"})
    sign_in(Actor(app))
    assert people() == ["ann@example.org"]


def test_an_address_that_the_provider_has_not_checked_is_confirmed_by_mail_once(app, visitor, provider):
    make.person("ann@example.org")
    provider.switch(user=ANN | {"email_verified": False})
    page = sign_in(visitor, "/login?next=/me/password")
    assert "Our House has not checked your address" in page
    assert visitor.get("/me").status == 403
    assert not db.session.scalars(select(Identity)).all()
    assert visitor.post(reading.link("ann@example.org")).path == "/me/password"
    again = Actor(app)
    sign_in(again)
    assert again.get("/me").status == 200


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_of_a_moderator_is_not_taken_over(app, visitor, moderator, provider, verified):
    provider.switch(user=ANN | {"email": moderator.email, "email_verified": verified})
    page = sign_in(visitor)
    assert "has a role here" in page
    assert visitor.get("/me").status == 403
    assert not db.session.scalars(select(Identity)).all()
    assert not db.session.scalars(select(Mail)).all()


def test_a_moderator_links_the_two_and_still_needs_the_second_factor(app, moderator, provider):
    set_up_factor(moderator)
    back = at_the_provider(moderator.post("/login/with", on="/me", having="csrf_token"))
    assert "you can sign in with Our House" in moderator.get(back)
    other = Actor(app)
    assert sign_in(other).path == "/login/code"
    assert other.get("/moderate").status == 403
    other.post("/login/code", code=code_now(moderator.id, later=1))
    assert other.get("/moderate").status == 200
    moderator.post("/me/sign-on/end", on="/me", having="csrf_token")
    assert sign_in(Actor(app)).path != "/login/code"  # as somebody new
    assert people()[-1] == "ann@example.org"


def test_whom_the_provider_knows_as_somebody_else_is_not_linked_again(app, visitor, member, provider):
    sign_in(visitor)
    page = member.get(at_the_provider(member.post("/login/with", on="/me", having="csrf_token")))
    assert "belongs to another account" in page
    assert db.session.scalars(select(Identity.person_id)).one() != member.id


def test_what_was_typed_before_is_there_after(app, member, question, provider):
    provider.switch(user=ANN | {"email": member.email})
    values = member.get(f"{question}/new").form("", "text")[1]
    late = Actor(app)
    page = late.send(f"{question}/new", values | {"text": "Count care time"})
    page = late.send("/login/with", page.form("/login/with")[1])
    assert "Count care time" not in page
    page = late.get(at_the_provider(page))
    assert page.path == f"{question}/new"
    assert "Count care time" in page
    assert not [token for token in db.session.scalars(select(Token)) if token.facts.get("typed")]


def test_what_was_typed_is_there_when_it_fails_too(app, visitor, member, question, provider):
    values = member.get(f"{question}/new").form("", "text")[1]
    page = visitor.send(f"{question}/new", values | {"text": "Count care time"})
    provider.switch(denies=True)
    page = visitor.get(at_the_provider(visitor.send("/login/with", page.form("/login/with")[1])))
    assert page.status == 400
    assert "Our House did not sign you in" in page
    assert "Count care time" in page.form("/login", "password")[1]["kept-text"]


EARLIER, LATER = int(time.time()) - 3600, int(time.time()) + 3600


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"claims": {"nonce": "another"}}, "belongs to another sign-in"),
        ({"without": ["nonce"]}, "belongs to another sign-in"),
        ({"claims": {"aud": ["another"]}}, "meant for another site"),
        ({"claims": {"aud": [CLIENT, "another"], "azp": "another"}}, "meant for another site"),
        ({"claims": {"iss": "https://login.example.org"}}, "made by somebody else than Our House"),
        ({"claims": {"exp": EARLIER}}, "too old, or its clock and ours differ"),
        ({"claims": {"iat": LATER}}, "from the future"),
        ({"claims": {"sub": ""}}, "did not tell us who you are"),
        ({"claims": {"at_hash": "another"}}, "lacks something"),
        ({"without": ["sub"]}, "lacks something"),
        ({"alg": "none"}, "is not signed with its key"),
        ({"forged": True}, "is not signed with its key"),
        ({"user": {"sub": "ann-1"}}, "did not tell us your e-mail address"),
        ({"user": ANN | {"email": "ann"}}, "did not tell us your e-mail address"),
        ({"token_status": 500}, "has a problem just now"),
        ({"token_status": 302}, "has a problem just now"),
        ({"token_status": 200}, "has a problem just now"),
    ],
)
def test_an_answer_that_cannot_be_believed_lets_nobody_in(visitor, provider, wrong, sentence):
    provider.switch(**wrong)
    page = sign_in(visitor)
    assert page.status == 400
    assert sentence in page
    assert "Send me a sign-in link" in page  # the other ways
    assert not db.session.scalars(select(SignIn)).all()
    assert not people()


def test_a_wrong_secret_says_so(visitor, provider):
    set_up(provider.address, "another secret")
    assert "does not accept the client ID or the secret" in sign_in(visitor)


def test_a_slow_provider_is_not_waited_for(visitor, provider, monkeypatch):
    monkeypatch.setattr(client, "SECONDS", 0.2)
    provider.switch(slow=2)
    assert "has a problem just now" in sign_in(visitor)


def test_keys_that_were_changed_are_read_again(app, visitor, provider):
    sign_in(visitor)
    provider.rotate()
    other = Actor(app)
    assert sign_in(other).status == 200
    assert other.get("/me").status == 200


def test_an_answer_works_once_and_in_the_browser_alone_that_began(app, visitor, provider):
    thief, back = Actor(app), there(visitor)
    assert "begun in another window" in thief.get(back)
    assert thief.get("/me").status == 403
    cookie = visitor.browser.get_cookie("crowd").value
    assert visitor.get(back).status == 200
    thief.browser.set_cookie("crowd", cookie)  # all that the browser had
    assert "begun in another window" in thief.get(back)
    assert thief.get("/me").status == 403


def test_an_answer_is_not_taken_after_a_quarter_of_an_hour(visitor, provider, at):
    back = there(visitor)
    at(clock.now() + timedelta(minutes=16))
    assert "took too long" in visitor.get(back)


def test_a_provider_that_is_gone_leaves_the_other_ways(visitor, running, app):
    set_up("http://127.0.0.1:9")
    page = visitor.post("/login/with", on="/login", having="csrf_token")
    assert page.status == 400
    assert "cannot be reached" in page
    assert "Send me a sign-in link" in page


def test_the_address_may_stand_in_the_user_information_alone(app, visitor, provider):
    provider.switch(without=["email", "email_verified"])
    assert sign_in(visitor).status == 200
    assert people() == ["ann@example.org"]


# ---- as what they take part


def join(actor, part="member"):
    page = actor.post("/c/ahp/join", on="/c/ahp/join", having="part", part=part, do="provider")
    return actor.get(at_the_provider(page))


def test_a_claim_makes_a_member_with_a_profession_at_once(app, consultation, host, visitor, provider):
    rule(host, "groups", "staff", "member")
    rule(host, "realm.roles", "diet", "profession", "Dietitian")
    provider.switch(user=ANN | {"realm": {"roles": ["x", "Diet"]}})
    page = join(visitor)
    assert page.path == "/c/ahp/q/1"
    row = db.session.scalars(select(Membership).where(Membership.standing == "B")).one()
    assert (row.profession, row.alias.split()[0]) == ("Dietitian", "Dietitian")
    assert db.session.scalar(select(Record.facts).where(Record.deed == "joined"))["how"] == "provider"


def test_whom_no_claim_fits_asks_the_host(app, consultation, host, visitor, provider):
    rule(host, "groups", "board", "member")
    assert join(visitor).path == "/c/ahp/join/details"
    visitor.post("/c/ahp/join/details", name="Ann", number="1", profession="Dietitian", region="London", note="")
    assert db.session.scalars(select(JoinRequest.state)).one() == "waiting"
    assert not db.session.scalars(select(Membership)).all()


def test_a_claim_says_as_which_stakeholder(app, host, visitor, provider):
    make.consultation(phase=Phase.OPEN)
    rule(host, "groups", "staff", "stakeholder", "Commissioner")
    join(visitor, "group:Carer")
    row = db.session.scalars(select(Membership)).one()
    assert (row.standing, row.group) == ("S", "Commissioner")


def test_no_claim_gives_a_role(app, host, visitor, provider):
    assert rule(host, "groups", "staff", "H").status == 422
    provider.switch(user=ANN | {"roles": "MAH", "groups": ["host", "H"]})
    sign_in(visitor)
    assert db.session.scalar(select(Person.roles).where(Person.email == "ann@example.org")) == ""
    assert visitor.get("/host/").status == 403


# ---- the host's page


def fill(host, address, **more):
    return host.post(
        PAGE, having="issuer", **{"name": "Our House", "issuer": address, "client": CLIENT, "secret": SECRET} | more
    )


def test_a_host_sets_it_up_and_the_secret_is_never_shown_again(app, host, visitor, running):
    running.switch()
    assert "http://localhost/login/sign-on" in host.get(PAGE)
    page = fill(host, running.address)
    assert "The provider answers" in page
    assert SECRET not in page.replace("&amp;", "&")
    row = db.session.scalars(select(Provider)).one()
    assert SECRET not in row.secret
    assert "Sign in with Our House" in visitor.get("/login")
    fill(host, running.address, name="The House", secret="")
    assert sign_in(visitor).status == 200  # with the secret that was kept
    assert SECRET not in str(db.session.scalars(select(Record.facts)).all())
    host.post(f"{PAGE}/end", on=PAGE, having="csrf_token")
    assert "/login/with" not in Actor(app).get("/login")


@pytest.mark.parametrize(
    ("wrong", "address", "sentence"),
    [
        ({}, "http://127.0.0.1:9", "cannot be reached"),
        ({}, "http://login.example.org", "has to begin with https://"),
        ({}, "login.example.org", "has to begin with https://"),
        ({"documents": "<html>"}, "", "something else than a JSON document"),
        ({"documents": "[]"}, "", "something else than a JSON document"),
        ({"documents": '"' + "x" * 1_100_000 + '"'}, "", "cannot be reached"),
        ({"document": {"issuer": "https://other.example.org"}}, "", "calls itself “https://other.example.org”"),
        ({"document": {"token_endpoint": "http://login.example.org/"}}, "", "no “token_endpoint” that begins with"),
        ({"document": {"jwks_uri": None}}, "", "no “jwks_uri” that begins with"),
        ({"elsewhere": True}, "", "leads elsewhere, and we do not follow that"),
    ],
)
def test_each_thing_that_is_wrong_has_its_sentence_and_nothing_typed_is_lost(host, running, wrong, address, sentence):
    running.switch(**wrong)
    page = fill(host, address or running.address)
    assert sentence in page
    assert page.status == 422
    typed = page.form(PAGE, "issuer")[1]
    assert (typed["issuer"], typed["client"], typed["secret"]) == (address or running.address, CLIENT, SECRET)
    assert not db.session.scalars(select(Provider)).all()


def test_a_kept_secret_does_not_go_to_another_address(host, provider):
    fill(host, provider.address, client="another", secret="")
    assert (signing_on.client().client, signing_on.client().secret) == ("another", "")


def test_a_form_that_was_too_old_does_not_show_the_secret(host, provider):
    values = host.get(PAGE).form(PAGE, "issuer")[1] | {"csrf_token": "stale", "name": "Another House", "secret": SECRET}
    page = host.send(PAGE, values)
    assert "Another House" in page
    assert "a secret" not in page


def test_a_line_about_a_profession_needs_its_name_and_can_be_removed(host, provider):
    page = rule(host, "groups", "staff", "profession")
    assert "Enter the name, as it stands" in page
    assert page.form(f"{PAGE}/rules")[1]["claim"] == "groups"
    page = rule(host, "groups", "staff", "profession", "Dietitian")
    assert "has the profession Dietitian" in page
    number = page.split(f"{PAGE}/rules/")[1].split("/")[0]
    page = host.post(f"{PAGE}/rules/{number}/remove", on=PAGE, having="csrf_token")
    assert "has the profession Dietitian" not in page
