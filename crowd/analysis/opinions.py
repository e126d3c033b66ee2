"""Opinion groups as a run that the worker does.

What needs numpy is imported late: where the extra is missing, only this run fails, with a sentence."""

import hashlib
from itertools import chain
from typing import Any

from crowd.analysis import extra, queries
from crowd.analysis.jobs import Done, analysis
from crowd.models import Run

SEED = 2016
TOLD = 4  # decimals


@analysis("groups")
def groups(run: Run) -> Done:
    """Opinion groups of the members, if they hold; what is kept names no person (analysis.md, privacy)."""
    from crowd.analysis import gate
    from crowd.analysis.groups import METHOD, TooFew, find

    seed = SEED if run.seed is None else run.seed
    ideas, votes, hashed = read(run.consultation_id)
    result: dict[str, Any] = {
        "ideas": len(ideas),
        "votes": len(votes.people),
        "voters": int(votes.people.max(initial=-1)) + 1,
    }
    made = extra.versions(METHOD)
    if why := gate.people_enough(votes):
        return Done(result, hashed, made, why)
    try:
        found = find(votes, seed)
    except TooFew:
        return Done(result, hashed, made, "same")
    verdict = gate.judge(votes, found, seed)
    figures = {"silhouette": verdict.silhouette, "shuffled": verdict.shuffled, "stability": verdict.stability}
    result |= {name: round(value, TOLD) for name, value in figures.items()} | {"people": len(found.people)}
    if verdict.why:
        return Done(result, hashed, made, verdict.why)
    return Done(result | _told(ideas, votes, found), hashed, made)


def read(consultation_id: int) -> tuple[list[int], Any, str]:
    """The ideas by id, the members' votes on them, and the hash of what went in. People are numbered in the order of
    their accounts, so that the hash does not depend on the numbers of this instance."""
    import numpy as np

    from crowd.analysis.groups import Votes

    discussed = queries.voted_on(consultation_id)
    ideas = np.array([number for number, _published in discussed], np.int64)
    parts = [
        np.fromiter(chain.from_iterable(part), np.int64, len(part))
        for part in (queries.votes(int(ideas[0]), int(ideas[-1])) if len(ideas) else ())
    ]
    cells = np.sort(np.concatenate(parts) if parts else np.zeros(0, np.int64))
    people, on, values = queries.unpacked(cells)
    place = np.full(int(ideas.max(initial=0)) + 1, -1, np.int32)
    place[ideas] = np.arange(len(ideas))
    of = place[on]
    here = of >= 0  # between them stand others, of other consultations too
    people = np.cumsum(np.diff(people[here], prepend=people[here][:1]) > 0, dtype=np.int32)
    votes = Votes(
        people, of[here], values[here].astype(np.int8), np.array([not there for _id, there in discussed], bool)
    )
    went_in = hashlib.sha256()
    for column, kind in zip(votes, ("<i4", "<i4", "i1", "i1"), strict=True):
        went_in.update(column.astype(kind).tobytes())
    return [int(number) for number in ideas], votes, went_in.hexdigest()


def _told(ideas: list[int], votes: Any, found: Any) -> dict[str, Any]:
    """What may be said of the groups: their sizes, what sets each apart, and each idea's votes by group."""
    from crowd.analysis import apart

    counted = apart.tallies(votes, found)
    told, consensus = apart.told(counted), apart.consensus(counted)
    of_groups = []
    for group, size in enumerate(found.sizes):
        apart_by = [
            {"contribution": ideas[idea], "answer": answer}
            for idea, answer in apart.representative(counted, group)
            if told[group, idea] and not votes.rejected[idea]
        ]
        of_groups.append({"size": size, "apart": apart_by[: apart.MOST]})
    matrix = []
    for idea, number in enumerate(ideas):
        if votes.rejected[idea] or not told[:, idea].any():
            continue
        cells = [_cell(counted, group, idea) if told[group, idea] else None for group in range(len(found.sizes))]
        shared = round(float(consensus[idea]), TOLD) if told[:, idea].all() else None
        matrix.append({"contribution": number, "cells": cells, "consensus": shared})
    return {"groups": of_groups, "matrix": matrix}


def _cell(counted: Any, group: int, idea: int) -> list[int]:
    """Agree, disagree, pass."""
    agree, disagree, seen = (int(of[group, idea]) for of in counted)
    return [agree, disagree, seen - agree - disagree]
