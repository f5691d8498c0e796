"""A person's settings."""

from __future__ import annotations

from bot.content.messages import Words
from bot.domain.people import Member
from bot.domain.workspaces import Workspace
from bot.slack import ids
from bot.slack.views.blocks import Block, Blocks, context, escape, field, modal, option, select, text_field

CREDITS_ON, CREDITS_OFF = "on", "off"


def settings_form(words: Words, member: Member, workspace: Workspace) -> Block:
    """Everything a person can set, and the two emoji of the workspace."""
    credit_options = [
        option(words("settings.credits_on"), CREDITS_ON),
        option(words("settings.credits_off"), CREDITS_OFF),
    ]
    chosen = CREDITS_ON if member.wants_credits else CREDITS_OFF
    zone = words("settings.zone", zone=escape(member.zone)) if member.zone else words("settings.zone_unknown")
    blocks: Blocks = [
        context(zone),
        field(words("settings.credits"), ids.FIELD_CREDITS, select(credit_options, initial=chosen)),
        field(
            words("settings.keep_emoji"),
            ids.FIELD_KEEP_EMOJI,
            text_field(workspace.keep_emoji, longest=100),
            optional=False,
            hint=words("settings.emoji_hint"),
        ),
        field(
            words("settings.credit_emoji"),
            ids.FIELD_CREDIT_EMOJI,
            text_field(workspace.credit_emoji, longest=100),
            optional=False,
            hint=words("settings.emoji_hint"),
        ),
    ]
    return modal(words("settings.title"), ids.VIEW_SETTINGS, blocks, submit=words("buttons.save"), close="Cancel")
