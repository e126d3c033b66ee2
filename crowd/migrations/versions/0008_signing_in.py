"""Single sign-on and passkeys."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _person() -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    op.add_column("people", sa.Column("passkeys", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "providers",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(_text("name", 60), _text("issuer", 300), _text("client", 300)),
        sa.Column("secret", sa.Text(), nullable=False),
    )
    op.create_table(
        "claim_rules",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(_text("claim", 100), _text("value", 200), _text("gives", 12), _text("name", 100)),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), primary_key=True),
        _person(),
        *(_text("issuer", 300), _text("subject", 255)),
        *(_text("standing", 1), _text("group", 100), _text("profession", 100)),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), primary_key=True),
        _person(),
        sa.Column("credential", sa.String(1400), nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        _text("name", 60),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_passkeys_person_id", "passkeys", ["person_id"])
