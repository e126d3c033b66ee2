"""The blueprint that the pages of themes hang on."""

from flask import Blueprint

bp = Blueprint("themes", __name__)
