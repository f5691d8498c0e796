from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from bot.slack import ids
from bot.slack.form import Form, needed
from bot.slack.payloads import Malformed


def a_form(**elements: Any) -> Form:
    """A form whose fields hold these elements."""
    return Form({"state": {"values": {name: {ids.VALUE: element} for name, element in elements.items()}}})


def test_each_kind_of_field_is_read_as_what_it_was_shown_as() -> None:
    form = a_form(
        text={"type": "plain_text_input", "value": "paired with Dana"},
        kind={"type": "static_select", "selected_option": {"value": "unblock"}},
        items={"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]},
        day={"type": "datepicker", "selected_date": "2026-11-26"},
        at={"type": "timepicker", "selected_time": "09:30"},
        who={"type": "users_select", "selected_user": "U1"},
        helped={"type": "multi_users_select", "selected_users": ["U1", "U2"]},
    )
    assert form.text("text") == "paired with Dana"
    assert form.chosen("kind") == "unblock"
    assert form.ticked("items") == ("a", "b")
    assert form.day("day") == date(2026, 11, 26)
    assert form.at("at") == time(9, 30)
    assert form.person("who") == "U1"
    assert form.people("helped") == ("U1", "U2")


def test_a_field_left_empty_and_one_the_form_did_not_have_read_as_empty() -> None:
    form = a_form(text={"type": "plain_text_input", "value": None}, day={"type": "datepicker", "selected_date": None})
    assert "text" in form
    assert "other" not in form
    for name in ("text", "other"):
        assert (form.text(name), form.chosen(name), form.ticked(name), form.day(name)) == ("", None, (), None)
        assert (form.at(name), form.person(name), form.people(name)) == (None, None, ())


@pytest.mark.parametrize("view", [{}, {"state": None}, {"state": []}, {"state": {"values": []}}])
def test_a_window_without_fields_is_an_empty_form_and_none_that_was_handed_in(view: dict[str, Any]) -> None:
    assert list(Form(view)) == []
    with pytest.raises(Malformed):
        Form.handed_in(view)


def test_a_form_handed_in_with_its_state_is_read_like_any() -> None:
    element = {"type": "plain_text_input", "value": "paired with Dana"}
    assert Form.handed_in({"state": {"values": {"text": {ids.VALUE: element}}}}).text("text") == "paired with Dana"


@pytest.mark.parametrize(
    "element",
    [
        {"selected_options": [{"value": "a"}]},
        {"value": 5},
        {"value": ["x"]},
        {"selected_users": ["U1"]},
        {"selected_date": "2026-01-01"},
    ],
)
def test_a_text_field_that_holds_something_else_is_refused(element: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        a_form(text=element).text("text")


@pytest.mark.parametrize("picked", ["2026-13-45", "x", "0001-01-01", "9999-12-31", ""])
def test_a_day_that_is_none_or_is_out_of_reach_is_refused(picked: str) -> None:
    form = a_form(day={"type": "datepicker", "selected_date": picked})
    if picked == "":
        assert form.day("day") is None
        return
    with pytest.raises(Malformed):
        form.day("day")


def test_options_and_people_of_the_wrong_shape_are_refused() -> None:
    form = a_form(
        kind={"selected_option": {"value": None}},
        items={"selected_options": ["x"]},
        helped={"selected_users": [None]},
        at={"selected_time": "25:61"},
    )
    for read in (form.chosen, form.ticked, form.people, form.at):
        name = {"chosen": "kind", "ticked": "items", "people": "helped", "at": "at"}[read.__name__]
        with pytest.raises(Malformed):
            read(name)


def test_what_slack_lets_nobody_leave_empty_is_refused_when_it_is() -> None:
    assert needed("x") == "x"
    with pytest.raises(Malformed):
        needed(None)
