"""Where the pages of findings are registered."""

from flask import Blueprint

bp = Blueprint("findings", __name__)
