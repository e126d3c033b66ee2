"""The codebook has versions; codings are kept by coder, with the share that two code, suggestions and pairs."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op


def _to(table: str, name: str, *, falls: bool = True, key: bool = False, null: bool = False) -> sa.Column[Any]:
    there = sa.ForeignKey(f"{table}.id", ondelete="CASCADE" if falls else None)
    return sa.Column(name, sa.Integer(), there, primary_key=key, nullable=null)


def _of() -> sa.Column[Any]:
    return _to("consultations", "consultation_id")


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _at(name: str = "at", null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _by(null: bool = False) -> sa.Column[Any]:
    return _to("people", "person_id", falls=False, null=null)


def _json(name: str, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=null)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    for name in ("include", "exclude", "example"):
        op.add_column("themes", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("themes", _at("retired_at", null=True))
    op.create_table(
        "codebooks",
        *(_id(), _of(), _number("number"), _by(null=True)),
        *(sa.Column("note", sa.Text(), nullable=False), _json("themes"), _at()),
        sa.UniqueConstraint("consultation_id", "number", name="uq_codebooks_consultation_id_number"),
    )
    op.create_table(
        "codings",
        *(_id(), _of(), _to("contributions", "contribution_id"), sa.Column("hand", sa.SmallInteger(), nullable=False)),
        *(_by(null=True), _json("themes"), _json("before", null=True), _at()),
        sa.UniqueConstraint("contribution_id", "hand", name="uq_codings_contribution_id_hand"),
    )
    op.create_index("ix_codings_consultation", "codings", ["consultation_id", "hand", "person_id"])
    op.create_table("draws", *(_id(), _of(), _number("percent"), _number("seed"), _number("whole"), _by(), _at()))
    op.create_index("ix_draws_consultation", "draws", ["consultation_id", "id"])
    op.create_table("drawn", _to("draws", "draw_id", key=True), _to("contributions", "contribution_id", key=True))
    op.create_index("ix_drawn_contribution_id", "drawn", ["contribution_id"])
    op.create_table(
        "saved_views",
        *(_id(), _of(), _to("people", "person_id"), sa.Column("name", sa.String(60), nullable=False), _json("filters")),
        sa.UniqueConstraint(
            "consultation_id", "person_id", "name", name="uq_saved_views_consultation_id_person_id_name"
        ),
    )
    op.create_table("suggested", _to("contributions", "contribution_id", key=True), _of(), _json("themes"))
    op.create_index("ix_suggested_consultation_id", "suggested", ["consultation_id"])
    op.create_table(
        "pairs",
        *(_id(), _of(), _to("contributions", "one_id"), _to("contributions", "other_id")),
        *(sa.Column("likeness", sa.SmallInteger(), nullable=False), sa.Column("state", sa.String(10), nullable=False)),
        *(_by(null=True), _at()),
        sa.UniqueConstraint("one_id", "other_id", name="uq_pairs_one_id_other_id"),
    )
    op.create_index("ix_pairs_other_id", "pairs", ["other_id"])
    op.create_index("ix_pairs_consultation", "pairs", ["consultation_id", "state", "likeness"])
    _codings_of_before()


def _codings_of_before() -> None:
    """What was given before is the coding of whoever gave it last, as the log says; of nobody, where it was taken in
    from elsewhere."""
    bind = op.get_bind()
    given = """
        SELECT t.contribution_id, c.consultation_id, h.number, t.given_at FROM themed t
        JOIN themes h ON h.id = t.theme_id JOIN contributions c ON c.id = t.contribution_id
        ORDER BY t.contribution_id, h.number
    """
    rows = bind.execute(sa.text(given)).all()
    if not rows:
        return
    lines = sa.text("SELECT facts, person_id FROM records WHERE deed = 'themes given' ORDER BY id")
    by = {_facts(facts).get("contribution"): person for facts, person in bind.execute(lines)}
    codings: dict[int, dict[str, Any]] = {}
    for contribution, consultation, number, at in rows:
        row = codings.setdefault(contribution, {"contribution_id": contribution, "consultation_id": consultation})
        row["themes"] = [*row.get("themes", []), number]
        row["at"] = max(row.get("at", at), at)
    table = sa.table(
        "codings",
        *(sa.column(name) for name in ("contribution_id", "consultation_id", "hand", "person_id", "at")),
        sa.column("themes", sa.JSON()),
    )
    bind.execute(table.insert(), [row | {"hand": 1, "person_id": by.get(key)} for key, row in codings.items()])


def _facts(facts: Any) -> dict[str, Any]:
    read = json.loads(facts) if isinstance(facts, str) else facts
    return dict(read)
