"""Sharing chosen entries for a while, and looking after what is shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.content.messages import Words
from bot.domain.evidence import Entry
from bot.domain.shares import LASTS, Share, ShareView
from bot.domain.text import MENTION, shortened
from bot.slack import ids, limits
from bot.slack.views.blocks import (
    Block,
    Blocks,
    button,
    context,
    escape,
    field,
    modal,
    multi_select,
    option,
    section,
    select,
    text_field,
)
from bot.slack.views.capture import Shown, day, sentence


def share_form(words: Words, offered: Sequence[Entry], title: str) -> Block:
    """Choose what to share, and for how long."""
    if not offered:
        return modal(words("share.title"), ids.VIEW_DETAILS, [section(words("share.none"))])
    items = [option(_label(entry), entry.id) for entry in offered[: limits.SELECT_OPTIONS]]
    lasts = [option(words("share.days", days=each.days), str(each.days)) for each in LASTS]
    blocks = [
        context(words("share.intro")),
        field(words("share.items"), ids.FIELD_ITEMS, multi_select(items), optional=False),
        field(words("share.name"), ids.FIELD_TITLE, text_field(title[:150], longest=150), optional=False),
        field(words("share.lasts"), ids.FIELD_LASTS, select(lasts, initial=str(LASTS[0].days)), optional=False),
    ]
    return modal(words("share.title"), ids.VIEW_SHARE, blocks, submit=words("case_buttons.share"), close="Cancel")


def made(words: Words, address: str, expires_at: datetime, today: date) -> Block:
    """The address of a new share: shown this once."""
    text = words("share.made", day=day(words, expires_at.date(), today), address=address)
    return modal(words("share.made_title"), ids.VIEW_DETAILS, [section(text)])


def shares(words: Words, logs: Sequence[tuple[Share, int, Sequence[ShareView]]], now: datetime, today: date) -> Shown:
    """A person's shares, who opened them when, and the button that ends each."""
    if not logs:
        return sentence(words("share.no_shares"))
    blocks: Blocks = [section(words("share.list"))]
    for share, count, latest in logs[:40]:
        opened = words("share.opened_never")
        if latest:
            opened = words("share.opened_times", count=count, last=day(words, latest[0].at.date(), today))
        facts = {"title": escape(share.title), "count": share.entry_count, "opened": opened}
        if share.revoked_at is not None or share.expires_at <= now:
            blocks.append(section(words("share.line_ended", **facts)))
            continue
        end = button(words("case_buttons.revoke"), ids.SHARE_REVOKE, share.id, ask=words("case_buttons.revoke_ask"))
        until = day(words, share.expires_at.date(), today)
        blocks.append(section(words("share.line", day=until, **facts), accessory=end))
    return Shown(words("share.list"), blocks)


def _label(entry: Entry) -> str:
    return shortened(f"{entry.occurred_on:%d %b} · {MENTION.sub('', entry.text)}", limits.OPTION_TEXT)
