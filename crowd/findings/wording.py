"""What a host types into a finding, made safe outside the transaction, and the mark by which a lost update is seen."""

from dataclasses import dataclass
from hashlib import sha256

from crowd import text
from crowd.models import Finding, Section


@dataclass(frozen=True)
class Wording:
    """A finding's words, ready to be stored."""

    title: str
    section: str
    source: str
    html: str


def prepare(title: str, section: str, source: str) -> Wording:
    """Make the words safe; costs milliseconds, so call it before the transaction. Raises text.Unusable."""
    source = text.tidy(source)
    return Wording(text.tidy_line(title), text.tidy_line(section), source, text.safe_html(source))


def mark(finding: Finding) -> str:
    """Changes with everything that the form of a finding shows; the form carries it."""
    return _digest(finding.title, finding.section, finding.source, finding.state, str(finding.edition))


def section_mark(section: Section) -> str:
    """Changes with everything that the form of a section shows."""
    return _digest(section.title, section.source)


def order_mark(*places: object) -> str:
    """Changes with the order that a page shows; what moves something in it carries it."""
    return _digest(*map(str, places))


def response_mark(finding: Finding) -> str:
    """The same for what the host answers."""
    return _digest(finding.response)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:20]
