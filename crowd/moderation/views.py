"""Pages of moderation."""

from flask import Blueprint, render_template

from crowd.web import public

bp = Blueprint("moderation", __name__)


@bp.route("/moderate")
@public
def queue():
    return render_template("layouts/page.html")


@bp.route("/moderate/<int:id>")
@public
def decide(id):
    return render_template("layouts/page.html")


@bp.route("/host/reasons")
@public
def reasons():
    return render_template("layouts/page.html")
