"""The blueprint that the pages of analyses hang on."""

from flask import Blueprint

bp = Blueprint("analysis", __name__)
