"""Where hosts change the words of the main mails."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import letters, outbox
from crowd.db import transaction
from crowd.i18n import _
from crowd.web import person, require
from crowd.wording import deeds, trying
from crowd.wording.blueprint import bp
from crowd.wording.forms import LetterForm


@bp.route("/host/words", endpoint="letters")
def words_of_mails() -> str:
    """The mails whose words can be changed."""
    require("host")
    rows = [(kind, title, bool(letters.own_words(kind))) for kind, title in letters.titles().items()]
    return render_template("wording/letters.html", rows=rows)


@bp.route("/host/words/<kind>", methods=["GET", "POST"])
def letter(kind: str) -> Any:
    """One mail: its words, and how it reads with what there is."""
    require("host")
    if kind not in letters.KINDS:
        abort(404)
    do = request.form.get("do", "")
    form = LetterForm(words=letters.own_words(kind) or letters.standard(kind))
    words, fine = form.words.data or "", True
    if do == "standard" and not form.csrf_token.validate(form):
        abort(400)
    if do == "standard":
        return _saved(kind, "", _("The standard words are used again."))
    if request.method == "POST":
        fine = form.validate_on_submit()
        if fine and (why := letters.objection(kind, words)):
            form.words.errors, fine = [why], False
        if fine and do != "preview":
            return _saved(kind, words, _("Saved. Mails from now on have these words."))
    preview = letters.filled(words, kind, trying.facts(kind, by=person()), outbox.link) if fine else ""
    known = letters.KINDS[kind][0]
    return render_template(
        "wording/letter.html",
        form=form,
        kind=kind,
        title=letters.titles()[kind],
        own=bool(letters.own_words(kind)),
        preview=preview.partition("\n"),
        names=[(f"{{{name}}}", meaning) for name, meaning in letters.meanings().items() if name in known],
    )


def _saved(kind: str, words: str, said: str) -> Any:
    with transaction():
        deeds.reword(kind, words, by=person())
    flash(said, "ok")
    return redirect(url_for(".letter", kind=kind))
