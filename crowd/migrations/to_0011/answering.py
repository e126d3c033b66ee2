"""What the host owes on findings, what became of it, and reports."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def _of(name: str, target: str, *, cascade: bool = True, **more: Any) -> sa.Column:
    key = sa.ForeignKey(target, ondelete="CASCADE") if cascade else sa.ForeignKey(target)
    return sa.Column(name, sa.Integer(), key, **({"nullable": False} | more))


def _time(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _answers()
    _reports()
    with op.batch_alter_table("invitations") as table:
        table.add_column(sa.Column("code", sa.String(20), nullable=False, server_default=""))


def _answers() -> None:
    op.create_table(
        "duties",
        _of("finding_id", "findings.id", primary_key=True),
        _of("consultation_id", "consultations.id"),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        _of("remind_id", "people.id", cascade=False, nullable=True),
        _time("due_at"),
        _time("moved_at", nullable=False),
        _time("obliged_at"),
        sa.Column("obliged_by", sa.String(1), nullable=False),
        sa.Column("obliged_number", sa.Integer(), nullable=False),
    )
    op.create_index("ix_duties_consultation_id", "duties", ["consultation_id"])
    op.create_index("ix_duties_due", "duties", ["due_at"])
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of("finding_id", "findings.id"),
        _of("consultation_id", "consultations.id"),
        _time("at", nullable=False),
        sa.Column("cause", sa.String(10), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        _time("due_at"),
        sa.Column("html", sa.Text(), nullable=False),
    )
    op.create_index("ix_moves_finding_id", "moves", ["finding_id"])
    op.create_index("ix_moves_consultation", "moves", ["consultation_id", "id"])
    op.create_table(
        "supports",
        _of("consultation_id", "consultations.id", primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("members", "stakeholders", "days")),
    )


def _reports() -> None:
    op.create_table(
        "made_reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of("consultation_id", "consultations.id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        _time("made_at", nullable=False),
        _of("made_by_id", "people.id", cascade=False, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.UniqueConstraint("consultation_id", "number", name="uq_made_reports_consultation_id"),
    )
    op.create_table(
        "report_files",
        _of("report_id", "made_reports.id", primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("of", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        _time("beat_at"),
    )
