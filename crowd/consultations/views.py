"""Pages of consultations."""

from flask import Blueprint, render_template

from crowd.web import public

bp = Blueprint("consultations", __name__)


@bp.route("/")
@public
def front():
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/")
@public
def landing(slug):
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/rules")
@public
def rules(slug):
    return render_template("layouts/page.html")


@bp.route("/host/<slug>/")
@public
def set_up(slug):
    return render_template("layouts/page.html")


@bp.route("/host/<slug>/schedule")
@public
def plan(slug):
    return render_template("layouts/page.html")
