"""Lists on their way into the register, who has left it, what numbers look like, and addresses that may join."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("register", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("site", sa.Column("mail_domains", sa.Text(), nullable=False, server_default=""))
    op.add_column("site", sa.Column("mail_domains_do", sa.String(10), nullable=False, server_default="join"))
    op.create_table(
        "number_formats",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("profession", sa.String(100), nullable=False, unique=True),
        sa.Column("pattern", sa.String(100), nullable=False),
        sa.Column("fewer", sa.Boolean(), nullable=False),
    )
    _uploaded_lists()


def _uploaded_lists() -> None:
    numbers = ("done", "whole", "line", "rows", "wrong", "new", "changed", "same", "left", "invited", "tries")
    op.create_table(
        "uploaded_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("pasted", sa.Boolean(), nullable=False),
        sa.Column("accept", sa.Boolean(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("headed", sa.Boolean(), nullable=False),
        sa.Column("invite_id", sa.Integer(), sa.ForeignKey("consultations.id", ondelete="SET NULL"), nullable=True),
        sa.Column("leave", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        sa.Column("bad", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,  # no number is given twice
    )
    op.create_index("ix_uploaded_lists_digest", "uploaded_lists", ["digest"])
    op.create_index("ix_uploaded_lists_state", "uploaded_lists", ["state"])
