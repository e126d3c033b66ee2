"""Pages of findings."""
from flask import Blueprint

bp = Blueprint("findings", __name__)
