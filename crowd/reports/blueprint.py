"""Where the pages of reports are registered."""

from flask import Blueprint

bp = Blueprint("reports", __name__)
