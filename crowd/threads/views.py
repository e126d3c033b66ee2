"""Pages of threads."""

from flask import Blueprint, render_template

from crowd.web import public

bp = Blueprint("threads", __name__)


@bp.route("/c/<slug>/q/<int:number>")
@public
def question(slug, number):
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/q/<int:number>/new")
@public
def write(slug, number):
    return render_template("layouts/page.html")


@bp.route("/p/<int:id>")
@public
def contribution(id):
    return render_template("layouts/page.html")


@bp.route("/p/<int:id>/reply")
@public
def reply(id):
    return render_template("layouts/page.html")


@bp.route("/p/<int:id>/edit")
@public
def edit(id):
    return render_template("layouts/page.html")


@bp.route("/p/<int:id>/withdraw")
@public
def withdraw(id):
    return render_template("layouts/page.html")


@bp.route("/p/<int:id>/sent")
@public
def sent(id):
    return render_template("layouts/page.html")


@bp.route("/vote", methods=["POST"])
@public
def vote():
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/vote")
@public
def vote_one(slug):
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/findings/<int:number>/comment")
@public
def comment_on_finding(slug, number):
    return render_template("layouts/page.html")
