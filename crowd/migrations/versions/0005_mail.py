"""Mails: what goes first, why one failed, which belong together; the pace of the mail server; addresses that bounce;
mails about what one follows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TO_ALL = ("opening", "closing", "ended", "reopening", "findings_open", "start_moved", "invited")
URGENT = ("confirm", "sign_in", "recover", "no_account", "staff")


def upgrade() -> None:
    op.add_column("mails", sa.Column("rank", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("mails", sa.Column("trouble", sa.String(20), nullable=False, server_default=""))
    op.add_column("mails", sa.Column("thread", sa.String(60), nullable=False, server_default=""))
    op.add_column("site", sa.Column("mails_free_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("bounced_address", sa.String(254), nullable=False, server_default=""))
    op.add_column("people", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("bounced_why", sa.Text(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("follow_mails", sa.String(10), nullable=False, server_default="none"))
    op.add_column("people", sa.Column("follow_mails_until", sa.DateTime(timezone=True), nullable=True))
    mails = sa.table("mails", sa.column("kind"), sa.column("rank"), sa.column("state"))
    for rank, kinds in ((0, URGENT), (2, TO_ALL)):
        waiting = mails.c.kind.in_(kinds) & mails.c.state.in_(("waiting", "failed"))
        op.execute(mails.update().where(waiting).values(rank=rank))
    op.drop_index("ix_mails_due", "mails")
    op.create_index("ix_mails_due", "mails", ["state", "rank", "due_at", "id"])
    op.create_index("ix_people_follow_mails", "people", ["follow_mails"])
