"""The text of a facilitator that stands above the answers to a question."""

from typing import NamedTuple

from sqlalchemy import select

from crowd import kept
from crowd.db import db
from crowd.models import Contribution, Question
from crowd.rules import Asker, anyone_like, visible
from crowd.states import State
from crowd.threads import fragments
from crowd.threads.view import View


class Prompt(NamedTuple):
    """What a facilitator has put above the answers: a fragment, its id, and whether it takes comments now."""

    html: str = ""
    id: int = 0
    comments: bool = False


def prompt(question: Question, person: Asker, view: View) -> Prompt:
    """The prompt of a question as readers of this standing see it, without anything of one reader; an empty one where
    there is none. Kept by the change number."""
    if not question.prompt_id:
        return Prompt()
    consultation = question.consultation

    def make() -> Prompt:
        found = db.session.scalar(
            select(Contribution).where(
                Contribution.id == question.prompt_id,
                Contribution.state == State.PUBLISHED,
                visible(anyone_like(person, consultation), "read", Contribution, consultation),
            )
        )
        if found is None:
            return Prompt()
        html = str(fragments.alone(found, consultation, view))
        return Prompt(html, found.id, view.comments and not found.closed)

    key = ("prompt", question.id, consultation.id, consultation.change, view)
    return kept.fragments().make(key, make, lambda made: 2 * len(made.html) + 200)
