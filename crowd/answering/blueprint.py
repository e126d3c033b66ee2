"""The blueprint that the pages of answers hang on."""

from flask import Blueprint

bp = Blueprint("answering", __name__)
