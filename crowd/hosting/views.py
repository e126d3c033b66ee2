"""Pages of hosting: the desk and the look. The others stand in mail_pages, people, joiners and register_pages."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import schedule, translating
from crowd.db import transaction
from crowd.founding.queries import steps
from crowd.hosting import deeds, look_pages, queries
from crowd.hosting.blueprint import bp
from crowd.i18n import _
from crowd.pages import site
from crowd.text import safe_html as made_safe
from crowd.web import person, require


@bp.route("/host/")
def desk() -> Any:
    """What there is to do."""
    require("host")
    waiting = queries.waiting_requests()
    return render_template(
        "hosting/desk.html",
        rows=[(c, schedule.phase_name(schedule.current(c)), waiting.get(c.id, 0)) for c in queries.consultations()],
        mails=queries.mails_by_state(),
        register=queries.register_size(),
        steps=steps(),
    )


def page_after(name: str) -> int:
    """The key in the address after which a page of a list begins."""
    found = request.args.get(name, 0, type=int)
    return found if 0 < found < 2**31 else 0


@bp.route("/host/look", methods=["GET", "POST"])
def look() -> Any:
    """Name and colour; a colour can be tried before it is kept."""
    require("host")
    form = look_pages.look_form()
    if form.validate_on_submit() and request.form.get("do") != "try":
        html = made_safe(form.welcome.data or "")
        with transaction():
            values = {name: (form[name].data or "").strip() for name in LOOK}
            words = translating.typed(form, site().words, welcome=look_pages.welcome_safe)
            languages = [form.first.data, *(code for code in form.languages.data if code != form.first.data)]
            deeds.change_site(by=person(), **values, welcome_html=html, words=words, languages=languages)
        flash(_("Saved."), "ok")
        to = url_for("founding.step", name="mail") if request.args.get("step") else url_for("hosting.look")
        return redirect(to)
    return look_pages.look_page(form)


LOOK = ("name", "colour", "contact", "welcome")
