"""Where the pages of appeals are registered."""

from flask import Blueprint

bp = Blueprint("appeals", __name__)
