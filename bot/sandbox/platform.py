"""All parts of one sandbox put together, without the server around them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.delivery import Deliveries
from bot.sandbox.events import Changes, Events
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.modals import Modals
from bot.sandbox.posting import Posting
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.socket_mode import SocketTransport
from bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Platform:
    """What Web API methods, people and the control API work with."""

    world: World
    events: Events
    changes: Changes
    deliveries: Deliveries
    socket: SocketTransport
    posting: Posting
    modals: Modals
    journal: Journal
    faults: Faults
    rate_limits: RateLimits
