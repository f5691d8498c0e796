"""Column types with a promise of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, SmallInteger
from sqlalchemy.types import TypeDecorator

from bot.domain.tagging import Dimension

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


class DimensionSet(TypeDecorator[Sequence[Dimension]]):
    """Dimensions as bits, so that both databases can filter and count them in the query."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return dimension_bits(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Sequence[Dimension]:
        return tuple(dimension for dimension, bit in _BITS.items() if (value or 0) & bit)
