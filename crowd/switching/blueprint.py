"""The blueprint that the files of this area put their pages on."""

from flask import Blueprint

bp = Blueprint("switching", __name__)
