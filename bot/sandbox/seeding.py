"""Making a sandbox's first state out of a ``WorkspaceSpec``; nobody is told of what was said before the start."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.errors import SandboxError
from bot.sandbox.ids import microseconds_of, text_of
from bot.sandbox.spec import ChannelSpec, MessageReplySpec, MessageSpec, PersonSpec, WorkspaceSpec
from bot.sandbox.state import Channel, Message, User, Workspace
from bot.sandbox.typing_text import message_text, rich_text_blocks
from bot.sandbox.world import World

#: Seeded messages without a time follow one another by this much.
PACE = timedelta(minutes=1)


def plant(world: World, spec: WorkspaceSpec) -> Workspace:
    """Add a workspace to the world. Raises ``SandboxError`` for names that do not fit together."""
    if spec.domain in world.by_domain:
        raise SandboxError(f"two workspaces with the domain {spec.domain!r}")
    workspace = world.add_workspace(spec.name, spec.domain, installed=spec.installed)
    for person in spec.people:
        plant_person(world, workspace, person)
    for number, channel in enumerate(spec.channels):
        plant_channel(world, workspace, channel, first=number == 0)
    _plant_messages(world, workspace, spec.messages)
    return workspace


def plant_person(world: World, workspace: Workspace, spec: PersonSpec) -> User:
    """Add a person."""
    user = User(
        id=world.ids.named("U", workspace.domain, spec.name),
        team_id=workspace.id,
        name=spec.name,
        real_name=spec.real_name or spec.name.capitalize(),
        display_name=spec.display_name or spec.name,
        title=spec.title,
        email=spec.email or f"{spec.name}@{workspace.domain}.example",
        tz=spec.tz,
        is_admin=spec.is_admin,
        is_bot=spec.is_bot,
        bot_id=world.ids.named("B", workspace.domain, spec.name) if spec.is_bot else "",
        deleted=spec.deleted,
        updated=world.seconds(),
    )
    workspace.add_user(user)
    return user


def plant_channel(world: World, workspace: Workspace, spec: ChannelSpec, *, first: bool = False) -> Channel:
    """Add a channel; the first of a workspace is its general one."""
    everybody = [user.name for user in workspace.users.values() if user.id != workspace.bot_user_id]
    names = everybody if spec.members is None else spec.members
    members = {_user(workspace, name).id for name in names}
    if spec.bot_is_member and workspace.installed:
        members.add(workspace.bot_user_id)
    channel = Channel(
        id=world.ids.named("C", workspace.domain, spec.name),
        team_id=workspace.id,
        name=spec.name,
        kind="group" if spec.is_private else "channel",
        created=world.seconds(),
        members=members,
        topic=spec.topic,
        purpose=spec.purpose,
        creator=next(iter(sorted(members)), ""),
        is_general=first,
    )
    workspace.add_channel(channel)
    return channel


def _plant_messages(world: World, workspace: Workspace, specs: list[MessageSpec]) -> None:
    count = sum(1 + len(spec.replies) for spec in specs)
    moment = world.clock.now() - PACE * (count + 1)
    for spec in specs:
        moment = spec.at or moment + PACE
        channel = workspace.channel(spec.channel)
        if channel is None:
            raise SandboxError(f"the seed speaks in #{spec.channel}, which it does not have")
        parent = _say(world, workspace, channel, spec, moment, None)
        for reply in spec.replies:
            moment = reply.at or moment + PACE
            _say(world, workspace, channel, reply, moment, parent.ts)


def _say(
    world: World,
    workspace: Workspace,
    channel: Channel,
    spec: MessageSpec | MessageReplySpec,
    moment: datetime,
    thread_ts: str | None,
) -> Message:
    words = message_text(spec.text, workspace)
    micros = int(moment.timestamp() * 1_000_000)
    while text_of(micros) in channel.messages:
        micros += 1
    author = _user(workspace, spec.author)
    message = Message(
        ts=text_of(micros),
        channel=channel.id,
        user=author.id,
        text=words,
        blocks=[] if author.is_bot else rich_text_blocks(words, world.ids.next("blk", 5)),
        thread_ts=thread_ts,
        bot_id=author.bot_id or None,
        client_msg_id=None if author.is_bot else world.ids.uuid(),
        reactions={name: [_user(workspace, who).id for who in whos] for name, whos in spec.reactions.items()},
    )
    channel.add(message)
    workspace.timestamps.not_before(microseconds_of(message.ts) or 0)
    return message


def _user(workspace: Workspace, name: str) -> User:
    user = workspace.user(name)
    if user is None:
        raise SandboxError(f"the seed names {name!r}, whom it does not have")
    return user
