"""Column types with a promise of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, SmallInteger, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.tagging import Dimension
from storage.keyring import MARK, keyring_of

_BITS = {dimension: 1 << position for position, dimension in enumerate(Dimension)}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: refused when naive, stored in UTC, read back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an aware datetime is required")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def dimension_bits(dimensions: Iterable[Dimension]) -> int:
    """The set as one number, a bit for each dimension in the order of `Dimension`."""
    return sum(_BITS[dimension] for dimension in set(dimensions))


def dimensions_in(bits: int) -> Sequence[Dimension]:
    """The set that the number stands for, in the order of `Dimension`."""
    return tuple(dimension for dimension, bit in _BITS.items() if bits & bit)


class DimensionSet(TypeDecorator[Sequence[Dimension]]):
    """Dimensions as bits, so that both databases can filter and count them in the query."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return dimension_bits(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Sequence[Dimension]:
        return dimensions_in(value or 0)


class Secret(TypeDecorator[str]):
    """A token: never stored but sealed, so that storing one without a key is refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).open(value)


class EvidenceText(TypeDecorator[str]):
    """A person's words: sealed when the installation wishes it, read whether they are sealed or not.

    An empty text stays empty, so that queries can tell whether there is one. `longest` is what SQLite's
    schema says of it; a sealed text is longer, and PostgreSQL would refuse it.
    """

    impl = Text
    cache_ok = True

    def __init__(self, longest: int | None = None) -> None:
        super().__init__()
        self.longest = longest

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return String(self.longest) if self.longest and dialect.name == "sqlite" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).hold(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).open(value)


class EvidenceJson(TypeDecorator[Any]):
    """A list or an object with a person's words in it; sealed, it is stored as one JSON string."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        keyring = keyring_of(dialect)
        # An empty one says nothing, and queries ask whether it is empty.
        return keyring.seal(json.dumps(value, ensure_ascii=False)) if value and keyring.seals_evidence else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if isinstance(value, str) and value.startswith(MARK):
            return json.loads(keyring_of(dialect).open(value))
        return value


class EvidenceBytes(TypeDecorator[bytes]):
    """Bytes computed from a person's words."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).hold_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).open_bytes(value)


#: Columns that are held under the keys, in the order a reader meets them.
SEALED_TYPES = (Secret, EvidenceText, EvidenceJson, EvidenceBytes)
