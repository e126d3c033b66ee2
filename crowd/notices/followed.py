"""What somebody follows, in words: for the page that lists it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import false, or_, select

from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Finding, Follow, Question, Theme, Version
from crowd.notices.queries import PAGE, published
from crowd.rules import Asker, may, visible
from crowd.text import opening, plain

TARGETS = ("contribution", "question", "finding", "theme")


class Followed(NamedTuple):
    """A line of the list; without a title its reader may not know of it any more. `number` is that of its address."""

    target: str
    key: int
    title: str = ""
    slug: str = ""
    number: int = 0


def followed(person: Asker, of: Sequence[Consultation], before: int = 0) -> tuple[list[Followed], int]:
    """What the person follows, the latest first, and the id after which the next page goes on (0: none)."""
    query = select(Follow).where(Follow.person_id == person.id).order_by(Follow.id.desc()).limit(PAGE + 1)
    found = db.session.scalars(query.where(Follow.id < before) if before else query).all()
    keys = {target: [f.key for f in found[:PAGE] if f.target == target] for target in TARGETS}
    known = {
        (line.target, line.key): line
        for line in (
            *_contributions(person, of, keys["contribution"]),
            *_findings(person, of, keys["finding"]),
            *_questions(person, keys["question"]),
            *_themes(person, keys["theme"]),
        )
    }
    lines = [known.get((f.target, f.key), Followed(f.target, f.key)) for f in found[:PAGE]]
    return lines, found[PAGE - 1].id if len(found) > PAGE else 0


def _contributions(person: Asker, of: Sequence[Consultation], keys: list[int]) -> list[Followed]:
    rows = db.session.execute(
        select(Contribution.id, Version.html)
        .join(Version, Version.id == Contribution.version_id)
        .where(published(person, of), Contribution.id.in_(keys))
    )
    return [Followed("contribution", row.id, title(row.html), number=row.id) for row in rows]


def title(html: str) -> str:
    """The first words of a text."""
    return opening(plain(html).partition("\n")[0], 70)


def _findings(person: Asker, of: Sequence[Consultation], keys: list[int]) -> list[Followed]:
    readable = or_(false(), *(visible(person, "read a finding", Finding, consultation) for consultation in of))
    rows = db.session.execute(
        select(Finding.id, Finding.number, Finding.title, Consultation.slug)
        .join(Consultation, Consultation.id == Finding.consultation_id)
        .where(readable, Finding.id.in_(keys))
    )
    words = _("Finding %(number)s: %(title)s")
    return [_numbered("finding", words, row, row.title) for row in rows]


def _questions(person: Asker, keys: list[int]) -> list[Followed]:
    rows = _inside(person, select(Question, Consultation).join(Question.consultation).where(Question.id.in_(keys)))
    words = _("Question %(number)s: %(title)s")
    return [_numbered("question", words, row, row.title, row.consultation.slug) for row in rows]


def _themes(person: Asker, keys: list[int]) -> list[Followed]:
    rows = _inside(person, select(Theme, Consultation).join(Theme.consultation).where(Theme.id.in_(keys)))
    words = _("Theme %(number)s: %(title)s")
    return [_numbered("theme", words, row, row.name, row.consultation.slug) for row in rows]


def _inside(person: Asker, query: Any) -> list[Any]:
    """Those whose consultation's discussion the person may enter."""
    return [row for row, of in db.session.execute(query).all() if may(person, "enter the discussion", of)]


def _numbered(target: str, words: str, row: Any, name: str, slug: str = "") -> Followed:
    return Followed(target, row.id, words % {"number": row.number, "title": name}, slug or row.slug, row.number)
