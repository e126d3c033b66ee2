"""Where each kind of case has its page; whose page is not there is not offered either."""

from typing import Any

from flask import current_app, url_for

from crowd.moderation.cases import About

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


def page_of(case: Any) -> str:
    """The address of a case's page; of anything with its kind, id and version_id."""
    endpoint, key = PAGES[About(case.kind)]
    return url_for(endpoint, number=getattr(case, key))
