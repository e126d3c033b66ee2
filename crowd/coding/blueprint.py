"""The blueprint that the pages of the coding desk hang on."""

from flask import Blueprint

bp = Blueprint("coding", __name__)
