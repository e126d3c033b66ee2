"""How a test acts: over HTTP, through the forms that the pages really show."""

import contextvars
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from crowd.accounts import deeds
from crowd.db import db, transaction
from crowd.web import COOKIE

Fields = dict[str, Any]  # what a form sends; a list where boxes share a name


class _Forms(HTMLParser):
    """The forms of a page: action and the values they would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields, set[str]]] = []
        self._ids: dict[str, int] = {}
        self._now = self._at = -1
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append((a.get("action", ""), {}, set()))
            self._now = len(self.forms) - 1
            self._ids[a.get("id", "")] = self._now
        if tag != "option":  # which is of the form of its select
            self._at = self._ids.get(a["form"], -1) if "form" in a else self._now
        if self._at >= 0 and tag in ("input", "textarea", "select", "button", "option"):
            self._control(tag, a)

    def _control(self, tag: str, a: dict[str, str]) -> None:
        _action, values, names = self.forms[self._at]
        if tag == "option":
            if self._select and ("selected" in a or self._select not in values):
                values[self._select] = a.get("value", "")
            return
        names.add(a.get("name", ""))
        if a.get("formaction"):
            self.forms.append((a["formaction"], values, names))  # the same fields, sent elsewhere
        if (
            tag == "input"
            and a.get("type") not in ("submit", "button")
            and (a.get("type") not in ("checkbox", "radio") or "checked" in a)
        ):
            value = a.get("value", "on" if a.get("type") == "checkbox" else "")
            if a.get("type") == "checkbox" and a.get("name", "") in values:
                value = [*values[a["name"]], value]  # several boxes of one name are a list
            elif a.get("type") == "checkbox":
                value = [value]
            values[a.get("name", "")] = value
        if tag == "textarea":
            self._area = a.get("name", "")
            values[self._area] = ""
        if tag == "select":
            self._select = a.get("name", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[self._at][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._now = -1
        elif tag == "textarea" and self._area:
            values = self.forms[self._at][1]
            values[self._area] = re.sub("^\r?\n", "", values[self._area])  # as browsers do
            self._area = ""
        elif tag == "select":
            self._select = ""


class Page(str):
    """What came back: its text, with the status of the first answer and of the last one, its headers and address."""

    status: int
    first_status: int
    headers: Any
    path: str

    @classmethod
    def of(cls, answer: TestResponse) -> "Page":
        page = cls(answer.get_data(as_text=True))
        page.status, page.headers, page.path = answer.status_code, answer.headers, answer.request.path
        page.first_status = answer.history[0].status_code if answer.history else answer.status_code
        return page

    def form(self, action: str = "", having: str = "") -> tuple[str, Fields]:
        """The values of the form that goes to this address, or that has a field of this name."""
        reader = _Forms()
        reader.feed(self)
        for where, values, names in reader.forms:
            if (
                (not action or urlsplit(where).path in (action, ""))
                and (not having or having in names)
                and where not in ("/theme", "/language" if action != "/language" else "")
            ):
                return where or self.path, values
        raise AssertionError(f"no form to {action!r} with {having!r} on {self.path} ({self.status})")


class Actor:
    """One of the cast, with a browser of their own."""

    def __init__(self, app: Flask, person_id: int = 0, email: str = "") -> None:
        self.app, self.id, self.email = app, person_id, email
        self.browser = app.test_client()
        if person_id:
            with app.app_context(), transaction():
                secret = deeds.sign_in(person_id)
            self.browser.set_cookie(COOKIE, secret)

    def get(self, path: str, **headers: str) -> Page:
        return self._asking("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(
        self,
        path: str,
        *,
        on: str = "",
        having: str = "",
        headers: dict[str, str] | None = None,
        **fields: Any,
    ) -> Page:
        """Load the page (`on`, else the address itself), fill in the form that goes to `path`, send it, follow it."""
        _where, values = self.get(on or path).form(path, having or next(iter(fields), ""))
        return self.send(path, values | fields, headers=headers)

    def send(self, path: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Page:
        """Send exactly these fields, as a stale or a forged form would."""
        return self._asking("POST", path, data=fields, headers=headers or {})

    def _asking(self, method: str, path: str, **more: Any) -> Page:
        """Ask as a browser does, outside of the test's own context; what the test had read is read anew afterwards."""

        def ask() -> TestResponse:
            return self.browser.open(
                path, method=method, follow_redirects=True, buffered=True, base_url="http://localhost", **more
            )

        answer = contextvars.Context().run(ask)
        if has_app_context():
            db.session.rollback()
            db.session.expire_all()
        return Page.of(answer)
