"""The blueprint that the pages of figures hang on."""

from flask import Blueprint

bp = Blueprint("figures", __name__)
