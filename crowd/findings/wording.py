"""What a host types into a finding, made safe outside the transaction, and the mark by which a lost update is seen."""

from dataclasses import dataclass
from hashlib import sha256

from crowd import text
from crowd.models import Finding, FindingVersion, Section


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


def whole(of: Finding | FindingVersion | Wording) -> str:
    """All that is typed of a finding, for comparing it with another wording."""
    return "\n\n".join(part for part in (of.section, of.title, of.source) if part)


def mark_of(*shown: object) -> str:
    """Changes with each of these; what changes them carries it, so that a lost update is seen."""
    return sha256("\0".join(map(str, shown)).encode()).hexdigest()[:20]


def mark(finding: Finding) -> str:
    """Changes with everything that the form of a finding shows; the form carries it."""
    return mark_of(finding.title, finding.section, finding.source, finding.state, finding.edition)


def section_mark(section: Section) -> str:
    """Changes with everything that the form of a section shows."""
    return mark_of(section.title, section.source)


def response_mark(finding: Finding) -> str:
    """The same for what the host answers."""
    return mark_of(finding.response)
