"""Pages of accounts."""

from flask import Blueprint, render_template

from crowd.web import public

bp = Blueprint("accounts", __name__)


@bp.route("/me")
@public
def me():
    return render_template("layouts/page.html")


@bp.route("/login")
@public
def sign_in():
    return render_template("layouts/page.html")


@bp.route("/logout", methods=["POST"])
@public
def sign_out():
    return render_template("layouts/page.html")


@bp.route("/recover")
@public
def recover():
    return render_template("layouts/page.html")


@bp.route("/c/<slug>/join")
@public
def join(slug):
    return render_template("layouts/page.html")
