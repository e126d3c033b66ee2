"""Why a run has no result, in the reader's language. What is kept of it is a word and figures: `people 100 50`."""

from collections.abc import Callable

from crowd.analysis import extra
from crowd.i18n import _, number


def sentence(said: str) -> str:
    """What is not known is told as it is."""
    word, *figures = said.split() or [""]
    say = _SENTENCES.get((word, len(figures)))
    return say(*map(int, figures)) if say and all(each.isdecimal() for each in figures) else said


def _people(least: int, there: int) -> str:
    said = _("Opinion groups need at least %(n)s people with seven votes each. So far there are %(there)s.")
    return said % {"n": number(least), "there": number(there)}


def _small(least: int) -> str:
    return _("One of the groups would have fewer than %(n)s people. So small a group is not shown.") % {"n": least}


def _tries(times: int) -> str:
    said = _("It ended %(n)s times without a result. The server's log says why; often the memory did not suffice.")
    return said % {"n": times}


_SENTENCES: dict[tuple[str, int], Callable[..., str]] = {
    ("people", 2): _people,
    ("small", 1): _small,
    ("tries", 1): _tries,
    ("same", 0): lambda: _("There are too few ideas, or everybody says the same: there are no groups."),
    ("chance", 0): lambda: _(
        "The same votes, shuffled among people, fall into groups about as clear. So these groups may be chance."
    ),
    ("unstable", 0): lambda: _(
        "The groups change when a fifth of the people is left out. So they do not stand for the whole."
    ),
    ("error", 0): lambda: _("It ended with an error, which stands in the log of the server."),
    ("lacking", 0): lambda: extra.missing() or _("This instance lacked what this analysis needs. It is there now."),
}
