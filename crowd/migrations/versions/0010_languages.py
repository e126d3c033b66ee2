"""Several languages: what is offered, who reads in which, texts of hosts in others, the language of a contribution."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    english, nothing = sa.text("""'["en"]'"""), sa.text("'{}'")
    op.add_column("site", sa.Column("languages", sa.JSON(), nullable=False, server_default=english))
    for table in ("site", "consultations", "questions"):
        op.add_column(table, sa.Column("words", sa.JSON(), nullable=False, server_default=nothing))
    for table, known in {"people": "", "mails": "en", "versions": "en"}.items():  # what there is was all in English
        op.add_column(table, sa.Column("language", sa.String(20), nullable=False, server_default=known))
