"""The bench itself: it fills, serves and asks, and every answer is what it should be. No time is asserted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMES = {
    "queue-flat",
    "decision-flat",
    "start",
    "thread-200-visitor",
    "thread-200-member",
    "question-member",
    "thread-2000-visitor",
    "thread-2000-member",
    "search-50k",
    "search-flat",
    "growth",
    "unchanged",
    "vote-1",
    "vote-16",
    "submit-1",
    "submit-16",
    "memory",
    "identifying-recall",
    "identifying-precision",
}
QUICK = "import sys, pathlib; from bench import run; sys.exit(run.main(quick=True, out=pathlib.Path(sys.argv[1])))"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the bench reads processor times from /proc")
def test_every_line_is_measured_and_every_answer_right(tmp_path):
    """The bench refuses an answer of another status or without its content, and votes or texts that are missing."""
    out = tmp_path / "lines.json"
    ran = subprocess.run(
        [sys.executable, "-c", QUICK, out], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = {line["name"]: line for line in json.loads(out.read_text("utf-8"))["lines"]}
    assert set(lines) == NAMES
    for line in lines.values():
        assert ("goal" in line) != ("at_most" in line)
        assert line["ratio"] is not None or "not measured" in line["note"]
