"""Fetching files, and sending large ones: what the test's own browser keeps open, these do not."""

import contextvars
from typing import Any

from werkzeug.test import TestResponse

from crowd.db import db
from tests.actors import Actor, Page


def fetched(who: Actor, number: int, method: str = "GET", **headers: str) -> TestResponse:
    """The whole answer at a file's address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask() -> TestResponse:
        answer = who.browser.open(
            f"/files/{number}/x", method=method, headers=named, base_url="http://localhost", buffered=True
        )
        answer.close()
        return answer

    return contextvars.Context().run(ask)


def sent(who: Actor, path: str, *files: tuple[str, bytes], form: str = "", **fields: Any) -> Page:
    """The form of this page (or of `form`, where one may not see it) with files, as one body."""
    page = who.get(form or path)
    values = page.form(having="text" if not form else "csrf_token")[1] | fields
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
        if name != "files"
    ]
    for name, content in files:
        head = f'--B\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        parts += [head.encode(), content, b"\r\n"]
    body = b"".join([*parts, b"--B--\r\n"])

    def ask() -> TestResponse:
        return who.browser.post(
            path, data=body, content_type="multipart/form-data; boundary=B", base_url="http://localhost", buffered=True
        )

    answer = contextvars.Context().run(ask)
    db.session.rollback()
    db.session.expire_all()
    return Page.of(answer)
