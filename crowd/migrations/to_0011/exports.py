"""Exports that hosts make, deposits of the evidence library, and the licence of a consultation's data."""

import sqlalchemy as sa
from alembic import op


def _of(table: str, **more: object) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", **more)  # type: ignore[arg-type]  # ondelete alone


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("data_licence", sa.String(20), nullable=False, server_default="reserved"))
        table.add_column(sa.Column("data_doi", sa.String(250), nullable=False, server_default=""))
    _exports()
    _deposits()
    op.add_column("attachments", sa.Column("deposit_id", sa.Integer(), nullable=True))
    op.create_index("ix_attachments_deposit", "attachments", ["deposit_id"])


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("consultation_id", sa.Integer(), _of("consultations", ondelete="CASCADE"), nullable=False),
        *(sa.Column(name, sa.String(10), nullable=False) for name in ("audience", "form")),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), _of("people"), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("beat_at", "ended_at")),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "rows")),
        sa.Column("k", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_exports_consultation", "exports", ["consultation_id", "id"])
    op.create_index("ix_exports_state", "exports", ["state"])


def _deposits() -> None:
    op.create_table(
        "deposits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("consultation_id", sa.Integer(), _of("consultations", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("publisher", sa.String(200), nullable=False),
        sa.Column("doi", sa.String(250), nullable=False),
        sa.Column("href", sa.String(500), nullable=False),
        sa.Column("licence", sa.String(20), nullable=False),
        sa.Column("licence_words", sa.String(300), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("interests", "about")),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), _of("people"), nullable=True),
        sa.UniqueConstraint("consultation_id", "number", name="uq_deposits_consultation_id_number"),
    )
    for table, other in (("deposit_themes", "theme"), ("deposit_findings", "finding")):
        op.create_table(
            table,
            sa.Column("deposit_id", sa.Integer(), _of("deposits", ondelete="CASCADE"), primary_key=True),
            sa.Column(f"{other}_id", sa.Integer(), _of(f"{other}s", ondelete="CASCADE"), primary_key=True),
        )
        op.create_index(f"ix_{table}_{other}_id", table, [f"{other}_id"])
