"""The blueprint that the host's pages of imports hang on."""

from flask import Blueprint

bp = Blueprint("imports", __name__)
