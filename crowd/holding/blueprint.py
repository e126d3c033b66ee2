"""The blueprint that the pages about how texts are taken hang on."""

from flask import Blueprint

bp = Blueprint("holding", __name__)
