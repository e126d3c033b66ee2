"""Where the pages of mending are registered; redacting.py and merging.py have them."""

from flask import Blueprint

bp = Blueprint("mending", __name__)
