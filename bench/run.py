"""Crowd beside the least that the same server can do, as ratios with their goals (docs/scale.md says what they mean).

python3 app.py bench [--scale N] [--growth N] [--json FILE] [--quick] [--servers]
"""

import json
import sys
import tempfile
from pathlib import Path

from bench import fill, serving
from bench.growing import SAME, SMOKE, growing
from bench.identifying import identifying
from bench.instance import Instance
from bench.lines import Bench, Line, Pace, await_first_page, deciding, remembering, starting
from bench.load import Wrong
from bench.searching import searching

QUICK = Pace(seconds=0.2, rounds=1)


def main(
    scale: int = 1, out: Path | None = None, quick: bool = False, servers: bool = False, growth: int = 50_000
) -> int:
    """Measure and print; 1 if an answer was wrong. What takes minutes at full length takes seconds with `quick`."""
    if not Path("/proc/self/stat").exists():
        print("The bench reads processor times from /proc, which only Linux has.", file=sys.stderr)
        return 1
    size = fill.SMOKE if quick else fill.Size().times(scale)
    with tempfile.TemporaryDirectory(prefix="crowd-bench-") as folder:
        try:
            if servers:
                compare_servers(Path(folder), size, QUICK if quick else Pace(rounds=3))
                return 0
            lines = measure(Path(folder), size, QUICK if quick else Pace(), 500 if quick else growth)
        except Wrong as wrong:
            print(f"An answer was wrong: {wrong}", file=sys.stderr)
            return 1
    if out:
        out.write_text(json.dumps({"lines": [_as_json(line) for line in lines]}, indent=1) + "\n", "utf-8")
    return 0


def measure(folder: Path, size: fill.Size, pace: Pace, growth: int) -> list[Line]:
    print(f"Filling: {size.register:,} on the register, {size.members:,} members, {size.ideas:,} ideas ...", flush=True)
    crowd, lines = Instance(folder / "crowd", size), []

    def told(line: Line) -> None:
        lines.append(line)
        print(_as_text(line), flush=True)

    for line in _queue(folder, size, crowd, pace):
        told(line)
    told(starting(crowd, max(1, pace.rounds - 2)))
    bench = Bench(crowd, folder / "limits", pace)
    try:
        told(bench.reading("thread-200-visitor", 1.0))
        told(bench.reading("thread-200-member", 0.15))
        told(bench.reading("question-member", 0.2))
        told(bench.reading("thread-2000-visitor", 1.0))
        told(bench.reading("thread-2000-member", 0.15))
        told(bench.unchanged(0.9))
        for number in (1, 16):
            told(bench.voting(number, 0.7))
        for number in (1, 16):
            told(bench.submitting(number, 0.4))
        told(remembering(bench))
    finally:
        bench.stop()
    for line in searching(folder, pace, (1_000, 50_000) if pace.rounds > 1 else (300, 1_000)):
        told(line)
    for line in identifying():
        told(line)
    told(growing(folder, pace, growth, SAME if pace.rounds > 1 else SMOKE))
    return lines


def _queue(folder: Path, size: fill.Size, crowd: Instance, pace: Pace) -> list[Line]:
    instances = [Instance(folder / name, size, crowd) for name in ("few", "more", "many")]
    for instance in instances:
        instance.start()
    try:
        for instance in instances:
            await_first_page(instance.served)
        return deciding(instances, [10, 1_000, 10_000] if pace.rounds > 1 else [10, 20, 60], pace.rounds)
    finally:
        for instance in instances:
            instance.served.stop()


def compare_servers(folder: Path, size: fill.Size, pace: Pace) -> None:
    """What chose the default server: the same lines on each one that is installed."""
    first = Instance(folder / "crowd", size)
    for server in serving.servers():
        bench = Bench(Instance(folder / server, size, first), folder / f"limits-{server}", pace, server)
        try:
            print(f"{server}: {bench.crowd.served.memory():.0f} MiB")
            print(_as_text(bench.reading("thread-200-visitor", 1.0)))
            print(_as_text(bench.reading("thread-200-member", 0.15)))
            print(_as_text(bench.voting(16, 0.7)), flush=True)
        finally:
            bench.stop()


def _as_json(line: Line) -> dict[str, object]:
    bound = {"goal": line.goal} if line.goal is not None else {"at_most": line.at_most}
    return {"name": line.name, "ratio": line.ratio, **bound, "note": line.note}


def _as_text(line: Line) -> str:
    ratio = "      -" if line.ratio is None else f"{line.ratio:7.2f}"
    bound = f"at least {line.goal}" if line.goal is not None else f"at most {line.at_most}"
    return f"{line.name:20}{ratio}  {bound:14} {'reached' if line.reached else 'NOT YET':8} {line.note}"
