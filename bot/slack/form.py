"""A form as it was handed in: each field read as the kind of field it was shown as."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any, TypeVar

from bot.slack import ids
from bot.slack.payloads import Malformed, Payload

_T = TypeVar("_T")

#: Where each kind of element has what was filled in (docs.slack.dev, "State values").
_TEXT, _CHOSEN, _TICKED, _DAY, _AT, _PERSON, _PEOPLE = (
    "value",
    "selected_option",
    "selected_options",
    "selected_date",
    "selected_time",
    "selected_user",
    "selected_users",
)
_FIRST, _LAST = date(1900, 1, 1), date(2200, 1, 1)
_ALL = (_TEXT, _CHOSEN, _TICKED, _DAY, _AT, _PERSON, _PEOPLE)


class Form:
    """What a form holds, by block id: `"text" in form` says whether it had that field at all.

    A field that was left empty, or that the form did not have, reads as empty. One that holds something else
    than what it was shown for raises `Malformed`.
    """

    def __init__(self, view: Payload) -> None:
        """Read a view with its state, as buttons in a window bring it; those elsewhere bring none."""
        state = view.get("state")
        values = (state if isinstance(state, dict) else {}).get("values")
        self._values: dict[str, Any] = values if isinstance(values, dict) else {}

    @classmethod
    def handed_in(cls, view: Payload) -> Form:
        """The form of a `view_submission`. Without a state it is `Malformed`: nobody emptied all its fields."""
        state = view.get("state")
        if not isinstance(state, dict) or not isinstance(state.get("values"), dict):
            raise Malformed(field="state")
        return cls(view)

    def __contains__(self, block_id: str) -> bool:
        return block_id in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def text(self, block_id: str) -> str:
        """What was typed."""
        return str(self._of(block_id, _TEXT, str) or "")

    def chosen(self, block_id: str) -> str | None:
        """The value of the one option that was chosen."""
        option = self._of(block_id, _CHOSEN, dict)
        return None if option is None else _value(block_id, option)

    def ticked(self, block_id: str) -> tuple[str, ...]:
        """The values of all options that were ticked."""
        options = self._of(block_id, _TICKED, list) or ()
        return tuple(_value(block_id, option) for option in options)

    def day(self, block_id: str) -> date | None:
        """The day that was picked; one far from any life's record is refused, as no clock can reckon with it."""
        try:
            picked = self._of(block_id, _DAY, str)
            day = date.fromisoformat(picked) if picked else None
        except ValueError:
            raise Malformed(field=block_id) from None
        if day is not None and not _FIRST <= day <= _LAST:
            raise Malformed(field=block_id)
        return day

    def at(self, block_id: str) -> time | None:
        """The time of day that was picked."""
        try:
            picked = self._of(block_id, _AT, str)
            return time.fromisoformat(picked) if picked else None
        except ValueError:
            raise Malformed(field=block_id) from None

    def person(self, block_id: str) -> str | None:
        """The id of the person that was picked."""
        picked = self._of(block_id, _PERSON, str)
        return str(picked) if picked else None

    def people(self, block_id: str) -> tuple[str, ...]:
        """The ids of all people that were picked."""
        picked = self._of(block_id, _PEOPLE, list) or ()
        if not all(isinstance(each, str) for each in picked):
            raise Malformed(field=block_id)
        return tuple(picked)

    def _of(self, block_id: str, name: str, kind: type) -> Any:
        block = self._values.get(block_id)
        element = block.get(ids.VALUE) if isinstance(block, dict) else None
        if not isinstance(element, dict):
            return None
        found = element.get(name)
        if found is None and any(element.get(other) is not None for other in _ALL):
            raise Malformed(field=block_id)
        if found is not None and not isinstance(found, kind):
            raise Malformed(field=block_id)
        return found


def needed(picked: _T | None) -> _T:
    """What a field holds that Slack doesn't let anybody leave empty. Raises `Malformed`."""
    if picked is None:
        raise Malformed(field="state")
    return picked


def _value(block_id: str, option: Any) -> str:
    value = option.get("value") if isinstance(option, dict) else None
    if not isinstance(value, str):
        raise Malformed(field=block_id)
    return value
