"""The cast and all others: accounts, the register, who takes part as what and since when, and who still asks to."""

from datetime import datetime, timedelta
from random import Random

from crowd.accounts.register import email_key, name_key, number_key
from crowd.demonstration.content import Content, Row
from crowd.demonstration.making import Making, Part
from crowd.demonstration.texts import Text
from crowd.models import JoinRequest, Membership, Person, Registered
from crowd.states import Phase, Standing

ROLES = {"moderator": Standing.MODERATOR, "analyst": Standing.ANALYST, "host": Standing.HOST}
CAST = ("member", "colleague", "stakeholder")


def staff_and_register(making: Making, contents: list[Content], at: datetime) -> None:
    """Accounts of staff, and everybody who may join as a member."""
    for row in contents[0].people("staff"):
        who = _account(making, row, at, name=row["name"], roles=ROLES[row["role"]])
        making.line("role given", at, None, person=who, role=ROLES[row["role"]])
    listed = {
        row["key"]: row for content in contents for row in content.people("member") + content.people("registered")
    }
    for row in listed.values():
        making.bulk.add(
            Registered,
            email_key=email_key(row["email"]),
            number_key=number_key(row["number"]),
            name_key=name_key(row["name"]),
            profession=row["profession"],
            region=row["region"],
            added_at=at,
        )
    making.line("register loaded", at, "host", new=len(listed), changed=0, same=0, bad=0)


def _account(making: Making, row: Row, at: datetime, **more: str) -> int:
    if row["key"] not in making.people:
        making.people[row["key"]] = making.bulk.add(
            Person, email=row["email"], password=making.password, confirmed_at=at, created_at=at, **more
        )
    return making.people[row["key"]]


def take_part(part: Part, texts: list[Text]) -> None:
    """Memberships of those who have joined by now; whoever has written had joined before."""
    random, calendar = part.random("joining"), part.calendar
    wrote = {it.author: it.at for it in reversed(texts)}
    aliases = _Aliases(part.random("aliases"))
    for row in part.content.people("member"):
        alias = f"{aliases.draw(row['profession'])}, {row['region']}"
        joined = _joined(random, calendar.first, calendar.discussion.bell, calendar.starts[Phase.MEMBERS])
        _join(part, row, Standing.MEMBER, alias, _before(joined, row, wrote, part))
    for row in part.content.people("stakeholder"):
        alias, opening = aliases.draw(row["group"]), calendar.opening
        joined = opening.start + random.random() ** 2 * 0.5 * (max(opening.end, opening.start) - opening.start)
        _join(part, row, Standing.STAKEHOLDER, alias, _before(joined, row, wrote, part))
    for row in part.content.people("expert"):
        asked = calendar.discussion.in_the_morning(row["at"])
        if asked and row["state"] in ("accepted", "answered"):
            joined = wrote.get(row["key"], asked + timedelta(hours=2)) - timedelta(minutes=30)
            _join(part, row, Standing.MEMBER, row["name"], joined, expert=True)


def _joined(random: Random, first: datetime, bell: datetime, begins: datetime) -> datetime:
    """Most before the discussion begins, where they can; some while it goes on."""
    if first < begins and random.random() < 0.75:
        return first + random.random() * (begins - first)
    return begins + random.random() ** 2 * 0.5 * (bell - begins)


def _before(joined: datetime, row: Row, wrote: dict[str, datetime], part: Part) -> datetime:
    """Before their first text; the cast has joined as soon as one can."""
    if row["key"] in CAST:
        start = part.calendar.opening.start if "group" in row else part.calendar.first
        joined = start + timedelta(minutes=40)
    first = wrote.get(row["key"])
    return min(joined, first - timedelta(minutes=30)) if first else joined


def _join(part: Part, row: Row, standing: Standing, alias: str, at: datetime, *, expert: bool = False) -> None:
    if at > part.calendar.now:
        return
    who = _account(part.making, row, at)
    kept = {
        "standing": standing,
        "profession": row.get("profession", "") if standing == Standing.MEMBER else "",
        "region": row.get("region", "") if standing == Standing.MEMBER else "",
        "group": row.get("group", ""),
        "alias": alias,
        "joined_at": at,
        "expert": expert,
    }
    eligibility = number_key(row["number"]) if standing == Standing.MEMBER and not expert else None
    how = "expert" if expert else "register" if eligibility else "open"
    made = part.making.bulk.add(Membership, person_id=who, consultation_id=part.id, eligibility=eligibility, **kept)
    part.members[row["key"]] = row | kept
    part.line("joined", at, row["key"], membership=made, standing=standing, how=how)


class _Aliases:
    """A number that nobody else of the profession or group has."""

    def __init__(self, random: Random) -> None:
        self._random, self._taken = random, set[tuple[str, int]]()

    def draw(self, what: str) -> str:
        number = self._random.randint(1, 99)
        while (what, number) in self._taken:
            number = self._random.randint(1, 99)
        self._taken.add((what, number))
        return f"{what} {number}"


def ask_to_join(part: Part) -> None:
    """Those whom the register does not know; they wait for the host while members can still join."""
    calendar = part.calendar
    if calendar.now >= calendar.discussion.bell:
        return
    for row in part.content.people("request"):
        at = calendar.first + row["at"] * (calendar.now - calendar.first)
        made = part.making.bulk.add(
            JoinRequest,
            consultation_id=part.id,
            person_id=_account(part.making, row, at),
            **{name: row[name] for name in ("name", "number", "profession", "region", "note")},
            created_at=at,
        )
        part.line("asked to join", at, row["key"], request=made)
