"""The blueprint that the pages of exports hang on."""

from flask import Blueprint

bp = Blueprint("exports", __name__)
