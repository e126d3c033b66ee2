"""The blueprint that the pages of reports on findings hang on."""

from flask import Blueprint

bp = Blueprint("publishing", __name__)
