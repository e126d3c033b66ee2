"""What the demonstration's files promise the loader, and the people whose professions they speak of."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from crowd.evidence.card import FIELDS, licences

ROOT = Path(__file__).parents[2] / "crowd" / "demonstration"
PARTS = {"ahp": ["question1", "question2", "question3"], "placements": ["question1", "question2"],
         "expert": ["question1", "question2", "question3"]}  # fmt: skip
STATES = {"published", "held", "returned", "rejected"}
WIDTH = {"members": 0, "nameless": 1, "alias": 2}
REASONS = {
    "Off topic", "Duplicate", "Names or identifies an individual", "Identifies a patient", "Personal attack",
    "Discrimination", "Advertising", "Confidential or a legal risk", "Whistleblowing", "Cannot be understood",
    "Spam", "Other",
}  # fmt: skip
KEYS = {
    "contribution": {"key", "author", "kind", "at", "promise", "state", "best_practice", "axis", "appeal",
                     "text", "setting", "change", "effect", "source", "reason", "note",
                     "comment", "question", "interests", "licence", "contact", "consent", "file"},
    "comment": {"key", "author", "at", "text", "under", "promise", "state"},
    "finding": {"number", "section", "title", "text", "evidence", "axis", "appeal", "comment"},
}  # fmt: skip
# Used as an example in published guidance, with a valid checksum: it must be held, and names nobody.
TEST_NHS_NUMBER = "943 476 5919"

Row = dict[str, Any]


def read(part: str, name: str) -> Row:
    return tomllib.loads((ROOT / part / f"{name}.toml").read_text(encoding="utf-8"))


def contributions(part: str) -> list[Row]:
    return [
        {**row, "question": number}
        for number, name in enumerate(PARTS[part], 1)
        for row in read(part, name)["contribution"]
    ]


def findings(part: str) -> list[Row]:
    return read(part, "findings")["finding"]


def threads(part: str) -> list[Row]:
    """Everything that comments stand under."""
    return contributions(part) + findings(part)


def comments(rows: list[Row]) -> list[Row]:
    return [comment for row in rows for comment in row.get("comment", [])]


def people(part: str) -> list[Row]:
    own = read(part, "people")
    rows = [row for table in own.values() for row in table if isinstance(row, dict)]
    if reused := own.get("reused"):
        rows += [row for row in people("ahp") if row["key"] in reused]
    return rows


def strings(value: object) -> Iterator[str]:
    """Every string at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def words(row: Row) -> int:
    return len(row["text"].split())


each = pytest.mark.parametrize("part", PARTS)


@each
def test_it_says_that_it_is_invented(part: str) -> None:
    consultation = read(part, "consultation")
    assert consultation["invented"] is True
    assert "invented" in consultation["notice"]


@each
def test_no_row_has_a_key_the_schema_does_not_name(part: str) -> None:
    for row in contributions(part):
        assert row.keys() <= KEYS["contribution"], row["key"]
    for row in findings(part):
        assert row.keys() == KEYS["finding"] or row.keys() == KEYS["finding"] - {"comment"}
    for row in comments(threads(part)):
        assert row.keys() <= KEYS["comment"], row["key"]


@each
def test_keys_and_registration_numbers_stand_once(part: str) -> None:
    everyone = people(part)
    keys = [row["key"] for row in contributions(part) + comments(threads(part)) + everyone]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    numbers = [row["number"] for row in everyone if "number" in row]
    assert len(numbers) == len(set(numbers))


@each
def test_every_author_and_every_reference_resolves(part: str) -> None:
    known = {row["key"] for row in people(part) if "role" not in row and "note" not in row}
    assert {row["author"] for row in contributions(part) + comments(threads(part))} <= known
    assert set(read(part, "people").get("reused", [])) <= {row["key"] for row in people("ahp")}
    published = {row["key"] for row in contributions(part) if row["state"] == "published"}
    for row in findings(part):
        assert len(row["evidence"]) == len(set(row["evidence"]))
        assert set(row["evidence"]) <= published, row["title"]


@each
def test_members_write_contributions_and_stakeholders_are_in_a_group(part: str) -> None:
    consultation = read(part, "consultation")
    members = {row["key"] for row in people(part) if "lean" in row and ("profession" in row or "state" in row)}
    written = contributions(part)
    assert {row["author"] for row in written + comments(written)} <= members
    for row in people(part):
        assert row.get("group", "Other") in consultation["groups"]
        assert row.get("region", consultation["regions"][0]) in consultation["regions"]
        if row.get("note") is None:
            assert row.get("profession", consultation["professions"][0]) in consultation["professions"]


@each
def test_a_comment_comes_after_what_it_answers(part: str) -> None:
    for thread in threads(part):
        earlier: dict[str, Row] = {}
        for comment in thread.get("comment", []):
            above = earlier[comment["under"]] if "under" in comment else thread
            assert above.get("at", 0) < comment["at"] < 1, comment["key"]
            assert above.get("state", "published") == "published", comment["key"]
            earlier[comment["key"]] = comment


