"""Analyses are kept as runs."""

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "consultation_id", sa.Integer(), sa.ForeignKey("consultations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("parameters", "versions")),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("input_sha256", sa.String(64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("begun_at", "beat_at", "ended_at")),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    op.create_index("ix_runs_consultation", "runs", ["consultation_id", "kind", "id"])
    op.create_index("ix_runs_state", "runs", ["state"])
