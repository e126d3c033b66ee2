"""Findings as one document: sections, versions, editions, stances, quotes, remarks, and what became of the rest."""

import sqlalchemy as sa
from alembic import op

NAMED = (
    "SELECT consultation_id AS key, section, MIN(number) AS first, MIN(created_at) AS at"
    " FROM findings WHERE section <> '' GROUP BY consultation_id, section"
)

SECTIONS = (
    "INSERT INTO sections (consultation_id, number, position, title, source, html, changed_at)"  # noqa: S608  # of ours
    f" SELECT g.key, (SELECT COUNT(*) FROM ({NAMED}) h"
    f" WHERE h.key = g.key AND h.first <= g.first), 0, g.section, '', '', g.at FROM ({NAMED}) g"
)
PLACES = (
    "UPDATE sections SET position = number",
    (
        "UPDATE findings SET position = number, section_id = (SELECT s.id FROM sections s"
        " WHERE s.consultation_id = findings.consultation_id AND s.title = findings.section)"
    ),
)
VERSIONS = (
    "INSERT INTO finding_versions (finding_id, number, by_id, at, section, title, source, html, edition, taken_from)"
    " SELECT id, 1, NULL, COALESCE(edited_at, created_at), section, title, source, html,"
    " CASE WHEN state = 'published' THEN edition ELSE 0 END, 0 FROM findings"
)
EDITIONS = (
    "INSERT INTO editions (finding_id, number, published_at, by_id, section, title, source, html, note,"
    " contributions, people, against, people_against)"
    " SELECT f.id, f.edition, COALESCE(f.edited_at, f.published_at, f.created_at), NULL, f.section, f.title,"
    " f.source, f.html, f.change_note, (SELECT COUNT(*) FROM evidence e WHERE e.finding_id = f.id),"
    " (SELECT COUNT(DISTINCT c.author_id) FROM evidence e JOIN contributions c ON c.id = e.contribution_id"
    " WHERE e.finding_id = f.id), 0, 0 FROM findings f WHERE f.state = 'published'"
)
EVIDENCE = (
    "INSERT INTO edition_evidence (edition_id, contribution_id, stance, agree, disagree, passed)"
    " SELECT n.id, e.contribution_id, 'supports', c.agree, c.disagree, c.passed FROM editions n"
    " JOIN evidence e ON e.finding_id = n.finding_id JOIN contributions c ON c.id = e.contribution_id"
)


def upgrade() -> None:
    _document()
    _editions()
    _around()
    _beside()
    _what_there_is()
    op.execute(sa.text("ALTER TABLE findings DROP COLUMN section"))


def _key(name: str, to: str, *, gone_with: bool = False, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, sa.Integer(), sa.ForeignKey(f"{to}.id", ondelete="CASCADE" if gone_with else None), nullable=may_lack
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _time(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _document() -> None:
    op.create_table(
        "sections",
        _id(),
        _key("consultation_id", "consultations", gone_with=True),
        *_numbers("number", "position"),
        sa.Column("title", sa.String(100), nullable=False),
        *_texts("source", "html"),
        _time("changed_at"),
        sa.UniqueConstraint("consultation_id", "number"),
    )
    # in one statement, because SQLite takes no constraint afterwards
    op.execute(
        sa.text(
            "ALTER TABLE findings ADD COLUMN section_id INTEGER"
            " CONSTRAINT fk_findings_section_id_sections REFERENCES sections (id)"
        )
    )
    op.add_column("findings", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("findings", sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("evidence", sa.Column("stance", sa.String(10), nullable=False, server_default="supports"))
    op.add_column("consultations", sa.Column("drafts_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "finding_versions",
        _id(),
        _key("finding_id", "findings", gone_with=True),
        *_numbers("number"),
        _key("by_id", "people", may_lack=True),
        _time("at"),
        sa.Column("section", sa.String(100), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        *_texts("source", "html"),
        *_numbers("edition", "taken_from"),
        sa.UniqueConstraint("finding_id", "number"),
    )


def _editions() -> None:
    op.create_table(
        "editions",
        _id(),
        _key("finding_id", "findings", gone_with=True),
        *_numbers("number"),
        _time("published_at"),
        _key("by_id", "people", may_lack=True),
        sa.Column("section", sa.String(100), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        *_texts("source", "html", "note"),
        *_numbers("contributions", "people", "against", "people_against"),
        sa.UniqueConstraint("finding_id", "number"),
    )
    op.create_table(
        "edition_evidence",
        sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("contribution_id", sa.Integer(), sa.ForeignKey("contributions.id"), primary_key=True),
        sa.Column("stance", sa.String(10), nullable=False),
        *_numbers("agree", "disagree", "passed"),
    )
    op.create_index("ix_edition_evidence_contribution", "edition_evidence", ["contribution_id"])


def _around() -> None:
    op.create_table(
        "quotes",
        _id(),
        _key("finding_id", "findings", gone_with=True),
        _key("contribution_id", "contributions"),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        *_texts("words"),
        sa.Column("shown_as", sa.String(10), nullable=False),
        _key("by_id", "people", may_lack=True),
        _time("at"),
        _key("confirmed_by_id", "people", may_lack=True),
        _time("confirmed_at", may_lack=True),
        sa.Column("first_edition", sa.Integer(), nullable=True),
        _time("ended_at", may_lack=True),
    )
    op.create_index("ix_quotes_finding", "quotes", ["finding_id"])
    op.create_index("ix_quotes_contribution", "quotes", ["contribution_id"])
    op.create_table(
        "remarks",
        _id(),
        _key("finding_id", "findings", gone_with=True),
        _key("answers_id", "remarks", may_lack=True),
        *_numbers("version"),
        _key("by_id", "people", may_lack=True),
        _time("at"),
        *_texts("words"),
        _time("resolved_at", may_lack=True),
        _key("resolved_by_id", "people", may_lack=True),
    )
    op.create_index("ix_remarks_finding", "remarks", ["finding_id", "id"])


def _beside() -> None:
    op.create_table(
        "considered",
        sa.Column(
            "contribution_id", sa.Integer(), sa.ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
        ),
        _key("finding_id", "findings", may_lack=True),
        *_texts("why"),
        _key("by_id", "people", may_lack=True),
        _time("at"),
    )
    op.create_index("ix_considered_finding", "considered", ["finding_id"])
    op.create_table(
        "finding_runs",
        sa.Column("finding_id", sa.Integer(), sa.ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), primary_key=True),
        _time("added_at"),
    )
    op.create_index("ix_finding_runs_run", "finding_runs", ["run_id"])


def _what_there_is() -> None:
    """Sections from the words that stood on findings, in the order of their first finding; of each finding the wording
    that there is as its first version, and the edition that is public. Earlier editions were not kept."""
    for statement in (SECTIONS, *PLACES, VERSIONS, EDITIONS, EVIDENCE):
        op.execute(sa.text(statement))
