"""Where imported texts came from, and files on their way in."""

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.create_table(
        "imported",
        sa.Column(
            "contribution_id",
            sa.Integer(),
            sa.ForeignKey("contributions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("agree", "disagree", "passed")),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_index("ix_imported_key", "imported", ["source", "key"])
    op.create_table(
        "import_files",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("body", "report")),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_files_state", "import_files", ["state"])
