"""The front page: the running consultation, or a choice of those that one may know of."""

from crowd.states import Phase
from tests import make


def test_an_empty_site_says_what_will_stand_here(visitor):
    page = visitor.get("/")
    assert page.status == 200
    assert "Nothing is asked here yet" in page
    assert "/host/new" not in page


def test_an_empty_site_tells_a_host_how_to_begin(host):
    assert 'href="/host/new"' in host.get("/")


def test_the_only_consultation_is_the_front(visitor, consultation):
    page = visitor.get("/")
    assert (page.first_status, page.path) == (302, "/c/ahp/")


def test_several_stand_as_cards_with_where_they_are(visitor, consultation):
    make.consultation("students", phase=Phase.OPEN)
    page = visitor.get("/")
    assert page.path == "/"
    assert "Consultation ahp" in page
    assert "Consultation students" in page
    assert "Members’ discussion" in page
    assert "Findings open for comment" in page


def test_a_consultation_in_preparation_is_not_there_for_others(visitor, member, host, consultation):
    make.consultation("secret", phase=Phase.DRAFT)
    assert visitor.get("/").path == member.get("/").path == "/c/ahp/"
    assert "Consultation secret" in host.get("/")
