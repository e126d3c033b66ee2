"""Why a text is held, refused or its author warned, in sentences; what is kept of it is a name and a detail (M2).

Personal data is never repeated in a reason: it stands in the text alone, and goes with it."""

from collections.abc import Callable, Iterable, Mapping

from crowd.i18n import _, ngettext

Kept = Mapping[str, str]  # {"rule": its name, "words": a detail, such as the watched words that were found}


def words(held_for: Iterable[Kept]) -> list[str]:
    """A sentence for every reason that is kept with a version, in their order; for those who decide and for hosts."""
    return [sentence(reason["rule"], reason.get("words", "")) for reason in held_for]


def sentence(rule: str, detail: str = "") -> str:
    """The sentence of one reason. One that is not known any more is told by its name."""
    say = _SENTENCES.get(rule)
    return say(detail) if say else _("It was held by the rule “%(rule)s”.", rule=rule)


def kinds(detail: str) -> str:
    """What sorts of personal data were found, as a person reads them."""
    return ", ".join(_kind_words().get(kind, kind) for kind in detail.split(",") if kind)


def _kind_words() -> dict[str, str]:
    return {
        "nhs": _("an NHS number"),
        "birth": _("a date of birth"),
        "postcode": _("a postcode"),
        "phone": _("a phone number"),
        "email": _("an e-mail address"),
    }


def _mode(detail: str) -> str:
    if detail == "again":
        return _("An earlier wording waited or came back to its author, so this one is read as well.")
    return _("Every text is read before it is published.")


def _links(detail: str) -> str:
    n = int(detail) if detail.isdecimal() else 0
    return ngettext("It has %(n)s link.", "It has %(n)s links, more than are taken without being read.", n)


def _first(detail: str) -> str:
    n = int(detail) if detail.isdecimal() else 0
    return ngettext(
        "%(n)s text of this person has been approved here so far.",
        "%(n)s texts of this person have been approved here so far.",
        n,
    )


def _rejected(detail: str) -> str:
    rejected, _of, decided = detail.partition("/")
    return _("Of this person’s last %(decided)s texts, %(rejected)s were rejected.", decided=decided, rejected=rejected)


_SENTENCES: dict[str, Callable[[str], str]] = {
    "length": lambda detail: _("It is longer than the host takes, or has nothing in it to read."),
    "rate": lambda detail: _("This person has sent very many texts in a short time."),
    "same": lambda detail: _("The same person has sent the same words before."),
    "blocked": lambda detail: _("It has words that the host does not take: %(words)s.", words=detail),
    "watched": lambda detail: _("It has words that the host watches: %(words)s.", words=detail),
    "personal data": lambda detail: _("It seems to give personal data: %(kinds)s.", kinds=kinds(detail)),
    "named": lambda detail: _("It seems to name a person."),
    "links": _links,
    "first texts": _first,
    "rejected": _rejected,
    "always": lambda detail: _("This person’s texts are always read first."),
    "mode": _mode,
}


def refusal(rule: str, detail: str = "") -> str:
    """Why a text is not taken and what its author can do, in a sentence or two."""
    return {
        "length": _("Write something, and no more than the host takes."),
        "rate": _("You have sent very many texts in the last minutes. Save this one as a draft, and send it later."),
        "same": _("You have sent these words here before. You find them on your own page, where you can change them."),
        "blocked": _("Texts with these words are not taken here: %(words)s. Say it in other words.", words=detail),
    }[rule]


def warning(kind: str) -> str:
    """What is wrong with a passage, for its author (M3); also of those that are not warned of but held."""
    return {
        "nhs": _("This looks like an NHS number: it tells which patient you mean."),
        "birth": _("This looks like a date of birth: with little else it tells who somebody is."),
        "postcode": _("This looks like a postcode: it leads to a few doors."),
        "phone": _("This looks like a phone number: everybody could ring it."),
        "email": _("This looks like an e-mail address: everybody could write to it."),
        "name": _("This looks like somebody’s name."),
        "word": _("The host has listed this word."),
    }[kind]


def titles() -> dict[str, str]:
    """What each rule looks at, for hosts."""
    return {
        "length": _("Too long or empty"),
        "rate": _("Too many texts in a short time"),
        "same": _("The same text again"),
        "blocked": _("Words that are not taken"),
        "watched": _("Words that are watched"),
        "personal data": _("Personal data"),
        "named": _("A person’s name"),
        "links": _("Links"),
        "first texts": _("First texts of a person"),
        "rejected": _("Texts rejected lately"),
        "always": _("People whose texts are always read first"),
        "mode": _("How texts of the phase are taken"),
    }
