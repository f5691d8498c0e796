"""What a language model proposes, always marked as such, and the question that comes before."""

from __future__ import annotations

from bot.content.messages import Words
from bot.domain.evidence import Entry
from bot.domain.language_model import Consent, KindsProposal, StatementProposal
from bot.domain.statement import NameOf, Say, composed
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
    fits_field,
    modal,
    section,
    text_field,
    to_mrkdwn,
)
from bot.slack.views.capture import EXCERPT, Shown, sentence


def question(words: Words, entry: Entry, destination: str) -> Shown:
    """May notes go to the language model? Asked in a message, once."""
    text = words("language_model.question", destination=escape(destination))
    buttons = actions(
        button(words("language_model.agree"), ids.MODEL_YES, entry.id),
        button(words("language_model.decline"), ids.MODEL_NO, entry.id),
    )
    return Shown(words("language_model.fallback_question"), [section(text), _about(words, entry), buttons])


def agree_form(words: Words, entry: Entry, destination: str, metadata: FormMetadata) -> Block:
    """The same question before a draft that was asked for."""
    text = words("language_model.question_draft", destination=escape(destination))
    return modal(
        words("language_model.agree_title"),
        ids.VIEW_AGREE_MODEL,
        [section(text), _about(words, entry)],
        submit=words("language_model.agree"),
        close=words("language_model.decline"),
        metadata=metadata.packed(),
    )


def asked(words: Words, destination: str) -> Shown:
    """A draft is on its way."""
    return sentence(words("language_model.asked", destination=escape(destination)))


def kinds(words: Words, proposal: KindsProposal, destination: str) -> Shown:
    """A further pair of kinds to choose from."""
    entry, first, second = proposal.entry, proposal.first, proposal.second
    text = words("language_model.kinds", first=words.kind(first), second=words.kind(second))
    buttons = actions(
        button(words.kind(first), f"{ids.ENTRY_KIND}:1", f"{entry.id} {first}"),
        button(words.kind(second), f"{ids.ENTRY_KIND}:2", f"{entry.id} {second}"),
        button(words("kept.other"), f"{ids.ENTRY_CHANGE}:kind", entry.id),
    )
    blocks = [section(text), _about(words, entry), buttons, _by(words, destination)]
    return Shown(words("language_model.fallback_kinds"), blocks)


def statement(words: Words, say: Say, proposal: StatementProposal, name_of: NameOf, destination: str) -> Shown:
    """A draft to keep, edit or leave; or what is put together from the entry, with the reason."""
    entry = proposal.entry
    text = to_mrkdwn(shortened(entry.text, 100))
    fallback = words("language_model.fallback_draft")
    if proposal.fault is not None:
        fault = words(f"language_model.faults.{proposal.fault}")
        blocks = [
            section(words("language_model.no_draft", text=text, fault=fault)),
            section("&gt; " + escape(shortened(composed(entry, say, name_of), 2_600))),
            actions(button(words("statement.edit"), ids.STATEMENT_EDIT, entry.id)),
        ]
        return Shown(fallback, blocks)
    carried = f"{entry.id} {proposal.draft}"
    blocks = [
        section(words("language_model.draft", text=text)),
        section(words("language_model.draft_shown", draft=to_mrkdwn(proposal.draft))),
        actions(
            button(words("statement.keep"), ids.STATEMENT_KEEP, carried, style="primary"),
            button(words("statement.edit"), ids.STATEMENT_EDIT, carried),
            button(words("statement.no"), ids.STATEMENT_NO, entry.id),
        ),
        _by(words, destination),
        context(words("language_model.draft_hint")),
    ]
    return Shown(fallback, blocks)


def no_answer(words: Words, entry: Entry, destination: str) -> Shown:
    """The model failed; nothing else did."""
    text = to_mrkdwn(shortened(entry.text, 100))
    return sentence(words("language_model.no_answer", destination=escape(destination), text=text))


def kept(words: Words, entry: Entry) -> Shown:
    """A statement was kept, or its own one taken away."""
    if not entry.statement:
        return sentence(words("language_model.emptied"))
    text = words("language_model.kept")
    edit = actions(button(words("statement.edit_own"), ids.STATEMENT_EDIT, entry.id))
    return Shown(text, [section(text), section("&gt; " + to_mrkdwn(entry.statement)), edit])


def statement_form(words: Words, initial: str, metadata: FormMetadata) -> Block:
    """The statement, to be changed; it is the person's own from then on."""
    text = text_field(initial if fits_field(initial) else None, multiline=True)
    return modal(
        words("statement.title"),
        ids.VIEW_STATEMENT,
        [field(words("statement.field"), ids.FIELD_TEXT, text, hint=words("statement.hint"))],
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def in_details(words: Words, entry: Entry, *, may_draft: bool) -> list[Block]:
    """The person's own statement among the details, and the ways to one."""
    blocks: list[Block] = []
    buttons = []
    if entry.statement:
        blocks.append(section(words("statement.own", statement=to_mrkdwn(entry.statement))))
        buttons.append(button(words("statement.edit_own"), ids.STATEMENT_EDIT, entry.id))
    if may_draft:
        buttons.append(button(words("statement.draft"), ids.STATEMENT_DRAFT, entry.id))
    return [*blocks, actions(*buttons)] if buttons else blocks


def privacy_page(
    words: Words, destination: str | None, consent: Consent | None, *, people: int, kept_days: int
) -> Shown:
    """Who sees what, what leaves the bot, and how long it is kept, as things are set up here."""
    lines = [words(f"privacy_page.{key}") for key in ("read", "honest")]
    lines.append(words("privacy_page.learning", people=people))
    if destination is None:
        lines.append(words("privacy_page.inside"))
    else:
        said = "privacy_page.consent_yes" if consent is Consent.YES else "privacy_page.consent_no"
        lines += [words("privacy_page.outside", destination=escape(destination)), words(said)]
    if kept_days:
        lines.append(words("privacy_page.kept", days=kept_days))
    lines.append(words("privacy_page.yours"))
    headline = words("privacy_page.headline")
    return Shown(headline, [section(headline), *(section(line) for line in lines)])


def _about(words: Words, entry: Entry) -> Block:
    return context(words("language_model.kinds_about", text=to_mrkdwn(shortened(entry.text, EXCERPT))))


def _by(words: Words, destination: str) -> Block:
    return context(words("language_model.by", destination=escape(destination)))
