"""Files on the forms for texts: each press takes them, no refused text loses one, only who may write sends any."""

import io
import threading

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.evidence import deeds, sorts, storing
from crowd.models import Attachment, Contribution, Question, Version
from crowd.states import Kind, Phase
from tests import make
from tests.actors import Actor
from tests.evidence import made
from tests.evidence.asking import fetched, sent

DAY = make.DAY


def chosen(*files):
    """As a browser sends a file field."""
    return [(io.BytesIO(content), name) for name, content in files]


PDF = ("report.pdf", made.pdf())
PNG = ("chart.png", made.picture("PNG"))
DOC = ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def newest() -> Version:
    return db.session.scalars(select(Version).order_by(Version.id.desc())).first()


def names(ids=None) -> list[str]:
    query = select(Attachment.name).order_by(Attachment.id)
    return list(db.session.scalars(query if ids is None else query.where(Attachment.id.in_(ids))))


def on_disk() -> set[str]:
    return {path.name for path in storing.folder().rglob("*") if path.is_file()}


def test_files_go_with_the_text_and_come_back_as_they_were(member, question, moderator):
    member.post(f"{question}/new", text="Count care time", kind="idea", files=chosen(PDF, PNG))
    version = newest()
    assert names(version.files) == ["report.pdf", "chart.png"]
    page = member.get(f"/p/{version.contribution_id}")
    assert "report.pdf" in page and "chart.png" in page
    assert fetched(member, version.files[0]).data == PDF[1]
    picture = fetched(member, version.files[1]).data
    assert picture.startswith(b"\x89PNG") and made.SECRET.encode() not in picture
    db.session.expire_all()
    assert db.session.get(Contribution, version.contribution_id).files == 0  # M5: nothing counts before it is approved
    moderator.post(f"/moderate/{version.id}", decision="approve", having="decision")
    make.afresh()
    assert db.session.get(Contribution, version.contribution_id).files == 2


@pytest.mark.parametrize("press", ["send", "preview", "draft", "add"])
def test_every_press_keeps_the_good_files_and_says_what_is_wrong_with_others(member, question, press):
    page = member.post(f"{question}/new", text="Count it", kind="idea", do=press, files=chosen(PDF, DOC))
    assert page.status == 422 and "“old.doc” is an old Office file" in page
    assert "Count it" in page and "report.pdf" in page
    assert names() == ["report.pdf"] and db.session.scalars(select(Version)).all() == []
    page = member.post(f"{question}/new", text="Count it", kind="idea")  # the second time with no file at all
    assert page.status == 200 and names(newest().files) == ["report.pdf"]


def test_a_refused_text_loses_no_file_and_a_file_can_be_taken_away(member, question):
    page = member.post(f"{question}/new", text="", kind="idea", files=chosen(PDF, PNG))
    assert page.status == 422 and names() == ["report.pdf", "chart.png"] and len(on_disk()) == 2
    number = db.session.scalars(select(Attachment.id)).first()
    page = member.post(f"{question}/new", text="Still here", kind="idea", remove=str(number))
    assert page.status == 200 and "Still here" in page and "report.pdf" not in page and "chart.png" in page
    assert names() == ["chart.png"] and len(on_disk()) == 1
    member.post(f"{question}/new", text="Sent", kind="idea")
    assert names(newest().files) == ["chart.png"]


def test_discarding_a_draft_discards_its_files(member, question):
    member.post(f"{question}/new", text="Later", kind="idea", do="draft", files=chosen(PDF))
    assert "report.pdf" in member.get(f"{question}/new")
    member.post(f"{question}/new", do="discard")
    assert names() == [] and on_disk() == set()
    member.post(f"{question}/new", text="Later", kind="idea", do="draft", files=chosen(PDF))
    place = f"question-{db.session.scalars(select(Question.id)).first()}"
    member.post(f"/me/drafts/{place}/discard", on="/me", having="csrf_token")
    assert names() == [] and on_disk() == set()


def test_the_same_file_twice_is_one(member, question, colleague):
    renamed = ("another-name.pdf", PDF[1])
    said = "“another-name.pdf” was left out: this text has the same file already."
    page = member.post(f"{question}/new", text="Count it", kind="idea", do="draft", files=chosen(PDF, renamed))
    assert page.status == 422 and said in page and "Count it" in page
    page = member.post(f"{question}/new", having="text", do="send", files=chosen(renamed, PNG))
    assert page.status == 422 and said in page and "Count it" in page
    assert names() == ["report.pdf", "chart.png"] and db.session.scalars(select(Version)).all() == []
    number = db.session.scalars(select(Attachment.id)).all()[-1]
    member.post(f"{question}/new", having="text", remove=str(number))
    assert names() == ["report.pdf"]
    colleague.post(f"{question}/new", text="", kind="idea", files=chosen(PDF))
    assert len(names()) == 2 and len(on_disk()) == 1  # two people's, and one set of bytes
    member.post(f"{question}/new", do="discard", having="files")
    assert len(names()) == 1 and len(on_disk()) == 1
    colleague.post(f"{question}/new", do="discard", having="files")
    assert names() == [] and on_disk() == set()


