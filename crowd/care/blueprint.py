"""Where the pages of moderators' care are registered."""

from flask import Blueprint

bp = Blueprint("care", __name__)
