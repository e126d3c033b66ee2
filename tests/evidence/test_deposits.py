"""What hosts deposit: taken whole or refused in a sentence, found, and cited so that programs read what was meant."""

import io
from urllib.parse import quote

import pytest

from crowd.db import transaction
from crowd.evidence import bibtex, doi
from crowd.models import Attachment, Deposit, Theme
from crowd.states import State
from tests import make
from tests.evidence.made import pdf

OF_THE_NINETIES = "10.1002/(sici)1099-1255(199601)11:1<1::aid-jae370>3.0.co;2-m"
NEW, LIBRARY = "/host/ahp/evidence/new", "/c/ahp/evidence"
SAID = {
    "kind": "data",
    "title": "Falls & fractures: 100% of {cases} in São_Paulo",
    "authors": "Müller, Jürgen\nDepartment of Health and Care",
    "year": "2015",
    "publisher": "Bone & Joint",
    "doi": "https://doi.org/10.1000/XYZ_1",
    "href": "https://example.org/data?a=1&b=2",
    "licence": "cc-by",
    "interests": "Paid by the maker",
    "about": "Twelve months in one county",
}


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("10.1000/xyz", "10.1000/xyz"),
        (" doi:10.1000/182 ", "10.1000/182"),
        ("DOI 10.1000/182", "10.1000/182"),
        ("https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("http://dx.doi.org/10.1002/(SICI)1097-0258(19980815)17:15", "10.1002/(sici)1097-0258(19980815)17:15"),
        ("https://doi.org/10.1000%2F182", "10.1000/182"),
        ("10.1002/(SICI)1099-1255(199601)11:1<1::AID-JAE370>3.0.CO;2-M", OF_THE_NINETIES),
        (f"https://doi.org/{quote(OF_THE_NINETIES)}", OF_THE_NINETIES),
        *((wrong, "") for wrong in ("10.1000", "11.1000/x", "10.1/x", "10.1000/a b", "https://example.org/10.1000/x")),
        *((wrong, "") for wrong in ("javascript:10.1000/x", "doi:", "10.1000/")),
    ],
)
def test_a_doi_is_kept_bare_or_is_none(typed, bare):
    assert doi.bare(typed) == bare


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("doi", "10.1000", "begins with 10., then a number of the publisher, a slash and more, such as 10.1000/xyz"),
        ("href", "javascript:alert(1)", "begins with https://"),
        ("href", "data:text/html,x", "begins with https://"),
        ("href", "https://user:secret@example.org/", "begins with https://"),
        ("year", "99999", "Enter a year of four digits"),
        ("year", "last year", "Enter a whole number"),
        ("title", "", "Enter its title"),
        ("interests", " ", "write “none” if there are none"),
        ("licence", "other", "Say what the licence is called"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_nothing_typed_is_lost(host, consultation, field, typed, sentence):
    page = host.post(NEW, **SAID | {field: typed})
    assert page.status == 422 and sentence in page.replace("&#39;", "'")
    assert "Twelve months in one county" in page and "Müller, Jürgen" in page
    with transaction() as session:
        assert not session.query(Deposit).count()


def test_it_is_deposited_found_and_cited(host, member, visitor, consultation):
    finding = make.finding(consultation, state=State.DRAFT, title="A draft of ours")
    with transaction() as session:
        theme = Theme(consultation_id=consultation.id, number=1, name="Falls")
        session.add(theme)
        session.flush()
        key = theme.id
    file = (io.BytesIO(pdf()), "report.pdf")
    page = host.post(NEW, **SAID, themes=[str(key)], findings=[str(finding.id)], files=file)
    assert page.status == 200 and "Falls &amp; fractures" in page and "report.pdf" in page
    again = host.post(NEW, **SAID)
    assert again.status == 422 and "has this DOI already" in again
    seen = member.get(LIBRARY)
    assert "https://doi.org/10.1000/xyz_1" in seen and "Paid by the maker" in seen and "CC BY 4.0" in seen
    assert "A draft of ours" not in seen and "A draft of ours" in host.get(LIBRARY)
    assert "Müller, Jürgen; Department of Health and Care (2015). Falls &amp; fractures" in seen
    for query, there in (("q=county+falls", True), ("q=nowhere", False), ("kind=data", True), ("kind=link", False)):
        assert ('id="d1"' in member.get(f"{LIBRARY}?{query}")) is there, query
    assert 'id="d1"' in host.get(f"{LIBRARY}?finding=1") and 'id="d1"' in member.get(f"{LIBRARY}?finding=1")
    assert visitor.get(f"{LIBRARY}/1").status == 403 and member.get(f"{LIBRARY}/9").status == 404
    with transaction() as session:
        number = session.query(Attachment.id).filter(Attachment.deposit_id.is_not(None)).scalar()
    assert member.get(f"/files/{number}/report.pdf").status == 200
    assert visitor.get(f"/files/{number}/report.pdf").status == 404
    entry = member.get(f"{LIBRARY}/1.bib")
    assert r"title = {{Falls \& fractures: 100\% of \{cases\} in S{\~{a}}o\_Paulo}}" in entry
    assert r"author = {M{\"{u}}ller, J{\"{u}}rgen and {Department of Health and Care}}" in entry
    assert "doi = {10.1000/xyz_1}" in entry and "url = {https://example.org/data?a=1&b=2}" in entry
    assert entry in member.get(f"{LIBRARY}.bib")


def test_two_hosts_do_not_write_over_each_other(host, consultation):
    host.post(NEW, **SAID)
    page = host.get("/host/ahp/evidence/1")
    _where, fields = page.form("/host/ahp/evidence/1", "title")
    assert host.send("/host/ahp/evidence/1", fields | {"title": "First"}).status == 200
    late = host.send("/host/ahp/evidence/1", fields | {"title": "Second"})
    assert late.status == 409 and "Second" in late and "Another host has changed it" in late
    assert "First" in host.get(LIBRARY)
    gone = host.post("/host/ahp/evidence/1/remove", on="/host/ahp/evidence/1")
    assert "taken out of the library" in gone and 'id="d1"' not in gone
    assert 'id="d2"' in host.post(NEW, **SAID)  # what was cited as 1 is not another one now


def test_bibtex_says_what_was_meant():
    assert bibtex.escaped("ñ Å ß ı — “q” 50% #1 a_b $x ~ ^ \\ Ω") == (
        r"{\~{n}} {\AA} {\ss} {\i} --- ``q'' 50\% \#1 a\_b \$x \textasciitilde{} \textasciicircum{} \textbackslash{} Ω"
    )
    assert bibtex.escaped("Zoë Špidla, Gonçalves, naïve") == r"Zo{\"{e}} {\v{S}}pidla, Gon{\c{c}}alves, na{\"{\i}}ve"
    assert bibtex.names(["Gray, C.", "Smith and Sons, Ltd", "WHO"]) == "Gray, C. and {Smith and Sons, Ltd} and {WHO}"
    assert bibtex.verbatim("https://x.org/{a}_b&c%20") == "https://x.org/%7Ba%7D_b&c%20"
    assert bibtex.key("Müller", 2015, "AHP-2016") == "Muller-2015-AHP-2016"


@pytest.mark.parametrize(
    ("source", "sentence"), [("doi:10.1000", "This is no DOI"), ("javascript:alert(1)", "This link is not taken")]
)
def test_the_source_of_an_example_is_held_to_the_same(member, consultation, source, sentence):
    said = {"text": "A falls service of ours", "effect": "12 of 40 stayed at home", "consent": "y", "licence": "cc-by"}
    page = member.post("/c/ahp/q/3/new", **said, source=source)
    assert page.status == 422 and sentence in page and "12 of 40 stayed at home" in page


def test_an_example_may_rest_on_an_article_of_the_nineties(member, consultation):
    said = {"text": "A falls service of ours", "effect": "12 of 40 stayed at home", "consent": "y", "licence": "cc-by"}
    page = member.post("/c/ahp/q/3/new", **said, source=f"doi:{OF_THE_NINETIES}")
    assert page.status == 200 and "This is no DOI" not in page
