"""Citable numbers, files, visits, following, themes and invited experts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("code", sa.String(20), nullable=False, server_default=""))
        table.add_column(sa.Column("serial", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("text_limit", sa.Integer(), nullable=False, server_default="10000"))
        table.add_column(sa.Column("file_limit", sa.Integer(), nullable=False, server_default="10"))
        table.add_column(sa.Column("files_limit", sa.Integer(), nullable=False, server_default="5"))
        table.add_column(sa.Column("counts_hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("questions", sa.Column("prompt_id", sa.Integer(), nullable=True))
    for column in (
        sa.Column("expert", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("closed_why", sa.Text(), nullable=False, server_default=""),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("files", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("contributions", column)
    op.create_index("ix_contributions_serial", "contributions", ["consultation_id", "serial"], unique=True)
    evidence = sa.text("kind = 'example' OR files > 0")
    op.create_index(
        "ix_contributions_evidence",
        "contributions",
        [
            "consultation_id",
            sa.text("(kind = 'example' OR files > 0)"),
            "state",
            "id",
            "kind",
            "profession",
            "region",
            "question_id",
            "files",
        ],
        sqlite_where=evidence,
        postgresql_where=evidence,
    )
    waiting = sa.text("public_since IS NULL")
    op.create_index(
        "ix_contributions_waiting",
        "contributions",
        ["author_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    for name, first in (("ix_contributions_thread", "thread_id"), ("ix_contributions_finding", "finding_id")):
        op.drop_index(name, table_name="contributions")
        op.create_index(name, "contributions", [first, "path"])
    op.add_column("versions", sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("findings", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("feed_serial", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("people", sa.Column("notices_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("expert", sa.Boolean(), nullable=False, server_default=sa.false()))
    _about_contributions()
    _about_people()
    _number_what_is_published()


def _reference(column: str, to: str, ends: bool = True) -> sa.ForeignKeyConstraint:
    table, _dot, _id = to.partition(".")
    return sa.ForeignKeyConstraint(
        [column], [to], name=op.f(f"fk_{{}}_{column}_{table}"), ondelete="CASCADE" if ends else None
    )


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A table whose foreign keys are named after it."""
    for part in parts:
        if isinstance(part, sa.ForeignKeyConstraint):
            part.name = op.f(str(part.name).format(name))
    op.create_table(name, *parts)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _key(name: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{name}"))


def _whole(name: str, **more: object) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=bool(more.get("nullable", False)))


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, most: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(most) if most else sa.Text(), nullable=False)


def _about_contributions() -> None:
    _table(
        "mentions",
        _whole("contribution_id"),
        _whole("consultation_id"),
        _whole("serial"),
        _reference("contribution_id", "contributions.id"),
        _reference("consultation_id", "consultations.id"),
        _key("mentions", "contribution_id", "serial"),
    )
    op.create_index("ix_mentions_named", "mentions", ["consultation_id", "serial"])
    _table(
        "attachments",
        _number(),
        _whole("consultation_id"),
        _whole("person_id"),
        _words("place", 40),
        _whole("contribution_id", nullable=True),
        _whole("question_id", nullable=True),
        _words("name", 200),
        _words("media", 100),
        _whole("size"),
        _words("sha256", 64),
        _time("added_at"),
        _reference("consultation_id", "consultations.id"),
        _reference("person_id", "people.id", ends=False),
        _reference("contribution_id", "contributions.id"),
        _reference("question_id", "questions.id", ends=False),
        _key("attachments"),
    )
    op.create_index("ix_attachments_contribution", "attachments", ["contribution_id"])
    op.create_index("ix_attachments_draft", "attachments", ["person_id", "place"])
    op.create_index("ix_attachments_question", "attachments", ["question_id"])
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])
    _table(
        "profession_votes",
        _whole("contribution_id"),
        _words("profession", 100),
        _whole("agree"),
        _whole("disagree"),
        _whole("passed"),
        _reference("contribution_id", "contributions.id"),
        _key("profession_votes", "contribution_id", "profession"),
    )
    _table(
        "themes",
        _number(),
        _whole("consultation_id"),
        _whole("number"),
        _words("name", 100),
        _words("definition"),
        _reference("consultation_id", "consultations.id"),
        _key("themes"),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_themes_consultation_id_number")),
        sa.UniqueConstraint("consultation_id", "name", name=op.f("uq_themes_consultation_id_name")),
    )
    _table(
        "themed",
        _whole("contribution_id"),
        _whole("theme_id"),
        _time("given_at"),
        _reference("contribution_id", "contributions.id"),
        _reference("theme_id", "themes.id"),
        _key("themed", "contribution_id", "theme_id"),
    )
    op.create_index("ix_themed_theme", "themed", ["theme_id", "contribution_id"])


