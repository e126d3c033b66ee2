"""The host's own: a logo, a welcome made safe, pages, and the words of mails."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("site") as table:
        table.add_column(sa.Column("welcome_html", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("logo", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("logo_alt", sa.String(100), nullable=False, server_default=""))
        table.add_column(sa.Column("logo_width", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("logo_height", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "logos",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("media", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "site_pages",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20), nullable=False, unique=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "mail_wordings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False, unique=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    fill()


def fill() -> None:
    """A welcome that was typed before is shown from now on, so it is made safe as new ones are."""
    from crowd import text  # it renders as the release that migrates does

    connection = op.get_bind()
    site = sa.table("site", sa.column("id"), sa.column("welcome"), sa.column("welcome_html"))
    for row in connection.execute(sa.select(site.c.id, site.c.welcome)).all():
        try:
            html = text.safe_html(row.welcome)
        except text.Unusable:
            continue  # it was never shown; the host sees it in the form, with the sentence that says why
        connection.execute(sa.update(site).where(site.c.id == row.id).values(welcome_html=html))
