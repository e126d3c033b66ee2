"""Where the pages of founding are registered."""

from flask import Blueprint

bp = Blueprint("founding", __name__)
