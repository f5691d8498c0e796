"""Messages around the case: asking someone to confirm, telling the asker, handing a packet over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.content.messages import Words
from bot.domain.errors import Unreachable
from bot.domain.outgoing import ConfirmAnswered, ConfirmAsked, OutboxItem, PacketWanted
from bot.domain.packet import MadeFile, Packet
from bot.services import Services
from bot.slack.gateway import SlackGateway
from bot.slack.postman import Letter, Writer
from bot.slack.views import confirm
from bot.slack.views.blocks import escape, link
from bot.slack.views.capture import day, sentence

CANVAS = "canvas"


def case_writers(gateway: SlackGateway) -> Mapping[str, Writer]:
    """The writers of these messages, by type."""
    return {
        "confirm_asked": write_request,
        "confirm_answered": write_answer,
        "packet_wanted": PacketDelivery(gateway).write,
    }


async def write_request(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Ask someone to confirm; nothing when it was answered or withdrawn in the meantime."""
    message = item.message
    if not isinstance(message, ConfirmAsked):
        raise TypeError(message.type)
    request = await services.corroboration.get(item.workspace_id, item.user_id, message.request_id)
    if not request.is_open:
        return None
    names = await services.people.names(item.workspace_id, [request.user_id])
    return Letter(shown=confirm.request(words, request, names[request.user_id]))


async def write_answer(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Tell the asker how the request stands now."""
    message = item.message
    if not isinstance(message, ConfirmAnswered):
        raise TypeError(message.type)
    request, entry = await services.corroboration.about(item.workspace_id, item.user_id, message.request_id)
    return None if request.is_open else Letter(shown=confirm.told(words, request, entry))


class PacketDelivery:
    """Makes a packet and brings its files, with a message that says how far it is."""

    def __init__(self, gateway: SlackGateway) -> None:
        self._gateway = gateway

    async def write(self, services: Services, words: Words, item: OutboxItem) -> Letter | None:
        """The message that it is being made; what follows replaces it."""
        message = item.message
        if not isinstance(message, PacketWanted):
            raise TypeError(message.type)
        packet = await services.packets.compose(
            item.workspace_id, item.user_id, message.draft_id, redact=message.redacted
        )
        making = _Making(services, words, self._gateway, item, packet, message.formats)
        shown = words("packet.making", level=escape(packet.level.name), count=len(message.formats))
        return Letter(shown=sentence(shown), sent=making.deliver)


@dataclass(frozen=True)
class _Making:
    services: Services
    words: Words
    gateway: SlackGateway
    item: OutboxItem
    packet: Packet
    formats: Sequence[str]

    async def deliver(self, channel: str, ts: str) -> None:
        """Make the files, upload them under the message, and let the message say so."""
        made: dict[str, MadeFile] = {}
        for number, name in enumerate(self.formats):
            if number:
                await self._say(channel, ts, self._making(number))
            for file in await self.services.packets.print(self.packet, [name]):
                made.setdefault(file.name, file)
        files = [each for each in made.values() if not each.name.endswith(f".{CANVAS}")]
        if files:
            await self._upload(channel, ts, files)
        canvases = [await self._canvas(each) for each in made.values() if each.name.endswith(f".{CANVAS}")]
        await self._say(channel, ts, "\n".join([self._done(), *canvases]))

    async def _say(self, channel: str, ts: str, text: str) -> None:
        shown = sentence(text)
        await self.gateway.call(
            self.item.workspace_id,
            lambda client: client.chat_update(channel=channel, ts=ts, text=shown.text, blocks=shown.blocks),
        )

    def _making(self, done: int) -> str:
        level, count = escape(self.packet.level.name), len(self.formats)
        return self.words("packet.making_on", level=level, count=count, done=done)

    async def _upload(self, channel: str, ts: str, files: Sequence[MadeFile]) -> None:
        uploads = [
            {"filename": each.name, "title": each.title, "content": each.content, "alt_txt": each.alt or None}
            for each in files
        ]
        await self.gateway.call(
            self.item.workspace_id,
            lambda client: client.files_upload_v2(channel=channel, thread_ts=ts, file_uploads=uploads),
        )

    async def _canvas(self, made: MadeFile) -> str:
        workspace_id, user_id = self.item.workspace_id, self.item.user_id
        content = {"type": "markdown", "markdown": made.content.decode()}
        try:
            created = await self.gateway.call(
                workspace_id,
                lambda client: client.canvases_create(title=made.title, document_content=content),
            )
            canvas_id = str(created["canvas_id"])
            await self.gateway.call(
                workspace_id,
                lambda client: client.canvases_access_set(
                    canvas_id=canvas_id, access_level="write", user_ids=[user_id]
                ),
            )
        except Unreachable as refused:
            # Free plans have no canvases of their own, and a record may be larger than one takes.
            return self.words("packet.no_canvas", reason=escape(refused.reason))
        workspace = await self.services.workspaces.get(workspace_id)
        address = f"{workspace.url.rstrip('/')}/docs/{workspace_id}/{canvas_id}"
        return self.words("packet.canvas", title=link(address, made.title))

    def _done(self) -> str:
        today = self.packet.made_on
        return self.words(
            "packet.done",
            level=escape(self.packet.level.name),
            since=day(self.words, self.packet.period.since, today),
            until=day(self.words, self.packet.period.last_day, today),
            body=len(self.packet.body),
            log=len(self.packet.log),
        )
