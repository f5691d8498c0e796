"""The bot introducing itself."""

from __future__ import annotations

from bot.content.messages import Words
from bot.domain.glance import PlanView
from bot.slack import ids
from bot.slack.views.blocks import Blocks, actions, button, escape, section
from bot.slack.views.capture import Shown
from bot.slack.views.plan import asked_whether


def first_meeting(words: Words, view: PlanView, language_model: str | None = None) -> Shown:
    """What it does, who can see what, and whose it is, in five lines; and the one question about check-ins.

    Where a language model is switched on, a line says which and where.
    """
    blocks = _lines(words, language_model)
    if view.plan.is_on:
        blocks.append(actions(button(words("buttons.settings"), ids.SETTINGS_OPEN)))
    else:
        blocks += asked_whether(words, view.member.zone)
    return Shown(words("first_meeting.headline"), blocks)


def agreed(words: Words, what: Shown, language_model: str | None = None) -> Shown:
    """The same lines, with what was agreed on in place of the question."""
    return Shown(what.text, [*_lines(words, language_model), *what.blocks])


def _lines(words: Words, language_model: str | None) -> Blocks:
    lines = [words(f"first_meeting.{line}") for line in ("privacy", "honest", "yours", "how")]
    if language_model:
        lines.insert(1, words("language_model.first_meeting", destination=escape(language_model)))
    return [section(words("first_meeting.headline")), section("\n".join(lines))]
