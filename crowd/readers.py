"""In which language somebody is written to: theirs, which may not be the one of whoever causes the mail."""

from sqlalchemy import select

from crowd import i18n
from crowd.db import db
from crowd.models import Person, Site

# Asked for by its own reader, in the language of the page where they asked.
OWN = frozenset({"confirm", "sign_in", "recover", "no_account", "factor", "test"})


def offered() -> list[str]:
    """The languages of this site, its own first."""
    return [code for code in db.session.scalar(select(Site.languages)) or () if code in i18n.LANGUAGES] or [i18n.FIRST]


def language_of(person: Person | None, kind: str = "") -> str:
    """What they chose, if it is still offered; else that of the page where they ask for the mail themselves; else the
    site's first."""
    chosen = person.language if person else ""
    return i18n.best((chosen or (i18n.language() if kind in OWN else ""),), offered())
