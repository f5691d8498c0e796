"""Messages with a language model's proposals. It is asked when the message is made, outside any transaction."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.content.document_words import document_words
from bot.content.messages import Words
from bot.domain.errors import NoAnswer
from bot.domain.language_model import Consent
from bot.domain.outgoing import OutboxItem, SecondLook, StatementWanted
from bot.domain.statement import named_in
from bot.services import Services
from bot.services.second_looks import wants_a_second_look
from bot.slack.postman import Letter, Writer
from bot.slack.views import proposals


async def write_second_look(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """A further pair of kinds; before the person's yes the question for it; nothing once they have decided."""
    message = item.message
    if not isinstance(message, SecondLook):
        raise TypeError(message.type)
    me, destination = (item.workspace_id, item.user_id), services.proposals.destination
    entry = await services.evidence.get(*me, message.entry_id)
    consent = await services.proposals.consent(*me)
    if destination is None or consent is Consent.NO or not wants_a_second_look(entry):
        return None
    if consent is not Consent.YES:
        shown = proposals.question(words, entry, destination)
    else:
        try:
            proposal = await services.proposals.kinds(*me, message.entry_id)
        except NoAnswer:
            shown = proposals.no_answer(words, entry, destination)
        else:
            if proposal is None:
                return None
            shown = proposals.kinds(words, proposal, destination)
    return Letter(shown=shown, channel=message.channel, thread_ts=message.thread_ts)


async def write_statement(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """A drafted statement, or why there is none."""
    message = item.message
    if not isinstance(message, StatementWanted):
        raise TypeError(message.type)
    me, destination = (item.workspace_id, item.user_id), services.proposals.destination
    if destination is None:
        return None
    entry = await services.evidence.get(*me, message.entry_id)
    try:
        proposal = await services.proposals.statement(*me, message.entry_id)
    except NoAnswer:
        return Letter(shown=proposals.no_answer(words, entry, destination))
    if proposal is None:
        return None
    names = await services.people.names(item.workspace_id, set(named_in(proposal.entry)))
    say, name_of = document_words(), lambda user: names.get(user, user)
    return Letter(shown=proposals.statement(words, say, proposal, name_of, destination))


PROPOSAL_WRITERS: Mapping[str, Writer] = MappingProxyType(
    {"second_look": write_second_look, "statement_wanted": write_statement}
)
