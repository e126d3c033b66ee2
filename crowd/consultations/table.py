"""The table of rules in words: for the page "Who may do what, when" and for docs/rules.md. It decides nothing."""

from dataclasses import dataclass

from crowd.i18n import _
from crowd.rules import LETTERS, SITE_TABLE, TABLE, Row
from crowd.schedule import phase_name
from crowd.states import PHASES, Standing
from crowd.why import act_words, standing_words

ORDER = "VSBMAHP"


@dataclass(frozen=True)
class Line:
    """A row in words. `cells` has for each phase the standings that may, each with whether it is the reader's own."""

    act: str
    rows: int  # how many lines the act spans, 0 on all but its first
    cells: list[list[tuple[str, bool]]]
    only_if: str


def only_if_words(name: str) -> str:
    """What must hold of the thing, as it stands after "only if"."""
    return {
        "own": _("it is your own"),
        "another's": _("somebody else wrote it"),
        "not answering own": _("it does not answer a text of yours"),
        "in the discussion": _("it is part of the members’ discussion"),
        "on a finding": _("it is a comment on a finding"),
        "held": _("it waits for a moderator"),
        "published": _("it is published"),
        "returned": _("it was returned to you"),
        "not rejected": _("it was not rejected"),
        "not removed": _("it was not removed"),
        "not withdrawn": _("it was not withdrawn"),
        "was public": _("it is published, or was and a mark stands in its place"),
        "promised to all": _("its author let everybody read it"),
        "not closed": _("its thread has not been closed"),
        "shown to members": _("the host shows it to members before it is opened"),
        "begins a thread": _("it begins a thread"),
        "a facilitator's": _("a facilitator wrote it"),
        "still in time": _("the time for sending it again is not over"),
        "may be appealed": _("it was refused or removed in the last 14 days, with a reason that can be appealed"),
        "not a facilitator's": _("its author is shown under an alias"),
        "not merged": _("it has not been merged into another text"),
    }[name]


def act_title(act: str) -> str:
    """The act as the head of a row. "See" and "read" differ: what was taken away is seen as a mark."""
    if act == "see":
        words = _("see that a text is there")
    elif act == "read":
        words = _("read a text")
    else:
        words = act_words(act)
    return words[:1].upper() + words[1:]


def lines(own: frozenset[str] = frozenset()) -> list[Line]:
    """The whole table; `own` are the letters of the reader."""
    return [
        Line(act_title(act), len(rows) if n == 0 else 0, _cells(row, own), _joined(row))
        for act, rows in TABLE.items()
        for n, row in enumerate(rows)
    ]


def _cells(row: Row, own: frozenset[str]) -> list[list[tuple[str, bool]]]:
    return [_who(row.who[phase], own) for phase in PHASES]


def _who(letters: frozenset[str], own: frozenset[str]) -> list[tuple[str, bool]]:
    if letters == LETTERS:
        return [(_("everybody"), bool(own))]
    return [(standing_words(letter), letter in own) for letter in ORDER if letter in letters]


def _joined(row: Row) -> str:
    return ", ".join(only_if_words(name) for name in row.only_if)


def standing_names(letters: frozenset[str]) -> str:
    return ", ".join(standing_words(letter) for letter in ORDER if letter in letters)


def markdown() -> str:
    """docs/rules.md, whole."""
    heads = [_("Act"), *(phase_name(phase) for phase in PHASES), _("Only if")]
    out = [
        "# " + _("Who may do what, when"),
        "",
        _(
            "Printed from the table in `crowd/rules.py` by `python3 app.py rules`; a test fails when it is out of "
            "date. What is not granted here is refused. Where an act has several rows, one of them must hold, with "
            "everything that stands under “Only if”."
        ),
        "",
        _("Somebody’s standing (%(all)s) is their own in each consultation.", all=_standings()),
        _("A suspended person keeps what their standing may read, may withdraw their own texts, and nothing else."),
        "",
        _row(heads),
        _row(["---"] * len(heads)),
    ]
    act = ""
    for line in lines():
        act = line.act if line.rows else act
        cells = [", ".join(words for words, _own in cell) or "–" for cell in line.cells]
        out.append(_row([act, *cells, line.only_if]))
    out += ["", "## " + _("On the whole site"), "", _row([_("Act"), _("Who")]), _row(["---"] * 2)]
    out += [_row([act_title(act), standing_names(who)]) for act, who in SITE_TABLE.items()]
    return "\n".join(out) + "\n"


def _standings() -> str:
    return ", ".join(standing_words(letter) for letter in Standing)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
