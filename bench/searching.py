"""Searching: a page of what was found among many contributions, beside a constant of its bytes and beside few."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from bench import fill
from bench.instance import Instance
from bench.lines import Line, Pace, Side, again, await_first_page, page
from bench.load import Browser
from bench.serving import Served

WORDS = 20_000
FOUND = b'id="c'  # a card


def searching(folder: Path, pace: Pace, numbers: tuple[int, int] = (1_000, 50_000), goal: float = 0.02) -> list[Line]:
    """`search-50k`: one word, two words and a phrase in turn, each found on a full page, by members; the ratio is of a
    Flask constant of the same bytes. `search-flat`: the same over so few contributions."""
    few, many = (_instance(folder / f"search-{number}", number) for number in numbers)
    limits = folder / "search-limits"
    limits.mkdir()
    for instance in (few, many):
        await_first_page(instance.start())
    readers = {instance: instance.signed_in(instance.discussion.readers) for instance in (few, many)}
    paths = [f"/c/discussion/search?q={quote(asked)}" for asked in _asked()]
    (limits / "search.page").write_bytes(readers[many][0].page(paths[0]))
    constant = Served("limits", limits, "granian")
    try:
        await_first_page(constant, "/constant/search")
        line = pace.compare(
            "search-50k",
            goal,
            _side(many, readers[many], paths),
            Side(constant, again(*[Browser(constant.port).asking("/constant/search")] * 16), page(b"</html>")),
        )
        return [line, _flat(pace, *(_side(instance, readers[instance], paths) for instance in (few, many)))]
    finally:
        for served in (few.served, many.served, constant):
            served.stop()


def _instance(folder: Path, number: int) -> Instance:
    thread = min(200, number // 5)
    size = fill.Size(
        register=100, members=500, ideas=number // 4, comments=number - number // 4, votes=2_000, long_thread=0
    )
    return Instance(folder, replace(size, thread=thread, words=WORDS))


def _asked() -> list[str]:
    """Said so often that also a thousand texts fill a page; the words of the phrase are the two most frequent."""
    said = fill.vocabulary(40)
    return [said[6], f"{said[3]} {said[9]}", f'"{said[0]} {said[1]}"']


def _side(instance: Instance, readers: list[Browser], paths: list[str]) -> Side:
    def requests() -> list[Iterator[bytes]]:
        return [itertools.cycle([reader.asking(path) for path in paths]) for reader in readers]

    return Side(instance.served, requests, page(FOUND))


def _flat(pace: Pace, few: Side, many: Side) -> Line:
    ratio = pace.grown(few, many)
    return Line("search-flat", ratio, at_most=1.3, note=f"{many.told()} among many, {few.told()} among few")
