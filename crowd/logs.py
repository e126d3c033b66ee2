"""What the server writes about itself: a line of JSON for each request and each event, without personal data.

A request is told by the pattern of its address and not by the address, which may be somebody's key; an error by its
kind and by where it happened, not by its words, which may be somebody's. Nothing tells who asked.
"""

import json
import logging
import secrets
import sys
import time
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, has_request_context, request

KEPT = "(a kept page)"  # answered before Flask looked at the address
_REQUEST, _PAGE = "crowd.request", "crowd.page"  # in the request's environ


class AsJson(logging.Formatter):
    """One record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": str(record.msg),  # the pattern; what is put into it may be somebody's
        }
        if has_request_context():
            line["request"] = number()
        line |= getattr(record, "facts", {})
        kind, _error, where = record.exc_info or (None, None, None)
        if kind:
            line |= {"error": kind.__qualname__, "where": traceback.format_tb(where)}
        return json.dumps(line, ensure_ascii=False)


def number() -> str:
    """This request's own number: on its lines of the log, in its answer's head and on the page of a failure."""
    return str(request.environ.setdefault(_REQUEST, secrets.token_hex(6)))


def init_logs(app: Flask) -> None:
    """Write JSON if the settings say so; else the log stays as Flask makes it, and no request is told."""
    if app.config["LOG"] != "json":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logger = logging.getLogger("crowd.requests")
    logger.setLevel(logging.INFO)
    inner = app.wsgi_app
    app.after_request(_name)

    def told(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        begun, own = time.perf_counter(), environ.setdefault(_REQUEST, secrets.token_hex(6))

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            facts = {
                "request": own,
                "method": environ["REQUEST_METHOD"],
                "page": environ.get(_PAGE, KEPT),
                "status": int(status[:3]),
                "ms": round(1000 * (time.perf_counter() - begun), 1),
            }
            logger.info("request", extra={"facts": facts})
            return start(status, [*headers, ("X-Request-ID", own)], *more)

        try:
            answer: Iterable[bytes] = inner(environ, begin)
        except Exception:  # not even the page of a failure could be made, and the server's own words are no JSON
            logger.exception("no page could be made", extra={"facts": {"request": own}})
            begin("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            return [f"Something went wrong on our side. It is in the log as {own}.\n".encode()]
        return answer

    app.wsgi_app = told  # type: ignore[assignment,method-assign]  # Flask's documented way to wrap the application


def _name(response: Response) -> Response:
    request.environ[_PAGE] = request.url_rule.rule if request.url_rule else "(no such page)"
    return response
