"""Pages of hosting."""
from flask import Blueprint

bp = Blueprint("hosting", __name__)
