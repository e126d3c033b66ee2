"""Pages for writing: an answer, a comment, a change; drafts. What was typed is never lost."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import text
from crowd.db import transaction
from crowd.evidence import card, storing, taking
from crowd.evidence.deeds import drop_waiting
from crowd.evidence.forms import WithCard, WithFiles
from crowd.evidence.taking import OnForm
from crowd.experts import deeds as experts
from crowd.experts import queries as expert_queries
from crowd.experts.asking import name_of
from crowd.experts.forms import AnswerForm, WithInterests, change_of, declared_in
from crowd.holding.judging import Refused, mode
from crowd.holding.queries import late
from crowd.i18n import _
from crowd.models import Contribution, ExpertRequest, Finding, Question
from crowd.pages import offered
from crowd.states import Kind, Phase, Place, Promise
from crowd.threads import branches, deeds, drafts, queries, quoting, warned
from crowd.threads.blueprint import bp
from crowd.threads.branches import BranchFields
from crowd.threads.forms import ContributionForm, PromisedForm, TextForm, kind_hints
from crowd.threads.previewing import previewed
from crowd.threads.said_already import said_already
from crowd.web import by_grace, fetch, fetch_bare, person, takes_files

Under = Question | Contribution | Finding


@bp.route("/c/<slug>/q/<int:number>/new", methods=["GET", "POST"])
@takes_files(Question, "contribute", taking.room)
def write(slug: str, number: int) -> Any:
    """Take a member's contribution to a key question."""
    question = fetch_bare(Question, slug, number, to="contribute", grace=True)
    asked = _asked_by_name(question)
    form = _offered(AnswerForm if asked else ContributionForm, question).ask(question.kinds)
    kind = Kind(form.kind.data) if form.kind.data in question.kinds else Kind(question.kinds[0])
    if asked is None:
        return _taking(form, question, kind, "threads/write.html", question=question, kind=kind, hints=kind_hints())
    form.expert.data = str(asked.id)
    return _taking(
        form,
        question,
        kind,
        "threads/write.html",
        name=name_of(asked, person()),
        submit=partial(experts.answer, asked),
        question=question,
        kind=kind,
        hints=kind_hints(),
        asked=asked,
    )


def _asked_by_name(question: Question) -> ExpertRequest | None:
    """The request of an invited expert, found when the form is opened and named by the form that is sent: a form that
    promised an alias never brings a name out."""
    if request.method == "GET":
        return expert_queries.accepted(person().id, question.id)
    if "expert" not in request.form:
        return None
    number = request.form["expert"]
    fine = number.isascii() and number.isdigit() and len(number) < 10
    return (expert_queries.own(person().id, question.id, int(number)) if fine else None) or abort(404)


@bp.route("/p/<int:number>/reply", methods=["GET", "POST"])
@takes_files(Contribution, "comment", taking.room)
def reply(number: int) -> Any:
    """Take a comment on a contribution, or on a comment under a finding."""
    parent = fetch_bare(Contribution, number, to="comment", grace=True)
    under_finding = parent.place == Place.FINDING
    form = _filled(TextForm, parent) if under_finding else _offered(PromisedForm, parent)
    published = queries.published_version(parent)
    html = published.html
    if request.method == "GET" and "quote" in request.args:
        passage = request.args["quote"]
        form.text.data = quoting.added(form.text.data or "", quoting.quoted(html, "" if passage == "1" else passage))
    elif request.form.get("do") == "quote":
        form.text.data = quoting.added(form.text.data or "", quoting.quoted(html))
    return _taking(
        form,
        parent,
        Kind.COMMENT,
        "threads/reply.html",
        parent=parent,
        parent_alias=parent.alias,
        parent_html=html,
        parent_language=published.language,
    )


@bp.route("/c/<slug>/findings/<int:number>/comment", methods=["GET", "POST"])
def comment_on_finding(slug: str, number: int) -> Any:
    """Take a comment on a finding, from stakeholders and members in the open phase."""
    finding = fetch(Finding, slug, number, to="comment on a finding", grace=True)
    return _taking(_filled(TextForm, finding), finding, Kind.COMMENT, "threads/comment.html", finding=finding)


