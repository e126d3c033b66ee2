"""Pages of mails: the log, a test, and what becomes of those that failed."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for

from crowd import delivery, outbox
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting import mail_log, mail_words, mailing, queries
from crowd.hosting.blueprint import bp
from crowd.hosting.views import page_after
from crowd.i18n import _, duration, ngettext
from crowd.web import person, require


@bp.get("/host/mails")
def mails() -> Any:
    """The mail log; in a demonstration with the texts, which are nobody's."""
    require("host")
    return _page()


def _page(shown: int = 0) -> Any:
    state = request.args.get("state", "")
    state = state if state in mail_log.STATES else ""
    found, more = mail_log.page(state, page_after("before"))
    counts = queries.mails_by_state()
    waiting = counts.get("waiting", 0) + counts.get("sending", 0)
    takes = mail_log.takes(waiting)
    return render_template(
        "hosting/mails.html",
        mails=found,
        more=more,
        state=state,
        masked=queries.masked,
        words=state_words(),
        form=Form(),
        counts=counts,
        waiting=waiting,
        held=delivery.held_since(),
        zone=queries.zone(),
        takes=duration(takes.total_seconds()) if takes else "",
        failures=mail_log.failures() if state == "failed" else [],
        explain=_explain,
        test=mail_log.last_test(person().id),
        settings=current_app.config,
        hints=mail_words.hints(current_app.config),
        local_sender=mail_words.local_sender(current_app.config),
        shown=shown,
        kept=mail_log.kept(shown) if shown else None,
        to_send_again=mail_log.TO_SEND_AGAIN,
    )


def _explain(trouble: str) -> mail_words.Words:
    return mail_words.explain(trouble, current_app.config)


def state_words() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "sending": _("Being sent"),
        "sent": _("Sent"),
        "kept": _("Kept as a file"),
        "failed": _("Failed"),
        "dropped": _("Dropped"),
    }


@bp.post("/host/mails/test")
def try_mail() -> Any:
    """Send a mail to whoever presses, while they wait; what became of it stands on the page."""
    require("host")
    mailing.try_a_test(to=person())
    return redirect(url_for("hosting.mails") + "#test")


@bp.post("/host/mails/held")
def settle_held() -> Any:
    """Say what becomes of the mails that a restore has held back: send them, or drop what waited then."""
    require("host")
    do, held = request.form.get("do", ""), delivery.held_since()
    if do not in ("send", "drop"):
        abort(400)
    if held is None:
        flash(_("No mails are held back."), "bad")
        return redirect(url_for("hosting.mails"))
    with transaction():
        dropped = mailing.drop_held(held) if do == "drop" else 0
        mailing.let_go(dropped=dropped, by=person())
    delivery.hold_no_longer()
    outbox.wake.set()
    said = ngettext("%(n)s mail is dropped.", "%(n)s mails are dropped.", dropped) + " " if dropped else ""
    flash(said + _("Mails go out again."), "ok")
    return redirect(url_for("hosting.mails"))


@bp.post("/host/mails/<int:number>/again")
def send_again(number: int) -> Any:
    require("host")
    mail = mail_log.mail(number) or abort(404)
    with transaction():
        mailing.send_again(mail, by=person())
    flash(_("The mail is in the outbox again."), "ok")
    return redirect(url_for("hosting.mails", state=request.args.get("state")))


@bp.post("/host/mails/<int:number>/show")
def show_kept(number: int) -> Any:
    """A mail that lies as a file, for want of a mail server. It may hold a key, so it is pressed for and noted."""
    require("host")
    if mail_log.mail(number) is None or mail_log.kept(number) is None:
        abort(404)
    with transaction():
        mailing.read_kept(number, by=person())
    return _page(shown=number)


@bp.post("/host/mails/failed")
def settle_failed() -> Any:
    """Send failed mails again, or drop them: those that are ticked, or all that failed for one reason."""
    require("host")
    do, _dash, trouble = request.form.get("do", "").partition("-")
    if do not in ("again", "drop"):
        abort(400)
    ticked = [int(n) for n in request.form.getlist("mail") if n.isascii() and n.isdigit() and len(n) < 10]
    if not (trouble or ticked):
        flash(_("Tick the mails that you mean first."), "bad")
        return redirect(url_for("hosting.mails", state="failed"))
    unknown = "" if trouble == "unknown" else trouble
    which = mailing.because_of(unknown) if trouble else mailing.these(ticked)
    with transaction():
        number = (mailing.send_many_again if do == "again" else mailing.drop)(which, by=person())
    if do == "again":
        said = ngettext("%(n)s mail is in the outbox again.", "%(n)s mails are in the outbox again.", number)
    else:
        said = ngettext("%(n)s mail is dropped.", "%(n)s mails are dropped.", number)
    flash(said, "ok" if number else "bad")
    return redirect(url_for("hosting.mails", state="failed"))
