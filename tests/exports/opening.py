"""Programs that are not ours, to open what we made."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

#: Where Linux distributions put Chromium; CHROMIUM names another place.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def needs(program: str) -> str:
    """Where a program is. Without it the test is skipped, saying so; in CI it fails."""
    found = CHROMIUM if program == "chromium" else shutil.which(program)
    if found:
        return found
    message = f"{program} is not installed (Debian: apt-get install chromium poppler-utils)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def written(folder: Path, name: str, content: bytes | str) -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