def test_a_change_does_not_add_the_same_file_again(member, question, moderator):
    member.post(f"{question}/new", text="Count care time", kind="idea", files=chosen(PDF, PNG))
    first = newest()
    moderator.post(f"/moderate/{first.id}", decision="approve", having="decision")
    edit = f"/p/{first.contribution_id}/edit"
    again = [("another-name.pdf", PDF[1]), PNG]
    kept = [str(n) for n in first.files]
    page = member.post(edit, text="Count all care time", files=chosen(*again), keep=kept, do="send")
    assert page.status == 422 and page.count("this text has the same file already") >= 2
    assert "Count all care time" in page and names() == ["report.pdf", "chart.png"]
    member.send(edit, page.form(having="text")[1] | {"do": "send", "keep": kept})
    assert names(newest().files) == ["report.pdf", "chart.png"]
    page = member.post(edit, having="text", keep="", files=chosen(PDF), do="send")
    assert names(newest().files) == ["report.pdf"], "what was taken away can come again"


def test_the_host_sets_how_many_and_how_large(member, question, consultation):
    with transaction() as session:
        session.merge(consultation).files_limit, session.merge(consultation).file_limit = 2, 1
    large = ("large.pdf", made.pdf(b"x" * 1_100_000))
    page = sent(member, f"{question}/new", large, PDF, text="Kept", kind="idea")
    assert page.status == 422 and "“large.pdf” is larger than 1 MB" in page and "Kept" in page
    more = [(f"{n}.pdf", made.pdf(b"%d" % n)) for n in range(3)]
    page = member.post(f"{question}/new", text="Kept", kind="idea", files=chosen(*more))
    assert page.status == 422 and "“2.pdf” was left out: a text can have 2 files at most." in page
    assert names() == ["report.pdf", "0.pdf"] and len(on_disk()) == 2
    with transaction() as session:
        session.merge(consultation).files_limit = 0
    assert 'name="files"' not in member.get(f"{question}/new")
    assert "no files are taken here" in member.send(
        f"{question}/new",
        member.get(f"{question}/new").form(having="text")[1] | {"files": chosen(("n.pdf", made.pdf(b"other")))},
    )


def test_what_is_beyond_all_limits_is_not_read(member, question, visitor, stakeholder):
    """413 for what nobody may send, and for strangers from a megabyte on; but a text before it is kept."""
    page = sent(member, f"{question}/new", ("h.pdf", b"%PDF-" + b"0" * 75_000_000), text="A text that took an hour")
    assert page.status == 302
    page = member.get(f"{question}/new")
    assert "none of them was read" in page
    assert "A text that took an hour" in page.form(having="text")[1]["text"]
    assert sent(visitor, f"{question}/new", ("h.pdf", b"0" * 1_500_000), form="/login", text="x").status == 413
    theirs = sent(stakeholder, f"{question}/new", ("h.pdf", b"0" * 1_500_000), form="/login", text="Not for me")
    assert theirs.status == 302 and "Not for me" in stakeholder.get("/me")
    assert member.send("/me/password", {"new": "x" * 1_500_000}).status == 413
    assert names() == [] and not storing.folder().exists()


def test_after_the_bell_no_file_is_taken(member, question, consultation, at):
    form = member.get(f"{question}/new").form(having="text")[1]
    at(consultation.analysis + make.DAY)
    page = member.send(f"{question}/new", form | {"text": "Too late", "files": chosen(PDF)})
    assert page.status == 409 and names() == []


def test_a_file_of_an_edit_is_unseen_until_it_is_approved(member, colleague, moderator, question):
    member.post(f"{question}/new", text="Count care time", kind="idea", files=chosen(PDF))
    first = newest()
    moderator.post(f"/moderate/{first.id}", decision="approve", having="decision")
    address = f"/p/{first.contribution_id}"
    edited = member.post(f"{address}/edit", text="Count care time twice", files=chosen(PNG))
    assert edited.status == 200
    second = newest()
    assert names(second.files) == ["report.pdf", "chart.png"]
    report, chart = second.files
    assert "chart.png" not in colleague.get(address)
    assert fetched(colleague, report).status_code == 200 and fetched(colleague, chart).status_code == 404
    assert fetched(member, chart).status_code == 200 and fetched(moderator, chart).status_code == 200
    desk = moderator.get(f"/moderate/{second.id}")
    assert "Files added" in desk and "chart.png" in desk
    moderator.post(f"/moderate/{second.id}", decision="approve", having="decision")
    assert "chart.png" in colleague.get(address) and fetched(colleague, chart).status_code == 200


