"""Ideas in an order, each with its votes, its interval and by how many it was seen, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from crowd import text
from crowd.figures.measures import wilson
from crowd.figures.tables import Bar, Row, Table, share
from crowd.i18n import _, number
from crowd.models import Consultation
from crowd.threads import numbers

OPENING = 110  # characters of an idea in a row


def title(order: str) -> str:
    return {"ranking": _("Most agreed"), "divided": _("Most divided"), "bridging": _("What unites professions")}[order]


def _bar(row: Any) -> tuple[int, Bar, tuple[float, float]]:
    seen, ends = row.agree + row.disagree + row.passed, wilson(row.agree, row.agree + row.disagree)
    low, high = (round(100 * end, 1) for end in ends)
    fill, against = (round(100 * votes / seen, 1) for votes in (row.agree, row.disagree))
    return seen, Bar(fill, against, low=low, high=high), ends


def label(row: Any, consultation: Consultation) -> str:
    cited = numbers.written(consultation.code, row.serial) or str(row.id)
    return f"{cited} {text.opening(text.plain(row.html), OPENING)}"


def ideas(
    name: str,
    found: Sequence[Any],
    consultation: Consultation,
    address: Any,
    weighted: Mapping[int, float] | None = None,
) -> Table:
    """`address` makes an idea's link from its id; `weighted` is the share of agreement by weights, for the desk."""
    rows = []
    for row in found:
        seen, bar, (low, high) = _bar(row)
        voted = row.agree + row.disagree
        cells: tuple[str, ...] = (
            share(row.agree / voted, 0),
            f"{number(round(100 * low))}–{share(high, 0)}",
            number(seen),
        )
        values: tuple[object, ...] = (row.serial, row.agree, row.disagree, row.passed, seen)
        values += (round(row.agree / voted, 4), round(low, 4), round(high, 4))
        if weighted is not None:
            cells += (share(weighted.get(row.id), 0),)
            values += (round(weighted[row.id], 2) if row.id in weighted else "",)
        rows.append(Row(label(row, consultation), cells, values, bar, address(row.id)))
    more = weighted is not None
    return Table(
        name,
        title(name),
        _(
            "Agreement stands on the left of a bar, disagreement on the right, between them those who passed. The thin "
            "line is where the share that agrees lies, of those who agree or disagree, 19 times in 20 (Wilson’s "
            "interval); its lower end makes the order."
        )
        if name == "ranking"
        else _("Where both sides are surely large stands first: by the lower end of the interval of the smaller side."),
        (_("Idea"), _("Votes"), _("Agree"), _("Interval"), _("Seen by")) + ((_("Agree, weighted"),) if more else ()),
        ("number", "agree", "disagree", "passed", "seen_by", "agree_share", "low", "high")
        + (("agree_share_weighted",) if more else ()),
        tuple(rows),
        _("No idea has enough votes yet."),
    )


def bridging(found: Sequence[tuple[Any, int, int]], consultation: Consultation, address: Any) -> Table:
    """Each idea with the lowest agreement of any profession in per cent, and how many professions could be told of."""
    rows = tuple(
        Row(
            label(row, consultation),
            (f"{number(lowest)}%", number(groups), number(row.agree + row.disagree + row.passed)),
            (row.serial, lowest, groups, row.agree + row.disagree + row.passed),
            Bar(lowest),
            address(row.id),
        )
        for row, lowest, groups in found
    )
    return Table(
        "bridging",
        title("bridging"),
        _(
            "The bar is the share that agrees in the profession that agrees least, of all its voters. Only professions "
            "with at least 10 voters count (20 where all voted alike); the others are put together."
        ),
        (_("Idea"), _("Least agreement"), _("Least agreement"), _("Professions"), _("Seen by")),
        ("number", "lowest_agreement_percent", "professions", "seen_by"),
        rows,
        _("No idea has votes of at least 10 people in each of two professions yet."),
    )
