"""What hosts deposit in the library: read, changed, and cited."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, or_, select

from crowd import clock, log, outbox
from crowd.db import Overtaken, db, write
from crowd.evidence import bibtex, citations, doi, licences
from crowd.evidence.deeds import Checked, drop, enter
from crowd.i18n import _
from crowd.models import Attachment, Consultation, Deposit, DepositFinding, DepositTheme, Finding, Record, Theme

KINDS = ("document", "data", "link", "protocol")
MOST_FILES = 10
SHOWN = 200


def kind_words() -> dict[str, str]:
    return {"document": _("Document"), "data": _("Data set"), "link": _("Link"), "protocol": _("Protocol")}


def kind_word(deposit: Deposit) -> str:
    return kind_words().get(deposit.kind, _("Document"))


class Sought(NamedTuple):
    """Which of them; all of it stands in the address."""

    kind: str = ""
    theme: int = 0
    finding: int = 0
    words: str = ""


# ---- reading --------------------------------------------------------------------------------------------------------


def found(of: Consultation, sought: Sought, readable_findings: Any = None) -> Sequence[Deposit]:
    """The newest first. `readable_findings` is the WHERE of findings that the reader may know of, where one is asked
    for."""
    query = select(Deposit).where(Deposit.consultation_id == of.id)
    if sought.kind:
        query = query.where(Deposit.kind == sought.kind)
    if sought.theme:
        its = select(DepositTheme.deposit_id).join(Theme, Theme.id == DepositTheme.theme_id)
        query = query.where(Deposit.id.in_(its.where(Theme.consultation_id == of.id, Theme.number == sought.theme)))
    if sought.finding:
        its = select(DepositFinding.deposit_id).join(Finding, Finding.id == DepositFinding.finding_id)
        query = query.where(Deposit.id.in_(its.where(readable_findings, Finding.number == sought.finding)))
    return db.session.scalars(_holding(query, sought.words).order_by(Deposit.number.desc()).limit(SHOWN)).all()


def _holding(query: Select, words: str) -> Select:
    """With every one of the words somewhere in what is said of it."""
    told = (Deposit.title, Deposit.authors, Deposit.about, Deposit.publisher, Deposit.doi)
    for word in words.split()[:10]:
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in told)))
    return query


def numbered(of: Consultation, number: int) -> Deposit | None:
    return db.session.scalar(select(Deposit).where(Deposit.consultation_id == of.id, Deposit.number == number))


def themes_of(deposit: Deposit) -> list[int]:
    query = select(DepositTheme.theme_id).where(DepositTheme.deposit_id == deposit.id)
    return list(db.session.scalars(query.order_by(DepositTheme.theme_id)))


def findings_of(deposit: Deposit) -> list[int]:
    query = select(DepositFinding.finding_id).where(DepositFinding.deposit_id == deposit.id)
    return list(db.session.scalars(query.order_by(DepositFinding.finding_id)))


def beside(ids: Sequence[int], readable_findings: Any) -> dict[int, list[tuple[int, str]]]:
    """The findings that deposits stand behind, as far as the reader may know of them: by deposit, number and title."""
    query = select(DepositFinding.deposit_id, Finding.number, Finding.title)
    query = query.join(Finding, Finding.id == DepositFinding.finding_id)
    query = query.where(DepositFinding.deposit_id.in_(ids), readable_findings).order_by(Finding.number)
    told: dict[int, list[tuple[int, str]]] = {}
    for deposit, number, title in db.session.execute(query):
        told.setdefault(deposit, []).append((number, title))
    return told


def findings(of: Consultation, readable: Any) -> Sequence[Any]:
    """The findings of which the reader may know, to choose from."""
    query = select(Finding.id, Finding.number, Finding.title).where(Finding.consultation_id == of.id, readable)
    return db.session.execute(query.order_by(Finding.number)).all()


def files(ids: Sequence[int]) -> dict[int, list[int]]:
    """The numbers of the files of deposits."""
    query = select(Attachment.deposit_id, Attachment.id).where(Attachment.deposit_id.in_(ids)).order_by(Attachment.id)
    told: dict[int, list[int]] = {}
    for deposit, number in db.session.execute(query):
        told.setdefault(deposit or 0, []).append(number)
    return told


def twin(of: Consultation, its_doi: str, but: int = 0) -> Deposit | None:
    """The one that has this DOI already."""
    here = (Deposit.consultation_id == of.id, Deposit.doi == its_doi, Deposit.id != but)
    return db.session.scalars(select(Deposit).where(*here)).first() if its_doi else None


# ---- citing ---------------------------------------------------------------------------------------------------------


def authors(deposit: Deposit) -> list[str]:
    return [line for line in deposit.authors.splitlines() if line.strip()]


def address(deposit: Deposit, of: Consultation) -> str:
    """Where it is: its DOI, its link, else its page here."""
    here = outbox.link("evidence.deposit", slug=of.slug, number=deposit.number)
    return doi.href(deposit.doi) or deposit.href or here


def line(deposit: Deposit, of: Consultation) -> str:
    """Such as: Gray, C.; Owen, A. (2016). Title [data set]. Publisher. https://doi.org/10.1000/xyz"""
    who, year = "; ".join(authors(deposit)), deposit.year or _("no date")
    begin = f"{who} ({year})" if who else f"({year})"
    title = f"{deposit.title} [{kind_word(deposit).lower()}]"
    return citations.joined(begin, title, deposit.publisher, address(deposit, of))


