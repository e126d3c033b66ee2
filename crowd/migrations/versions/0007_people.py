"""Two-factor sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("people", sa.Column("factor", sa.String(32), nullable=False, server_default=""))
    op.add_column("people", sa.Column("factor_step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("people", sa.Column("factor_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_ins", sa.Column("pending", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("site", sa.Column("two_factor", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("UPDATE site SET two_factor = NOT demonstration"))
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
    )
    op.create_index("ix_recovery_codes_person_id", "recovery_codes", ["person_id"])
