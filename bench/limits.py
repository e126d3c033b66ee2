"""The least that can be done on the same server: a constant page, a bare 304, and the least app that takes a post.

Files of the folder that BENCH_PAGES names are the constant pages; the posts go to a database there."""

import hmac
import os
import secrets
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import nh3
from flask import Flask, Response, abort, redirect, request, session
from markdown_it import MarkdownIt

from crowd.db import sqlite_module

COOKIE = "least"
ETAG = '"7-0123456789ab"'


def create_app() -> Flask:
    """One table, one form, one INSERT with synchronous=FULL: no rules, no log, no counts."""
    app, folder = Flask("limits"), Path(os.environ["BENCH_PAGES"])
    app.secret_key = "limits" * 8
    pages = {file.stem: file.read_bytes() for file in folder.glob("*.page")}
    markdown, mine = MarkdownIt(), threading.local()

    def connection() -> Any:
        if not hasattr(mine, "connection"):
            mine.connection = _open(folder / "least.db")
        return mine.connection

    @app.get("/constant/<name>")
    def constant(name: str) -> Response:
        return Response(pages[name], mimetype="text/html")

    @app.get("/same")
    def same() -> Response:
        return Response(status=304, headers={"ETag": ETAG}) if ETAG in request.if_none_match.to_header() else abort(400)

    @app.get("/post")
    def form() -> str:
        session["token"] = session.get("token") or secrets.token_urlsafe(32)
        return f'<form method="post"><input name="csrf_token" value="{session["token"]}"><textarea name="text"></form>'

    @app.post("/post")
    def post() -> Any:
        person = connection().execute("SELECT id FROM people WHERE secret = ?", (_hash(request.cookies[COOKIE]),))
        who = person.fetchone() or abort(403)
        if not hmac.compare_digest(request.form["csrf_token"], session.get("token", "-")):
            abort(400)
        html = nh3.clean(markdown.render(request.form["text"]))
        connection().execute(
            "INSERT INTO posts (person, source, html) VALUES (?, ?, ?)", (who[0], request.form["text"], html)
        )
        return redirect("/post")

    return app


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _open(file: Path) -> Any:
    """Made by the first that opens it; `isolation_level` None means that the INSERT commits."""
    connection = sqlite_module().connect(file, isolation_level=None, check_same_thread=False, timeout=20)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, secret TEXT UNIQUE)")
    connection.execute("CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, person INT, source TEXT, html TEXT)")
    return connection


def sign_in(folder: Path, number: int) -> list[str]:
    """Secrets for the cookies of so many people."""
    made = [secrets.token_urlsafe(32) for _n in range(number)]
    connection = _open(folder / "least.db")
    connection.executemany("INSERT INTO people (secret) VALUES (?)", [(_hash(secret),) for secret in made])
    connection.close()
    return made


def __getattr__(name: str) -> Flask:
    """`bench.limits:app` for servers that load an application by name."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
