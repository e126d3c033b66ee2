"""A text as it will look, before it is sent."""

from flask import render_template, request

from crowd import text
from crowd.rules import may
from crowd.threads import fragments, mentions
from crowd.threads.blueprint import bp
from crowd.threads.prepared import prepare
from crowd.threads.view import View
from crowd.web import person, require


def previewed(html: str) -> str:
    """A text as it will look, with what the numbers in it are."""
    named = [
        fragments.mentioned(found, wording, found.consultation.code, View.of(found.consultation, person()))
        for found, wording in mentions.linked(html)
        if may(person(), "read", found)
    ]
    return render_template("threads/preview.html", html=html, named=named)


@bp.route("/preview", methods=["POST"])
def preview() -> str:
    """A text as it will look; nothing is stored."""
    require("use an account")
    try:
        return previewed(prepare(request.form.get("text", "")).html)
    except text.Unusable as reason:
        return render_template("threads/preview.html", html="", reason=str(reason))
