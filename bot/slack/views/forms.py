"""The forms in which evidence is written, changed and completed, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.domain.evidence import Entry, Link, MyRole, Note, PersonRole, Reach, Sensitivity
from bot.domain.reading.links import links_in
from bot.domain.tagging import Kind
from bot.domain.text import clean, says_something, shortened
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import (
    Block,
    Blocks,
    context,
    date_picker,
    field,
    fits_field,
    modal,
    option,
    people_select,
    section,
    select,
    text_field,
    to_mrkdwn,
)
from bot.slack.views.capture import kind_select


def new_entry(words: Words, today: date, metadata: FormMetadata, *, text: str = "") -> Block:
    """An empty form, or one that begins with these words."""
    blocks = [
        _text(words, text),
        field(words("form.occurred_on"), ids.FIELD_OCCURRED_ON, date_picker(today)),
        field(words("form.kind"), ids.FIELD_KIND, kind_select(words, None, guess=True)),
        field(words("form.helped"), ids.FIELD_HELPED, people_select()),
        *_outcome_fields(words, None),
        *_reader_fields(words, None),
    ]
    return modal(
        words("form.new_title"),
        ids.VIEW_ENTRY,
        blocks,
        submit=words("buttons.keep"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def change_entry(words: Words, entry: Entry, metadata: FormMetadata) -> Block:
    """The form with everything the entry has. A text too long for Slack's field is shown, not cut."""
    blocks: Blocks = []
    if fits_field(entry.text):
        blocks.append(_text(words, entry.text))
    else:
        blocks.append(section(to_mrkdwn(shortened(entry.text, 2_500))))
        blocks.append(context(words("form.text_too_long", length=f"{len(entry.text):,}")))
    helped = entry.people_as(PersonRole.HELPED)
    blocks += [
        field(words("form.kind"), ids.FIELD_KIND, kind_select(words, entry.kind, guess=False)),
        field(words("form.occurred_on"), ids.FIELD_OCCURRED_ON, date_picker(entry.occurred_on)),
        field(words("form.helped"), ids.FIELD_HELPED, people_select(helped)),
        *_outcome_fields(words, entry),
        *_reader_fields(words, entry),
    ]
    return modal(
        words("form.change_title"),
        ids.VIEW_ENTRY,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def tell_part(words: Words, entry: Entry, metadata: FormMetadata) -> Block:
    """Ask for the owner's part in a draft, above the words it came from."""
    quotes = [context(to_mrkdwn(shortened(quote.text, 500))) for quote in entry.quotes[:3]]
    part = field(
        words("form.part"),
        ids.FIELD_TEXT,
        text_field(multiline=True),
        optional=False,
        hint=words("form.part_hint"),
    )
    helped = field(words("form.helped"), ids.FIELD_HELPED, people_select(entry.people_as(PersonRole.HELPED)))
    return modal(
        words("form.part_title"),
        ids.VIEW_PART,
        [*quotes, part, helped, *_outcome_fields(words, entry)],
        submit=words("buttons.keep"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def add_outcome(words: Words, entry: Entry, metadata: FormMetadata) -> Block:
    """Ask for the outcome only: the shortest form."""
    return modal(
        words("form.outcome_title"),
        ids.VIEW_OUTCOME,
        [section("&gt; " + to_mrkdwn(shortened(entry.text, 300))), *_outcome_fields(words, entry)],
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def _text(words: Words, text: str) -> Block:
    return field(
        words("form.text"),
        ids.FIELD_TEXT,
        text_field(text, multiline=True, placeholder=words("form.text_placeholder")),
        optional=False,
        hint=words("form.text_hint"),
    )


def _outcome_fields(words: Words, entry: Entry | None) -> Blocks:
    fields: Blocks = []
    for name, block_id, multiline in (
        ("outcome", ids.FIELD_OUTCOME, True),
        ("number", ids.FIELD_NUMBER, False),
        ("baseline", ids.FIELD_BASELINE, False),
    ):
        value = getattr(entry, name) if entry else None
        if fits_field(value):
            element = text_field(value, multiline=multiline)
            fields.append(field(words(f"form.{name}"), block_id, element, hint=words(f"form.{name}_hint")))
    return fields


def _reader_fields(words: Words, entry: Entry | None) -> Blocks:
    roles = [option(words(f"roles.{role}"), role) for role in MyRole]
    reaches = [option(words(f"reaches.{reach}"), reach) for reach in Reach]
    links = "\n".join(link.url for link in entry.links) if entry else ""
    fields = [
        field(words("form.role"), ids.FIELD_ROLE, select(roles, initial=entry.role if entry else None)),
        field(words("form.reach"), ids.FIELD_REACH, select(reaches, initial=entry.reach if entry else None)),
    ]
    kept_for = [option(words(f"sensitivities.{each}"), each) for each in Sensitivity]
    initial = entry.sensitivity if entry else Sensitivity.PACKET_ONLY
    fields.append(field(words("form.sensitivity"), ids.FIELD_SENSITIVITY, select(kept_for, initial=initial)))
    if fits_field(links):
        element = text_field(links, multiline=True)
        fields.insert(0, field(words("form.links"), ids.FIELD_LINKS, element, hint=words("form.links_hint")))
    return fields


def read_note(form: Form, today: date, *, needs_text: bool) -> Note:
    """What a person filled in. Fields that the form did not have stay `None`, emptied ones are empty.

    Raises `FormErrors` with the key of the words for each field that can't be taken.
    """
    errors: dict[str, str] = {}
    fields: dict[str, Any] = {}
    if ids.FIELD_TEXT in form:
        fields["text"] = clean(form.text(ids.FIELD_TEXT))
        if needs_text and not says_something(fields["text"]):
            errors[ids.FIELD_TEXT] = "form.error_empty"
    for name in ("outcome", "number", "baseline", "otherwise"):
        if name in form:
            fields[name] = clean(form.text(name))
    if ids.FIELD_HELPED in form:
        fields["helped"] = form.people(ids.FIELD_HELPED)
    if occurred_on := form.day(ids.FIELD_OCCURRED_ON):
        fields["occurred_on"] = occurred_on
        if occurred_on > today:
            errors[ids.FIELD_OCCURRED_ON] = "form.error_future"
    if ids.FIELD_LINKS in form:
        fields["links"], bad = _links(form.text(ids.FIELD_LINKS))
        if bad:
            errors[ids.FIELD_LINKS] = "form.error_links"
    fields |= _choices(form)
    if errors:
        raise FormErrors(errors)
    return Note(**fields)


class FormErrors(Refused):
    """Fields of a form that can't be taken: for each block id the key of the words that say why."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__("errors.refused")
        self.keys = dict(keys)


def _choices(form: Form) -> dict[str, Any]:
    """What was chosen from lists; what is on none of them is refused."""
    lists = {ids.FIELD_KIND: Kind, ids.FIELD_SENSITIVITY: Sensitivity, ids.FIELD_ROLE: MyRole, ids.FIELD_REACH: Reach}
    chosen = {name: form.chosen(name) for name in lists}
    try:
        return {name: lists[name](given) for name, given in chosen.items() if given and given != "auto"}
    except ValueError:
        raise Refused("errors.not_understood") from None


def _links(text: str) -> tuple[tuple[Link, ...], str | None]:
    links: list[Link] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        found = links_in(line)
        if not found:
            return (), shortened(line, 60)
        links += found
    return tuple(links), None
