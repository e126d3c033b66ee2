"""`export` and `import`: one consultation goes to another instance, whole, without what is not its own."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import JSON, Integer, func, inspect, select, text, update

from crowd import create_app, log, outbox
from crowd.db import db, transaction
from crowd.hosting import deeds as hosting
from crowd.keeping import archive, arriving, backup, leaving, places, restore, schema, scope, travel
from crowd.keeping.addresses import Addresses
from crowd.keeping.places import Refused
from crowd.models import Attachment, Consultation, Contribution, Mail, Person, Reason, Record, Run, Version
from crowd.switching import news
from crowd.threads import recount
from tests.conftest import _on_server
from tests.keeping import filling
from tests.keeping.test_restore import contents, let_go


@pytest.fixture
def everything(instance) -> Consultation:
    """A consultation with a row in every table that goes along, in an instance that holds another one before it."""
    filling.consultation("first")
    of = filling.consultation()
    filling.fill(of)
    return of


def exported(of: Consultation, path: Path, instance: Path, people: bool = False) -> Path:
    return leaving.write(of, path, instance, base=filling.BASE, people=people).path


def hashes(path: Path) -> dict[str, str]:
    """What an export holds, table by table and file by file."""
    return {name: file["sha256"] for name, file in archive.opened(path, archive.CONSULTATION).files.items()}


def lines(path: Path, table: str) -> list[dict[str, object]]:
    return list(travel.read(zipfile.ZipFile(path).read(f"rows/{table}.jsonl").splitlines()))


# ---- nothing is forgotten -------------------------------------------------------------------------------------------


def test_every_table_goes_along_or_has_a_reason_to_stay():
    assert {*scope.GOES, "people"} | set(scope.STAYS) == set(db.metadata.tables)
    assert set(scope.GOES) & set(scope.STAYS) == set()


def test_every_column_that_names_a_row_is_known():
    for name in (*scope.GOES, "people"):
        known = {*travel.names(name), *scope.BLANK.get(name, ())}
        for column in db.metadata.tables[name].columns:
            named = isinstance(column.type, Integer) and re.search(r"(^|_)id$", column.name)
            assert not named or column.name in known, f"{name}.{column.name}"


def test_every_column_of_json_is_looked_through_or_holds_words_alone():
    within = {"versions": {"files"}, "decisions": {"was"}, "merges": {"votes", "was"}, "records": {"facts"}}
    within |= {"consultations": {"words"}, "questions": {"words"}, "runs": {"parameters", "result"}}
    for name in scope.GOES:
        known = scope.WORDS.get(name, set()) | within.get(name, set())
        columns = {c.name for c in db.metadata.tables[name].columns if isinstance(c.type, JSON)}
        assert columns - {*scope.BLANK.get(name, ())} == known, name


PLAIN = {
    *("codebook", "codes", "contributions", "hand", "percent", "seed", "state"),
    *("cause", "days", "due", "members", "stakeholders", "step"),
    *("added", "after", "agrees", "amber", "approval", "asked", "bad", "before", "changed", "counts", "day", "dropped"),
    "edition",
    *(
        "granted",
        "how",
        "issuer",
        "kind",
        "left",
        "mail",
        "months",
        "most",
        "name",
        "new",
        "number",
        "old",
        "on",
        "outcome",
    ),
    *("page", "people", "phase", "reason", "red", "removed", "reports", "role", "same", "sha256", "slug", "source"),
    *("open", "shown_as", "stance", "to_members"),
    *("audience", "form", "k", "purpose", "rows", "title"),
    *("attribute", "audience", "rows"),
    *("standing", "start", "starts", "text", "told", "took", "until", "waited", "what", "why"),
}  # or, as those of `scope.LISTS`, looked through by the deed


def test_every_fact_of_the_log_is_a_row_that_is_known_or_words():
    assert {fact for facts in log.DEEDS.values() for fact in facts} == {*scope.FACTS, *PLAIN}


# ---- there and back -------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")  # it goes to PostgreSQL and back
def test_from_sqlite_to_postgresql_and_back_it_is_the_same(everything, instance, tmp_path, postgres_server):
    with transaction():
        news.let_rest(everything)  # or the import does, by a line of its own
    here = exported(everything, tmp_path / "1.zip", instance)
    assert [table for table in scope.GOES if not lines(here, table)] == []
    let_go()
    _on_server(postgres_server, "DROP DATABASE IF EXISTS target WITH (FORCE)", "CREATE DATABASE target")
    second = elsewhere(here, tmp_path, postgres_server.replace("/postgres?", "/target?"))
    third = elsewhere(second, tmp_path / "back", "")
    assert hashes(here) == hashes(second) == hashes(third)


def elsewhere(file: Path, folder: Path, url: str) -> Path:
    """Take it in at a new instance with something in it already, see that it is in order, and export it again."""
    there = folder / "there"
    there.mkdir(parents=True)
    app = create_app(there, secret_key="another secret key, of another host", database_url=url, texts_limit=0)
    with app.app_context():
        schema.make_ready(there)
        with transaction():
            hosting.begin()
        filling.consultation("there-before")
        recount.mend()
        came = arriving.take_in(file, there)
        assert recount.mend() == "All counts are what is there."
        again = leaving.write(came.consultation, folder / "again.zip", there, base="https://elsewhere.example.org")
        let_go()
    return again.path


def test_beside_the_one_it_was_made_from_it_has_another_name_and_links_to_its_own(everything, instance, tmp_path):
    file = exported(everything, tmp_path / "1.zip", instance)
    with pytest.raises(Refused, match=r"There is a consultation “ahp” here already.*--as"):
        arriving.take_in(file, instance)
    came = arriving.take_in(file, instance, "ahp-2")
    assert came.consultation.code != everything.code
    words = dict(texts_of(came.consultation))
    first = next(number for number, html in words.items() if "An idea" in html)
    answer = next(number for number, html in words.items() if f'href="/p/{came.consultation.code}-0001"' in html)
    assert f'href="/p/{first}"' in words[answer]
    translated = (came.consultation.words["cy"]["summary_html"], came.consultation.questions[0].words["cy"])
    assert translated == (link := f'<a href="/p/{first}">', {"title": "Cwestiwn", "guidance_html": link})
    assert any(f'href="/p/{first}#c{answer}"' in html and 'href="/c/ahp-2/q/1"' in html for html in words.values())
    result = db.session.scalar(select(Run.result).where(Run.consultation_id == came.consultation.id))
    named = [result["matrix"][0]["contribution"], *result["pairs"][0]["contributions"]]
    assert set(named) <= words.keys() and len(named) == 2
    paths = db.session.execute(select(Contribution.id, Contribution.path, Contribution.thread_id))
    assert {row.thread_id for row in paths} <= {number for number, _html in words.items()} | dict(texts_of(None)).keys()
    with pytest.raises(Refused, match="ahp-2"):
        arriving.take_in(file, instance, "ahp-2")


def texts_of(of: Consultation | None) -> list[tuple[int, str]]:
    query = select(Contribution.id, Version.html).join(Version, Version.contribution_id == Contribution.id)
    query = query.where(Contribution.consultation_id == of.id) if of else query
    return [(row.id, row.html) for row in db.session.execute(query)]


def test_what_leads_elsewhere_still_leads_there():
    its = Addresses("https://a.org", {7: 1}, {"ahp": "ahp"}, {"AHP-2016": "AHP-2016"})
    assert its.anew('<a href="https://a.org/p/7" rel="x">') == '<a href="/p/1" rel="x">'
    assert its.anew('<a href="/p/AHP-2016-0003">') == '<a href="/p/AHP-2016-0003">'
    for other in ("/p/8", "/p/OLD-2015-0001", "/c/old/", "/me"):
        assert its.anew(f'<a href="https://a.org{other}">') == f'<a href="https://a.org{other}">'
    assert its.anew('<a href="/p/OLD-2015-0001">') == '<a href="https://a.org/p/OLD-2015-0001">'
    assert its.anew('<a href="https://b.org/p/7">') == '<a href="https://b.org/p/7">'


def test_pages_of_what_came_show_it(app, everything, instance, tmp_path, host):
    came = arriving.take_in(exported(everything, tmp_path / "1.zip", instance), instance, "ahp-2").consultation
    for path in ("/c/ahp-2/", "/c/ahp-2/moderation", "/c/ahp-2/evidence", "/host/ahp-2", "/host/people", "/moderate"):
        assert host.get(path).status == 200, path
    assert "An idea" in host.get("/c/ahp-2/q/1")
    assert "An <mark>idea</mark>" in host.get("/c/ahp-2/search?q=idea")
    assert came.contributions == everything.contributions


# ---- who goes along -------------------------------------------------------------------------------------------------


def secrets(path: Path) -> str:
    with zipfile.ZipFile(path) as file:
        return "\n".join(file.read(name).decode() for name in file.namelist() if name.startswith("rows/"))


def test_addresses_passwords_and_factors_stay(everything, instance, tmp_path):
    with transaction() as session:
        session.execute(update(Person).values(password="PASSWORD-HASH", factor="FACTOR-SECRET", passkeys=2))
    addresses = [email for email in db.session.scalars(select(Person.email)) if email.endswith("example.org")]
    file = exported(everything, tmp_path / "1.zip", instance)
    words = secrets(file)
    assert {row["passkeys"] for row in lines(file, "people")} == {0}, "nobody is asked for a key that stayed here"
    assert addresses
    assert [word for word in (*addresses, "PASSWORD-HASH", "FACTOR-SECRET") if word in words] == []


def test_authors_become_people_who_cannot_sign_in_and_get_no_mail(everything, instance, tmp_path):
    came = arriving.take_in(exported(everything, tmp_path / "1.zip", instance), instance, "ahp-2").consultation
    authors = select(Contribution.author_id).where(Contribution.consultation_id == came.id)
    people = db.session.scalars(select(Person).where(Person.id.in_(authors))).all()
    assert people
    for who in people:
        assert (who.roles, who.password, who.confirmed_at) == ("", "", None)
        assert who.email.startswith("ahp-2-")
        with transaction():
            assert outbox.queue("staff", to=who, secret="x", role="") is False


def test_a_host_lets_somebody_in_who_came_without_an_address(everything, instance, tmp_path, host):
    came = arriving.take_in(exported(everything, tmp_path / "1.zip", instance), instance, "ahp-2").consultation
    number = db.session.scalar(select(Contribution.author_id).where(Contribution.consultation_id == came.id).limit(1))
    path = f"/host/people/{number}"
    for wrong in ("nonsense", host.email, "Ann@Example.net"):
        page = host.post(f"{path}/act", on=path, having="email", do="address", email=wrong)
        assert (wrong in page) == (wrong != "Ann@Example.net")
    mail = db.session.scalars(select(Mail).where(Mail.address == "ann@example.net")).one()
    assert (mail.kind, mail.person_id) == ("sign_in", number)
    assert 'id="email"' not in host.get(path), "one address is enough"


def test_with_people_addresses_go_along_and_find_who_is_here(everything, instance, tmp_path):
    file = exported(everything, tmp_path / "1.zip", instance, people=True)
    assert "PASSWORD" not in secrets(file)
    before = db.session.scalar(select(func.count(Person.id)))
    came = arriving.take_in(file, instance, "ahp-2")
    assert came.linked == came.rows["people"]
    assert db.session.scalar(select(func.count(Person.id))) == before
    authors = [
        set(db.session.scalars(select(Contribution.author_id).where(Contribution.consultation_id == key)))
        for key in (everything.id, came.consultation.id)
    ]
    assert authors[0] == authors[1]


def test_nobody_is_mailed_about_what_came(app, everything, instance, tmp_path):
    from crowd import chores

    with transaction() as session:
        session.execute(text("DELETE FROM mails"))
        log.record("start moved", by=None, consultation=everything, phase="open", old=None, new=None, why="")
    came = arriving.take_in(exported(everything, tmp_path / "1.zip", instance, people=True), instance, "ahp-2")
    told = select(Record.facts).where(Record.consultation_id == came.consultation.id, Record.deed == "news told")
    assert {facts["what"].partition("-")[0] for facts in db.session.scalars(told)} == {"opening", "moved"}
    chores.run()
    mails = db.session.scalars(select(Mail.subject).where(Mail.body.contains("/c/ahp-2/"))).all()
    assert mails == []


def test_reasons_that_are_here_are_used_and_others_are_retired(everything, instance, tmp_path):
    file = exported(everything, tmp_path / "1.zip", instance)
    before = db.session.scalar(select(func.count(Reason.id)))
    arriving.take_in(file, instance, "ahp-2")
    assert db.session.scalar(select(func.count(Reason.id))) == before
    (title,) = {str(row["title"]) for row in lines(file, "reasons")} & {"Off topic"}
    with transaction() as session:
        session.execute(update(Reason).where(Reason.title == title).values(text="Other words of this host."))
    arriving.take_in(file, instance, "ahp-3")
    other = db.session.scalars(select(Reason).where(Reason.title == "Off topic (2)")).one()
    assert other.retired
    assert other.text != "Other words of this host."


# ---- never half -----------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_good_changes_nothing(everything, instance, tmp_path):
    file = exported(everything, tmp_path / "1.zip", instance)
    whole, before = file.read_bytes(), contents()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "changed.zip").write_bytes(whole[:900] + bytes([whole[900] ^ 1]) + whole[901:])
    with archive.writing(tmp_path / "newer.zip") as out:
        out.facts = {"what": archive.CONSULTATION, "schema": "9999"}
    (tmp_path / "register.csv").write_text("email,name")
    kept = backup.take(instance, tmp_path / "backup.zip").path
    for name, words in {
        "cut.zip": "is not whole",
        "register.csv": "is no export of Crowd",
        "changed.zip": "has been changed",
        "newer.zip": "made by a newer Crowd",
        kept.name: "is a backup of a whole instance: “python3 app.py restore”",
    }.items():
        with pytest.raises(Refused, match=words):
            arriving.take_in(tmp_path / name, instance, "ahp-2")
    with pytest.raises(Refused, match=r"holds one consultation, not a whole instance: “python3 app\.py import”"):
        restore.restore(file, tmp_path / "new")
    with pytest.raises(Refused, match="cannot be a short name"):
        arriving.take_in(file, instance, "Not a name")
    assert contents() == before


def test_what_fails_in_its_last_step_leaves_nothing(everything, instance, tmp_path, monkeypatch):
    file, before = exported(everything, tmp_path / "1.zip", instance), contents()

    def no_room(_aside: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crowd.evidence.storing.put_in_place", no_room)
    with pytest.raises(Refused, match=r"could not be taken in: No space left on device: .* Nothing was changed"):
        arriving.take_in(file, instance, "ahp-2")
    assert contents() == before
    assert not (instance / "importing").exists()


def test_its_files_come_along_and_a_missing_one_is_told(everything, instance, tmp_path):
    (name,) = set(db.session.scalars(select(Attachment.sha256).where(Attachment.consultation_id == everything.id))) - {
        filling.WORDS[:64]
    } & {path.name for path in (instance / "uploads").glob("*/*")}
    file = exported(everything, tmp_path / "1.zip", instance)
    path = instance / "uploads" / name[:2] / name
    content = path.read_bytes()
    path.unlink()
    arriving.take_in(file, instance, "ahp-2")
    assert path.read_bytes() == content
    path.unlink()
    assert leaving.write(everything, tmp_path / "2.zip", instance).missing == [name]


def test_one_of_an_older_version_is_brought_up(everything, instance, tmp_path):
    """The rows are as this version writes them, but for what the last migration added."""
    newest, file = places.newest_revision(), exported(everything, tmp_path / "1.zip", instance)
    older = sorted(path.name[:4] for path in places.MIGRATIONS.glob("0*.py"))[-2]
    with places.database("", folder := _folder(tmp_path / "older")), db.engine.connect() as connection:
        with connection.begin():
            schema.migrate(connection, older)
        there = {*inspect(connection).get_table_names()} & {*scope.GOES, "people"}
        columns = {table: {c["name"] for c in inspect(connection).get_columns(table)} for table in sorted(there)}
    with archive.writing(tmp_path / "older.zip") as out:
        about = archive.opened(file, archive.CONSULTATION).manifest
        out.facts = {n: about[n] for n in ("what", "slug", "code", "title", "people", "rows", "missing")}
        out.facts |= {"schema": older}
        for table, kept in columns.items():
            out.add(f"rows/{table}.jsonl", _older(lines(file, table), sorted(kept)))
    assert (older, folder.is_dir()) < (newest, True)
    came = arriving.take_in(tmp_path / "older.zip", instance, "ahp-2")
    assert came.rows["contributions"] == len(texts_of(came.consultation))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


DROPPED = {"section": "Impacts"}  # columns that a later version has no longer, and what stood there


def _older(found: list[dict[str, object]], columns: list[str]):
    yield json.dumps(columns).encode() + b"\n"
    for row in found:
        yield json.dumps([row.get(name, DROPPED.get(name)) for name in columns]).encode() + b"\n"
