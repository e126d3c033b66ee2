"""Nobody can be told from public counts: what a reader can work out who knows the code and every sum."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as some

from crowd.figures.privacy import A_FEW, KEPT_BACK, Shown, Votes, counts, told

MOST = 12  # of a row, where every table is tried


def test_few_are_not_told_nor_what_would_tell_them():
    shown = counts({"Dietitian": 40, "Orthoptist": 3, "Paramedic": 60, "Podiatrist": 0})
    assert shown == {"Dietitian": KEPT_BACK, "Orthoptist": A_FEW, "Paramedic": Shown(60), "Podiatrist": Shown(0)}
    assert [s.words() for s in shown.values()] == ["not shown", "fewer than 5", "60", "0"]
    assert counts({"Dietitian": 40, "Paramedic": 5}) == {"Dietitian": Shown(40), "Paramedic": Shown(5)}


def test_the_order_says_what_is_kept_back_too():
    shown = counts({"Dietitian": 40, "Orthoptist": 3, "Paramedic": 60}, order=["Paramedic", "Dietitian"])
    assert [name for name, s in shown.items() if s == KEPT_BACK] == ["Paramedic"]


def test_nothing_is_told_where_too_few_are_left_to_keep_back():
    assert set(counts({"Dietitian": 5, "Orthoptist": 1, "Paramedic": 0}).values()) == {KEPT_BACK}
    assert set(counts({"Orthoptist": 3}).values()) == {KEPT_BACK}


def test_who_knows_the_code_and_the_sum_learns_no_more_than_fewer_than_five():
    """Every table of three rows: those that look alike and have the same sum leave each of the few its four values."""
    alike = {}
    for numbers in product(range(MOST * 3), repeat=3):
        if sum(numbers) > MOST * 3:
            continue
        looks = tuple(counts(dict(zip("ABC", numbers, strict=True))).values())
        alike.setdefault((sum(numbers), looks), []).append(numbers)
    told_of = 0
    for (_sum, looks), tables in alike.items():
        for place, shown in enumerate(looks):
            values = {table[place] for table in tables}
            if shown == A_FEW:
                told_of += 1
                assert values == {1, 2, 3, 4}, (looks, tables)
            elif shown == KEPT_BACK and min(values) < 5:  # nothing is told at all
                assert len(values) > 1 or _sum < 2, (looks, tables)
    assert told_of > 50


@settings(max_examples=60, deadline=None)
@given(some.lists(some.integers(0, 30), min_size=2, max_size=12))
def test_in_longer_tables_the_bounds_hold_too(numbers):
    rows = {f"Row {n:02}": number for n, number in enumerate(numbers)}
    shown = counts(rows)
    few = [name for name, s in shown.items() if s == A_FEW]
    hidden = [name for name, s in shown.items() if s == KEPT_BACK]
    assert all(s.number is None or s.number not in range(1, 5) for s in shown.values())
    if few:
        rest = sum(rows.values()) - sum(s.number or 0 for s in shown.values())
        assert hidden
        assert rest - (len(few) - 1) - 5 * len(hidden) >= 4  # the others at their least: each of the few could be four


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(*[some.integers(0, 15)] * 3), max_size=8))
def test_votes_of_groups_stand_alone_or_are_too_many_to_be_told(votes):
    groups = [Votes(f"Group {n}", *one) for n, one in enumerate(votes) if sum(one)]
    shown = told(groups)
    assert all(v.can_be_shown for v in shown)
    left = [sum(column) for column in zip(*(v[1:] for v in groups), strict=True)] if groups else [0, 0, 0]
    for v in shown:
        left = [n - seen for n, seen in zip(left, v[1:], strict=True)]
    assert not shown or left == [0, 0, 0]  # what is not told of can be subtracted from nothing
