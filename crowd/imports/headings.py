"""Which column of a table of contributions is what: by its heading, as exports and people call it."""

import re
from collections.abc import Sequence

from crowd.i18n import _
from crowd.imports.shape import BadExport

# The first word of each line is ours, and stands in the template.
NAMES = {
    "id": "id, number, no, nr, commentid, contributionid, responseid, ideaid, ref, reference",
    "parent_id": "parentid, parent, inreplyto, replyto, answers, respondsto",
    "question": "question, prompt, topic, fftquestion",
    "author": "author, authorid, userid, participant, participantid, respondent, respondentid, person, personid, user",
    "kind": "kind, type",
    "text": "text, comment, body, commentbody, contribution, answer, response, content, fftanswer",
    "time": "time, timestamp, date, datetime, created, createdat, submitted, submittedat, written",
    "promise": "promise, audience, consent",
    "state": "state, status, moderated",
    "language": "language, lang",
    "agree": "agree, agrees, for, up, numpositivevotes, likes, supports",
    "disagree": "disagree, disagrees, against, down, numnegativevotes, dislikes",
    "pass": "pass, passes, passed, unsure, neutral",
    "themes": "themes, theme, codes, code, labels, tags, category, categories",
}
HEADINGS = {heading: column for column, names in NAMES.items() for heading in re.split(r",\s*", names)}
TEMPLATE = [
    list(NAMES),
    [
        *("1", "", "What would give you more time with patients?", "A7", "idea"),
        *(
            "Count care time in every rota.",
            "2026-03-02 14:05",
            "all",
            "published",
            "en",
            "41",
            "6",
            "12",
            "Time|Rotas",
        ),
    ],
    [
        *("2", "1", "", "B2", "comment"),
        *("We tried this on our ward for a month.", "2026-03-02 16:30", "members", "published", "en", "", "", "", ""),
    ],
]


def columns(row: Sequence[str], file: str) -> dict[str, int]:
    """The place of each column that the headings name; of two the first. Raises BadExport with what is missing."""
    found: dict[str, int] = {}
    for n, heading in enumerate(row):
        column = HEADINGS.get(re.sub(r"[^a-z]", "", heading.casefold()))
        if column:
            found.setdefault(column, n)
    missing = [name for name in ("id", "text") if name not in found]
    if missing:
        raise BadExport(
            _(
                "%(file)s has no column %(names)s in its first row, which reads: %(row)s. Name the columns as the "
                "template does, and choose the file again.",
                file=file,
                names=_(" and no column ").join(missing),
                row=", ".join(cell for cell in row if cell)[:200] or _("nothing"),
            )
        )
    return found
