"""Reading a codebook from CSV, as spreadsheets write it, and writing it so."""

from collections.abc import Iterator, Sequence
from typing import Any

from crowd.hosting.lists import BadList, lines
from crowd.i18n import _, number
from crowd.spreadsheet import FORMULA
from crowd.text import tidy
from crowd.themes.codebook import STANDS, WORDS, same

MOST = 500  # themes of a file
LONGEST = {"name": 100} | dict.fromkeys(("definition", "include", "exclude", "example"), 2000)
ELSEWHERE = {"theme": "name", "code": "name", "description": "definition", "inclusion": "include"}
ELSEWHERE |= {"exclusion": "exclude", "examples": "example"}


class BadCodebook(ValueError):
    """Its `wrong` are sentences, each naming its row."""

    def __init__(self, wrong: Sequence[str]) -> None:
        super().__init__(" ".join(wrong))
        self.wrong = list(wrong)


def rows(data: bytes) -> list[dict[str, str]]:
    """The themes of a file, in its order. Raises BadCodebook, with all that is wrong and not only the first."""
    try:
        found = [(n, cells) for n, cells in lines(data) if any(cell.strip() for cell in cells)]
    except BadList as why:
        raise BadCodebook([str(why)]) from None
    if not found:
        raise BadCodebook([_("There is nothing in it. The first row names the columns, and each theme has a row.")])
    heads = [_head(cell) for cell in found[0][1]]
    if "name" not in heads:
        columns = ", ".join(WORDS)
        said = _("No column is headed “name”. The first row names the columns: %(columns)s.", columns=columns)
        raise BadCodebook([said])
    if len(found) - 1 > MOST:
        raise BadCodebook([_("It has more than %(most)s themes. Nobody could code with so many.", most=MOST)])
    read = [(n, _row(heads, cells)) for n, cells in found[1:]]
    if wrong := [*_twice(read), *(sentence for n, row in read for sentence in _wrong(n, row))]:
        raise BadCodebook(wrong)
    return [row for _n, row in read]


def _head(cell: str) -> str:
    name = same(cell)
    return ELSEWHERE.get(name, name)


def _row(heads: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Without the apostrophe that our own export puts before what could be a formula."""
    found = {}
    for head, cell in zip(heads, cells, strict=False):
        if head in WORDS:
            bare = cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA) else cell
            found[head] = " ".join(tidy(bare).split()) if head == "name" else tidy(bare).strip()
    return found


def _twice(read: Sequence[tuple[int, dict[str, str]]]) -> Iterator[str]:
    """Twice the same theme, with both rows."""
    first: dict[str, tuple[int, str]] = {}
    for n, row in read:
        name = row.get("name", "")
        if not name:
            continue
        if there := first.get(same(name)):
            words = {"one": there[0], "other": n, "first": there[1], "second": name}
            twice = _("Rows %(one)s and %(other)s name the same theme: “%(first)s” and “%(second)s”.", **words)
            yield twice + " " + _("Keep one of them, or give one another name.")
        else:
            first[same(name)] = (n, name)


def _wrong(n: int, row: dict[str, str]) -> Iterator[str]:
    if not row.get("name"):
        yield _("Row %(n)s has no name. Every theme needs one.", n=n)
    for column, most in LONGEST.items():
        if len(row.get(column, "")) > most:
            said = _("Row %(n)s: “%(column)s” is longer than %(most)s characters.")
            yield said % {"n": n, "column": column, "most": number(most)}


def table(themes: Sequence[dict[str, Any]]) -> Iterator[list[object]]:
    """A codebook as rows, its heads first: what `rows` reads again."""
    yield ["number", *STANDS]
    for one in themes:
        yield [one["number"], *(one[name] for name in WORDS), _("yes") if one["retired"] else ""]
