"""A text made ready to be sent: safe, and with something in it to read."""

from dataclasses import dataclass, field

from crowd import text
from crowd.i18n import _, language
from crowd.threads import numbers


@dataclass(frozen=True)
class Writing:
    """A text made safe outside the transaction, with an example's evidence card."""

    source: str
    html: str
    card: dict[str, str] = field(default_factory=dict)
    language: str = field(default_factory=language)


def prepare(source: str, card: dict[str, str] | None = None, written_in: str = "") -> Writing:
    """Make a text safe; it is written in the language of the page unless its author says otherwise. Costs a millisecond
    or more: call it before the transaction. Raises text.Unusable, also for one in which there is nothing to read."""
    source = text.tidy(source)
    html = text.safe_html(source, codes=numbers.codes_in(source))
    if not text.has_words(html):
        raise text.Unusable(_("Write something before you send it."))
    lines = {k: text.tidy_line(v) for k, v in (card or {}).items() if v.strip()}
    return Writing(source, html, lines, written_in or language())
