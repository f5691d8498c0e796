"""Pages that several listeners show: lists of entries, and the settings."""

from __future__ import annotations

from bot.content.messages import Words
from bot.domain.language_model import Consent
from bot.services import Services
from bot.services.evidence import PAGE
from bot.slack.views import lists
from bot.slack.views.blocks import Block
from bot.slack.views.capture import Shown
from bot.slack.views.settings import settings_form


async def list_page(
    services: Services, words: Words, workspace_id: str, user_id: str, searched: tuple[str, ...], offset: int
) -> Shown:
    """One page, newest first; with `searched`, of the entries in which all of the words occur."""
    page = await services.evidence.page(workspace_id, user_id, words=searched, offset=offset)
    return lists.page(
        words,
        page.entries,
        total=page.total,
        offset=page.offset,
        page_size=PAGE,
        searched=page.words,
        today=await services.people.today(workspace_id, user_id),
        workspace=await services.workspaces.get(workspace_id),
    )


async def settings_page(services: Services, words: Words, workspace_id: str, user_id: str) -> Block:
    """The settings as they are, with the levels of the person's ladder."""
    view = await services.plans.view(workspace_id, user_id)
    workspace = await services.workspaces.get(workspace_id)
    ladder = await services.ladders.of(workspace_id, user_id)
    levels = [(level.key, level.name) for level in ladder.levels]
    consent = await services.proposals.consent(workspace_id, user_id)
    model = (services.proposals.destination, consent is Consent.YES)
    return settings_form(words, view.member, workspace, view, levels, model)
