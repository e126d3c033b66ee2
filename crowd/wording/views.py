"""The pages at the foot of every page, and where hosts change them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import i18n, text
from crowd.db import transaction
from crowd.i18n import _
from crowd.web import person, public, require
from crowd.wording import deeds, queries
from crowd.wording.blueprint import bp
from crowd.wording.forms import PageForm
from crowd.wording.queries import NAMES


@bp.route(f"/<any({','.join(repr(name) for name in NAMES)}):name>")
@public
def page(name: str) -> str:
    page, lang_of_page = queries.for_reader(name)
    return render_template("wording/page.html", page=page, written_in=lang_of_page)


@bp.route("/host/pages")
def pages() -> str:
    """All of them, and which still stand with their first text."""
    require("host")
    editions = queries.editions()
    return render_template(
        "wording/pages.html", rows=[(key, queries.title(key), editions.get(key, 0)) for key in queries.all_keys()]
    )


@bp.route("/host/pages/<name>", methods=["GET", "POST"])
def edit(name: str) -> Any:
    """Change one page; it can be looked at before it is saved."""
    require("host")
    if not queries.known(name):
        abort(404)
    now = queries.page(name)
    form = PageForm(text=now.source, seen=str(now.edition))
    preview = ""
    if form.validate_on_submit():
        source = text.tidy(form.text.data or "")
        try:
            preview = queries.made_safe(source)
        except text.Unusable as wrong:
            form.text.errors = [str(wrong)]
        else:
            if request.form.get("do") != "preview":
                seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
                with transaction():
                    deeds.change_page(name, by=person(), seen=seen, source=source, html=preview)
                flash(_("Saved."), "ok")
                return redirect(url_for(".page", name=i18n.of_key(name)[0]))
    return render_template(
        "wording/edit.html",
        form=form,
        page=now,
        title=queries.title(name),
        preview=preview,
        earlier=queries.earlier(name),
    )
