"""The bot as its container runs it: an ordinary user, a file system it can't write to, no capabilities, and /data."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.running import PATIENCE

ROOT = Path(__file__).parents[2]
USER = "10001"
#: Says who it is and tries to write where nothing may be written, then becomes the bot.
PROGRAM = 'id -u; for place in / /usr /etc "$1"; do touch "$place/written" && echo wrote; done; exec "$2" -m bot run'


def locked_down(data: Path, settings: dict[str, str]) -> list[str]:
    """The command that runs the bot with nothing but this folder to write to, as /data."""
    read_only = {Path("/usr"), Path("/etc"), Path(sys.base_prefix), Path(sys.prefix), ROOT}
    walls = ["bwrap", "--die-with-parent", "--unshare-pid", "--proc", "/proc", "--dev", "/dev"]
    walls += ["--perms", "1777", "--tmpfs", "/tmp"]
    for name in ("bin", "lib", "lib64"):
        walls += ["--symlink", f"usr/{name}", f"/{name}"]
    for place in sorted(read_only):
        for above in reversed(place.parents[:-1]):
            # Else it would be as closed as it is outside: a home of root's, say.
            walls += ["--perms", "0755", "--dir", str(above)]
        walls += ["--ro-bind", str(place), str(place)]
    walls += ["--bind", str(data), "/data", "--remount-ro", "/", "--chdir", str(ROOT), "--clearenv"]
    for name, value in settings.items():
        walls += ["--setenv", name, value]
    user = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--bounding-set=-all", "--no-new-privs"]
    return [*walls, *user, "sh", "-c", PROGRAM, "sh", str(ROOT), sys.executable]


@pytest.mark.skipif(
    not (shutil.which("bwrap") and os.geteuid() == 0) and not os.environ.get("CI"),
    reason="bubblewrap is not installed, or only root may use it like this",
)
async def test_it_keeps_a_note_as_an_ordinary_user_with_a_read_only_file_system(tmp_path: Path) -> None:
    os.chown(tmp_path, int(USER), int(USER))
    async with Sandbox(manifest=ROOT / "manifest.yml", answer_timeout=PATIENCE) as slack:
        settings = {
            **slack.env(),
            "DATABASE_URL": "sqlite:////data/multiplier.db",
            "HOME": "/home/multiplier",
            "PATH": "/usr/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        running = await asyncio.create_subprocess_exec(
            *locked_down(tmp_path, settings), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        assert running.stdout
        printed = b""
        try:
            async with asyncio.timeout(PATIENCE):
                while b"Multiplier is listening" not in printed:
                    line = await running.stdout.readline()
                    assert line, printed.decode()
                    printed += line
                await slack.connected()
            shown = await slack.person("sam").command("/evidence", "unblocked @dana on the flaky deploy")
        finally:
            with suppress(ProcessLookupError):
                running.kill()
            await running.wait()
    assert printed.startswith(USER.encode() + b"\n")
    assert b"wrote" not in printed
    assert "Kept" in shown.shown[0].text
    assert (tmp_path / "multiplier.db").stat().st_uid == int(USER)
