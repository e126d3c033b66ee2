"""Demonstration data has published passwords: whatever server runs it, it answers this machine alone."""

from urllib.parse import urlsplit

from flask import Flask, current_app, request

from crowd import config
from crowd.i18n import _
from crowd.pages import site
from crowd.problems import problem

SHOWS_NOBODY = frozenset({"static", "brand_sheet", "healthz", "readyz", "metrics"})


def init_exposure(app: Flask) -> None:
    """Before anything else is asked. Kept pages need no question: they are kept for a Host that was answered."""
    app.before_request(_refuse)


def _refuse() -> tuple[str, int] | None:
    """Costs nothing on this machine, and elsewhere the site's row, which a page reads anyway."""
    if (_here() and _at_home()) or request.endpoint in SHOWS_NOBODY:
        return None
    if current_app.config["DEMONSTRATION"] == "serve anyway" or not site().demonstration:
        return None
    return problem(
        403,
        _(
            "This is demonstration data with published passwords, so it is shown on the machine it runs on and "
            "nowhere else. To serve it to others all the same, its host sets CROWD_DEMONSTRATION='serve anyway'."
        ),
        title=_("This demonstration is not served to others"),
    )


def _here() -> bool:
    """Whether the request names this machine: a proxy or another machine mostly names something else."""
    try:
        return config.is_loopback(urlsplit("//" + request.host).hostname or "")
    except ValueError:
        return False


def _at_home() -> bool:
    return config.is_loopback(urlsplit(str(current_app.config["BASE_URL"])).hostname or "")
