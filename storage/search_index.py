# ruff: noqa: S608  (the statements are put together from the constants here alone)
"""The full-text index on entries: one table beside the models, kept true by the database's own triggers.

SQLite has it as an FTS5 table, PostgreSQL as a column of lexemes. A migration that rebuilds the table
`entries` on SQLite drops the triggers with it and must call `create_triggers` afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Connection

TABLE = "entries_fts"

TEXTS = ("text", "outcome", "number", "baseline", "otherwise")


def _body(row: str, *, mark: str, links: str) -> str:
    """What of an entry can be found by its words; nothing of what is sealed (see `storage.keyring`)."""
    texts = [
        f"CASE WHEN substr({row}.{name}, 1, 1) = {mark} THEN '' ELSE coalesce({row}.{name}, '') END" for name in TEXTS
    ]
    # Links are a list; sealed they are one string.
    return " || ' ' || ".join([*texts, f"CASE WHEN substr({links}, 1, 1) = '[' THEN {links} ELSE '' END"])


_SQLITE_BODY = _body("new", mark="char(2)", links="new.links")
# What joins words in addresses, paths and names; PostgreSQL's parser takes them for one word otherwise.
_JOINTS = "/.:@_#?&=%+~-"


def _lexemes(row: str) -> str:
    """PostgreSQL's reading of an entry: words as SQLite's index has them, without accents and taken apart at joints."""
    words = f"left({_body(row, mark='chr(2)', links=f'{row}.links::text')}, 200000)"
    bare = rf"regexp_replace(normalize({words}, NFKD), '[\u0300-\u036F]', '', 'g')"
    words = f"CASE WHEN getdatabaseencoding() = 'UTF8' THEN {bare} ELSE {words} END"
    return f"to_tsvector('simple', translate({words}, '{_JOINTS}', '{' ' * len(_JOINTS)}'))"


_POSTGRES_BODY = _lexemes("new")
_POSTGRES_FILL = (
    f"INSERT INTO {TABLE} (entry_id, body) SELECT id, {_lexemes('entries')} FROM entries "
    "ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body"
)
# The entry's own key and its owner are words too: the index narrows to one person before it looks at theirs.
_SQLITE_DELETE = (
    f"DELETE FROM {TABLE} WHERE rowid IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH 'key:\"' || old.id || '\"');"
)
_SQLITE_INSERT = (
    f"INSERT INTO {TABLE} (key, owner, body) VALUES (new.id, new.workspace_id || 'x' || new.user_id, {_SQLITE_BODY});"
)
_CHANGED = "text, outcome, number, baseline, otherwise, links"

#: Beginnings of words that SQLite's index has lists of, like whole words. It merges everybody's words for any other.
_BEGINNINGS = (5, 3, 2)
_SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(key, owner, body, "
    f"tokenize = 'unicode61 remove_diacritics 2', prefix = '{' '.join(map(str, reversed(_BEGINNINGS)))}')"
)
_SQLITE_TRIGGERS = (
    f"CREATE TRIGGER entries_fts_added AFTER INSERT ON entries BEGIN {_SQLITE_INSERT} END",
    f"CREATE TRIGGER entries_fts_removed AFTER DELETE ON entries BEGIN {_SQLITE_DELETE} END",
    f"CREATE TRIGGER entries_fts_changed AFTER UPDATE OF {_CHANGED} ON entries "
    f"BEGIN {_SQLITE_DELETE} {_SQLITE_INSERT} END",
)
_POSTGRES_FUNCTION = f"""CREATE OR REPLACE FUNCTION {TABLE}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO {TABLE} (entry_id, body) VALUES (new.id, {_POSTGRES_BODY})
      ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body;
      RETURN new;
    END $$"""
_POSTGRES = (
    f"CREATE TABLE {TABLE} (entry_id VARCHAR(40) PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE, "
    "body TSVECTOR NOT NULL)",
    f"CREATE INDEX ix_{TABLE}_body ON {TABLE} USING gin (body)",
    _POSTGRES_FUNCTION,
    f"CREATE TRIGGER {TABLE}_kept AFTER INSERT OR UPDATE OF {_CHANGED} ON entries "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_keep()",
)
_WORD = re.compile(r"[^\W_]+")


class _Marks(dict[int, int | None]):
    """For `str.translate`: takes out the marks that `NFKD` parts from their letters."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_MARKS = _Marks()
