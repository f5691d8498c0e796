"""Lists of entries, and the page of help."""

from __future__ import annotations

from datetime import date

from bot.content.messages import Words
from bot.domain.evidence import Entry
from bot.domain.text import shortened
from bot.domain.workspaces import Workspace
from bot.slack import ids
from bot.slack.views.blocks import Block, actions, button, escape, section, to_mrkdwn
from bot.slack.views.capture import Shown, day, sentence


def page(
    words: Words,
    entries: tuple[Entry, ...],
    *,
    total: int,
    offset: int,
    page_size: int,
    searched: tuple[str, ...],
    today: date,
    workspace: Workspace,
) -> Shown:
    """One page of a person's entries, each with its button, and the way to the pages around it."""
    asked = escape(" ".join(searched))
    if not entries:
        key = "list.nothing_found" if searched else "list.empty"
        return sentence(words(key, words=asked, keep=workspace.keep_emoji))
    shown = f"{offset + 1}–{offset + len(entries)}" if total > len(entries) else str(total)
    key = "list.headline_found" if searched else "list.headline"
    headline = words(key, shown=shown, total=total, words=asked)
    blocks = [section(headline), *(line(words, entry, today) for entry in entries)]
    around = []
    if offset > 0:
        around.append(_turn(words("buttons.later"), max(offset - page_size, 0), searched))
    if offset + len(entries) < total:
        around.append(_turn(words("buttons.earlier"), offset + page_size, searched))
    if around:
        blocks.append(actions(*around))
    return Shown(headline, blocks)


def line(words: Words, entry: Entry, today: date) -> Block:
    """One entry on one line, with the button that opens it."""
    text = words(
        "list.line",
        day=day(words, entry.occurred_on, today),
        kind=words.kind(entry.kind),
        text=to_mrkdwn(shortened(entry.text, 160)),
    )
    return section(text, accessory=button(words("buttons.details"), ids.ENTRY_DETAILS, entry.id))


def _turn(label: str, offset: int, searched: tuple[str, ...]) -> Block:
    value = f"{offset} {' '.join(searched)}"
    return button(label, f"{ids.LIST_PAGE}:{offset}", value[:2_000])


def help_page(words: Words, workspace: Workspace) -> Shown:
    """What the bot can do, in one screen."""
    return sentence(words("help.text", keep=workspace.keep_emoji, credit=workspace.credit_emoji))
