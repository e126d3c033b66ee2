"""Every word for a state, and which word may follow which. Imports nothing of ours."""

from enum import IntEnum, StrEnum


class Phase(StrEnum):
    """The six phases in their order; which of them is current is computed from the clock (P2)."""

    DRAFT = "draft"
    REGISTRATION = "registration"
    MEMBERS = "members"
    ANALYSIS = "analysis"
    OPEN = "open"
    CLOSED = "closed"


PHASES = tuple(Phase)
OPTIONAL_PHASES = frozenset({Phase.REGISTRATION, Phase.OPEN, Phase.CLOSED})


class Standing(StrEnum):
    """What a person is in a consultation, by the letter that the table of rules uses."""

    VISITOR = "V"
    STAKEHOLDER = "S"
    MEMBER = "B"
    MODERATOR = "M"
    ANALYST = "A"
    HOST = "H"


ROLES = (Standing.MODERATOR, Standing.ANALYST, Standing.HOST)


class Kind(StrEnum):
    IDEA = "idea"
    EXPERIENCE = "experience"
    EXAMPLE = "example"
    COMMENT = "comment"


class Place(StrEnum):
    """Where a contribution stands: in the members' discussion or under a finding (P14)."""

    DISCUSSION = "discussion"
    FINDING = "finding"


class Promise(IntEnum):
    """The audience under which a contribution was written (P12); a greater number is a wider one."""

    MEMBERS = 0
    NAMELESS = 1
    ALIAS = 2


class State(StrEnum):
    """The states of a contribution, of one of its versions, and (draft, published) of a finding."""

    DRAFT = "draft"
    HELD = "held"
    PUBLISHED = "published"
    RETURNED = "returned"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


# What may become what. A contribution takes the state of its first version until one is published. Back to HELD goes
# what a moderator undoes at once (M22), and then what had been replaced is published again.
MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PUBLISHED}),
    State.HELD: frozenset({State.PUBLISHED, State.RETURNED, State.REJECTED, State.WITHDRAWN, State.REPLACED}),
    State.RETURNED: frozenset({State.HELD, State.WITHDRAWN, State.REPLACED}),
    State.PUBLISHED: frozenset({State.HELD, State.HIDDEN, State.REMOVED, State.WITHDRAWN, State.REPLACED}),
    State.HIDDEN: frozenset({State.PUBLISHED, State.REMOVED, State.WITHDRAWN}),
    State.REJECTED: frozenset({State.PUBLISHED, State.HELD, State.RETURNED}),
    State.REMOVED: frozenset({State.PUBLISHED}),
    State.WITHDRAWN: frozenset(),
    State.REPLACED: frozenset({State.PUBLISHED, State.HELD}),
}


class Vote(IntEnum):
    AGREE = 1
    PASS = 0
    DISAGREE = -1


class Stance(StrEnum):
    """What a contribution is to a finding that names it."""

    SUPPORTS = "supports"
    DISSENTS = "dissents"
