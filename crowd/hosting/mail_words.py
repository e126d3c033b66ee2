"""Why mails did not go out, in words for somebody who has never run a mail server: what it is, and what to do."""

from collections.abc import Callable, Mapping
from email.utils import parseaddr
from typing import Any, NamedTuple

from crowd.i18n import _


class Words(NamedTuple):
    what: str
    do: str


def explain(trouble: str, config: Mapping[str, Any]) -> Words:
    """The words for a trouble, with the settings that it hangs on."""
    told = _TOLD.get(trouble)
    if told is None:
        return Words(
            _("It did not work, for a reason that Crowd does not know."), _("What the server said tells more.")
        )
    host, port = config["SMTP_HOST"], config["SMTP_PORT"]
    facts = {"host": host, "port": port, "user": config["SMTP_USER"], "sender": config["SENDER"]}
    what, do = told()
    return Words(what % facts, do % facts)


def hints(config: Mapping[str, Any]) -> list[Words]:
    """What makes that mails arrive and are not taken for spam: three entries that the sender's domain needs."""
    domain = parseaddr(config["SENDER"])[1].rpartition("@")[2]
    facts = {"domain": domain, "host": config["SMTP_HOST"]}
    return [
        Words(
            "SPF",
            _(
                "A TXT entry of %(domain)s that lists who may send mails for it. It has to name the mail server "
                "%(host)s; whoever runs that server can tell you the line."
            )
            % facts,
        ),
        Words(
            "DKIM",
            _(
                "A signature that the mail server puts into each mail, and a TXT entry below "
                "_domainkey.%(domain)s to check it with. Switch it on at the mail server; it shows you the "
                "entry. It should also sign the headers List-Unsubscribe and List-Unsubscribe-Post."
            )
            % facts,
        ),
        Words(
            "DMARC",
            _(
                "A TXT entry at _dmarc.%(domain)s that says what to do with mails that fail the other two. "
                "“v=DMARC1; p=none” is a good beginning."
            )
            % facts,
        ),
    ]


def local_sender(config: Mapping[str, Any]) -> bool:
    """Whether mails come from an address that nobody outside this machine can answer."""
    return parseaddr(config["SENDER"])[1].endswith("@localhost")


_TOLD: dict[str, Callable[[], tuple[str, str]]] = {
    "password": lambda: (
        _("The mail server did not accept the user “%(user)s” with this password."),
        _(
            "Check smtp_user and smtp_password. Many providers want an app password made for programs, not "
            "the one you sign in with."
        ),
    ),
    "closed_port": lambda: (
        _("The machine %(host)s answered, but no mail server listens on its port %(port)s."),
        _('Check smtp_port: it is mostly 587 (with smtp_tls = "starttls") or 465 (with smtp_tls = "tls").'),
    ),
    "blocked_port": lambda: (
        _("Nothing answered at %(host)s on port %(port)s. Often a firewall stands between."),
        _(
            "Check smtp_host and smtp_port. Many providers of servers block mail until you ask them: ask for "
            "port %(port)s to be opened, or try 587 or 465."
        ),
    ),
    "silent": lambda: (
        _(
            "Something answered at %(host)s on port %(port)s, but said nothing. A port that expects "
            "encryption from the first moment does that."
        ),
        _('If the port is 465, set smtp_tls = "tls".'),
    ),
    "unknown_host": lambda: (
        _("There is no machine called “%(host)s”, or this server cannot look names up."),
        _("Check smtp_host for a slip of the pen."),
    ),
    "certificate": lambda: (
        _(
            "The certificate of %(host)s does not fit: it is of another name, out of date, or of an issuer "
            "that this machine does not know. Nothing was sent."
        ),
        _(
            "Set smtp_host to the name on the certificate, which your provider can tell you. For an issuer "
            "of your own, name its file in SSL_CERT_FILE."
        ),
    ),
    "wrong_tls": lambda: (
        _("The two did not agree on encryption. Mostly smtp_tls does not fit the port."),
        _('Use smtp_tls = "starttls" with port 587, or "tls" with port 465.'),
    ),
    "needs_tls": lambda: (
        _("The mail server takes mails over an encrypted connection only."),
        _('Set smtp_tls = "starttls", or "tls" if the port is 465.'),
    ),
    "no_tls": lambda: (
        _("The mail server offers no encryption on port %(port)s, so nothing was sent."),
        _(
            'Try port 587, or 465 with smtp_tls = "tls". Only for a server on this machine or in your own '
            'network, set smtp_tls = "none".'
        ),
    ),
    "no_login": lambda: (
        _("The mail server offers no sign-in on this connection. Many do so only once it is encrypted."),
        _('Set smtp_tls = "starttls". If the server wants no sign-in at all, leave smtp_user empty.'),
    ),
    "needs_login": lambda: (
        _("The mail server wants a sign-in first."),
        _("Set smtp_user and smtp_password."),
    ),
    "sender": lambda: (
        _("The mail server does not let you send as %(sender)s."),
        _("Set sender to an address that belongs to the user at the mail server, or have this address allowed there."),
    ),
    "relay": lambda: (
        _("The mail server passes no mails on to other places for you."),
        _("Set smtp_user and smtp_password, or have this machine allowed there. Then send these again."),
    ),
    "no_mailbox": lambda: (
        _("There is no mailbox of this address."),
        _("Sending it again will not help. Under People you see whose address it is."),
    ),
    "full": lambda: (_("The reader’s mailbox is full."), _("Send it again in some days.")),
    "refused": lambda: (
        _("The reader’s mail server does not take mails from you."),
        _("Read what it said. Often the entries SPF, DKIM and DMARC are missing; the test mail tells about them."),
    ),
    "spam": lambda: (
        _("The text was refused, mostly because it was taken for spam."),
        _("See that the entries SPF, DKIM and DMARC are there; the test mail tells about them. Then send it again."),
    ),
    "too_big": lambda: (_("The mail is too large for the mail server."), _("Ask whoever runs the mail server.")),
    "greylisted": lambda: (
        _("The reader’s mail server asks everybody whom it does not know to come again later."),
        _("There is nothing to do: it is tried again by itself."),
    ),
    "later": lambda: (
        _("The mail server asked to come again later. It may be busy, or get more mails a minute than it allows."),
        _("If it happens often, lower mails_per_minute. Otherwise wait: mails are tried again by themselves."),
    ),
    "dropped": lambda: (
        _("The connection ended in the middle of the conversation."),
        _("If it happens again, ask whoever runs the mail server; some end it when too many mails come."),
    ),
    "turned_away": lambda: (
        _("The mail server turned us away at the door."),
        _("Read what it said; mostly this machine is not allowed there."),
    ),
    "unwritable": lambda: (
        _("It cannot be written as a mail."),
        _("Its address or its text holds what no mail may hold. Sending it again will not help."),
    ),
}
