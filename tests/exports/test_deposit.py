"""Metadata for a repository, by what the published DataCite schema 4.5 says is mandatory, and citations."""

import json
import re

import pytest

from crowd.db import transaction
from crowd.models import Consultation, Theme, Themed
from crowd.states import Phase
from tests import make

DATA = "/c/ahp/data"
GENERAL = {"Dataset", "Report", "Text", "Collection"}  # of the schema's resourceTypeGeneral, those that could be meant
DATE_TYPES = {"Available", "Collected", "Created", "Issued", "Submitted", "Updated", "Valid"}
RELATIONS = {"IsDescribedBy", "IsDerivedFrom", "IsPartOf", "References"}


def assert_by_the_schema(made):
    """DataCite 4.5: properties 2 to 5 and 10 are mandatory (1, the identifier, is given at the deposit), and what is
    recommended has the words of the schema's lists."""
    assert made["schemaVersion"] == "http://datacite.org/schema/kernel-4"
    assert made["types"]["resourceTypeGeneral"] in GENERAL and made["types"]["resourceType"]
    assert made["creators"] and all(c["name"] and c["nameType"] == "Organizational" for c in made["creators"])
    assert made["titles"] and all(title["title"] for title in made["titles"])
    assert made["publisher"]["name"] and re.fullmatch("[0-9]{4}", made["publicationYear"])
    assert {d["descriptionType"] for d in made["descriptions"]} <= {"Abstract", "Methods"} and made["descriptions"]
    assert all(d["description"] for d in made["descriptions"]) and all(r["rights"] for r in made["rightsList"])
    assert {d["dateType"] for d in made["dates"]} <= DATE_TYPES
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?", d["date"]) for d in made["dates"])
    for related in made["relatedIdentifiers"]:
        assert related["relationType"] in RELATIONS and related["relatedIdentifierType"] in ("DOI", "URL")
        assert related["relatedIdentifier"].startswith("10." if related["relatedIdentifierType"] == "DOI" else "http")
    assert all(subject["subject"] for subject in made["subjects"])
    if "doi" in made:
        assert re.fullmatch(r"10.\d{4,9}/[-._;()/:a-z0-9A-Z]+", made["doi"])
    known = "schemaVersion types creators titles publisher publicationYear subjects contributors dates language doi "
    known += "alternateIdentifiers relatedIdentifiers sizes formats version rightsList descriptions"
    assert not made.keys() - set(known.split())


@pytest.fixture
def of(app):
    made = make.consultation(phase=Phase.OPEN, summary_html="<p>Two questions to all.</p>")
    text = make.contribution(make.finding(made), by=make.member(made))
    with transaction() as session:
        theme = Theme(consultation_id=made.id, number=1, name="Care & time")
        session.add(theme)
        session.flush()
        session.add(Themed(contribution_id=text.id, theme_id=theme.id))
    return made


def test_metadata_of_data_and_findings(of, visitor, host):
    data = json.loads(visitor.get(f"{DATA}/datacite.json"))
    assert_by_the_schema(data)
    assert "doi" not in data and data["subjects"] == [{"subject": "Care & time"}]
    wrong = host.post("/host/ahp/exports/licence", on="/host/ahp/exports", licence="cc-by", doi="10.5281")
    assert wrong.status == 422 and "This is no DOI" in wrong and "10.5281" in wrong
    host.post("/host/ahp/exports/licence", on="/host/ahp/exports", licence="cc-by", doi="doi:10.5281/zenodo.1")
    page = "/host/ahp/evidence/new"
    host.post(page, kind="document", title="A study", doi="10.1000/xyz", licence="reserved", interests="none")
    data, findings = (json.loads(visitor.get(f"{DATA}/{n}")) for n in ("datacite.json", "findings-datacite.json"))
    assert_by_the_schema(data)
    assert_by_the_schema(findings)
    assert data["doi"] == "10.5281/zenodo.1" and data["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    how = {(r["relationType"], r["relatedIdentifier"]) for r in data["relatedIdentifiers"]}
    assert ("References", "10.1000/xyz") in how
    assert findings["relatedIdentifiers"][0]["relatedIdentifier"] == "10.5281/zenodo.1"
    assert "https://doi.org/10.5281/zenodo.1" in visitor.get(DATA)


def test_citations_of_a_consultation_and_of_a_finding(of, visitor):
    with transaction() as session:
        session.get_one(Consultation, of.id).title = "Größe & Würde_2016"
        make.log.touch(of.id)
    entry = visitor.get(f"{DATA}/cite.bib")
    assert entry.startswith("@misc{AHP-2016,") and r"title = {{Gr{\"{o}}{\ss}e \& W{\"{u}}rde\_2016}}" in entry
    assert "author = {{Allied Health Professions}}" in entry and "url = {http://localhost/c/ahp/data}" in entry
    year = make.clock.now().year
    line = (
        f"Allied Health Professions ({year}). Finding 1. Finding AHP-2016-F1, edition 1. In: Größe &amp; Würde_2016."
        " http://localhost/c/ahp/findings/1/v/1"
    )
    assert line in visitor.get(DATA)
    found = visitor.get("/c/ahp/findings/1.bib")
    assert "@incollection{AHP-2016-F1," in found and "edition = {1}" in found
    assert "number = {AHP-2016-F1}" in found and "url = {http://localhost/c/ahp/findings/1/v/1}" in found
    assert visitor.get("/c/ahp/findings/9.bib").status == 404


def test_everything_public_has_a_feed(of, visitor, host):
    feed = visitor.get("/c/ahp/everything.atom")
    assert feed.status == 200 and "Something worth saying" in feed and "Finding 1" in feed
    assert 'href="/c/ahp/everything.atom"' in visitor.get(DATA)
    new = "/host/ahp/evidence/new"
    host.post(new, kind="document", title="A <study> of care", licence="reserved", interests="none")
    feed = visitor.get("/c/ahp/evidence.atom")
    assert "A &lt;study&gt; of care" in feed and "/c/ahp/evidence/1" in feed