def _about_people() -> None:
    _table(
        "visits",
        _whole("person_id"),
        _words("place", 20),
        _time("seen_at"),
        _time("upto"),
        _time("at"),
        _reference("person_id", "people.id"),
        _key("visits", "person_id", "place"),
    )
    _table(
        "follows",
        _number(),
        _whole("person_id"),
        _whole("consultation_id"),
        _words("target", 12),
        _whole("key"),
        _time("created_at"),
        _reference("person_id", "people.id"),
        _reference("consultation_id", "consultations.id"),
        _key("follows"),
        sa.UniqueConstraint("person_id", "target", "key", name=op.f("uq_follows_person_id_target_key")),
    )
    _table(
        "expert_requests",
        _number(),
        _whole("consultation_id"),
        _whole("question_id"),
        _words("name", 100),
        _words("email", 254),
        _words("secret", 64),
        _words("note"),
        _whole("minutes"),
        _words("state", 10),
        _words("reason"),
        _whole("person_id", nullable=True),
        _whole("contribution_id", nullable=True),
        _whole("passed_from_id", nullable=True),
        _whole("sent_by_id"),
        _time("created_at"),
        _time("ended_at", nullable=True),
        _reference("consultation_id", "consultations.id"),
        _reference("question_id", "questions.id"),
        _reference("person_id", "people.id", ends=False),
        _reference("contribution_id", "contributions.id", ends=False),
        _reference("passed_from_id", "expert_requests.id", ends=False),
        _reference("sent_by_id", "people.id", ends=False),
        _key("expert_requests"),
        sa.UniqueConstraint("secret", name=op.f("uq_expert_requests_secret")),
    )
    op.create_index("ix_expert_requests_question", "expert_requests", ["question_id"])


def _number_what_is_published() -> None:
    """Texts that were published before there were citable numbers get theirs in the order of publication; the counts
    of votes by profession are made from the votes."""
    op.execute(
        "UPDATE contributions SET serial = (SELECT count(*) FROM contributions AS earlier"
        " WHERE earlier.consultation_id = contributions.consultation_id AND earlier.public_since IS NOT NULL"
        " AND (earlier.public_since < contributions.public_since"
        " OR (earlier.public_since = contributions.public_since AND earlier.id <= contributions.id)))"
        " WHERE public_since IS NOT NULL"
    )
    op.execute(
        "UPDATE consultations SET serial = (SELECT coalesce(max(serial), 0) FROM contributions"
        " WHERE contributions.consultation_id = consultations.id)"
    )
    op.execute(  # a code begins with a letter and is one consultation's own
        "UPDATE consultations SET code = CASE WHEN length(slug) <= 20 AND slug >= 'a' THEN upper(slug)"
        " ELSE 'C-' || id || '-' || upper(trim(substr(slug, 1, 12), '-')) END"
    )
    op.execute(
        "INSERT INTO profession_votes (contribution_id, profession, agree, disagree, passed)"
        " SELECT votes.contribution_id, memberships.profession,"
        " sum(CASE WHEN value = 1 THEN 1 ELSE 0 END), sum(CASE WHEN value = -1 THEN 1 ELSE 0 END),"
        " sum(CASE WHEN value = 0 THEN 1 ELSE 0 END)"
        " FROM votes JOIN contributions ON contributions.id = votes.contribution_id"
        " JOIN memberships ON memberships.person_id = votes.person_id"
        " AND memberships.consultation_id = contributions.consultation_id"
        " WHERE memberships.profession <> '' GROUP BY votes.contribution_id, memberships.profession"
    )
