"""The index in the language of each database: FTS5 with SQLite, a tsvector with PostgreSQL. Both hold the same words
at the same places, and what is asked of them is built of our words alone, so that nothing typed is ever their syntax.

Contributions stand there by their id, findings by theirs with a minus. The index only finds; who may read what was
found is asked of the table of rules, in the same statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    TextClause,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from crowd.db import engine_is_postgres
from crowd.search.asked import Asked, Term
from crowd.search.words import tokens
from crowd.text import plain

FTS = table("search_index", column("rowid"), column("words"))
TSV = table("search_index", column("id"), column("words"))


def there() -> Any:
    """The table."""
    return TSV if engine_is_postgres() else FTS


def key() -> ColumnElement[int]:
    """What it found: a contribution's id, or a finding's with a minus."""
    return TSV.c.id if engine_is_postgres() else FTS.c.rowid


def place(consultation_id: int) -> str:
    """A word in every text of a consultation, so that what others say costs nothing; nobody can type it."""
    return f"\ue000{consultation_id}"


def words_of(consultation_id: int, html: str, *more: str) -> list[str]:
    """What the index holds of a text: its consultation, what is read of it, and more, such as its evidence card."""
    return [place(consultation_id), *tokens("\n".join([plain(html), *more]))]


def stored(words: list[str]) -> str:
    """The words as the database takes them: in their order, or each with its places."""
    if not engine_is_postgres():
        return " ".join(words)
    places: dict[str, list[int]] = {}
    for n, word in enumerate(words, 1):
        places.setdefault(word, []).append(n)
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places.items())


def holds(asked: Asked, consultation_id: int) -> ColumnElement[bool]:
    """Whether a text of the consultation holds every term, and none of those that must not be there."""
    return _matches(_query([(place(consultation_id),), *asked.terms], asked.without))


def holds_any(words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a text holds at least one of the words, in whatever consultation."""
    return _matches(_joined([(word,) for word in words], " | "))


_COUNT = "SELECT {n}, count(*) FROM (SELECT 1 FROM search_index WHERE {held} LIMIT {most}) AS t"


def counting(words: Sequence[str], most: int) -> TextClause:
    """A statement that gives each word's number with that of the texts which hold it, as far as `most`. Sixty of them
    as expressions would take longer to write down than to ask."""
    postgres = engine_is_postgres()
    held = "words @@ CAST(:w{n} AS tsquery)" if postgres else "search_index MATCH :w{n}"
    counts = [_COUNT.format(n=n, held=held.format(n=n), most=most) for n in range(len(words))]
    values: list[Any] = [bindparam(f"w{n}", _term((word,)), literal_execute=postgres) for n, word in enumerate(words)]
    return text(" UNION ALL ".join(counts)).bindparams(*values)


def fit_any(words: Sequence[str]) -> Any:
    """How well a text fits that holds some of the words, the larger the better. The fewer texts hold them, the less it
    costs."""
    if engine_is_postgres():
        return func.ts_rank(TSV.c.words, _tsquery(_joined([(word,) for word in words], " | ")))
    return -func.bm25(literal_column("search_index"))


def _matches(query: str) -> ColumnElement[bool]:
    if engine_is_postgres():
        return TSV.c.words.bool_op("@@")(_tsquery(query))
    return literal_column("search_index").bool_op("MATCH")(query)


def _tsquery(query: str) -> ColumnElement[Any]:
    """Written into the statement, for a plan of its own: one that PostgreSQL has prepared for any words takes 30 ms to
    find a rare one among 50,000 texts, its own 0.4."""
    return cast(literal(query, literal_execute=True), TSQUERY)


def fit(terms: Sequence[Term]) -> Any:
    """How well a text fits, the larger the better: how often the terms stand in it, for its length. Of the text alone,
    unlike bm25, which counts through every text that has a word each time: 41 ms among 400,000 texts, this takes 8."""
    if engine_is_postgres():
        return cast(1_000_000 * func.ts_rank(TSV.c.words, _tsquery(_joined(terms, " | ")), 1), Integer)
    said = FTS.c.words.concat(" ")
    times = [_times(said, " ".join(term)) for term in terms]
    return cast(1_000_000 * sum(times[1:], times[0]) / (func.length(said) + 400), Integer)


def _times(said: ColumnElement[str], term: str) -> Any:
    words = f" {term[:-1]}" if term.endswith("*") else f" {term} "
    return (func.length(said) - func.length(func.replace(said, words, ""))) / len(words)


def _query(terms: Iterable[Term], without: Iterable[Term]) -> str:
    query = f"({_joined(terms, ' & ')})"
    if unwanted := _joined(without, " | "):
        query += f" & !({unwanted})" if engine_is_postgres() else f" NOT ({unwanted})"
    return query


def _joined(terms: Iterable[Term], by: str) -> str:
    words = {" & ": " AND ", " | ": " OR "}
    return (by if engine_is_postgres() else words[by]).join(_term(term) for term in terms)


def _term(term: Term) -> str:
    """Words that follow one another. They hold letters, digits and marks alone, and at their end perhaps a star."""
    *first, last = term
    if engine_is_postgres():
        end = f"'{last[:-1]}':*" if last.endswith("*") else f"'{last}'"
        return "(" + " <-> ".join([*(f"'{word}'" for word in first), end]) + ")"
    return f'"{" ".join([*first, last.rstrip("*")])}"' + ("*" if last.endswith("*") else "")
