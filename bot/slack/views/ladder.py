"""A person's own career levels, written and changed in a form: one field a level."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.messages import Words
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    field,
    fits_field,
    modal,
    section,
    text_field,
)

#: As many levels as a ladder may have in the form.
MOST_LEVELS = 8


def ladder_form(words: Words, name: str, levels: Sequence[tuple[str, str]], *, is_own: bool) -> Block:
    """The ladder as it is. `levels` are names and how each is written; one more can be added at the end."""
    if len(levels) > MOST_LEVELS or not all(fits_field(text) for _, text in levels):
        return modal(words("ladder.title"), ids.VIEW_DETAILS, [section(words("ladder.too_large"))])
    blocks: Blocks = [context(words("ladder.intro_own" if is_own else "ladder.intro"))]
    if is_own:
        back = button(words("ladder.drop"), ids.LADDER_DROP, ask=words("ladder.drop_ask"))
        blocks.append(actions(back))
    blocks.append(field(words("ladder.name"), ids.FIELD_TITLE, text_field(name, longest=80), optional=False))
    for number, (level, text) in enumerate(levels):
        element = text_field(text, multiline=True)
        blocks.append(
            field(words("ladder.level", number=number + 1, name=level), f"{ids.FIELD_LADDER}{number}", element)
        )
    if len(levels) < MOST_LEVELS:
        element = text_field(multiline=True)
        hint = words("ladder.more_hint")
        blocks.append(field(words("ladder.more"), f"{ids.FIELD_LADDER}{len(levels)}", element, hint=hint))
    return modal(words("ladder.title"), ids.VIEW_LADDER, blocks, submit=words("buttons.save"), close="Cancel")


def read_form(form: Form) -> tuple[str, dict[str, str]]:
    """The ladder's name, and what is written in each level's field; empty fields are levels left out."""
    fields = (f"{ids.FIELD_LADDER}{number}" for number in range(MOST_LEVELS))
    texts = {name: form.text(name).strip() for name in fields if name in form}
    return form.text(ids.FIELD_TITLE).strip(), {name: text for name, text in texts.items() if text}
