"""Growth: the same pages, votes and texts of the same people, with few and with many contributions in the database."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bench import fill
from bench.instance import Instance
from bench.lines import TEXT, Line, Pace, Side, again, await_first_page, page, redirected
from bench.load import Browser

SAME = fill.Size(register=100, members=500, ideas=400, comments=600, votes=2_000, long_thread=0)  # 1,000 contributions


def growing(folder: Path, pace: Pace, number: int, same: fill.Size = SAME) -> Line:
    """How many times dearer the dearest of them has become, with so many more contributions in the same consultation,
    under another question."""
    few, many = Instance(folder / "grow-few", same), Instance(folder / "grow-many", same)
    began = time.monotonic()
    with many.database():
        fill.more_contributions("discussion", number)
    print(f"  {number:,} more contributions written in {time.monotonic() - began:.0f} s", flush=True)
    for instance in (few, many):
        await_first_page(instance.start())
    try:
        readers = {instance: instance.signed_in(instance.discussion.readers) for instance in (few, many)}
        told = {
            name: pace.grown(*(make(instance, readers[instance]) for instance in (few, many)))
            for name, make in _WHAT.items()
        }
    finally:
        for instance in (few, many):
            instance.served.stop()
    note = ", ".join(f"{name} {ratio:.2f}" for name, ratio in told.items())
    return Line("growth", max(told.values()), at_most=1.3, note=f"{number:,} more contributions: {note}")


def _reading(path: Callable[[Instance], str]) -> Callable[[Instance, list[Browser]], Side]:
    def side(instance: Instance, readers: list[Browser]) -> Side:
        return Side(instance.served, again(*(reader.asking(path(instance)) for reader in readers)), page(b"</html>"))

    return side


def _voting(instance: Instance, readers: list[Browser]) -> Side:
    def presses(who: Browser, first: int) -> Iterator[bytes]:
        token, ideas = who.fields(f"/p/{instance.discussion.thread}")["csrf_token"], instance.discussion.ideas
        while True:
            for value in ("agree", "disagree", "pass"):
                for n in range(len(ideas)):
                    vote = f"{value}-{ideas[(first + n) % len(ideas)]}"
                    yield who.sending("/vote", {"csrf_token": token, "vote": vote})

    lines = [presses(reader, 7 * n) for n, reader in enumerate(readers)]
    return Side(instance.served, lambda: lines, redirected)


def _submitting(instance: Instance, readers: list[Browser]) -> Side:
    def answers(who: Browser) -> Iterator[bytes]:
        path = "/c/discussion/q/1/new"
        fields = who.fields(path) | {"kind": "idea", "promise": "2", "do": "send", "similar": "seen"}
        while True:
            once = f"{fields['once'][:16]}-{time.time_ns()}"
            yield who.sending(path, fields | {"text": f"{(TEXT * 5)[:380]} {once}", "once": once})

    lines = [answers(reader) for reader in readers]
    return Side(instance.served, lambda: lines, redirected)


_WHAT: dict[str, Callable[[Instance, list[Browser]], Side]] = {
    "thread": _reading(lambda instance: f"/p/{instance.discussion.thread}"),
    "question": _reading(lambda _instance: "/c/discussion/q/1"),
    "landing": _reading(lambda _instance: "/c/discussion/"),
    "vote": _voting,
    "submit": _submitting,
}


SMOKE = replace(SAME, members=60, ideas=40, comments=210, votes=200)
