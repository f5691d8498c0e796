"""Asking someone to confirm, what they see, and what the asker hears."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.messages import Words
from bot.domain.corroboration import LONGEST_QUOTE, ConfirmRequest, words_to_confirm
from bot.domain.evidence import ConfirmationState, Entry
from bot.domain.text import shortened
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    escape,
    field,
    mention,
    modal,
    paragraphs,
    section,
    text_field,
    to_mrkdwn,
)
from bot.slack.views.capture import WHOLE, Shown


def ask_form(words: Words, entry: Entry, people: Sequence[str], metadata: FormMetadata) -> Block:
    """Choose whom to ask about an entry; the first of those in it is suggested."""
    who: Block = {"type": "users_select", "action_id": ids.VALUE}
    if people:
        who["initial_user"] = people[0]
    blocks = [
        section(to_mrkdwn(shortened(words_to_confirm(entry), WHOLE))),
        field(words("confirm.who"), ids.FIELD_WHO, who, optional=False),
        context(words("confirm.ask_intro")),
    ]
    return modal(
        words("confirm.ask_title"),
        ids.VIEW_CONFIRM_ASK,
        blocks,
        submit=words("case_buttons.ask"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def request(words: Words, asked: ConfirmRequest, asker_name: str) -> Shown:
    """What the person asked sees: the exact words, five answers, and what becomes of them."""
    asker = mention(asked.user_id)
    blocks = [
        section(words("confirm.request", asker=asker)),
        *paragraphs("\n".join(f"> {line}" for line in to_mrkdwn(asked.text).splitlines())),
        section(f"*{words('confirm.question')}*"),
        actions(
            button(words("case_buttons.confirm_yes"), ids.CONFIRM_YES, asked.id, style="primary"),
            button(words("case_buttons.confirm_quote"), ids.CONFIRM_QUOTE, asked.id),
            button(words("case_buttons.confirm_suggest"), ids.CONFIRM_SUGGEST, asked.id),
            button(words("case_buttons.confirm_decline"), ids.CONFIRM_DECLINE, asked.id),
            button(
                words("case_buttons.confirm_stop"),
                ids.CONFIRM_STOP,
                asked.id,
                ask=words("case_buttons.confirm_stop_ask"),
            ),
        ),
        context(words("confirm.small_print", asker=asker)),
    ]
    return Shown(words("confirm.fallback", asker=escape(asker_name)), blocks[:49])


def quote_form(words: Words, asked: ConfirmRequest, asker_name: str, metadata: FormMetadata) -> Block:
    """Confirm with words of one's own."""
    return _words_form(words, "quote", ids.VIEW_QUOTE, asked, asker_name, metadata, LONGEST_QUOTE)


def suggest_form(words: Words, asked: ConfirmRequest, asker_name: str, metadata: FormMetadata) -> Block:
    """Say how it was instead."""
    return _words_form(words, "suggest", ids.VIEW_SUGGEST, asked, asker_name, metadata, 3_000)


def answered(words: Words, asked: ConfirmRequest, *, stopped: bool = False, quote: str = "") -> Shown:
    """What the person asked sees after answering, with the way back."""
    key = "stopped" if stopped else asked.state
    text = words(f"confirm.thanks_{key}", asker=mention(asked.user_id), quote=escape(quote))
    blocks = [section(text)]
    if asked.state in (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED):
        blocks.append(actions(button(words("case_buttons.withdraw"), ids.CONFIRM_WITHDRAW, asked.id)))
    return Shown(text, blocks)


def told(words: Words, asked: ConfirmRequest, entry: Entry) -> Shown:
    """What the asker hears: the answer as it stands now, and nothing else."""
    quote = next((each.quote for each in entry.confirmations if each.by == asked.asked_user), None)
    text = words(
        f"confirm.told_{asked.state}",
        who=mention(asked.asked_user),
        text=f"“{to_mrkdwn(shortened(asked.text, 200))}”",
        quote=escape(quote or ""),
        suggestion=escape(asked.suggestion or ""),
    )
    row = actions(button(words("buttons.change"), ids.ENTRY_CHANGE, entry.id))
    return Shown(words("confirm.told_fallback"), [*paragraphs(text), row])


def _words_form(
    words: Words,
    key: str,
    callback_id: str,
    asked: ConfirmRequest,
    asker_name: str,
    metadata: FormMetadata,
    longest: int,
) -> Block:
    asker = asker_name
    blocks = [
        section(to_mrkdwn(shortened(asked.text, WHOLE))),
        field(
            words(f"confirm.{key}_label"),
            ids.FIELD_TEXT,
            text_field(multiline=True, longest=longest),
            optional=False,
            hint=words(f"confirm.{key}_hint", asker=asker),
        ),
    ]
    return modal(
        words(f"confirm.{key}_title"),
        callback_id,
        blocks,
        submit=words("case_buttons.send"),
        close="Cancel",
        metadata=metadata.packed(),
    )
