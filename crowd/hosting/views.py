"""Pages of hosting."""

from flask import Blueprint, render_template

from crowd.web import public

bp = Blueprint("hosting", __name__)


@bp.route("/host/")
@public
def desk():
    return render_template("layouts/page.html")


@bp.route("/host/register")
@public
def register():
    return render_template("layouts/page.html")


@bp.route("/host/people")
@public
def people():
    return render_template("layouts/page.html")


@bp.route("/host/mails")
@public
def mails():
    return render_template("layouts/page.html")


@bp.route("/host/look")
@public
def look():
    return render_template("layouts/page.html")
