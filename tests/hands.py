"""Somebody at a browser, whose presses are counted: the tables of docs/host.md say how many."""

import os
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"


class Hands:
    """Somebody at a browser, whose presses and typed letters are counted for each step."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.counted: dict[str, list[int]] = {}

    def step(self, name: str) -> None:
        self.counted[name] = [0, 0]

    def count(self, presses: int, letters: int = 0) -> None:
        self.last[0] += presses
        self.last[1] += letters

    @property
    def last(self) -> list[int]:
        return self.counted[list(self.counted)[-1]]

    def press(self, name: str, role: str = "button", within: str = "main") -> None:
        self.count(1)
        self.page.locator(within).get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def tick(self, name: str) -> None:
        self.count(1)
        self.page.get_by_label(name, exact=True).first.check()

    def choose(self, label: str, option: str) -> None:
        self.count(2)
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def write(self, label: str, text: str, within: str = "main") -> None:
        self.count(1, len(text))
        self.page.locator(within).get_by_label(label, exact=True).fill(text)

    def picture(self, name: str) -> None:
        if os.environ.get("CROWD_PICTURES"):
            self.page.screenshot(path=DOCS / "pictures" / f"{name}.png")


def told(heading: str) -> dict[str, list[int]]:
    """Presses and letters of each step, as a table of docs/host.md gives them."""
    section = (DOCS / "host.md").read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return {name: [int(n) for n in numbers] for name, *numbers in re.findall(r"\| (.+?) \| (\d+) \| (\d+) \|", section)}
