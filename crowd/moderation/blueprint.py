"""Where the pages of moderation are registered."""

from flask import Blueprint

bp = Blueprint("moderation", __name__)
