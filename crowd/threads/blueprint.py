"""The blueprint of threads; views.py and writing.py put their pages on it."""

from flask import Blueprint

bp = Blueprint("threads", __name__)
