"""What analysts and the host have done since the bell: themes and a baseline, and once findings are open the figures
and a report."""

from sqlalchemy import select

from crowd import schedule
from crowd.coding import hands
from crowd.db import db
from crowd.demonstration.making import Part
from crowd.figures import baseline
from crowd.figures import deeds as figures
from crowd.models import Consultation, Contribution, Version
from crowd.publishing import deeds as publishing
from crowd.rules import Asker
from crowd.states import Phase, Place, Standing, State
from crowd.text import plain
from crowd.themes import deeds as themes

BY_NOW = 2  # of three texts, how many are coded while findings are written


def write(part: Part) -> None:
    """By the same deeds as on the site, so everything is dated now."""
    consultation = db.session.get_one(Consultation, part.id)
    phase, host = schedule.current(consultation), _staff(part, "host", Standing.HOST)
    if part.content.themes and phase in (Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED):
        _code(part, consultation, all_of_them=phase != Phase.ANALYSIS)
        register = baseline.read(baseline.EXAMPLE.read_bytes(), consultation.professions)
        figures.set_baseline(consultation, "profession", register, by=host)
    if part.content.themes and phase in (Phase.OPEN, Phase.CLOSED):
        figures.publish(consultation, "members", by=host)
        if phase == Phase.CLOSED:
            figures.publish(consultation, "stakeholders", by=host)
        publishing.make_report(consultation, by=host)


def _staff(part: Part, name: str, role: Standing) -> Asker:
    return Asker(id=part.making.people[name], roles=frozenset({role}))


def _code(part: Part, consultation: Consultation, *, all_of_them: bool) -> None:
    analyst = _staff(part, "analyst", Standing.ANALYST)
    made = [
        (themes.make_theme(consultation, by=analyst, **{k: row[k] for k in row if k != "words"}), row["words"])
        for row in part.content.themes
    ]
    for n, (contribution, words) in enumerate(_texts(consultation)):
        fitting = [theme.id for theme, said in made if any(word in words for word in said)]
        if fitting and (all_of_them or n % 3 < BY_NOW):
            hands.code(contribution, by=analyst, themes=fitting)


def _texts(consultation: Consultation) -> list[tuple[Contribution, str]]:
    wanted = (
        select(Contribution, Version.html)
        .join(Version, Version.id == Contribution.version_id)
        .where(Contribution.consultation_id == consultation.id, Contribution.place == Place.DISCUSSION)
        .where(Contribution.state == State.PUBLISHED)
        .order_by(Contribution.id)
    )
    return [(text, plain(html).lower()) for text, html in db.session.execute(wanted)]
