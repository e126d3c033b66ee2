"""Which ends of e-mail addresses prove membership: nhs.net is that host alone, *.nhs.uk every host below nhs.uk."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from crowd.db import db
from crowd.i18n import _
from crowd.models import Site

MOST = 200  # lines


class BadDomain(ValueError):
    """Its message says what is wrong with a line, and how to write it."""


def parsed(text: str) -> list[str]:
    """The domains of a text, one a line, in ASCII and small letters, each once. Raises BadDomain."""
    found = dict.fromkeys(_parsed(line.strip()) for line in text.splitlines() if line.strip())
    if len(found) > MOST:
        raise BadDomain(_("Write at most %(n)s lines.", n=MOST))
    return list(found)


def _parsed(line: str) -> str:
    below = line.startswith("*.")
    name = line.removeprefix("*.").removeprefix("@")
    if "@" in name:
        raise BadDomain(_("“%(line)s” is a whole address. Write what stands after its @, such as nhs.net.", line=line))
    if line == "*" or "." not in name.strip(".*"):
        raise BadDomain(
            _(
                "“%(line)s” would let in nearly everybody. Write at least two parts, such as nhs.net or *.nhs.uk.",
                line=line,
            )
        )
    if "*" in name:
        raise BadDomain(_("In “%(line)s” the * can only stand at the beginning, as in *.nhs.uk.", line=line))
    return ("*." if below else "") + _ascii(f"x@{name}", line)


def _ascii(address: str, line: str) -> str:
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=True).ascii_domain.lower()
    except EmailNotValidError:
        raise BadDomain(_("“%(line)s” is not the end of an e-mail address, such as nhs.net.", line=line)) from None


def matches(address: str, domains: list[str]) -> bool:
    """Whether an address ends so. A name in another script and its xn-- form are the same."""
    try:
        own = _ascii(address, address)
    except BadDomain:
        return False
    return any(own.endswith(one[1:]) if one.startswith("*.") else own == one for one in domains)


def meaning(domain: str) -> str:
    """What a line lets in, for its host."""
    if domain.startswith("*."):
        rest = domain[2:]
        return _("@trust.%(rest)s and @ward.trust.%(rest)s, but not @%(rest)s", rest=rest)
    return _("@%(domain)s, but not @mail.%(domain)s", domain=domain)


def kept() -> tuple[list[str], str]:
    """The domains, and what they are for: join or ask."""
    row = db.session.execute(select(Site.mail_domains, Site.mail_domains_do)).first()
    return (row.mail_domains.split(), row.mail_domains_do) if row else ([], "join")


def lets_in(address: str) -> bool:
    """Whether a confirmed address is enough to join as a member."""
    domains, what = kept()
    return what == "join" and matches(address, domains)


def may_ask(address: str) -> bool:
    """Whether somebody with this address may ask the host to be let in."""
    domains, what = kept()
    return what != "ask" or not domains or matches(address, domains)
