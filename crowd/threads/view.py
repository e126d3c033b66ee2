"""From where contributions are read, and what their reader may do: asked of the table once for a page, not for each."""

from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from crowd import i18n, kept, rules, schedule
from crowd.models import Consultation
from crowd.rules import Asker
from crowd.states import Phase, Place, Promise, State

FAR = datetime(9999, 1, 1, tzinfo=UTC)  # for asking whether a returned text could be sent again at all
COUNTS_TOLD = (Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED)  # after the bell, also where they were hidden before it


@dataclass(frozen=True)
class View:
    """What a fragment depends on beside its contribution: from where it is read, and what its reader may do. It is part
    of every fragment's key, so its hash is made once."""

    phase: str
    language: str
    zone: str
    bell: datetime | None
    inside: bool
    votes: bool
    comments: bool
    edits: bool
    resends: bool
    withdraws: bool
    closes: bool
    listed: bool
    counts: bool
    versions: bool
    own_versions: bool
    widest: int
    reads_members: bool
    reads_promised: bool
    reads_comments: bool
    reports: bool
    decides: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(astuple(self)))

    def __hash__(self) -> int:
        made: int = self._hash  # type: ignore[attr-defined]  # set above, where a frozen class cannot declare it
        return made

    @classmethod
    def of(cls, consultation: Consultation, person: Asker, *, finding: bool = False, listed: bool = False) -> "View":
        """What holds for all readers of one standing, asked once for each change of the consultation."""
        key = (
            "view",
            consultation.id,
            consultation.change,
            schedule.current(consultation),
            i18n.language(),
            rules.standings(person, consultation),
            person.suspended,
            person.id > 0,
            finding,
            listed,
        )
        return kept.fragments().make(key, lambda: cls._asked(consultation, person, finding, listed), lambda _made: 500)

    @classmethod
    def _asked(cls, consultation: Consultation, person: Asker, finding: bool, listed: bool) -> "View":
        """Ask the table about a published text of another and about one of the reader's own."""
        text = _published(consultation, finding)
        others, own = SimpleNamespace(**text, author_id=-1), SimpleNamespace(**text, author_id=person.id)
        named = [
            SimpleNamespace(**text | {"place": place, "promise": promise}, author_id=-1)
            for place, promise in (
                (Place.DISCUSSION, Promise.MEMBERS),
                (Place.DISCUSSION, Promise.NAMELESS),  # the narrower one of those that are promised to all
                (Place.FINDING, Promise.ALIAS),
            )
        ]
        returned = SimpleNamespace(**text | {"state": State.RETURNED, "resubmit_by": FAR}, author_id=person.id)
        asked = [*(("read", one) for one in named), ("report", named[2 if finding else 1]), ("decide", others)]
        phase = schedule.current(consultation)
        return cls(
            phase,
            i18n.language(),
            consultation.timezone,
            consultation.closed if finding else consultation.analysis,
            rules.may(person, "read", others),
            rules.may(person, "vote", others),
            rules.may(person, "comment", others),
            rules.may(person, "edit", own),
            rules.may(person, "edit", returned),
            rules.may(person, "withdraw", own),
            rules.may(person, "close the thread", others),
            listed,
            not consultation.counts_hidden or phase in COUNTS_TOLD,
            rules.may(person, "read the versions", others),
            rules.may(person, "read the versions", own),
            max(consultation.promises, default=0) if rules.may(person, "widen the promise", own) else 0,
            *(rules.may(person, act, one) for act, one in asked),
        )


def _published(consultation: Consultation, finding: bool) -> dict[str, Any]:
    """What the table asks of a contribution, as of a published one that members alone read."""
    return {
        "consultation": consultation,
        "place": Place.FINDING if finding else Place.DISCUSSION,
        "state": State.PUBLISHED,
        "promise": Promise.MEMBERS,
        "public_since": True,
        "resubmit_by": None,
        "parent_author_id": 0,
        **dict.fromkeys(("closed", "merged"), False),
        "level": 1,
    }
