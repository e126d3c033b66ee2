"""Where the pages of wording are registered; they stand in views and letter_pages."""

from flask import Blueprint

bp = Blueprint("wording", __name__)