_ENTRIES = {"document": "techreport", "data": "misc", "link": "misc", "protocol": "techreport"}


def bib(deposit: Deposit, of: Consultation) -> str:
    kind, who = _ENTRIES.get(deposit.kind, "misc"), authors(deposit)
    body = "institution" if kind == "techreport" else "publisher"
    first = who[0].partition(",")[0] if who else of.slug
    return bibtex.entry(
        kind,
        bibtex.key(first, deposit.year, of.code or of.slug, "D", deposit.number),
        {
            "author": bibtex.names(who),
            "title": bibtex.escaped(deposit.title),
            body: bibtex.escaped(deposit.publisher),
            "year": str(deposit.year or ""),
            "type": bibtex.escaped(kind_word(deposit)),
            "doi": bibtex.verbatim(deposit.doi),
            "url": bibtex.verbatim(deposit.href or ("" if deposit.doi else address(deposit, of))),
            "note": bibtex.escaped(licences.of(deposit.licence, deposit.licence_words).words),
        },
    )


# ---- changing -------------------------------------------------------------------------------------------------------


def deposit(of: Consultation, *, by: int, themes: Sequence[int], findings: Sequence[int], **values: Any) -> Deposit:
    """Put something into the library under the next number, which nothing else has ever had: it is cited by it."""
    its = (Record.consultation_id == of.id, Record.deed == "deposited")
    last = max(
        db.session.scalar(select(func.max(Deposit.number)).where(Deposit.consultation_id == of.id)) or 0,
        db.session.scalar(select(func.count()).select_from(Record).where(*its)) or 0,
    )
    made = Deposit(consultation_id=of.id, number=last + 1, added_at=clock.now(), by_id=by, edition=1, **values)
    db.session.add(made)
    db.session.flush()
    _point(made, themes, findings)
    log.record("deposited", by=by, consultation=of, deposit=made.id)
    return made


def change(one: Deposit, *, by: int, seen: int, themes: Sequence[int], findings: Sequence[int], **values: Any) -> None:
    """Say something else of it. `seen` is the edition that the form showed: raises Overtaken if it is another one."""
    if one.edition != seen:
        raise Overtaken(one)
    for name, value in values.items():
        setattr(one, name, value)
    one.edition += 1
    _point(one, themes, findings)
    log.record("deposit changed", by=by, consultation=one.consultation, deposit=one.id, edition=one.edition)


def _point(one: Deposit, themes: Sequence[int], findings: Sequence[int]) -> None:
    for kind in (DepositTheme, DepositFinding):
        write(delete(kind).where(kind.deposit_id == one.id))
    db.session.add_all([DepositTheme(deposit_id=one.id, theme_id=key) for key in themes])
    db.session.add_all([DepositFinding(deposit_id=one.id, finding_id=key) for key in findings])


def attach(one: Deposit, file: Checked, *, by: int) -> None:
    """Let a file lie with it. Raises NotTaken if it has too many."""
    number = enter(file, one.consultation, by)
    db.session.get_one(Attachment, number).deposit_id = one.id


def full(one: Deposit) -> bool:
    """Whether it has as many files as there can be."""
    its = select(Attachment.id).where(Attachment.deposit_id == one.id).limit(MOST_FILES)
    return len(db.session.scalars(its).all()) >= MOST_FILES


def drop_file(one: Deposit, number: int) -> list[str]:
    """Take a file away, for `storing.let_go`."""
    wanted = (Attachment.deposit_id == one.id, Attachment.id == number)
    return drop(db.session.execute(select(Attachment.id, Attachment.sha256).where(*wanted)).all())


def remove(one: Deposit, *, by: int) -> list[str]:
    """Take it out of the library; the SHA-256 of its files, for `storing.let_go`. Its number is never given again."""
    lying = select(Attachment.id, Attachment.sha256).where(Attachment.deposit_id == one.id)
    gone = drop(db.session.execute(lying).all())
    of, its = one.consultation, {"deposit": one.id, "title": one.title}
    write(delete(Deposit).where(Deposit.id == one.id))
    log.record("deposit removed", by=by, consultation=of, **its)
    return gone
