"""Baselines, and which figures are public."""

import sqlalchemy as sa
from alembic import op


def _consultation() -> sa.Column[int]:
    return sa.Column(
        "consultation_id", sa.Integer(), sa.ForeignKey("consultations.id", ondelete="CASCADE"), nullable=False
    )


def upgrade() -> None:
    op.create_table(
        "baselines",
        sa.Column("id", sa.Integer(), primary_key=True),
        _consultation(),
        sa.Column("attribute", sa.String(10), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("consultation_id", "attribute", name=op.f("uq_baselines_consultation_id_attribute")),
    )
    op.create_table(
        "published_figures",
        sa.Column("id", sa.Integer(), primary_key=True),
        _consultation(),
        sa.Column("audience", sa.String(12), nullable=False),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), nullable=False),
        sa.UniqueConstraint("consultation_id", "audience", name=op.f("uq_published_figures_consultation_id_audience")),
    )
