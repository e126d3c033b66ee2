"""Before an answer is sent: what others have said in much the same words, to agree with instead."""

from typing import Any

from markupsafe import Markup

from crowd.models import Question
from crowd.rules import Asker
from crowd.search.similar import similar
from crowd.text import plain
from crowd.threads import laying
from crowd.threads.deeds import Writing
from crowd.threads.view import View

SEEN = "seen"  # in the form's hidden field once its author has been shown what is alike: asked once, never again


def said_already(form: Any, under: Any, writing: Writing, person: Asker) -> list[Markup]:
    """Cards of what is much the same; none for comments, and none where the person has seen them."""
    if not isinstance(under, Question) or form.similar.data == SEEN:
        return []
    consultation = under.consultation
    rows = similar(consultation, person, plain(writing.html))
    form.similar.data = SEEN
    return laying.list_for(person, rows, consultation, View.of(consultation, person, listed=True)) if rows else []
