"""Who took part, row by row beside a baseline: which rows there are, what each counts, and in which order rows are kept
back. Knows no database."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from crowd.figures.measures import Line, against
from crowd.figures.privacy import KEPT_BACK, Shown, counts

JOINED = " + "  # between the names of one row, as in a baseline that counts them as one


class Rows(NamedTuple):
    """People by label, those of the baseline by label, and the order in which rows are kept back. The empty label is
    of people who did not say."""

    people: dict[str, int]
    baseline: dict[str, int]
    order: list[str]


def arranged(people: Mapping[str, int], known: Sequence[str], baseline: Sequence[Mapping[str, Any]]) -> Rows:
    """The rows of the baseline first, then what the consultation knows beside it, then what somebody has been called
    nevertheless, and last those who did not say."""
    there = {JOINED.join(row["names"]): int(row["count"]) for row in baseline}
    within = {name for row in baseline for name in row["names"]}
    rows = {JOINED.join(row["names"]): sum(people.get(name, 0) for name in row["names"]) for row in baseline}
    others = [name for name in [*known, *sorted(people)] if name and name not in within]
    rows |= {name: people.get(name, 0) for name in dict.fromkeys(others)}
    rows[""] = people.get("", 0)
    smallest_first = sorted(there, key=lambda label: (there[label], label))
    return Rows(rows, there, [*smallest_first, *sorted(name for name in rows if name and name not in there), ""])


def public(rows: Rows) -> list[dict[str, Any]]:
    """As everybody may see them, to be stored: the label and the shown number, or whether they are few."""
    shown = counts(rows.people, rows.order)
    return [{"label": label, "number": one.number, "few": one.few} for label, one in shown.items()]


def beside(stored: Sequence[Mapping[str, Any]], total: int, baseline: Mapping[str, int]) -> list[tuple[Line, Shown]]:
    """Published rows beside a baseline, by public numbers alone: shares are of all whom no row outside the baseline
    tells of. A sum of true numbers would tell what is kept back."""
    shown = {row["label"]: Shown(row["number"], row["few"]) for row in stored}
    told = {label: one.number for label, one in shown.items() if one.number is not None}
    outside = sum(n for label, n in told.items() if not label or (baseline and label not in baseline))
    lines = {line.name: line for line in against(told, baseline, people=total - outside)}
    reference = sum(baseline.values())
    for label in shown:
        share = baseline[label] / reference if label in baseline and reference else None
        lines.setdefault(label, Line(label, 0, baseline=share))
    return [(lines[label], one) for label, one in shown.items()]


def nothing_told(stored: Sequence[Mapping[str, Any]]) -> bool:
    """Whether too few took part to tell anything."""
    return all(Shown(row["number"], row["few"]) == KEPT_BACK for row in stored)
