"""The index of what is published: FTS5 with SQLite, a tsvector with PostgreSQL. And one for lists without words."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

# An index is what today's code makes of the texts; whoever changes how words are cut or stemmed writes a migration that
# empties this table and calls `fill` again.
from crowd.search.index import stored, words_of

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search_index (id integer CONSTRAINT pk_search_index PRIMARY KEY, words tsvector NOT NULL)"
        )
        # Without fastupdate: what waits to be sorted in would be read through at every search, 1 ms for each word.
        op.execute("CREATE INDEX ix_search_index_words ON search_index USING gin (words) WITH (fastupdate = off)")
    else:
        # Of its tokenizers only `ascii` leaves every letter that it does not know alone; our words need no other.
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5(words, tokenize='ascii')")
    op.create_index("ix_contributions_list", "contributions", ["consultation_id", "state", "id"])
    fill()


def fill() -> None:
    connection = op.get_bind()
    postgres = connection.dialect.name == "postgresql"
    insert = sa.text(
        "INSERT INTO search_index (id, words) VALUES (:key, CAST(:text AS tsvector))"
        if postgres
        else "INSERT INTO search_index (rowid, words) VALUES (:key, :text)"
    )
    some: list[dict[str, Any]] = []
    for key, consultation_id, html, more in _published(connection):
        some.append({"key": key, "text": stored(words_of(consultation_id, html, *more))})
        if len(some) == 1000:
            connection.execute(insert, some)
            some = []
    if some:
        connection.execute(insert, some)


def _published(connection: sa.Connection) -> Iterator[tuple[int, int, str, list[str]]]:
    texts = sa.text(
        "SELECT contributions.id, contributions.consultation_id, versions.html, versions.card FROM contributions"
        " JOIN versions ON versions.id = contributions.version_id WHERE contributions.state = 'published'"
    ).columns(sa.column("id"), sa.column("consultation_id"), sa.column("html"), sa.column("card", sa.JSON))
    for row in connection.execute(texts).all():
        yield row.id, row.consultation_id, row.html, list((row.card or {}).values())
    findings = sa.text("SELECT id, consultation_id, html, title, response FROM findings WHERE state = 'published'")
    for row in connection.execute(findings).all():
        yield -row.id, row.consultation_id, row.html, [row.title, row.response]