def _filled(kind: Any, under: Any, editing: bool = False) -> Any:
    """The form, filled from the person's draft of this place when it is opened."""
    draft = queries.draft(drafts.place_of(under, editing), person()) if request.method == "GET" else None
    form = kind(data=draft.fields if draft else None)
    form.draft, form.most = draft, under.consultation.text_limit
    form.write_in(offered())
    return form


def _offered(kind: Any, under: Question | Contribution) -> Any:
    """The same with the audiences that the host offers."""
    return _filled(kind, under).offer(under.consultation, by_name=deeds.facilitates(person()))


def _taking(
    form: Any, under: Under, what: Kind, template: str, *, name: str = "", submit: Any = deeds.submit, **shown: Any
) -> Any:
    """What happens to a text that is sent: its draft is discarded or saved, it is previewed, looked at,
    compared, or submitted."""
    place = drafts.place_of(under)
    if request.form.get("do") == "discard":
        return _discard(place)
    files = _files(form, under, place)
    saving = _to_be_saved()
    if saving and (saved := _save(under, files)):
        return saved
    preview = ""
    if not saving and not files.only and request.form.get("do") != "quote" and form.validate_on_submit():
        try:
            writing = deeds.prepare(form.text.data, _given(form), form.written_in())
        except text.Unusable as reason:
            form.text.errors = [str(reason)]
        else:
            if request.form.get("do") == "preview":
                preview = text.shown(previewed(writing.html))
            elif (look := warned.look_at(form, writing, under.consultation)).stopped:
                shown["pieces"] = look.pieces
            elif alike := said_already(form, under, writing, person()):
                drafts.keep(under, by=person().id, fields=request.form)
                shown["alike"] = alike
            else:
                try:
                    more = {"writing": writing, "files": files.ids, "looked": look.looked}
                    return _send(form, under, what, partial(submit, **more))
                except Refused as reason:
                    form.text.errors = [str(reason)]
    page = render_template(
        template,
        form=form,
        preview=preview,
        files=files.shown,
        draft=form.draft,
        name=name or _name(under),
        mode=mode(under.consultation, deeds.phase_of(under)),
        late=late(under.consultation),
        **shown,
    )
    return page, 422 if form.errors else 200


def _files(form: Any, under: Under, place: str, had: Sequence[int] = ()) -> OnForm:
    """The files that go with the text: every press takes in what was chosen, before the text is looked at."""
    if not isinstance(form, WithFiles):
        return OnForm([])
    return taking.on_form(form.files, place=place, consultation=under.consultation, by=person().id, had=had)


def _send(form: Any, under: Under, what: Kind, submit: Any) -> Any:
    promise = Promise(form.promise.data) if isinstance(form, PromisedForm) else Promise.ALIAS
    with transaction():
        sent = submit(under, by=person(), once=_once(form, under), kind=what, promise=promise)
    return redirect(url_for(".sent", number=sent))


def _once(form: Any, under: Under) -> str:
    """What makes a second press the same text: the form's own key, the place, and the words. Who goes back, changes the
    words and sends them has written another one."""
    whole = "\0".join((str(form.once.data), drafts.place_of(under), str(form.text.data)))
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _name(under: Under) -> str:
    """Under which name the person will be shown."""
    return str(deeds.shown_as(person(), under.consultation)["alias"])


def _discard(place: str) -> Any:
    with transaction():
        drafts.drop(place, by=person().id)
        gone = drop_waiting(place, by=person().id)
    storing.let_go(gone)
    flash(_("Your draft has been discarded."), "ok")
    return redirect(url_for("accounts.me") if by_grace() else request.path)


def _to_be_saved() -> bool:
    """Whether it is a draft; one that is too long comes back like a text that is too long, with all of it."""
    return (request.form.get("do") == "draft" or "save" in request.args) and not drafts.too_long(request.form)