@each
def test_no_answer_is_promised_to_more_people_than_a_members_text(part: str) -> None:
    for thread in contributions(part):
        promised = {thread["key"]: thread["promise"]}
        for comment in thread.get("comment", []):
            above = promised[comment.get("under", thread["key"])]
            promised[comment["key"]] = comment.get("promise", "alias")
            if "members" in (thread["promise"], above):
                assert promised[comment["key"]] == "members", comment["key"]


@each
def test_kinds_states_and_numbers_are_legal(part: str) -> None:
    kinds = {row["number"]: row["kinds"] for row in read(part, "consultation")["question"]}
    for row in contributions(part):
        assert row["kind"] in kinds[row["question"]], row["key"]
        assert row["state"] in STATES and row["promise"] in WIDTH
        assert 0 < row["at"] < 1
    for row in comments(threads(part)):
        assert row.get("state", "published") in STATES and row.get("promise", "alias") in WIDTH
    for row in threads(part):
        assert -1 <= row["axis"] <= 1 and -1 <= row["appeal"] <= 1
    for row in people(part):
        assert -0.8 <= row.get("lean", 0) <= 0.8 and 0 <= row.get("appetite", 0) <= 1


@each
def test_what_was_sent_back_says_why(part: str) -> None:
    for row in contributions(part):
        decided = row["state"] in {"returned", "rejected"}
        assert ("reason" in row, "note" in row) == (decided, decided), row["key"]
        if decided:
            assert row["reason"] in REASONS and len(row["note"]) > 20


@each
def test_an_example_carries_its_evidence_card(part: str) -> None:
    for row in contributions(part):
        card = [row.get(name) for name in ("setting", "change", "effect", "source")]
        if row["kind"] != "example":
            assert card == [None] * 4, row["key"]
        elif row["state"] == "published":
            assert all(card), row["key"]


@each
def test_no_text_stands_twice_and_lengths_vary(part: str) -> None:
    rows = contributions(part) + comments(threads(part)) + findings(part)
    texts = [" ".join(row["text"].lower().split()) for row in rows]
    assert [text for text, times in Counter(texts).items() if times > 1] == []
    openings = Counter(" ".join(text.split()[:3]) for text in texts)
    assert openings.most_common(1)[0][1] <= 3, openings.most_common(3)
    lengths = sorted(words(row) for row in contributions(part))
    assert lengths[0] < 30 and lengths[-1] > 2 * median(lengths)


@each
def test_nobody_real_can_be_reached_or_known(part: str) -> None:
    names = {word for row in people(part) for word in row["name"].split()[1:]}
    for name in ["consultation", "people", "findings", *PARTS[part]]:
        for text in strings(read(part, name)):
            hosts = re.findall(r"@([\w.-]+\w)|https?://([\w.-]+\w)", text)
            assert all(re.fullmatch(r"(\w[\w-]*\.)*example\.org", a or b) for a, b in hosts), text
            assert name == "people" or not names & set(re.findall(r"[\w-]+", text)), text
            digits = re.findall(r"\b\d{3} ?\d{3} ?\d{4}\b", text)
            assert all(number == TEST_NHS_NUMBER for number in digits), text
    # The register's six-digit numbers had not reached 200000 when this was written.
    numbers = [row["number"] for row in people(part) if row.get("number", "none") != "none"]
    assert all(re.fullmatch(r"[A-Z]{2,3}99\d{4}", number) for number in numbers)


@each
def test_it_is_typed_the_way_people_type(part: str) -> None:
    for name in ["consultation", "findings", *PARTS[part]]:
        text = (ROOT / part / f"{name}.toml").read_text(encoding="utf-8")
        assert not set(text) & set("\u2013\u2014\u2018\u2019\u201c\u201d\u2026"), name
        assert text.count("\n") < 1500, name


def test_the_questions_of_2016_stand_word_for_word() -> None:
    assert [row["title"] for row in read("ahp", "consultation")["question"]] == [
        "How will England be different if all AHPs were genuinely used effectively?",
        "What do you think AHPs need to stop, start or do differently to ensure they are used effectively to "
        "help transform health and wellbeing in England (please say why and how)?",
        "Could you share your success stories and their evidence of impact?",
    ]


def test_all_twelve_professions_and_nine_regions_are_there() -> None:
    consultation, members = read("ahp", "consultation"), read("ahp", "people")["member"]
    assert len(members) == 62
    assert {row["profession"] for row in members} == set(consultation["professions"])
    assert {row["region"] for row in members} == set(consultation["regions"])
    assert len(consultation["professions"]) == 12


