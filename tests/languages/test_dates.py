"""Dates, numbers and plurals as each language writes them."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from crowd import i18n
from crowd.evidence.files import size_words

WINTER, SUMMER = datetime(2026, 12, 4, 17, 0, tzinfo=UTC), datetime(2026, 7, 4, 8, 30, tzinfo=UTC)
LONDON = "Europe/London"
SAID = {
    "en": {
        "deadline": "Friday 4 December 2026, 5pm (UK time)",
        "summer": "Saturday 4 July 2026, 9.30am (UK time)",
        "day": "4 December 2026",
        "weekday": "Friday 4 December",
        "day of": "1 March",
        "stamp": "4 Dec 2026, 17:00",
        "durations": ["1 minute", "3 hours", "2 days"],
        "number": "12,345",
        "percent": "42%",
        "size": "1.2 MB",
        "days": "Monday",
    },
    "cy": {
        "deadline": "Dydd Gwener 4 Rhagfyr 2026, 17:00 (amser y DU)",
        "summer": "Dydd Sadwrn 4 Gorffennaf 2026, 09:30 (amser y DU)",
        "day": "4 Rhagfyr 2026",
        "weekday": "Dydd Gwener 4 Rhagfyr",
        "day of": "1 Mawrth",
        "stamp": "4 Rhag 2026, 17:00",
        "durations": ["1 munud", "3 awr", "2 ddiwrnod"],
        "number": "12,345",
        "percent": "42%",
        "size": "1.2 MB",
        "days": "Dydd Llun",
    },
}


@pytest.mark.parametrize("language", SAID)
def test_dates_and_numbers_are_written_as_the_language_writes_them(language):
    with i18n.speaking(language):
        said = {
            "deadline": i18n.deadline(WINTER, LONDON),
            "summer": i18n.deadline(SUMMER, LONDON),
            "day": i18n.day(WINTER, LONDON),
            "weekday": i18n.weekday(date(2026, 12, 4)),
            "day of": i18n.day_of(date(2026, 3, 1)),
            "stamp": i18n.stamp(WINTER, LONDON),
            "durations": [i18n.duration(seconds) for seconds in (20, 3 * 3600, 2 * 86400)],
            "number": i18n.number(12345),
            "percent": i18n.percent(0.42),
            "size": size_words(1_234_567),
            "days": i18n.day_names()[0],
        }
    assert said == SAID[language]


def test_every_function_speaks_the_pseudo_language_too():
    with i18n.speaking("en-x-rtl"):
        assert "Friday 4 December 2026, 5pm" in i18n.deadline(WINTER, LONDON)
        assert (i18n.day_names()[0], i18n.direction(), i18n.ago()) == ("Monday", "rtl", None)


def test_plurals_take_the_form_of_their_number():
    with i18n.speaking("cy"):
        said = [i18n.ngettext("%(n)s day left", "%(n)s days left", n) for n in (1, 2, 3, 6, 7)]
    assert [words.split()[1] for words in said] == ["diwrnod", "ddiwrnod", "diwrnod", "diwrnod", "diwrnod"]


def test_large_numbers_in_plurals_have_separators():
    assert i18n.ngettext("%(n)s vote", "%(n)s votes", 8817) == "8,817 votes"


def test_the_script_is_given_what_browsers_do_not_know(offered, visitor):
    page = visitor.get("/", Accept_Language="cy")
    words = json.loads(re.search(r"data-words='(.*?)'", page, re.DOTALL)[1].replace("\\u0027", "'"))
    assert words["ago"]["hour"][2] == "2 awr yn ôl" and words["ago"]["day"][7] == "# diwrnod yn ôl"
    assert words["ago"]["minute"][0] == "newydd fod"
    assert '"ago": null' in visitor.get("/", Accept_Language="en")
