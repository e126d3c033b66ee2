"""Everything that the coding desk changes beyond the coding of one text (hands.py)."""

import random
from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select

from crowd import clock, log
from crowd.analysis import deeds as runs
from crowd.coding import hands, kappa, queries
from crowd.coding.filters import Filters
from crowd.coding.hands import FIRST, SETTLED
from crowd.db import db, insert_many
from crowd.i18n import _
from crowd.models import Coding, Consultation, Contribution, Draw, Drawn, Pair, Run, SavedView, Theme, Themed
from crowd.rules import Asker

BULK = 1000  # contributions of one act
SEEDS = 2**31 - 1


class Wrong(ValueError):
    """Its str is the sentence that says why this cannot be done."""


def draw(consultation: Consultation, percent: int, *, by: Asker, seed: int | None = None) -> int:
    """Draw a share of what is coded, for two coders each; how many. The same seed draws the same of the same texts."""
    everything = queries.ids(queries.pool(by, consultation))
    seed = random.SystemRandom().randrange(SEEDS) if seed is None else seed
    number = min(len(everything), max(1, round(len(everything) * percent / 100))) if everything else 0
    chosen = sorted(random.Random(seed).sample(everything, number))  # noqa: S311  # that it can be repeated is the point
    made = Draw(consultation_id=consultation.id, percent=percent, seed=seed, whole=len(everything))
    made.person_id, made.at = by.id, clock.now()
    db.session.add(made)
    db.session.flush()
    insert_many(Drawn, [{"draw_id": made.id, "contribution_id": number} for number in chosen])
    log.record("share drawn", by=by.id, consultation=consultation, draw=made.id, percent=percent, seed=seed)
    return len(chosen)


def compute_kappa(consultation: Consultation, *, by: Asker) -> Run:
    """Cohen's kappa of each theme, as a run. What was settled later changes nothing in it: it is about the two."""
    doubles = queries.doubles(by, consultation)
    themes = db.session.execute(
        select(Theme.number, Theme.name).where(Theme.consultation_id == consultation.id).order_by(Theme.number)
    ).all()
    found = kappa.by_theme([(one.first, one.second) for one in doubles], [theme.number for theme in themes])
    names = {theme.number: theme.name for theme in themes}
    lines = [{"number": n, "name": names[n], **agreement._asdict()} for n, agreement in found.items()]
    return runs.keep(
        consultation,
        "kappa",
        by=by.id,
        inputs=[[one.id, one.first, one.second] for one in doubles],
        result={"texts": len(doubles), "same": sum(one.first == one.second for one in doubles), "themes": lines},
        versions={"method": kappa.VERSION},
    )


def settle(contribution: Contribution, *, by: Asker, themes: Sequence[int]) -> None:
    """Say what holds of a text that two people have coded. Raises Wrong."""
    if hands.SECOND not in hands.of(contribution.id):
        raise Wrong(_("Two people have to code it first."))
    hands.code(contribution, by=by, themes=themes)


def give_many(
    consultation: Consultation, theme: Theme, seen: Mapping[int, int], *, by: Asker
) -> tuple[list[int], list[int]]:
    """Give a theme to all texts that still have the wording (`seen`: the version of each) that was shown; the ids of
    those that got it, and of those left out: changed or gone meanwhile, or drawn for two coders who each judge alone.
    One line of the log, with their ids."""
    keys = list(seen)[:BULK]
    rows = queries.texts(and_(queries.pool(by, consultation), Contribution.id.in_(keys)))
    there = {row.id for row in rows if row.version_id == seen[row.id]}
    two = set(db.session.scalars(select(Drawn.contribution_id).where(Drawn.contribution_id.in_(keys))))
    codings: dict[int, dict[int, Coding]] = {}
    for coding in db.session.scalars(select(Coding).where(Coding.contribution_id.in_(keys))):
        codings.setdefault(coding.contribution_id, {})[coding.hand] = coding
    has = set(
        db.session.scalars(
            select(Themed.contribution_id).where(Themed.theme_id == theme.id, Themed.contribution_id.in_(keys))
        )
    )
    done = []
    left = [key for key in keys if key not in there or (key in two and SETTLED not in codings.get(key, {}))]
    for key in sorted(set(keys) - set(left) - has):
        _add(consultation, key, theme, codings.get(key, {}), by)
        done.append(key)
    if done:
        log.record("theme given in bulk", by=by.id, consultation=consultation, theme=theme.id, contributions=done)
    return done, left


def _add(consultation: Consultation, key: int, theme: Theme, there: dict[int, Coding], by: Asker) -> None:
    """One theme more in the coding that counts; a text without one is coded by that."""
    coding = there.get(SETTLED) or there.get(FIRST)
    if coding is None:
        coding = Coding(consultation_id=consultation.id, contribution_id=key, hand=FIRST, themes=[])
        db.session.add(coding)
    hands.write(coding, sorted({*coding.themes, theme.number}), by=by)
    db.session.add(Themed(contribution_id=key, theme_id=theme.id))


def save_view(consultation: Consultation, name: str, filters: Filters, *, by: Asker) -> None:
    """Keep a filter under a name, one's own; the same name again is the new filter. A matter of taste: no line in the
    log."""
    view = next((one for one in queries.views(by, consultation) if one.name.casefold() == name.casefold()), None)
    if view is None:
        view = SavedView(consultation_id=consultation.id, person_id=by.id, name=name)
        db.session.add(view)
    view.name, view.filters = name, filters.address


def drop_view(consultation: Consultation, number: int, *, by: Asker) -> None:
    """Forget one's own saved view."""
    for view in queries.views(by, consultation):
        if view.id == number:
            db.session.delete(view)


def mark_pair(pair: Pair, state: str, *, by: Asker, consultation: Consultation) -> None:
    """Say of two texts that they are not the same, or that they are, or neither any more (M15). It is remembered."""
    pair.state, pair.person_id, pair.at = state, by.id, clock.now()
    log.record("pair marked", by=by.id, consultation=consultation, pair=pair.id, state=state)
