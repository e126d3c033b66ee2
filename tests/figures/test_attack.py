"""A reader who collects every public figure, page and file, over whatever happens, learns of no row of one to four
people more than that: a property of the whole, tried through the site as it is asked from outside."""

import csv
import html
import io
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Membership, VoteNow
from crowd.states import Phase
from tests import make
from tests.make import DAY

NAMES = ["Dietitian", "Orthoptist", "Paramedic", "Podiatrist", ""]
REGIONS = ["North West", "London"]
BASELINES = [
    "Dietitian,50,2020-11-03,HCPC\nParamedic,100,2020-11-03,HCPC",
    "Orthoptist + Podiatrist,10,2020-11-03,HCPC\nDietitian,100,2020-11-03,HCPC",
    "Podiatrist,70,2020-11-03,HCPC",
]
EVENT = some.one_of(
    some.tuples(some.just("join"), some.integers(0, 4), some.integers(0, 1), some.integers(1, 9)),
    some.tuples(some.just("leave"), some.integers(0, 4)),
    some.tuples(some.just("baseline"), some.integers(0, 2)),
    some.tuples(some.sampled_from(["bell", "publish", "publish"])),
)


class Crowd:
    """One consultation in which things happen; `seen` is what a stranger has collected."""

    def __init__(self, slug, host):
        self.host, self.slug = host, slug
        of = make.consultation(slug)
        with transaction() as session:
            session.merge(of).professions = NAMES[:4]
        self.id = of.id
        self.idea = make.contribution(make.found(slug).questions[0], by=make.as_asker(host.id)).id
        self.seen = []

    def join(self, name, region, many):
        for _n in range(many):
            who = make.person().id
            row = {"profession": NAMES[name], "region": REGIONS[region], "joined_at": clock.now(), "standing": "B"}
            with transaction() as session:
                session.add(Membership(person_id=who, consultation_id=self.id, alias=f"Alias {who}", **row))
                session.add(VoteNow(person_id=who, contribution_id=self.idea, standing="B", value=1))

    def leave(self, name):
        with transaction() as session:
            found = session.query(Membership).filter_by(consultation_id=self.id, profession=NAMES[name]).first()
            if found:
                session.delete(found)

    def baseline(self, which):
        self.host.post(f"/host/{self.slug}/figures/baseline/profession", text=BASELINES[which])

    def bell(self):
        make.moved(make.found(self.slug), Phase.ANALYSIS, clock.now() - DAY / 2)

    def publish(self):
        page = self.host.get(f"/host/{self.slug}/figures/publish/members")
        if "Publish these figures" in page:
            self.host.post(f"/host/{self.slug}/figures/publish/members")

    def look(self, visitor):
        page = visitor.get(f"/c/{self.slug}/participation")
        assert page.status == 200
        found = re.search(r"([\d,]+) (?:person|people) wrote something", page)
        people = int(found[1].replace(",", "")) if found else None
        for attribute in ("profession", "region"):
            file = visitor.get(f"/c/{self.slug}/participation/{attribute}.csv")
            rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff")))) if file.status == 200 else []
            assert people is not None or not rows
            self.seen.append((attribute, people, rows, _on_page(page, attribute)))


def _on_page(page, attribute):
    """What the page shows of each row, by its label."""
    section = re.search(rf'id="{attribute}">.*?</section>', page, re.DOTALL)
    rows = (
        re.findall(r'<tr><th scope="row">(.*?)</th>.*?data-head="Took part">(.*?)</td>', section[0]) if section else []
    )
    return {html.unescape(re.sub("<.*", "", label).strip()): number for label, number in rows}


def ranges(people, rows):
    """What each row can be, for somebody who knows the sum: told ones are what they are."""
    bounds, some_few = {}, any(row["took_part"] == "fewer than 5" for row in rows)
    for row in rows:
        few, kept_back = row["took_part"] == "fewer than 5", row["took_part"] == "not shown"
        number = None if few or kept_back else int(row["took_part"])
        least = number if number is not None else 1 if few else 5 if some_few else 0
        bounds[label(row)] = (least, number if number is not None else 4 if few else people)
    least, most = (sum(bound[n] for bound in bounds.values()) for n in (0, 1))
    return {
        name: (max(low, people - (most - high)), min(high, people - (least - low)))
        for name, (low, high) in bounds.items()
    }


def label(row):
    return next(iter(row.values())) or "Not stated"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=some.lists(EVENT, min_size=4, max_size=12))
def test_no_sequence_of_events_tells_of_few_people(app, host, visitor, events):
    crowd = Crowd(f"crowd-{make.person().id}", host)
    for name, *more in [("join", 0, 0, 8), ("join", 2, 1, 9), *events, ("bell",), ("publish",), ("join", 1, 0, 1)]:
        getattr(crowd, name)(*more)
        db.session.rollback()
        crowd.look(visitor)
    told = {}
    for attribute, people, rows, on_page in crowd.seen:
        numbers = {label(row): row["took_part"] for row in rows}
        assert numbers == on_page  # the file says what the page says
        if not numbers:
            continue
        assert told.setdefault(attribute, (people, numbers)) == (people, numbers)  # once told it never changes
        for row in rows:
            assert row["took_part"] not in {"1", "2", "3", "4"}
        for name, (low, high) in ranges(people, rows).items():
            if numbers[name] == "fewer than 5":
                assert (low, high) == (1, 4), (name, people, rows)
        _shares_tell_no_sum(people, rows)
    assert told


def _shares_tell_no_sum(people, rows):
    """What a share is of can be reckoned from it: it may be no more than everybody without the rows that are told."""
    told = {label(row): int(row["took_part"]) for row in rows if row["took_part"].isdigit()}
    wholes = {round(told[label(row)] / float(row["share"])) for row in rows if row["share"] and float(row["share"])}
    outside = sum(n for name, n in told.items() if not next(row for row in rows if label(row) == name)["share"])
    assert wholes <= {people - outside}, (wholes, people, rows)
