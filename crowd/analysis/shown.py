"""Results of runs, as their pages and files show them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crowd.i18n import _
from crowd.models import Run

UNITING = 20  # ideas of the ranking


class Cell(NamedTuple):
    """How a group voted on an idea, in per cent."""

    agree: int
    disagree: int
    seen: int


class Idea(NamedTuple):
    number: int
    text: str
    cells: list[Cell | None]  # one a group; None where it may not be told
    consensus: float | None


class Group(NamedTuple):
    number: int  # from 1
    size: int
    share: int  # per cent of all in groups
    apart: list[tuple[Idea, str]]  # what sets it apart, and whether it agrees or disagrees


def cell(counts: list[int] | None) -> Cell | None:
    if counts is None:
        return None
    agree, disagree, _passed = counts
    seen = sum(counts)
    return Cell(round(100 * agree / seen), round(100 * disagree / seen), seen)


def numbers(run: Run) -> list[int]:
    """The contributions that its result names."""
    return sorted({row["contribution"] for row in run.result.get("matrix", []) if row["contribution"]})


def ideas(run: Run, texts: Mapping[int, str]) -> dict[int, Idea]:
    """The ideas of its matrix that this reader may read, by id. What was taken back since is not shown."""
    return {
        row["contribution"]: Idea(
            row["contribution"], texts[row["contribution"]], [cell(each) for each in row["cells"]], row["consensus"]
        )
        for row in run.result.get("matrix", [])
        if row["contribution"] in texts
    }


def groups(run: Run, of: Mapping[int, Idea]) -> list[Group]:
    found = run.result.get("groups", [])
    whole = sum(group["size"] for group in found) or 1
    return [
        Group(
            number,
            group["size"],
            round(100 * group["size"] / whole),
            [(of[row["contribution"]], row["answer"]) for row in group["apart"] if row["contribution"] in of],
        )
        for number, group in enumerate(found, 1)
    ]


def uniting(of: Mapping[int, Idea]) -> list[Idea]:
    """What more than half of every group agree with, the most uniting first; only ideas of which all groups' votes
    may be told."""
    shared = [idea for idea in of.values() if all(each and each.agree > 50 for each in idea.cells)]
    ranked = [idea for idea in shared if idea.consensus is not None]
    return sorted(ranked, key=lambda idea: (-(idea.consensus or 0), idea.number))[:UNITING]


def dividing(parts: list[Group]) -> list[Idea]:
    """The ideas that set the groups apart, each once, in the order of the groups."""
    return list({idea.number: idea for group in parts for idea, _answer in group.apart}.values())


def table(run: Run, texts: Mapping[int, str]) -> Iterator[list[object]]:
    """The matrix as rows for a file. A cell that may not be told is empty."""
    found = run.result.get("groups", [])
    heads = [_("Contribution"), _("Text"), _("Group-informed consensus")]
    for number, group in enumerate(found, 1):
        of = {"number": number, "size": group["size"]}
        heads += [
            _("Group %(number)s (%(size)s people): agree") % of,
            _("Group %(number)s: disagree") % of,
            _("Group %(number)s: pass") % of,
        ]
    yield [*heads]
    for row in run.result.get("matrix", []):
        if row["contribution"] in texts:
            shared = "" if row["consensus"] is None else row["consensus"]
            cells = [count for counts in row["cells"] for count in counts or ["", "", ""]]
            yield [row["contribution"], texts[row["contribution"]], shared, *cells]


def compared(run: Run, before: Run | None) -> str:
    """Whether an analysis that was done again came out the same, in a sentence."""
    if before is None or run.state not in ("done", "refused") or before.state not in ("done", "refused"):
        return ""
    said = {"number": before.id}
    if run.input_sha256 != before.input_sha256:
        return _("What went in has changed since run %(number)s, so the two may differ.") % said
    if (run.result, run.said) == (before.result, before.said):
        return _("It came out the same as run %(number)s.") % said
    if run.versions != before.versions:
        return _("It came out otherwise than run %(number)s: the versions of what made them differ.") % said
    return _("It came out otherwise than run %(number)s, from the same input. Tell whoever runs the server.") % said