def test_the_cast_is_there_and_has_written() -> None:
    keys = {row["key"] for row in people("ahp")}
    assert keys >= {"member", "colleague", "moderator", "second-moderator", "analyst", "host", "stakeholder"}
    own = Counter(row["state"] for row in contributions("ahp") if row["author"] == "member")
    assert own["returned"] == 1 and own["held"] == 1 and own["published"] >= 1
    assert {"member", "colleague"} <= {row["author"] for row in comments(contributions("ahp"))}


def test_2016_is_as_full_as_it_should_be() -> None:
    written = contributions("ahp")
    states = Counter(row["state"] for row in written)
    assert (states["held"], states["returned"], states["rejected"]) == (10, 3, 4)
    assert states["published"] >= 60 and len(comments(written)) >= 150
    assert [row.get("state") for row in comments(written)].count("held") == 1
    assert max(len(row.get("comment", [])) for row in written) == 25
    assert sum("comment" not in row for row in written if row["state"] == "published") >= 5
    promises = Counter(row["promise"] for row in written)
    assert 0.1 < promises["nameless"] / len(written) < 0.2
    assert 0.08 < promises["members"] / len(written) < 0.16


def test_some_threads_are_five_deep() -> None:
    depth: dict[str, int] = {}
    for comment in comments(contributions("ahp")):
        depth[comment["key"]] = depth.get(comment.get("under", ""), 0) + 1
    assert max(depth.values()) >= 5


def test_the_findings_have_the_shape_of_2016() -> None:
    rows = findings("ahp")
    assert Counter(row["section"] for row in rows) == {"Impact": 4, "Commitment": 4, "Theme": 4}
    assert [row["number"] for row in rows] == list(range(1, 13))
    assert all(3 <= len(row["evidence"]) <= 6 for row in rows)
    assert len(comments(rows)) >= 35
    assert [row.get("state") for row in comments(rows)].count("held") == 3


@each
def test_the_host_answers_findings_that_are_there(part: str) -> None:
    file = ROOT / part / "responses.toml"
    answered = tomllib.loads(file.read_text("utf-8"))["response"] if file.exists() else []
    assert {row["number"] for row in answered} <= {row["number"] for row in findings(part)}
    assert all(row.keys() == {"number", "text"} for row in answered)
    assert len(answered) == {"ahp": 4, "placements": 0, "expert": 1}[part]


def test_placements_rests_on_two_dozen_contributions_and_nothing_waits() -> None:
    written = contributions("placements")
    assert Counter(row["state"] for row in written) == {"published": 24, "rejected": 1}
    assert len(findings("placements")) == 12
    assert all(2 <= len(row["evidence"]) <= 6 for row in findings("placements"))
    used = {key for row in findings("placements") for key in row["evidence"]}
    assert used == {row["key"] for row in written if row["state"] == "published"}


def test_experts_declare_interests_and_each_question_has_a_document() -> None:
    experts = {row["key"]: row for row in read("expert", "people")["expert"]}
    states = Counter(row["state"] for row in experts.values())
    assert states == {"answered": 6, "accepted": 1, "sent": 1, "declined": 1, "passed on": 1}
    written = contributions("expert")
    by_experts = [row for row in written if row["author"] in experts]
    assert {row["author"] for row in by_experts} == {k for k, row in experts.items() if row["state"] == "answered"}
    assert all(row["question"] == experts[row["author"]]["question"] for row in by_experts)
    assert all(("interests" in row) == (row["author"] in experts) for row in written)
    for question in read("expert", "consultation")["question"]:
        (document,) = question["document"]
        file = ROOT / "expert" / "documents" / document["name"]
        text = (file if file.exists() else file.with_suffix(".txt")).read_text("utf-8")
        assert "Invented for a demonstration" in text


def test_examples_of_best_practice_have_a_whole_card_and_a_file() -> None:
    best = [row for row in contributions("ahp") if row.get("best_practice") and row["kind"] == "example"]
    assert len(best) >= 3
    for row in best:
        assert all(row.get(name) for name in FIELDS), row["key"]
        assert row["licence"] in licences()
        (named,) = row["file"]
        file = ROOT / "ahp" / "documents" / named["name"]
        if file.suffix != ".png":
            text = (file if file.exists() else file.with_suffix(".txt")).read_text("utf-8")
            assert "Invented for a demonstration" in text
    calls = list(csv.DictReader((ROOT / "ahp/documents/falls-car-calls.csv").read_text().splitlines()[1:]))
    total = sum(int(row["calls"]) for row in calls)
    taken = sum(int(row["taken_to_hospital"]) for row in calls)
    again = sum(int(row["called_again_within_7_days"]) for row in calls)
    (falls,) = [row for row in best if row["key"] == "q3-falls-car"]
    assert f"{total:,} calls" in falls["effect"]
    assert f"hospital: {taken / total:.0%}" in falls["effect"]
    assert f"seven days: {again / total:.0%}" in falls["effect"]
