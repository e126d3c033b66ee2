"""Where hosts change the words of the main mails."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import i18n, letters, outbox, readers
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
    rows = []
    for kind in letters.KINDS:
        for code in readers.offered():
            with i18n.speaking(code):
                own = bool(letters.own_words(kind))
            rows.append((i18n.key(kind, code), _title(kind, code), own))
    return render_template("wording/letters.html", rows=rows)


def _title(kind: str, code: str) -> str:
    """With its language where there is more than one."""
    title = letters.titles()[kind]
    return title if len(readers.offered()) == 1 else f"{title} ({i18n.KNOWN[code]})"


@bp.route("/host/words/<key>", methods=["GET", "POST"])
def letter(key: str) -> Any:
    """One mail in one language: its words, and how it reads with what there is."""
    require("host")
    kind, code = i18n.of_key(key)
    if kind not in letters.KINDS or code not in readers.offered() or key != i18n.key(kind, code):
        abort(404)
    do = request.form.get("do", "")
    with i18n.speaking(code):
        own = letters.own_words(kind)
        form = LetterForm(words=own or letters.standard(kind))
    words, fine = form.words.data or "", True
    if do == "standard" and not form.csrf_token.validate(form):
        abort(400)
    if do == "standard":
        return _saved(key, "", _("The standard words are used again."))
    if request.method == "POST":
        fine = form.validate_on_submit()
        if fine and (why := letters.objection(kind, words)):
            form.words.errors, fine = [why], False
        if fine and do != "preview":
            return _saved(key, words, _("Saved. Mails from now on have these words."))
    with i18n.speaking(code):
        preview = letters.filled(words, kind, trying.facts(kind, by=person()), outbox.link) if fine else ""
    known = letters.KINDS[kind][0]
    return render_template(
        "wording/letter.html",
        form=form,
        key=key,
        title=_title(kind, code),
        own=bool(own),
        preview=preview.partition("\n"),
        names=[(f"{{{name}}}", meaning) for name, meaning in letters.meanings().items() if name in known],
    )


def _saved(key: str, words: str, said: str) -> Any:
    with transaction():
        deeds.reword(key, words, by=person())
    flash(said, "ok")
    return redirect(url_for(".letter", key=key))
