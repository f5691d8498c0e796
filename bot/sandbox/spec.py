"""What a sandbox starts with: workspaces, people, channels and what was said before.

The models are what ``Sandbox(seed=…)`` takes; unknown fields are refused so that a misspelt seed fails at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonSpec(_Spec):
    """One member. ``name`` is the handle (``sam``); ``deleted`` is a deactivated account."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    real_name: str = ""
    display_name: str = ""
    title: str = ""
    email: str = ""
    tz: str = "Europe/Lisbon"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False


class ChannelSpec(_Spec):
    """One channel. ``members`` are handles; ``None`` is everybody."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    members: list[str] | None = None
    bot_is_member: bool = True
    is_private: bool = False
    topic: str = ""
    purpose: str = ""


class MessageSpec(_Spec):
    """Something said before the sandbox was started; nobody is told of it.

    ``text`` is as typed (``@dana`` becomes a mention).  ``reactions`` maps an emoji's name to the handles that used
    it.  ``at`` is when; without it messages follow one another by a minute, ending at the present.
    """

    author: str
    channel: str
    text: str
    at: datetime | None = None
    replies: list[MessageReplySpec] = []
    reactions: dict[str, list[str]] = {}


class MessageReplySpec(_Spec):
    """One reply in a thread."""

    author: str
    text: str
    at: datetime | None = None
    reactions: dict[str, list[str]] = {}


class WorkspaceSpec(_Spec):
    """One workspace. ``installed=False``: the app gets in by OAuth only (``/oauth/v2/authorize``)."""

    name: str = "Sandbox"
    domain: str = "sandbox"
    people: list[PersonSpec] = []
    channels: list[ChannelSpec] = []
    messages: list[MessageSpec] = []
    installed: bool = True


MessageSpec.model_rebuild()

#: What there is when no seed is given: enough for a test, empty channels.
DEFAULT_WORKSPACE = WorkspaceSpec(
    people=[
        PersonSpec(name="sam", real_name="Sam Okafor", title="Senior engineer", tz="Europe/Lisbon"),
        PersonSpec(name="dana", real_name="Dana Ruiz", title="Engineer", tz="America/New_York"),
        PersonSpec(name="priya", real_name="Priya Nair", title="Engineer", tz="Asia/Kolkata"),
        PersonSpec(name="mei", real_name="Mei Tanaka", title="Staff engineer", tz="Asia/Tokyo"),
        PersonSpec(name="tom", real_name="Tom Becker", title="Engineering manager", tz="Europe/Berlin", is_admin=True),
        PersonSpec(name="aisha", real_name="Aisha Khan", title="Principal engineer", tz="America/Los_Angeles"),
    ],
    channels=[
        ChannelSpec(name="general", purpose="Everybody"),
        ChannelSpec(name="payments"),
        ChannelSpec(name="incidents"),
        ChannelSpec(name="platform", bot_is_member=False),
    ],
)
