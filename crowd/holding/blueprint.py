"""The blueprint of this area: its pages register themselves on it."""

from flask import Blueprint

bp = Blueprint("holding", __name__)
