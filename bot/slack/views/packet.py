"""Making a packet in Slack: one form to choose and write in, one to edit the wording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.content.messages import Words
from bot.domain.evidence import Entry
from bot.domain.packet import DraftProject, PacketDraft
from bot.domain.statement import NameOf, Say, impact
from bot.domain.strength import strength_of
from bot.domain.text import MENTION, shortened
from bot.slack import ids, limits
from bot.slack.form import Form
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    field,
    fits_field,
    modal,
    multi_select,
    option,
    section,
    select,
    text_field,
)
from bot.slack.views.capture import day

#: In which formats a packet is made unless the person chooses others.
USUAL_FORMATS = ("pdf", "html", "docx")
REDACTED, WHOLE = "redacted", "whole"


def reading(words: Words, said: str = "") -> Block:
    """What stands there while the record is being read, or why there is nothing to choose from."""
    return modal(words("packet_form.title"), ids.VIEW_DETAILS, [section(said or words("packet_form.reading"))])


def builder(
    words: Words,
    say: Say,
    draft: PacketDraft,
    offered: Sequence[Entry],
    total: int,
    level_name: str,
    formats: Sequence[str],
    today: date,
) -> Block:
    """Everything one decides about a packet, in one form."""
    span = {
        "since": day(words, draft.period.since, today),
        "until": day(words, draft.period.last_day, today),
    }
    metadata = FormMetadata(draft_id=draft.id).packed()
    if not offered:
        blocks = [section(words("packet_form.empty", **span))]
        return modal(words("packet_form.title"), ids.VIEW_DETAILS, blocks)
    blocks = [
        context(words("packet_form.intro", level=level_name, total=total, **span)),
        *_choice(words, say, draft, offered),
        *_projects(words, draft, offered, today),
        field(
            words("packet_form.thesis"),
            ids.FIELD_THESIS,
            text_field(_fitting(draft.thesis), multiline=True),
            hint=words("packet_form.thesis_hint"),
        ),
        field(words("packet_form.plan"), ids.FIELD_PLAN, text_field(_fitting(draft.plan), multiline=True)),
        *_output(words, formats),
    ]
    return modal(
        words("packet_form.title"),
        ids.VIEW_PACKET,
        blocks,
        submit=words("case_buttons.make"),
        close="Later",
        metadata=metadata,
    )


def _choice(words: Words, say: Say, draft: PacketDraft, offered: Sequence[Entry]) -> Blocks:
    items = [option(_label(say, entry), entry.id) for entry in offered]
    return [
        field(
            words("packet_form.items"),
            ids.FIELD_ITEMS,
            multi_select(items, initial=draft.strong),
            optional=False,
            hint=words("packet_form.items_hint"),
        ),
        field(
            words("packet_form.order"), ids.FIELD_ORDER, text_field(longest=60), hint=words("packet_form.order_hint")
        ),
        field(
            words("packet_form.left_out"),
            ids.FIELD_LEFT_OUT,
            multi_select(items, initial=draft.left_out),
            hint=words("packet_form.left_out_hint"),
        ),
        actions(button(words("case_buttons.wording"), ids.PACKET_WORDING, draft.id)),
    ]


def wording(words: Words, say: Say, draft: PacketDraft, body: Sequence[Entry], name_of: NameOf) -> Block:
    """The claims' sentences, to be changed one by one."""
    blocks: Blocks = [context(words("packet_form.wording_intro"))]
    for number, entry in enumerate(body):
        text = draft.statements.get(entry.id) or impact(entry, say, name_of)
        label = f"{number + 1}. {_label(say, entry)}"
        if fits_field(text):
            element = text_field(text, multiline=True)
            blocks.append(field(label, f"{ids.FIELD_STATEMENT}{entry.id}", element))
        else:
            blocks.append(section(shortened(text, limits.SECTION_TEXT - 100)))
    return modal(
        words("packet_form.wording_title"),
        ids.VIEW_WORDING,
        blocks,
        submit=words("buttons.save"),
        close="Back",
        metadata=FormMetadata(draft_id=draft.id).packed(),
    )


def read_projects(form: Form, draft: PacketDraft) -> tuple[DraftProject, ...]:
    """The projects as the person named them; those without a name are left out."""
    projects = []
    for number, project in enumerate(draft.projects):
        name = form.text(f"{ids.FIELD_PROJECT}{number}").strip()
        if name:
            changes = {
                "name": name,
                "problem": _said(form, f"{ids.FIELD_PROBLEM}{number}", project.problem),
                "scope": _said(form, f"{ids.FIELD_SCOPE}{number}", project.scope),
            }
            projects.append(project.model_copy(update=changes))
    return tuple(projects)


def read_statements(form: Form, draft: PacketDraft, body: Sequence[Entry], say: Say, name_of: NameOf) -> dict[str, str]:
    """The sentences the person changed, by entry; what stayed as composed goes on following its entry."""
    statements = dict(draft.statements)
    for entry in body:
        block_id = f"{ids.FIELD_STATEMENT}{entry.id}"
        if block_id not in form:
            continue
        text = form.text(block_id).strip()
        if not text or text == impact(entry, say, name_of):
            statements.pop(entry.id, None)
        else:
            statements[entry.id] = text
    return statements


def _projects(words: Words, draft: PacketDraft, offered: Sequence[Entry], today: date) -> Blocks:
    days = {entry.id: entry.occurred_on for entry in offered}
    blocks: Blocks = []
    for number, project in enumerate(draft.projects):
        known = [days[id_] for id_ in project.entry_ids if id_ in days] or [draft.period.since]
        hint = words(
            "packet_form.project_hint",
            count=len(project.entry_ids),
            since=day(words, min(known), today),
            until=day(words, max(known), today),
        )
        label = words("packet_form.project", number=number + 1)
        name = text_field(MENTION.sub("", project.name)[:200], longest=200)
        blocks.append(field(label, f"{ids.FIELD_PROJECT}{number}", name, hint=hint))
        problem = text_field(_fitting(project.problem), multiline=True)
        blocks.append(field(words("packet_form.problem"), f"{ids.FIELD_PROBLEM}{number}", problem))
        scope = text_field(_fitting(project.scope))
        blocks.append(field(words("packet_form.scope"), f"{ids.FIELD_SCOPE}{number}", scope))
    return blocks


def _output(words: Words, formats: Sequence[str]) -> Blocks:
    kinds = [option(words(f"packet.formats.{name}"), name) for name in formats]
    audience = [
        option(words("packet_form.redacted_no"), WHOLE),
        option(words("packet_form.redacted_yes"), REDACTED),
    ]
    return [
        field(
            words("packet_form.formats"),
            ids.FIELD_FORMATS,
            multi_select(kinds, initial=USUAL_FORMATS),
            optional=False,
        ),
        field(words("packet_form.redacted"), ids.FIELD_REDACTED, select(audience, initial=WHOLE), optional=False),
    ]


def _label(say: Say, entry: Entry) -> str:
    strength = say(f"strength.{strength_of(entry).name.lower()}")
    text = MENTION.sub("", entry.text)
    return shortened(f"{entry.occurred_on:%d %b} · {strength} · {text}", limits.OPTION_TEXT)


def _fitting(text: str | None) -> str | None:
    return text if fits_field(text) else None


def _said(form: Form, block_id: str, before: str | None) -> str | None:
    if not fits_field(before):
        return before
    return form.text(block_id).strip() or None
