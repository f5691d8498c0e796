"""Every message of a Slack export through capture: no error may come of it.

    uv run python -m benchmarks.real_messages PATH_OF_EXPORT

Prints how many messages were kept, refused as saying nothing in words, and called evidence by the
tagger, then one line of JSON. Ends with exit code 1 when any message raised anything else.
"""

from __future__ import annotations

import asyncio
import collections
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.bootstrap import Multiplier, assemble
from bot.domain.capture import CaptureRequest, message_key
from bot.domain.errors import Refused
from bot.domain.evidence import Source, SourceType
from bot.domain.people import Profile
from bot.domain.tagging import Kind
from bot.domain.workspaces import Workspace
from bot.settings import Settings
from bot.slack.text import to_plain

WORKSPACE = "T0REAL"


def messages(export: Path) -> Iterator[tuple[str, str, str, str]]:
    """Channel, timestamp, author and canonical text of each message that has one."""
    for file in sorted(export.glob("*/*.json")):
        for message in json.loads(file.read_text(encoding="utf-8")):
            if message.get("type") == "message" and message.get("text"):
                yield file.parent.name, message["ts"], message.get("user") or "UUNKNOWN", to_plain(message["text"])


async def capture_all(multiplier: Multiplier, export: Path) -> tuple[collections.Counter[str], list[str]]:
    """Capture each message as its author's; what happened, counted, and the errors."""
    counts: collections.Counter[str] = collections.Counter()
    errors: list[str] = []
    people: set[str] = set()
    for channel, ts, user, text in messages(export):
        if user not in people:
            await multiplier.services.people.learn(WORKSPACE, Profile(user_id=user, name=user, zone="UTC"))
            people.add(user)
        request = CaptureRequest(
            workspace_id=WORKSPACE,
            user_id=user,
            capture_key=message_key(channel, ts),
            text=text,
            said_at=datetime.fromtimestamp(float(ts), UTC),
            source=Source(type=SourceType.IMPORT, channel=channel, ts=ts, author=user),
        )
        try:
            captured = await multiplier.services.capture.capture(request)
        except Refused as error:
            counts[f"refused: {error.message_key}"] += 1
        except Exception as error:
            errors.append(f"{channel}/{ts}: {type(error).__name__}")
        else:
            counts["kept"] += captured.is_new
            counts["evidence"] += captured.is_new and captured.entry.kind is not Kind.NONE
    return counts, errors


async def main(export: Path) -> int:
    """Run it on a new database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/real.db")  # type: ignore[call-arg]
        multiplier = await assemble(settings)
        workspace = Workspace(id=WORKSPACE, bot_user_id="UBOT", installed_at=datetime.now(UTC))
        await multiplier.services.workspaces.install(workspace)
        begun = time.perf_counter()
        counts, errors = await capture_all(multiplier, export)
        seconds = time.perf_counter() - begun
        await multiplier.close()
    for what, count in counts.most_common():
        print(f"{count:6}  {what}")
    for error in errors:
        print(f"error  {error}")
    share = counts["evidence"] / max(counts["kept"], 1)
    print(
        json.dumps(
            {
                "kept": counts["kept"],
                "refused": sum(counts.values()) - counts["kept"] - counts["evidence"],
                "errors": len(errors),
                "called_evidence_share": round(share, 4),
                "ms_a_message": round(1000 * seconds / max(counts["kept"], 1), 2),
            }
        )
    )
    return 1 if errors else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
