"""The real pages in a real browser. The app is served in this process, so that the test's clock is the server's."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from crowd.web import COOKIE
from tests.actors import Actor
from tests.chromium import path as browser

CHECK = Path(__file__).parents[3] / "shared" / "tools" / "check_page.py"


@pytest.fixture
def everywhere() -> list[str]:
    """Cookies that every answer sets for the whole site, while there are any."""
    return []


@pytest.fixture
def address(app: Flask, everywhere: list[str]) -> Iterator[str]:
    """Where the app answers."""

    def answer(environ: Any, start: Callable[..., Any]) -> Any:
        sent = environ.get("HTTP_COOKIE", "")
        theirs = everywhere if any(cookie in sent for cookie in everywhere) else []  # not those of other open windows

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, headers + [("Set-Cookie", f"{cookie}; Path=/") for cookie in theirs], *more)

        answered = app(environ, begin)  # werkzeug's server leaves an answer open whose reader is gone: so it gets bytes
        try:
            return [b"".join(answered)]
        finally:
            getattr(answered, "close", bool)()  # a kept page is a list, which has none

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app.config["BASE_URL"] = f"http://127.0.0.1:{server.port}"
    yield str(app.config["BASE_URL"])
    server.shutdown()
    server.server_close()


@pytest.fixture
def sits_down(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """A window for somebody: an actor who is signed in, or a visitor; errors in the console fail the test."""
    contexts: list[Any] = []
    said: list[str] = []

    def sit(actor: Actor | None = None, **how: Any) -> Any:
        context = chromium.new_context(**{"base_url": address, "locale": "en-GB", "reduced_motion": "reduce"} | how)
        if actor is not None and (cookie := actor.browser.get_cookie(COOKIE)):
            context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "console",
            lambda line: said.append(line.text) if line.type == "error" and "status of 4" not in line.text else None,
        )
        return page

    yield sit
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def checked(address: str, everywhere: list[str], tmp_path: Path) -> Callable[..., None]:
    """Look at pages with the page checker that lies beside the checkout: axe, HTML, CSP, reflow, keyboard. `briefly`
    runs axe at one width in one scheme and not at four: for pages that are long, or that other tests look at too."""

    def check(window: Any, *paths: str, briefly: bool = False) -> None:
        if not CHECK.exists():
            return
        if window.url == "about:blank":
            window.goto(paths[0])  # a browser that is signed in has been on a page, whose session its tokens belong to
        cookies = [f"{c['name']}={c['value']}" for c in window.context.cookies()]
        command = [sys.executable, str(CHECK), "--out", str(tmp_path / "shots"), "--no-shots"]
        command += ["--chromium", str(browser())]
        command += ["--widths", "360", "--schemes", "dark"] if briefly else []
        command += [part for cookie in cookies for part in ("--cookie", cookie)]
        everywhere[:] = cookies  # the checker sets them for a page's folder alone, and scripts ask beyond it
        done = subprocess.run(
            [*command, *(address + path for path in paths)], capture_output=True, text=True, check=False
        )
        everywhere.clear()
        assert done.returncode == 0, done.stdout + done.stderr

    return check
