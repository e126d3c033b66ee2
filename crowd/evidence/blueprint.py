"""The blueprint of files and the evidence library; views.py and documents.py put their pages on it."""

from flask import Blueprint

bp = Blueprint("evidence", __name__)