def test_an_edit_can_leave_files_out_and_changes_files_alone(member, colleague, moderator, question):
    member.post(f"{question}/new", text="Count care time", kind="idea", files=chosen(PDF, PNG))
    first = newest()
    moderator.post(f"/moderate/{first.id}", decision="approve", having="decision")
    address = f"/p/{first.contribution_id}/edit"
    report = first.files[0]
    page = member.post(address, remove=str(report), having="text")
    assert "report.pdf" not in page.split("</main>")[0] and "chart.png" in page
    member.send(address, page.form(having="text")[1])
    second = newest()
    assert second.id != first.id and names(second.files) == ["chart.png"] and second.source == first.source
    assert colleague.get(f"/files/{report}/x").status == 200
    assert "Files taken out" in moderator.get(f"/moderate/{second.id}")
    moderator.post(f"/moderate/{second.id}", decision="approve", having="decision")
    assert colleague.get(f"/files/{report}/x").status == 404 and moderator.get(f"/files/{report}/x").status == 200


def test_nobody_sends_or_removes_the_files_of_another(member, colleague, question):
    colleague.post(f"{question}/new", text="", kind="idea", files=chosen(PDF))
    number = db.session.scalars(select(Attachment.id)).one()
    member.post(f"{question}/new", text="Mine", kind="idea", remove=str(number))
    assert names() == ["report.pdf"]
    member.post(f"{question}/new", text="Mine", kind="idea")
    assert newest().files == []
    edit = f"/p/{newest().contribution_id}/edit"
    member.send(edit, member.get(edit).form(having="text")[1] | {"text": "Forged", "keep": ["", str(number)]})
    assert newest().source == "Forged" and newest().files == []
    assert member.get(f"/files/{number}/x").status == 404


def test_a_comment_brings_files_and_one_on_a_finding_does_not(app, member, question, consultation):
    idea = make.contribution(consultation.questions[0], by=make.member(consultation))
    member.post(f"/p/{idea.id}/reply", text="See this", files=chosen(PDF))
    assert newest().contribution.kind == Kind.COMMENT and names(newest().files) == ["report.pdf"]
    opened = make.consultation("open", phase=Phase.OPEN)
    who = make.member(opened, "x@example.org")
    make.finding(opened)
    page = Actor(app, who.id).post("/c/open/findings/1/comment", text="And this")
    assert page.status == 200 and 'type="file"' not in Actor(app, who.id).get("/c/open/findings/1/comment")


def test_a_failure_between_file_and_row_leaves_nothing_broken(app, member, question, consultation):
    """Bytes without a row are harmless and are swept; a row without bytes never is."""
    aside = storing.put_aside(io.BytesIO(PDF[1]))
    kept = deeds.Checked("a.pdf", sorts.PDF, aside)
    with pytest.raises(ZeroDivisionError), transaction():  # noqa: PT012  # what fails is the transaction
        deeds.keep(kept, place="question-1", consultation=consultation, by=member.id)
        raise ZeroDivisionError
    assert names() == [] and on_disk() == {aside.sha256}
    left = storing.put_aside(io.BytesIO(b"half"))
    assert storing.sweep() == 1 and on_disk() == {left.path.name}  # what somebody may still be sending stays a day
    member.post(f"{question}/new", text="Now", kind="idea", files=chosen(PDF))
    assert storing.sweep() == 0
    assert member.get(f"/files/{newest().files[0]}/a.pdf").status == 200


def test_a_full_disk_is_told_and_keeps_the_text(member, question):
    storing.folder().write_bytes(b"in the way")  # nothing can be put below a file, whoever runs this
    page = member.post(f"{question}/new", text="Keep me", kind="idea", files=chosen(PDF))
    assert page.status == 422 and "could not be stored" in page and "Keep me" in page
    storing.folder().unlink()


def test_bytes_are_not_removed_under_somebody_who_sends_the_same(app, member, colleague, question, consultation):
    """Dropping and keeping the same bytes take turns: after any order each row has its file."""
    wrong = []

    def often(who, press):
        for _n in range(6):
            with app.app_context():
                with transaction():
                    aside = storing.put_aside(io.BytesIO(PDF[1]))
                    deeds.keep(deeds.Checked("a.pdf", sorts.PDF, aside), place=press, consultation=consultation, by=who)
                with transaction():
                    gone = deeds.drop_waiting(press, by=who)
                storing.let_go(gone)
                with transaction() as session:
                    rows = set(session.scalars(select(Attachment.sha256)))
                    wrong.extend(name for name in rows if not storing.path_of(name).exists())
                db.session.remove()

    both = [threading.Thread(target=often, args=(who.id, f"question-{who.id}")) for who in (member, colleague)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert wrong == []
