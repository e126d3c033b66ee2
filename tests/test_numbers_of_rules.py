"""Every numbered rule of the switch (P1 to P20) and of moderation (M1 to M30) is named by a test, so that
`python3 app.py test --collect-only -q` shows where each is proved, and by the code that keeps it."""

import ast
import re
from functools import cache

import pytest

from crowd.config import ROOT

RULES = [f"P{n}" for n in range(1, 21)] + [f"M{n}" for n in range(1, 31)]


@cache
def named_by_tests() -> set[str]:
    """The numbers in the names of all tests: test_p05_red_stops names P5."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found |= {
                    f"{letter.upper()}{int(n)}" for letter, n in re.findall(r"(?<=_)([pm])(\d+)(?=_|$)", node.name)
                }
    return found


@cache
def named_in_code() -> set[str]:
    """The numbers that code, templates and scripts name."""
    files = [*(ROOT / "crowd").rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *(ROOT / "static").glob("*.js")]
    return {name for path in files for name in re.findall(r"\b[PM]\d{1,2}\b", path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_named_by_a_test(rule):
    assert rule in named_by_tests()


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_named_where_it_is_kept(rule):
    assert rule in named_in_code()
