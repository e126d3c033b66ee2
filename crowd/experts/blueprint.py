"""The blueprint of invited experts; views.py has the host's pages, by_link.py those of whoever was asked."""

from flask import Blueprint

bp = Blueprint("experts", __name__)
