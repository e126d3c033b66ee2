"""Pages of findings."""

from flask import Blueprint, render_template

from crowd.web import public

bp = Blueprint("findings", __name__)


@bp.route("/c/<slug>/findings")
@public
def findings(slug):
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/findings/<int:number>")
@public
def finding(slug, number):
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/findings/new")
@public
def write(slug):
    return render_template("layouts/page.html")
