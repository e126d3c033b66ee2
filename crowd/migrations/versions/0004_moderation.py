"""The moderation desk and the switch: cases, reports, appeals, sanctions, merges, records of phases. One list, like the
first tables: what one release adds is read as one schema."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    tables()
    columns()
    fill()


def columns() -> None:
    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("mode_members", sa.String(10), nullable=False, server_default="before"))
        table.add_column(sa.Column("mode_open", sa.String(10), nullable=False, server_default="risk"))
        table.add_column(sa.Column("first_texts", sa.Integer(), nullable=False, server_default="2"))
        table.add_column(sa.Column("most_links", sa.Integer(), nullable=False, server_default="3"))
        table.add_column(sa.Column("watched", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("blocked", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("work_days", sa.JSON(), nullable=False, server_default="[0, 1, 2, 3, 4]"))
        table.add_column(sa.Column("work_from", sa.Integer(), nullable=False, server_default="540"))
        table.add_column(sa.Column("work_until", sa.Integer(), nullable=False, server_default="1020"))
        table.add_column(sa.Column("holidays", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("policy", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("policy_html", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("members_ready_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("open_ready_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("reached", sa.String(12), nullable=False, server_default="draft"))
        table.add_column(sa.Column("reasons_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("promises_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("handed_to_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("retention", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
    op.add_column("contributions", sa.Column("ended_why", sa.Text(), nullable=False, server_default=""))
    op.add_column("contributions", sa.Column("appeal_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contributions", sa.Column("merged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("decisions", sa.Column("consultation_id", sa.Integer(), nullable=True))
    op.add_column("decisions", sa.Column("marks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("decisions", sa.Column("shown", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("decisions", sa.Column("was", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("decisions", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    for name, of, only in (
        ("ix_decisions_figures", ["consultation_id", "decision", "reason_id"], "undone_at IS NULL"),
        ("ix_decisions_waited", ["consultation_id", "waited"], "undone_at IS NULL AND decision != 'remove'"),
    ):
        op.create_index(name, "decisions", of, sqlite_where=sa.text(only), postgresql_where=sa.text(only))
    op.add_column("people", sa.Column("approval_mails", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("people", sa.Column("news_mails", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("people", sa.Column("desk_keys", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("site", sa.Column("chores_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("versions", sa.Column("warned", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("versions", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))


def tables() -> None:
    op.create_table(
        "phase_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_phase_records_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_records")),
        sa.UniqueConstraint(
            "consultation_id", "phase", "began_at", name=op.f("uq_phase_records_consultation_id_phase_began_at")
        ),
    )
    op.create_table(
        "sanctions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_sanctions_by_id_people")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_sanctions_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sanctions_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
    )
    op.create_index("ix_sanctions_person", "sanctions", ["person_id", "kind"], unique=False)
    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_shifts_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("day", "person_id", name=op.f("uq_shifts_day_person_id")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_notes_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_contribution_id"), "notes", ["contribution_id"], unique=False)
    op.create_table(
        "unveilings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("untold", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_unveilings_asked_by_id_people")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_unveilings_by_id_people")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_unveilings_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unveilings")),
    )
    op.create_index(op.f("ix_unveilings_contribution_id"), "unveilings", ["contribution_id"], unique=False)
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_appeals_by_id_people")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_appeals_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_appeals_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
    )
    op.create_index(op.f("ix_appeals_consultation_id"), "appeals", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_appeals_contribution_id"), "appeals", ["contribution_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_by_id", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["people.id"], name=op.f("fk_cases_claimed_by_id_people")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_cases_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_cases_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_cases_decision_id_decisions")),
        sa.ForeignKeyConstraint(["not_by_id"], ["people.id"], name=op.f("fk_cases_not_by_id_people")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_cases_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_claimed",
        "cases",
        ["claimed_by_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_cases_contribution", "cases", ["contribution_id", "kind"], unique=False)
    op.create_index(
        "ix_cases_due",
        "cases",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_cases_next",
        "cases",
        ["urgency", "since", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_cases_queue",
        "cases",
        ["kind", "urgency", "since", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("votes", sa.JSON(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_merges_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_merges_decision_id_decisions")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_merges_person_id_people")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["contributions.id"], name=op.f("fk_merges_target_id_contributions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_contribution_id"), "merges", ["contribution_id"], unique=False)
    op.create_index(op.f("ix_merges_target_id"), "merges", ["target_id"], unique=False)
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_readings_decision_id_decisions")),
        sa.ForeignKeyConstraint(["moderator_id"], ["people.id"], name=op.f("fk_readings_moderator_id_people")),
        sa.ForeignKeyConstraint(["reason_id"], ["reasons.id"], name=op.f("fk_readings_reason_id_reasons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_readings_decision_id")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reporter", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reports_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_reports_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reports_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("contribution_id", "reporter", name=op.f("uq_reports_contribution_id_reporter")),
    )
    op.create_index(op.f("ix_reports_case_id"), "reports", ["case_id"], unique=False)
    op.create_index(op.f("ix_reports_person_id"), "reports", ["person_id"], unique=False)
    op.create_table(
        "seals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("clean_id", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("was", sa.String(length=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_seals_decision_id_decisions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_seals_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
    )
    op.create_index(op.f("ix_seals_decision_id"), "seals", ["decision_id"], unique=False)
    op.create_index(op.f("ix_seals_version_id"), "seals", ["version_id"], unique=False)


def fill() -> None:
    """What waits becomes a case; what has begun by now was ready when it began; reasons for holding become parts."""
    connection, now = op.get_bind(), datetime.now(UTC)
    phases = ("registration", "members", "analysis", "open", "closed")
    gates = ("members_ready_at", "open_ready_at")
    when = [sa.column(name, sa.DateTime(timezone=True)) for name in (*phases, *gates, "created_at")]
    table = sa.table("consultations", sa.column("id"), sa.column("reached"), *when)
    for row in connection.execute(sa.select(table)).all():
        begun = [name for name in phases if (start := getattr(row, name)) and start.replace(tzinfo=UTC) <= now]
        ready = {gate: row.created_at for gate in gates if gate.removesuffix("_ready_at") in begun}
        values = {"reached": begun[-1] if begun else "draft", **ready}
        connection.execute(table.update().where(table.c.id == row.id).values(**values))
    connection.execute(
        sa.text(
            "UPDATE decisions SET consultation_id = (SELECT c.consultation_id FROM versions v"
            " JOIN contributions c ON c.id = v.contribution_id WHERE v.id = decisions.version_id)"
        )
    )
    connection.execute(sa.text('UPDATE versions SET held_for = \'[{"rule": "mode"}]\''))
    waiting = sa.text(
        "SELECT v.id AS version, v.first_at AS since, c.id AS contribution, c.consultation_id AS consultation"
        " FROM versions v JOIN contributions c ON c.id = v.contribution_id WHERE v.state = 'held'"
    ).columns(sa.column("since", sa.DateTime(timezone=True)))
    cases = sa.table(
        "cases",
        *(sa.column(name) for name in ("consultation_id", "contribution_id", "version_id", "kind", "urgency", "asked")),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ("since", "due_at")),
    )
    found = [
        {
            "consultation_id": row.consultation,
            "contribution_id": row.contribution,
            "version_id": row.version,
            "kind": "text",
            "urgency": 3,
            "asked": "",
            "since": row.since,
            "due_at": row.since + timedelta(hours=4),
        }
        for row in connection.execute(waiting)
    ]
    if found:
        connection.execute(cases.insert(), found)
