"""What has been said already in much the same words, for somebody who is about to send a text."""

import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from crowd.db import db
from crowd.models import Consultation, Contribution, Version
from crowd.rules import Asker
from crowd.search import index
from crowd.search.queries import readable
from crowd.search.words import COMMON, FILLER, fold, stem, tokens
from crowd.states import Kind, Place
from crowd.text import plain
from crowd.threads.paging import PLACED

LOOKED_UP = 60  # words of the text whose frequency is asked, the longest ones: short words are seldom rare
RAREST = 12
COUNTED = 1_000  # texts with a word are counted so far; what is in more is common
READ = 1_000  # texts that have any of the rarest words, about: that bounds the cost
CANDIDATES = 20
ALIKE = 0.5  # from here on two texts say much the same (docs/decisions.md has the figures)
SHARED = 2  # words that two texts must have in common

_COMMON = frozenset(stem(fold(word)) for word in COMMON)


def similar(consultation: Consultation, person: Asker, text: str, most: int = 5) -> list[Any]:
    """Published ideas, experiences and examples of others that this person may read and that say much the same, the
    most alike first, as rows for cards. `text` is plain. Three queries, however long the text."""
    own = _bag(tokens(text))
    if len(own) < SHARED:
        return []
    looked_up = sorted(own, key=lambda word: (-len(word), word))[:LOOKED_UP]
    counts = dict(zip(looked_up, _counts(looked_up), strict=True))
    rarest = _rarest(counts)
    candidates = _candidates(consultation, person, rarest) if rarest else []
    words = _words([row.id for row in candidates])
    weights = _weights(own, counts, consultation.contributions + consultation.comments)
    scored = [(alike(weights, words[row.id]), row) for row in candidates]
    return [row for score, row in sorted(scored, key=lambda it: (-it[0], it[1].id)) if score >= ALIKE][:most]


def alike(weights: dict[str, float], other: frozenset[str]) -> float:
    """From 0 to 1: Dice's coefficient of two texts' words, each by its rarity; what only the other one has counts as
    much as one's own words do on average."""
    shared = [weights[word] for word in other if word in weights]
    if len(shared) < SHARED:
        return 0.0
    common, own = sum(shared), sum(weights.values())
    return 2 * common / (own + common + own / len(weights) * (len(other) - len(shared)))


def _bag(words: Sequence[str]) -> frozenset[str]:
    return frozenset(words) - _COMMON - {FILLER}


def _counts(words: Sequence[str]) -> list[int]:
    """In how many texts each word is, as far as COUNTED."""
    found: dict[int, int] = dict(db.session.execute(index.counting(words, COUNTED)).all())
    return [found[n] for n in range(len(words))]


def _rarest(counts: dict[str, int]) -> list[str]:
    """The rarest words that are somewhere, as long as not too many texts have any of them."""
    chosen: list[str] = []
    read = 0
    for word, count in sorted(counts.items(), key=lambda it: (it[1], it[0])):
        if count:
            read += count
            if len(chosen) == RAREST or (chosen and read > READ):
                break
            chosen.append(word)
    return chosen


def _weights(own: frozenset[str], counts: dict[str, int], texts: int) -> dict[str, float]:
    """How rare each word is (inverse document frequency); of a word that was not looked up, the mean."""
    known = {word: math.log(1 + max(texts, 1) / (count + 1)) for word, count in counts.items()}
    mean = sum(known.values()) / len(known)
    return {word: known.get(word, mean) for word in own}


def _candidates(consultation: Consultation, person: Asker, words: Sequence[str]) -> Sequence[Any]:
    return db.session.execute(
        select(*PLACED)
        .select_from(index.there())
        .join(Contribution, Contribution.id == index.key())
        .where(
            index.holds_any(words),
            readable(person, consultation),
            Contribution.place == Place.DISCUSSION,
            Contribution.kind != Kind.COMMENT,
            Contribution.merged.is_(False),
            Contribution.author_id != person.id,
        )
        .order_by(index.fit_any(words).desc(), Contribution.id)
        .limit(CANDIDATES)
    ).all()


def _words(ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The words of what is published of these; an evidence card does not count, which a new text may not have yet."""
    texts = db.session.execute(
        select(Contribution.id, Version.html)
        .join(Version, Version.id == Contribution.version_id)
        .where(Contribution.id.in_(ids))
    ).all()
    return {row.id: _bag(tokens(plain(row.html))) for row in texts}
