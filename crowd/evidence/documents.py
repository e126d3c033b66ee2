"""The documents that a host attaches to a question."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.evidence import deeds, files, storing, taking
from crowd.evidence.blueprint import bp
from crowd.evidence.forms import DocumentForm
from crowd.i18n import _
from crowd.models import Question
from crowd.web import fetch, person, takes_files


@bp.route("/host/<slug>/questions/<int:number>/documents", methods=["GET", "POST"])
@takes_files(Question, "set up", taking.room_for_documents)
def documents(slug: str, number: int) -> Any:
    """Attach documents that people should know before they answer; whoever may read the discussion may have them, and
    so may those who are asked the question by name."""
    question = fetch(Question, slug, number, to="set up")
    form = DocumentForm()
    if form.validate_on_submit():
        chosen = [file for file in request.files.getlist("files") if file.filename]
        title, who = form.title.data or "", person().id
        refused = taking.take(
            chosen,
            most=question.consultation.file_limit,
            keep=lambda file: deeds.add_document(question, by=who, file=file, title=title if len(chosen) == 1 else ""),
        )
        if chosen and not refused:
            flash(_("The document is attached. Whoever may read the discussion may read it."), "ok")
            return redirect(url_for(".documents", slug=slug, number=number))
        form.files.errors = refused or [_("Choose a file.")]
    attached = files.documents(question.id)
    page = render_template("evidence/documents.html", form=form, question=question, attached=attached)
    return page, 422 if form.errors else 200


@bp.post("/host/<slug>/questions/<int:number>/documents/<int:document>/remove")
def remove_document(slug: str, number: int, document: int) -> Any:
    """Take a document away; whoever saved it has it still."""
    question = fetch(Question, slug, number, to="set up")
    with transaction():
        gone = deeds.remove_document(question, by=person().id, number=document)
    storing.let_go(gone)
    if gone:
        flash(_("The document is taken away."), "ok")
    return redirect(url_for(".documents", slug=slug, number=number))
