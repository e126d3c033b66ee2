"""What Crowd installs: all of it pinned, by hash, from wherever the host's pip looks."""

import re
from pathlib import Path

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["requirements", "requirements-analysis", "requirements-report", "requirements-test"])
def test_a_lock_pins_all_that_people_asked_for_by_hash_from_no_named_place(name):
    lock = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    asked = re.findall(r"^[a-z][\w-]*", (ROOT / f"{name}.in").read_text(encoding="utf-8"), re.MULTILINE)
    pinned = re.findall(r"^([a-z][\w-]*)==\S+ .*\\\n    --hash=sha256:[0-9a-f]{64}\b", lock, re.MULTILINE)
    assert set(asked) <= set(pinned)
    assert len(pinned) == len(re.findall(r"^[a-z]", lock, re.MULTILINE))
    assert not re.search(r"://|--(extra-)?index-url|--find-links| @ ", lock)


@pytest.mark.parametrize(
    ("platform", "machine", "version", "has_a_wheel"),
    [
        ("linux", "x86_64", "3.11", True),
        ("linux", "x86_64", "3.14", True),
        ("darwin", "arm64", "3.13", True),
        ("linux", "aarch64", "3.13", False),
        ("darwin", "x86_64", "3.12", False),
        ("linux", "x86_64", "3.15", False),
    ],
)
def test_the_newer_sqlite_is_asked_for_only_where_nothing_is_compiled(platform, machine, version, has_a_wheel):
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    marker = Marker(re.search(r"^pysqlite3==\S+ ; (.*) \\$", lock, re.MULTILINE)[1])
    python = {"python_version": version, "python_full_version": f"{version}.1"}
    there = {"sys_platform": platform, "platform_machine": machine, "implementation_name": "cpython"}
    assert marker.evaluate(python | there) is has_a_wheel
