"""Pages of sanctions: imposing them on the author of a text or on an account, confirming a warning, ending them."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import resuming
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting.queries import zone as site_zone
from crowd.i18n import _
from crowd.models import Consultation, Person, Version
from crowd.pages import own_path
from crowd.sanctions import deeds, queries
from crowd.sanctions.blueprint import bp
from crowd.sanctions.forms import SanctionForm
from crowd.sanctions.kinds import KINDS, WARNING, kind_words, told, what_it_means
from crowd.text import tidy_line
from crowd.web import fetch, key_in_query, person, require


def _evening(day: date | None, zone: str) -> datetime | None:
    """5pm of a day: deadlines are on the hour and never at midnight."""
    return datetime.combine(day, time(17), ZoneInfo(zone)) if day else None


@bp.before_app_request
def warned_first() -> Any:
    """Whoever has been warned confirms that before they write again (M26). What they had typed is kept as a draft; a
    draft is saved without a question."""
    if request.endpoint not in resuming.WRITING or not person().id or "save" in request.args:
        return None
    if (warning := queries.unconfirmed(person().id)) is None:
        return None
    require("use an account")
    if resuming.was_writing() and resuming.keep(resuming.typed(), request.path, by=person()):
        flash(_("Your text was not sent yet. It is kept as a draft: confirm the warning, then send it."), "warn")
    return redirect(url_for("sanctions.confirm", number=warning, next=request.path))


@bp.route("/me/warnings/<int:number>", methods=["GET", "POST"])
def confirm(number: int) -> Any:
    """A warning, for the person it is about: read it, confirm it, go on."""
    require("use an account")
    sanction = queries.sanction(number)
    if sanction is None or sanction.person_id != person().id or sanction.kind != WARNING:
        abort(404)
    back = own_path(request.values.get("next", ""))
    form = Form()
    if form.validate_on_submit():
        with transaction():
            deeds.confirm(sanction, by=person())
        flash(_("Thank you. You can write again."), "ok")
        return redirect(back or url_for("accounts.me"))
    return render_template("sanctions/confirm.html", sanction=sanction, form=form, back=back, zone=site_zone())


@bp.route("/moderate/sanctions/new", methods=["GET", "POST"])
def new() -> Any:
    """Sanction the author of a text without learning who that is (M23, M26). It takes effect on a second page."""
    version = fetch(Version, key_in_query("version") or 0, to="sanction")
    contribution = version.contribution
    author = queries.person(contribution.author_id) or abort(404)

    def page(template: str, form: SanctionForm, **more: Any) -> Any:
        so_far = [kind_words(one.kind) for one in queries.of_person(author.id) if one.ended_at is None]
        return render_template(
            template, form=form, version=version, c=contribution, who=None, so_far=so_far, **_shown(), **more
        )

    consultation = contribution.consultation
    return _taking(author, consultation, consultation.timezone, url_for("moderation.queue"), page)


@bp.route("/host/people/<int:number>/sanctions", methods=["GET", "POST"])
def of_person(number: int) -> Any:
    """All sanctions of one account, and a new one."""
    require("host")
    who = queries.person(number) or abort(404)
    zone = site_zone()

    def page(template: str, form: SanctionForm, **more: Any) -> Any:
        return render_template(
            template,
            form=form,
            version=None,
            who=who,
            sanctions=queries.of_person(number),
            zone=zone,
            **_shown(),
            **more,
        )

    return _taking(who, None, zone, url_for(".of_person", number=number), page, start="sanctions/of_person.html")


def _taking(  # noqa: PLR0917  # one call for two pages, which only differ in these
    who: Person,
    consultation: Consultation | None,
    zone: str,
    then: str,
    page: Callable[..., Any],
    start: str = "sanctions/new.html",
) -> Any:
    """Ask, show once more what is about to happen, and do it."""
    form = SanctionForm()
    if not form.validate_on_submit():
        return page(start, form), 422 if form.errors else 200
    until = _evening(form.ends, zone)
    if form.do.data != "impose":
        return page("sanctions/about_to.html", form, until=until)
    try:
        with transaction():
            author = queries.person(who.id) or abort(404)
            deeds.impose(
                author,
                by=person(),
                kind=form.kind.data,
                words=form.words.data or "",
                until=until,
                consultation=consultation,
                zone=zone,
            )
    except deeds.NotSanctionable as why:
        form.form_errors.append(str(why))
        return page(start, form), 422
    flash(_("Done. They are told by mail, with the reason."), "ok")
    return redirect(then)


def _shown() -> dict[str, Any]:
    hints = {kind: what_it_means(kind) for kind in KINDS}
    return {"hints": hints, "kind_words": kind_words, "told": told, "what_it_means": what_it_means}


@bp.post("/host/sanctions/<int:number>/end")
def end(number: int) -> Any:
    """End one before its time, with a reason."""
    require("host")
    sanction = queries.sanction(number) or abort(404)
    back = redirect(url_for(".of_person", number=sanction.person_id))
    why = tidy_line(request.form.get("why", ""))[:500]
    if not Form().validate_on_submit() or not why:
        flash(_("Say why it ends: the person reads it."), "bad")
        return back
    with transaction():
        deeds.end(sanction, by=person(), why=why)
    flash(_("It has ended, and the person is told."), "ok")
    return back