#: A query of more words than this is cut: further ones hardly narrow it.
MOST_WORDS = 12


def create(connection: Connection) -> None:
    """Make the index and fill it with the entries that are there."""
    if connection.dialect.name == "sqlite":
        _create_in_sqlite(connection)
        create_triggers(connection)
        return
    for statement in _POSTGRES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(_POSTGRES_FILL)


def _create_in_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(_SQLITE_TABLE)
    body = _body("entries", mark="char(2)", links="entries.links")
    owner = "workspace_id || 'x' || user_id"
    fill = f"INSERT INTO {TABLE} (key, owner, body) SELECT id, {owner}, {body} FROM entries"
    connection.exec_driver_sql(fill)


def rebuild(connection: Connection) -> None:
    """SQLite: make the index anew as this version has it; its triggers stay. PostgreSQL's needs none of it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE {TABLE}")
        _create_in_sqlite(connection)


def create_triggers(connection: Connection) -> None:
    """Make SQLite's triggers, which go with the table `entries` when it is rebuilt."""
    for statement in _SQLITE_TRIGGERS:
        connection.exec_driver_sql(statement)


def refill(connection: Connection) -> None:
    """PostgreSQL: read all entries as this version does. SQLite's index has read them so all along."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_POSTGRES_FUNCTION)
        connection.exec_driver_sql(_POSTGRES_FILL)


def renew(connection: Connection) -> None:
    """Have the database's triggers read entries as this version does; what is indexed stays as it is."""
    if connection.dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS entries_fts_{name}")
        create_triggers(connection)
    else:
        connection.exec_driver_sql(_POSTGRES_FUNCTION)


def drop(connection: Connection) -> None:
    """Remove the index and what keeps it true."""
    if connection.dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            connection.exec_driver_sql(f"DROP TRIGGER entries_fts_{name}")
    else:
        connection.exec_driver_sql(f"DROP TRIGGER {TABLE}_kept ON entries")
        connection.exec_driver_sql(f"DROP FUNCTION {TABLE}_keep()")
    connection.exec_driver_sql(f"DROP TABLE {TABLE}")


def belongs_to_models(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """For Alembic: whether a table is one of the models', and so to be compared with them."""
    return not (kind == "table" and (name or "").startswith(TABLE))


class Wanted:
    """The words of a query, at most `MOST_WORDS`, and which of them a text has: as words or as beginnings of words."""

    def __init__(self, words: str) -> None:
        found = _WORD.findall(plain(words))[:MOST_WORDS]
        self._words = [(word, re.compile(rf"(?<![^\W_]){re.escape(word)}")) for word in found]

    def __len__(self) -> int:
        return len(self._words)

    def found_in(self, text: str) -> list[bool]:
        """For each word whether the text has it."""
        there = plain(text)
        return [word in there and pattern.search(there) is not None for word, pattern in self._words]


def plain(text: str) -> str:
    """The text as words are compared: without case and accents."""
    return without_accents(text.casefold())


def without_accents(text: str) -> str:
    """The text with each letter alone."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).translate(_MARKS)


def sqlite_query(words: str, workspace_id: str, user_id: str, *, every: bool) -> str | None:
    """What finds the entries that may have a person's words, for FTS5; nothing without words.

    Words are looked for by their beginnings, in lists that the index has, so that the cost doesn't grow with what
    other people wrote; it has none for a single letter. Whoever asks must look whether an entry has the words.
    """
    found = _WORD.findall(words)[:MOST_WORDS]
    if not found:
        return None
    owner = f"{workspace_id}x{user_id}".replace('"', '""')
    listed = [f'"{_beginning(word)}"*' for word in found if len(word) >= min(_BEGINNINGS)]
    if not listed or (len(listed) < len(found) and not every):
        return f'owner : "{owner}"'
    return f'owner : "{owner}" AND body : ({(" AND " if every else " OR ").join(listed)})'


def _beginning(word: str) -> str:
    return next(word[:size] for size in _BEGINNINGS if size <= len(word))


def postgres_query(words: str, *, every: bool) -> str | None:
    """The words as a `tsquery`, each also as a beginning; nothing without words."""
    terms = [f"'{word}':*" for word in _WORD.findall(without_accents(words))[:MOST_WORDS]]
    return (" & " if every else " | ").join(terms) or None
