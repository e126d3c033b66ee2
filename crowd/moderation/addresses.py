"""Where each kind of case has its page; whose page is not there is not offered either."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for

from crowd.moderation.cases import About
from crowd.moderation.queue import MOST, PAGE, Tab

PAGES = {  # the endpoint, and which of the case's keys its address has
    About.TEXT: ("moderation.decide", "version_id"),
    About.REVIEW: ("reports.published", "id"),
    About.REPORT: ("reports.published", "id"),
    About.APPEAL: ("appeals.appeal", "id"),
    About.READING: ("care.reading", "id"),
}


def there(endpoint: str) -> bool:
    """Whether this instance has such a page."""
    return endpoint in current_app.view_functions


def kinds() -> list[str]:
    """The kinds of cases that can be opened."""
    return [kind for kind, (endpoint, _key) in PAGES.items() if there(endpoint)]


def shown_as(sent: Mapping[str, str]) -> tuple[Tab, int]:
    """The tab of the queue that is asked for, and how many stand on a page of it."""
    asked = sent.get("tab", "")
    return Tab(asked) if asked in set(Tab) else Tab.ALL, MOST if sent.get("show") == str(MOST) else PAGE


def place(tab: Tab, most: int) -> dict[str, Any]:
    """The same as it stands in the address of the queue."""
    return ({"tab": str(tab)} if tab != Tab.ALL else {}) | ({"show": most} if most != PAGE else {})


def page_of(case: Any) -> str:
    """The address of a case's page; of anything with its kind, id and version_id."""
    endpoint, key = PAGES[About(case.kind)]
    return url_for(endpoint, number=getattr(case, key))
