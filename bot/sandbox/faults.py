"""Things that go wrong on purpose: planned per method and workspace, used up one request at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

Kind = Literal["ratelimited", "error", "status", "delay", "garbage", "hang", "drop"]


@dataclass(slots=True)
class Fault:
    """One planned fault.

    ``after_effect``: the request is carried out first and only its answer goes wrong, as when a connection breaks
    after Slack has posted the message.
    """

    kind: Kind
    method: str
    workspace: str | None = None
    times: int = 1
    retry_after: int = 1
    error: str = ""
    status: int = 500
    seconds: float = 0.0
    after_effect: bool = False


class Faults:
    """The faults still to come. ``method`` may be ``*``; ``workspace`` is an id or domain, or ``None`` for all."""

    def __init__(self) -> None:
        self._planned: dict[str, list[Fault]] = defaultdict(list)

    def add(self, fault: Fault) -> Fault:
        """Plan a fault; several for one method happen in the order they were planned."""
        self._planned[fault.method].append(fault)
        return fault

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1, workspace: str | None = None) -> Fault:
        """429 with ``Retry-After``."""
        return self.add(Fault("ratelimited", method, workspace, times, retry_after=retry_after))

    def error(
        self,
        method: str,
        error: str,
        *,
        times: int = 1,
        workspace: str | None = None,
        after_effect: bool = False,
    ) -> Fault:
        """``ok: false`` with that error."""
        return self.add(Fault("error", method, workspace, times, error=error, after_effect=after_effect))

    def status(
        self,
        method: str,
        status: int = 500,
        *,
        times: int = 1,
        workspace: str | None = None,
        after_effect: bool = False,
    ) -> Fault:
        """A bare HTTP status, the body no JSON."""
        return self.add(Fault("status", method, workspace, times, status=status, after_effect=after_effect))

    def delay(self, method: str, seconds: float, *, times: int = 1, workspace: str | None = None) -> Fault:
        """Answer late."""
        return self.add(Fault("delay", method, workspace, times, seconds=seconds))

    def garbage(
        self, method: str, *, times: int = 1, workspace: str | None = None, after_effect: bool = False
    ) -> Fault:
        """200 with a body that is no JSON."""
        return self.add(Fault("garbage", method, workspace, times, after_effect=after_effect))

    def hang(self, method: str, *, times: int = 1, workspace: str | None = None, after_effect: bool = False) -> Fault:
        """Never answer (until the sandbox stops or the caller gives up)."""
        return self.add(Fault("hang", method, workspace, times, after_effect=after_effect))

    def drop(self, method: str, *, times: int = 1, workspace: str | None = None, after_effect: bool = False) -> Fault:
        """Close the connection without an answer."""
        return self.add(Fault("drop", method, workspace, times, after_effect=after_effect))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()

    def pending(self) -> list[Fault]:
        """The faults not yet used up."""
        return [fault for faults in self._planned.values() for fault in faults]

    def take(self, method: str, team_id: str, domain: str) -> Fault | None:
        """The fault this request meets, if one is planned; uses it up by one."""
        if not self._planned:
            return None
        for name in (method, "*"):
            faults = self._planned.get(name, [])
            for fault in faults:
                if fault.workspace in (None, team_id, domain):
                    fault.times -= 1
                    if fault.times <= 0:
                        faults.remove(fault)
                    return fault
        return None
