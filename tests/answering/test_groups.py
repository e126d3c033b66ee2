"""How groups of stakeholders voted (P14): beside the members, once, and never so that somebody can be told from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd.answering import groups
from crowd.db import db, transaction
from crowd.models import Finding, Membership, Run
from crowd.states import Vote
from crowd.threads import voting
from tests import make

A, D, P = Vote.AGREE, Vote.DISAGREE, Vote.PASS


@pytest.fixture
def votes(consultation, at):
    """A finding on which 12 patients, 11 carers, 3 commissioners and 2 members have voted."""
    make.finding(consultation, title="Care time counts")
    at(consultation.open)
    cast = {"Patient or service user": [A] * 9 + [D] * 3, "Carer": [A] * 5 + [D] * 6, "Commissioner": [A, A, D]}
    finding = db.session.scalars(select(Finding)).one()
    for group, values in cast.items():
        for value in values:
            _vote(finding, make.member(consultation, standing="S", group=group), value)
    for value in (A, P):
        _vote(finding, make.member(consultation), value)
    return finding


def _vote(finding, who, value):
    with transaction() as session:
        voting.vote(session.get_one(Finding, finding.id), by=who, value=value)


def test_p14_nothing_by_group_is_told_while_votes_can_change(votes, visitor, host):
    groups.count_groups()
    for other in (visitor, host):
        page = other.get("/c/ahp/findings/1")
        assert "is shown once, after the consultation has closed" in page
        assert "Patient or service user" not in page


def test_p14_after_closing_members_and_groups_stand_apart_and_small_ones_together(consultation, votes, visitor, at):
    at(consultation.closed + timedelta(hours=2))
    groups.count_groups()
    page = visitor.get("/c/ahp/findings/1").split("<caption>Votes by who took part")[1].split("</table>")[0]
    rows = [row.split("</tr>")[0] for row in page.split('<th scope="row">')[1:]]
    told = {row.split("</th>")[0]: [int(c.split("<")[0]) for c in row.split('<td class="n">')[1:]] for row in rows}
    assert told == {
        "Members": [1, 0, 1],
        "All stakeholders": [16, 10, 0],
        "Patient or service user": [9, 3, 0],
        "Other groups together": [7, 7, 0],  # three commissioners could be told from the sum beside eleven carers
    }


def test_it_is_counted_once_whatever_becomes_of_people(consultation, votes, visitor, at):
    at(consultation.closed + timedelta(hours=2))
    groups.count_groups()
    first = visitor.get("/c/ahp/findings/1").split("<caption>Votes by who took part")[1].split("</table>")[0]
    with transaction() as session:
        moved = session.scalars(select(Membership).where(Membership.group == "Carer")).first()
        moved.group = "Patient or service user"
    groups.count_groups()
    again = visitor.get("/c/ahp/findings/1").split("<caption>Votes by who took part")[1].split("</table>")[0]
    assert again == first
    assert len(db.session.scalars(select(Run)).all()) == 1
