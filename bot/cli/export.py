"""`multiplier export` and `multiplier import-record`: one person's record out and in, as a packet or whole."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import engine_from
from bot.cli.say import fail, tell
from bot.content.document_words import document_words
from bot.content.ladder import LadderFiles
from bot.content.messages import load_words
from bot.domain.errors import BotError, Unreachable
from bot.domain.packet import MadeFile
from bot.domain.people import Profile
from bot.domain.record import read_record
from bot.domain.threads import Thread
from bot.render.press import Printer
from bot.services.clock import SystemClock
from bot.services.ladders import LadderService
from bot.services.packets import FORMATS, PacketService
from bot.services.people import PeopleService
from bot.services.record import RecordService
from bot.settings import Settings
from storage.migrate import upgrade
from storage.unit_of_work import Storage

_Team = Annotated[str, typer.Option(help="The workspace's id (T…).")]
_User = Annotated[str, typer.Option(help="The person's id (U…).")]


def export(
    team: _Team,
    user: _User,
    format: Annotated[  # noqa: A002 - the option's name
        list[str] | None,
        typer.Option(help=f"json (the whole record), or of a packet: {', '.join(FORMATS)}. Repeatable."),
    ] = None,
    period: Annotated[str, typer.Option(help="Of a packet: quarter, 2026, 2026-Q3, all, …")] = "year",
    level: Annotated[str, typer.Option(help="Of a packet: the target level; the person's own by default.")] = "",
    redacted: Annotated[bool, typer.Option(help="Of a packet: names as roles, numbers as ranges, no links.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write files to; JSON alone goes to the output.")] = None,
) -> None:
    """Take a person's record away: whole as JSON, or as a promotion packet in files."""
    formats = format or ["json"]
    unknown = [name for name in formats if name not in ("json", *FORMATS)]
    if unknown:
        choices = ", ".join(("json", *FORMATS))
        raise typer.BadParameter(f"{unknown[0]!r} is not a format; choose of {choices}", param_hint="--format")
    if formats == ["json"] and out is None:
        typer.echo(asyncio.run(_json(Settings(), team, user)))
        return
    folder = out or Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    for made in _guarded(_files(Settings(), team, user, formats, period, level, redacted)):
        (folder / made.name).write_bytes(made.content)
        tell(f"wrote {folder / made.name}")


def import_record(
    team: _Team, user: _User, file: Annotated[Path, typer.Argument(help="A JSON file that `export` wrote.")]
) -> None:
    """Bring an exported record back; what is there already stays as it is."""
    try:
        content = file.read_bytes()
    except OSError as unreadable:
        fail(f"{file} can't be read: {unreadable.strerror}")
    added, there_already = asyncio.run(_restored(Settings(), team, user, content))
    tell(f"{added} entries brought back, {there_already} were there already")


class _NoSlack:
    """Stands in for Slack on the command line: what isn't known of a person stays unknown."""

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        raise Unreachable("not_connected")

    async def thread(self, workspace_id: str, channel: str, ts: str) -> Thread:
        raise Unreachable("not_connected")

    async def permalink(self, workspace_id: str, channel: str, ts: str) -> str | None:
        raise Unreachable("not_connected")

    async def open_dm(self, workspace_id: str, user_id: str) -> str:
        raise Unreachable("not_connected")


@asynccontextmanager
async def _opened(settings: Settings, team: str, user: str) -> AsyncIterator[Storage]:
    engine = engine_from(settings)
    try:
        await upgrade(engine)
        storage = Storage(engine)
        async with storage.reading(team) as work:
            if await work.members.get(user) is None:
                fail(f"nobody with the id {user} has used the bot in {team}")
        yield storage
    finally:
        await engine.dispose()


async def _json(settings: Settings, team: str, user: str) -> str:
    async with _opened(settings, team, user) as storage:
        return (await RecordService(storage, SystemClock()).export(team, user)).model_dump_json(indent=2)


async def _restored(settings: Settings, team: str, user: str, content: bytes) -> tuple[int, int]:
    async with _opened(settings, team, user) as storage:
        try:
            restored = await RecordService(storage, SystemClock()).restore(read_record(content), team, user)
        except BotError as refused:
            fail(_words_of(refused))
    return restored.added, restored.there_already


def _guarded(work: Coroutine[None, None, list[MadeFile]]) -> list[MadeFile]:
    try:
        return asyncio.run(work)
    except BotError as refused:
        fail(_words_of(refused))


async def _files(
    settings: Settings, team: str, user: str, formats: list[str], period: str, level: str, redacted: bool
) -> list[MadeFile]:
    clock = SystemClock()
    async with _opened(settings, team, user) as storage:
        people = PeopleService(storage, _NoSlack(), clock)
        ladders = LadderService(storage, LadderFiles(settings.ladder_file, lambda wrong: tell(str(wrong))), clock)
        packets = PacketService(storage, people, ladders, Printer(document_words()), clock)
        files: list[MadeFile] = []
        packet = None
        with typer.progressbar(formats, label="Making", file=sys.stderr) as bar:
            for name in bar:
                if name == "json":
                    content = (await RecordService(storage, clock).export(team, user)).model_dump_json(indent=2)
                    files.append(MadeFile(name="record.json", title="Record", content=content.encode()))
                    continue
                if packet is None:
                    proposal = await packets.propose(team, user, period, level)
                    packet = await packets.compose(team, user, proposal.draft.id, redact=redacted)
                files += await packets.print(packet, [name])
    return files


def _words_of(error: BotError) -> str:
    return load_words()(error.message_key, **error.facts)
