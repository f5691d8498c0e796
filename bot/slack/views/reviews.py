"""The quarterly self-review, as one window."""

from __future__ import annotations

from bot.content.document_words import document_words
from bot.content.messages import Words
from bot.domain.reviews import Review, ReviewPage
from bot.domain.tagging import Dimension
from bot.domain.text import shortened
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import (
    Block,
    Blocks,
    button,
    context,
    field,
    fits_field,
    header,
    modal,
    option,
    section,
    select,
    text_field,
    to_mrkdwn,
)
from bot.slack.views.capture import Shown
from bot.slack.views.checkin import month

NO_FOCUS = "none"
_QUOTED = 200


def review_form(words: Words, page: ReviewPage, metadata: FormMetadata) -> Block:
    """What changed, what is strong and thin, and one focus for the next quarter."""
    found = page.findings
    months = words("review.quarter", first=f"{found.period.since:%B}", last=f"{found.period.last_day:%B %Y}")
    headline = words("review.headline", quarter=months, count=found.total, before=found.total_before)
    blocks: Blocks = [header(headline), *_changes(words, page), *_strongest(words, page), *_thin(words, page)]
    blocks += _fields(words, page)
    return modal(
        words("review.title"),
        ids.VIEW_REVIEW,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def saved(words: Words, review: Review) -> Shown:
    """The review just kept."""
    if review.focus is None:
        sentence = words("review.saved_no_focus")
    else:
        name = words.dimension(review.focus)
        sentence = words("review.saved", dimension=name[:1].upper() + name[1:])
    return Shown(sentence, [section(sentence)])


def offered(words: Words, quarter: str) -> Block:
    """The button that opens it."""
    return button(words("checkin_buttons.review"), ids.REVIEW_OPEN, quarter)


def _changes(words: Words, page: ReviewPage) -> Blocks:
    if not page.findings.total and not page.findings.total_before:
        return [section(words("review.none"))]
    lines = [
        words(
            "review.change",
            dimension=words.dimension(change.dimension),
            count=change.now.count,
            strong=change.now.strong,
            before=change.before.count,
        )
        for change in page.findings.changes
    ]
    return [section("\n".join(lines))]


def _thin(words: Words, page: ReviewPage) -> Blocks:
    """What is thin and why, and what helps with the one to begin with."""
    found, say = page.findings, document_words()
    if not found.thin:
        return [section(words("review.nothing_thin"))]
    lines = [words("review.thin")]
    for gap in found.thin:
        since = month(gap.standing.last_on, found.period.last_day)
        why = words(f"why.dimension_{gap.spot}", dimension=words.dimension(gap.dimension), month=since)
        lines.append(words("review.thin_line", why=why[:1].upper() + why[1:]))
    first = found.thin[0]
    return [section("\n".join(lines)), context(say(f"suggestion.{first.dimension}.{first.spot}"))]


def _strongest(words: Words, page: ReviewPage) -> Blocks:
    entries = [page.entries[entry_id] for entry_id in page.findings.strongest]
    if not entries:
        return []
    lines = [
        words(
            "review.strongest_line",
            kind=words.kind(entry.kind),
            text=to_mrkdwn(shortened(entry.text, _QUOTED)),
        )
        for entry in entries
    ]
    return [section("\n".join([words("review.strongest"), *lines]))]


def _fields(words: Words, page: ReviewPage) -> Blocks:
    suggested = page.findings.suggested_focus
    options = [option(words("review.no_focus"), NO_FOCUS)]
    options += [option(words.dimension(dimension), dimension) for dimension in Dimension]
    initial = (page.review.focus or NO_FOCUS) if page.review else suggested
    hint = words("review.focus_hint", dimension=words.dimension(suggested))
    blocks: Blocks = [field(words("review.focus"), ids.FIELD_FOCUS, select(options, initial=initial), hint=hint)]
    before = page.review.reflection if page.review else None
    if fits_field(before):
        note = text_field(before, multiline=True)
        hint = words("review.reflection_hint")
        blocks.append(field(words("review.reflection"), ids.FIELD_REFLECTION, note, hint=hint))
    return blocks
