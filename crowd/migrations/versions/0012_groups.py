"""A run is in the hand of one worker at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("runs", sa.Column("claim", sa.String(32), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True))
