"""How well what identifies somebody is found: plain figures of sentences that are labelled by hand, no ratio."""

from dataclasses import dataclass, field
from pathlib import Path

from bench.lines import Line
from crowd.config import ROOT
from crowd.holding.folding import fold
from crowd.holding.identifying import personal_data
from crowd.holding.naming import named

LABELLED = ROOT / "tests" / "holding" / "sentences.tsv"
FRESH = ROOT / "tests" / "holding" / "fresh.tsv"  # written after the rules, which have not been changed by it
CLEAN = "clean"


@dataclass
class Found:
    """Labels that were found, that were missed, and those found where there are none; with the sentences."""

    right: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))


def measured(file: Path) -> Found:
    """A label counts as found only if its own sort was found, and every other sort as a mistake."""
    found = Found()
    for labels, sentence in read(file):
        text = fold(sentence)
        kinds = {span.kind for span in [*personal_data(text), *named(text)]}
        found.right += len(kinds & labels)
        found.missed += [(kind, sentence) for kind in labels - kinds]
        found.wrong += [(kind, sentence) for kind in kinds - labels]
    return found


def read(file: Path) -> list[tuple[set[str], str]]:
    """Sentences with their labels; a clean one has none."""
    lines = (line.split("\t") for line in file.read_text("utf-8").splitlines())
    return [(set(labels.split()) - {CLEAN}, sentence) for labels, sentence in lines]


def identifying() -> list[Line]:
    """Recall and precision, and beside them those of sentences that the rules were not made with."""
    found, fresh = measured(LABELLED), measured(FRESH)
    number = len(read(LABELLED))
    return [
        Line(
            "identifying-recall", found.recall, goal=0.95, note=f"{number} sentences; {fresh.recall:.2f} of fresh ones"
        ),
        Line("identifying-precision", found.precision, goal=0.9, note=f"{fresh.precision:.2f} of fresh ones"),
    ]
