"""Where the pages of accounts are registered; they stand in views, joining and mine."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
