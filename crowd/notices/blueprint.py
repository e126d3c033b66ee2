"""Where the pages of notices are registered; views.py has the pages, feeds.py what programs read."""

from flask import Blueprint

bp = Blueprint("notices", __name__)
