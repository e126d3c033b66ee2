"""Where the pages of sanctions are registered."""

from flask import Blueprint

bp = Blueprint("sanctions", __name__)
