"""Pages of what is deposited in the library: one of them for whoever may read the discussion, and writing for hosts."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.db import Overtaken, transaction
from crowd.evidence import bibtex, deposits, files, licences, storing, taking
from crowd.evidence.blueprint import bp
from crowd.evidence.forms import DepositForm
from crowd.evidence.sorts import NotTaken
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation, Deposit, Finding
from crowd.rules import visible
from crowd.themes import queries as themes
from crowd.web import fetch, person, saved_as, takes_files


def shown(of: Consultation, found: Any) -> list[dict[str, Any]]:
    """Deposits as pages show them, with their files and the findings that the reader may know of."""
    ids = [one.id for one in found]
    standing = deposits.beside(ids, visible(person(), "read a finding", Finding, of))
    lying = deposits.files(ids)
    listed = {file.id: file for file in files.these(n for its in lying.values() for n in its)}
    return [
        {
            "one": one,
            "kind": deposits.kind_word(one),
            "authors": deposits.authors(one),
            "licence": licences.of(one.licence, one.licence_words),
            "cite": deposits.line(one, of),
            "href": deposits.doi.href(one.doi) or one.href,
            "findings": standing.get(one.id, []),
            "files": [listed[n] for n in lying.get(one.id, ())],
        }
        for one in found
    ]


@bp.get("/c/<slug>/evidence/<int:number>")
def deposit(slug: str, number: int) -> Any:
    of = fetch(Consultation, slug, to="enter the discussion")
    one = deposits.numbered(of, number) or abort(404)
    keep_page(of)
    return render_template("evidence/deposit.html", it=shown(of, [one])[0])


@bp.get("/c/<slug>/evidence/<int:number>.bib")
def deposit_bib(slug: str, number: int) -> Any:
    of = fetch(Consultation, slug, to="enter the discussion")
    one = deposits.numbered(of, number) or abort(404)
    return saved_as(f"{slug}-evidence-{number}.bib", deposits.bib(one, of), bibtex.MEDIA)


@bp.route("/host/<slug>/evidence/new", methods=["GET", "POST"])
@takes_files(Consultation, "set up", taking.room_for_documents)
def add(slug: str) -> Any:
    """Deposit a document, a data set, a link or a protocol."""
    return _writing(fetch(Consultation, slug, to="set up"), None)


@bp.route("/host/<slug>/evidence/<int:number>", methods=["GET", "POST"])
@takes_files(Consultation, "set up", taking.room_for_documents)
def change(slug: str, number: int) -> Any:
    of = fetch(Consultation, slug, to="set up")
    return _writing(of, deposits.numbered(of, number) or abort(404))


def _writing(of: Consultation, one: Deposit | None) -> Any:
    form = _form(of, one)
    if form.validate_on_submit() and _no_twin(form, of, one):
        try:
            kept = _kept(of, one, form)
        except Overtaken:
            said = _(
                "Another host has changed it since you opened this page. Your words are below; save again to keep them."
            )
            form.seen.data = str(one.edition if one else 0)
            form.form_errors.append(said)
            return _page(form, of, one), 409
        flash(_("It stands in the library."), "ok")
        if _take_files(kept):
            return redirect(url_for(".change", slug=of.slug, number=kept.number))
        return redirect(url_for(".library", slug=of.slug))
    return _page(form, of, one), 422 if form.errors else 200


def _page(form: DepositForm, of: Consultation, one: Deposit | None) -> str:
    return render_template("evidence/deposit_form.html", form=form, one=one, it=shown(of, [one])[0] if one else None)


def _form(of: Consultation, one: Deposit | None) -> DepositForm:
    known = deposits.findings(of, visible(person(), "read a finding", Finding, of))
    if one is None:
        return DepositForm().offer(themes.themes(of), known)
    said = {"themes": deposits.themes_of(one), "findings": deposits.findings_of(one), "seen": str(one.edition)}
    return DepositForm(obj=one, data=said).offer(themes.themes(of), known)


def _no_twin(form: DepositForm, of: Consultation, one: Deposit | None) -> bool:
    other = deposits.twin(of, form.doi.data or "", one.id if one else 0)
    if other is None:
        return True
    form.doi.errors = [_("“%(title)s” in the library has this DOI already. Change that one.", title=other.title)]
    return False


def _kept(of: Consultation, one: Deposit | None, form: DepositForm) -> Deposit:
    who, where = person().id, {"themes": form.themes.data or [], "findings": form.findings.data or []}
    with transaction():
        if one is None:
            return deposits.deposit(of, by=who, **where, **form.values())
        deposits.change(one, by=who, seen=_number(form.seen.data), **where, **form.values())
    return one


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _take_files(kept: Deposit) -> list[str]:
    """Let the chosen files lie with it; what cannot be taken is said, and what was said of the deposit is kept."""
    chosen, who = [file for file in request.files.getlist("files") if file.filename], person().id

    def keep(file: Any) -> None:
        if deposits.full(kept):
            raise NotTaken(_("It has %(most)s files, and can have no more.", most=deposits.MOST_FILES))
        deposits.attach(kept, file, by=who)

    refused = taking.take(chosen, most=kept.consultation.file_limit, keep=keep) if chosen else []
    for sentence in refused:
        flash(sentence, "bad")
    return refused


@bp.post("/host/<slug>/evidence/<int:number>/files/<int:file>/remove")
def remove_deposit_file(slug: str, number: int, file: int) -> Any:
    of = fetch(Consultation, slug, to="set up")
    one = deposits.numbered(of, number) or abort(404)
    with transaction():
        gone = deposits.drop_file(one, file)
    storing.let_go(gone)
    return redirect(url_for(".change", slug=slug, number=number))


@bp.post("/host/<slug>/evidence/<int:number>/remove")
def remove_deposit(slug: str, number: int) -> Any:
    """Take it out of the library; whoever has saved it has it still."""
    of = fetch(Consultation, slug, to="set up")
    one = deposits.numbered(of, number) or abort(404)
    with transaction():
        gone = deposits.remove(one, by=person().id)
    storing.let_go(gone)
    flash(_("It is taken out of the library."), "ok")
    return redirect(url_for(".library", slug=slug))
