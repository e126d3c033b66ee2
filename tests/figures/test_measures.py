"""The reference numbers of the figures, by hand and from published sources."""

import pytest

from crowd.figures.measures import against, concentration, effective, weights, wilson


@pytest.mark.parametrize(
    ("agree", "votes", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (80, 100, 0.7112, 0.8666), (0, 5, 0, 0.4345), (3, 3, 0.4385, 1)],
)
def test_wilson_s_interval_is_the_published_one(agree, votes, low, high):
    assert wilson(agree, votes) == pytest.approx((low, high), abs=0.00005)


def test_of_no_votes_nothing_is_known():
    assert wilson(0, 0) == (0, 1)


def test_rows_are_judged_only_where_ten_were_expected():
    lines = {line.name: line for line in against({"A": 60, "B": 35, "C": 5, "": 7}, {"A": 40, "B": 50, "C": 10})}
    assert lines["A"].ratio == pytest.approx(1.5)
    assert lines["B"].ratio == pytest.approx(0.7)
    assert lines["C"].expected == pytest.approx(10)
    assert [lines[name].judged for name in "ABC"] == ["over", "under", "under"]
    assert lines[""].share is None
    few = {line.name: line.judged for line in against({"A": 60, "B": 35, "C": 4}, {"A": 40, "B": 50, "C": 10})}
    assert few["C"] == ""  # 9.9 were to be expected


def test_exactly_at_the_bounds_nothing_is_said():
    at_bounds = against({"A": 40, "B": 125, "C": 35}, {"A": 50, "B": 100, "C": 50})
    assert [round(line.ratio, 2) for line in at_bounds] == [0.8, 1.25, 0.7]
    assert [line.judged for line in at_bounds] == ["", "", "under"]


def test_people_whom_the_baseline_lacks_are_in_no_share():
    lines = {line.name: line for line in against({"A": 30, "B": 10, "Other": 60}, {"A": 1, "B": 1})}
    assert lines["A"].share == pytest.approx(0.75)
    assert lines["Other"].share is None


def test_weights_are_trimmed_and_cost_people():
    lines = against({"A": 98, "B": 1, "C": 1}, {"A": 10, "B": 80, "C": 10})
    found = weights(lines)
    assert found == {"A": 0.2, "B": 5, "C": 5}
    assert effective({"A": 98, "B": 1, "C": 1}, found) == pytest.approx((19.6 + 10) ** 2 / (98 * 0.04 + 50))
    assert effective({"A": 10}, {"A": 3}) == pytest.approx(10)
    assert effective({}, {}) == 0


def test_the_most_active_tenth_and_gini():
    alike = concentration([2] * 20)
    assert (alike.people, alike.contributions, alike.tenth, alike.share) == (20, 40, 2, 0.1)
    assert alike.gini == pytest.approx(0)
    one = concentration([1] * 9 + [91])
    assert (one.tenth, one.share) == (1, 0.91)
    assert one.gini == pytest.approx(0.81)
    assert concentration([]).share == 0
