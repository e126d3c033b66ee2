"""What could leak of coding and findings: canaries in everything that analysts, writers and hosts leave behind."""

from sqlalchemy import select

from crowd import clock
from crowd.analysis import deeds as analysis
from crowd.db import db, transaction
from crowd.models import (
    Codebook,
    Coding,
    Considered,
    Consultation,
    Contribution,
    Export,
    Finding,
    FindingRun,
    FindingVersion,
    ImportFile,
    Pair,
    Quote,
    Remark,
    SavedView,
    Theme,
    Themed,
    Version,
)
from crowd.publishing import deeds as publishing
from tests import make

# The canary, and who may find it; "+ author" is the author too, once findings are open.
MAY_FIND = {
    "zqremark": "analyst host",
    "zqearlier": "analyst host",
    "zqexclude": "analyst host",
    "zqbooknote": "analyst host",
    "zqkeptrun": "analyst host",
    "zqview": "analyst",
    "zqpurpose": "host",
    "zqimport": "host",
    "zqnotpursued": "analyst host + author",
    "zqtopic": "author colleague analyst moderator host",  # that of texts for members alone
}
QUOTED = ("zqwithdrawn", "zqhidden", "zqremoved", "zqmembersonly", "zqoldwording", "zqpublic")
NAMED = {"page": ["people", "time", "ideas"], "attribute": ["profession", "region"], "audience": ["members"]}
FILES = [f"/c/ahp/participation/{name}.csv" for name in ("days", "evenness", "ranking", "divided", "bridging")]
FILES += [f"/host/ahp/figures/{name}.csv" for name in ("profession", "days", "ranking")]
FILES += [f"/host/ahp/considered?fate={fate}" for fate in ("used", "covered", "left", "waiting")]


def said(word: str) -> str:
    return f"What {word} {word[::-1]} says at length"


def write(of: Consultation, people: dict[str, int]) -> None:
    """A quote of every text that is not what it was, and a word of each kind that staff leave beside findings."""
    now, staff = clock.now(), {"by_id": people["analyst"], "at": clock.now()}
    published, draft = db.session.scalars(select(Finding).order_by(Finding.number)).all()
    reworded, open_, hidden = _version("zqoldwording"), _version("zqpublic"), _version("zqmembersonly")
    kept = {"name": "people", "title": said("zqkeptrun"), "columns": ["row"], "rows": [["one"]]}
    with transaction() as session:
        for word in QUOTED:
            of_ = _version(word)
            about = {"contribution_id": of_.contribution_id, "version_id": of_.id, "words": said(word)}
            session.add(Quote(finding_id=published.id, confirmed_at=now, first_edition=1, **about, **staff))
        theme = session.scalars(select(Theme)).one()
        theme.exclude = said("zqexclude")
        unknown = Theme(consultation_id=of.id, number=2, name=said("zqtopic"))
        session.add(unknown)
        session.flush()
        session.add(Themed(contribution_id=hidden.contribution_id, theme_id=unknown.id))
        run = analysis.keep(of, "people", by=people["analyst"], inputs=[], result={"tables": [kept]}, versions={})
        book = {"themes": [], "note": said("zqbooknote"), "person_id": people["analyst"], "at": now}
        importing = {"source": "csv", "name": "x", "title": said("zqimport"), "state": "bad", "created_at": now}
        session.add_all(
            [
                Remark(finding_id=published.id, words=said("zqremark"), **staff),
                FindingVersion(finding_id=draft.id, number=9, title="T", source=said("zqearlier"), html="", **staff),
                Considered(contribution_id=reworded.contribution_id, why=said("zqnotpursued"), **staff),
                FindingRun(finding_id=published.id, run_id=run.id, added_at=now),
                Codebook(consultation_id=of.id, number=1, **book),
                SavedView(consultation_id=of.id, person_id=people["analyst"], name=said("zqview"), filters={}),
                Coding(
                    consultation_id=of.id,
                    contribution_id=hidden.contribution_id,
                    hand=1,
                    person_id=people["analyst"],
                    themes=[1],
                    at=now,
                ),
                Pair(
                    consultation_id=of.id,
                    one_id=open_.contribution_id,
                    other_id=hidden.contribution_id,
                    likeness=90,
                    at=now,
                ),
                Export(
                    consultation_id=of.id,
                    audience="research",
                    form="zip",
                    purpose=said("zqpurpose"),
                    by_id=people["host"],
                    state="gone",
                    asked_at=now,
                ),
                ImportFile(by_id=people["host"], **importing),
            ]
        )
    report(of, people)


def report(of: Consultation, people: dict[str, int]) -> None:
    with transaction():
        publishing.make_report(make.anew(of), by=make.as_asker(people["host"]))


def _version(word: str) -> Version:
    """The wording in which it stands."""
    first = select(Version).join(Contribution, Contribution.id == Version.contribution_id)
    return db.session.scalars(first.where(Version.source.contains(word)).order_by(Version.id)).first()
