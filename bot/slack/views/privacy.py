"""Having everything deleted, and the list of who had to do with one's record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.content.messages import Words
from bot.domain.audit import Act, Trace
from bot.domain.text import shortened
from bot.slack import ids
from bot.slack.views.blocks import Block, actions, button, escape, home, mention, paragraphs, section
from bot.slack.views.capture import Shown, day, sentence


def ask_to_delete(words: Words, entries: int) -> Shown:
    """What goes, and the two buttons: take it along first, or have it gone."""
    counted = {0: "privacy.entries_none", 1: "privacy.entries_one"}.get(entries, "privacy.entries")
    text = words("privacy.ask", entries=words(counted, count=entries))
    buttons = actions(
        button(words("privacy.export_all"), ids.DATA_EXPORT),
        button(words("privacy.delete"), ids.DATA_DELETE, style="danger"),
    )
    return Shown(text, [section(text), buttons])


def empty_home(words: Words) -> Block:
    """Home after everything was deleted."""
    return home([section(words("privacy.home"))])


def audit(words: Words, traces: Sequence[Trace], today: date, zone: ZoneInfo) -> Shown:
    """The list, newest first, in the person's own days."""
    if not traces:
        return sentence(words("privacy.audit_empty"))
    lines = [_line(words, trace, today, zone) for trace in traces]
    text = words("privacy.audit")
    return Shown(text, [section(text), *paragraphs("\n".join(lines))])


def _line(words: Words, trace: Trace, today: date, zone: ZoneInfo) -> str:
    by_program = trace.act is Act.OPENED
    what = words(f"privacy.states.{trace.what}") if trace.act is Act.ANSWERED else trace.what
    return words(
        f"privacy.{trace.act}",
        day=day(words, trace.at.astimezone(zone).date(), today),
        who=escape(shortened(trace.who, 60)) if by_program else mention(trace.who),
        what=escape(shortened(what, 80)),
    )
