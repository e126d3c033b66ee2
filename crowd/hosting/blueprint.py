"""Where the pages of hosting are registered; they stand in views, people, joiners and register_pages."""

from flask import Blueprint

bp = Blueprint("hosting", __name__)
