"""The files of a part of the demonstration, as README.md describes them, and everything in them made safe."""

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

from crowd import text

Row = dict[str, Any]
ROOT = Path(__file__).parent


class Content:
    """One consultation's files. `people` are the rows of a kind, with those of another part that it uses again."""

    def __init__(self, part: str, lender: "Content | None" = None) -> None:
        self.part, self._lender = part, lender
        self.consultation = self._read("consultation")
        self._people = self._read("people")
        self.questions = [
            (question["number"], self._read(f"question{question['number']}")["contribution"])
            for question in self.consultation["question"]
        ]
        self.findings: list[Row] = self._read("findings")["finding"]
        self.themes: list[Row] = self._read("themes").get("theme", [])
        self.responses: list[Row] = self._read("responses").get("response", [])

    def _read(self, name: str) -> Row:
        file = ROOT / self.part / f"{name}.toml"
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}

    def people(self, kind: str) -> list[Row]:
        """`member`, `stakeholder`, `staff`, `registered` or `request`."""
        reused = set(self._people.get("reused", ()))
        lent = [row for row in self._lender.people(kind) if row["key"] in reused] if self._lender else []
        own: list[Row] = self._people.get(kind, [])
        return lent + own

    @cached_property
    def summary(self) -> str:
        about = self.consultation
        return "\n\n".join(str(about[name]).strip() for name in ("summary", "welcome", "notice"))

    @cached_property
    def html(self) -> dict[str, str]:
        """The safe HTML of every text, by its source: half a second's work that belongs before the transaction."""
        rows = [row for _number, rows in self.questions for row in rows] + self.findings
        sources = [row["text"] for row in rows]
        sources += [comment["text"] for row in rows for comment in row.get("comment", ())]
        sources += [question["guidance"] for question in self.consultation["question"]]
        sources += [response["text"] for response in self.responses] + [self.summary]
        return {source: text.safe_html(source) for source in sources}