def _save(under: Under, files: OnForm, editing: bool = False) -> Any:
    """Keep the draft; nothing is returned where the form is shown again: a file was refused, or it can be sent in the
    minutes after the bell but not be opened anew (P8)."""
    saved = drafts.keep(under, by=person().id, fields=request.form, editing=editing)
    if "X-Fragment" in request.headers:
        return ("", 204) if saved else abort(422)
    if saved or files.shown:
        flash(_("Your draft has been saved. Only you can see it."), "ok")
    elif not files.refused:
        flash(_("There is nothing to save yet."), "warn")
    return None if files.refused or by_grace() else redirect(request.path)


@bp.route("/p/<int:number>/edit", methods=["GET", "POST"])
@takes_files(Contribution, "edit", taking.room)
def edit(number: int) -> Any:
    """Hand in a new wording; what is published stays until a moderator has read the new one (M16, M17)."""
    contribution = fetch(Contribution, number, to="edit", grace=True)
    newest, place = queries.newest_version(contribution), drafts.place_of(contribution, editing=True)
    form = _filled(change_of(contribution, newest.card), contribution, editing=True)
    if request.method == "GET" and not form.draft:
        form.process(data={"text": newest.source, "language": newest.language} | newest.card | declared_in(newest.card))
    if isinstance(form, WithCard):
        form.offer_card()
    if request.form.get("do") == "discard":
        return _discard(place)
    files = _files(form, contribution, place, newest.files or [])
    saving = _to_be_saved()
    if saving and (saved := _save(contribution, files, editing=True)):
        return saved
    preview, pieces = "", None
    if not saving and not files.only and form.validate_on_submit():
        try:
            writing = deeds.prepare(form.text.data, _card(form, newest.card), form.written_in() or newest.language)
        except text.Unusable as reason:
            form.text.errors = [str(reason)]
        else:
            if request.form.get("do") == "preview":
                preview = text.shown(previewed(writing.html))
            else:
                pieces = _hand_in(form, contribution, writing, files)
                if pieces is None:
                    return redirect(url_for(".sent", number=contribution.id))
    page = render_template(
        "threads/edit.html",
        form=form,
        preview=preview,
        contribution=contribution,
        newest=newest,
        files=files.shown,
        had=newest.files or [],
        draft=form.draft,
        pieces=pieces,
        mode=mode(contribution.consultation, Phase(contribution.phase)),
        late=late(contribution.consultation),
    )
    return page, 422 if form.errors else 200


def _hand_in(form: Any, contribution: Contribution, writing: deeds.Writing, files: OnForm) -> Sequence[Any] | None:
    """Take the new wording, if it is one; else what the form says about it, with its marked pieces."""
    look = warned.look_at(form, writing, contribution.consultation)
    if look.stopped:
        return look.pieces
    hand_in = experts.edit if isinstance(form, WithInterests) else deeds.edit
    try:
        with transaction():
            if _differs(queries.newest_version(contribution), writing, files.ids):
                hand_in(contribution, by=person(), writing=writing, files=files.ids, looked=look.looked)
    except Refused as reason:
        form.text.errors = [str(reason)]
        return []
    return None


def _given(form: Any) -> dict[str, str] | None:
    return form.card() if isinstance(form, WithCard) else None


def _card(form: Any, old: dict[str, str]) -> dict[str, str]:
    """The card of a new wording: what the form asks for, and the rest as it was."""
    if isinstance(form, WithCard):
        old = {name: value for name, value in old.items() if name not in card.FIELDS} | form.card()
    elif isinstance(form, WithInterests):
        old = old | form.declared()
    return branches.rest_of(old) | form.branch_card() if isinstance(form, BranchFields) else old


def _differs(newest: Any, writing: deeds.Writing, files: list[int]) -> bool:
    return bool((newest.source, newest.card, newest.files or []) != (writing.source, writing.card, files))
