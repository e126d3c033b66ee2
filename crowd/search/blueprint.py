"""The blueprint that the pages of finding things hang on."""

from flask import Blueprint

bp = Blueprint("search", __name__)
