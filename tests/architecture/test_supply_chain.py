"""What the project stands on: pinned, installed as pinned, without secrets, run without rights it doesn't need."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: Shapes of tokens and keys as they are given out; shorter or spelled-out ones stand in examples and tests.
SECRETS = re.compile(
    r"xox[abpers]-\d{9,}-\d{9,}-\w{16,}"
    r"|xapp-\d-[A-Z0-9]{9,}-\d{9,}-[0-9a-f]{32,}"
    r"|xoxe\.xox[bp]-\d-\w{100,}"
    r"|hooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}"
    r"|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36,}|glpat-[\w-]{20,}|sk-[A-Za-z0-9]{32,}"
    r"|-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----"
    r"|(?i:ENCRYPTION_KEYS\s*=\s*)[\w-]{43}="
)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = PROJECT["tool"]["uv"]["constraint-dependencies"]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines), "a pin is exact"
    return {canonical(line.split("==")[0]): line.split("==")[1] for line in lines}


def files() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_everything_installed_is_pinned_and_installed_as_pinned() -> None:
    pinned = pins()
    own = {canonical(PROJECT["project"]["name"]), "pip", "setuptools", "wheel", "uv"}
    installed = {canonical(each.metadata["Name"]): each.version for each in distributions()}
    assert {name: found for name, found in installed.items() if name not in own and pinned.get(name) != found} == {}


def test_everything_asked_for_is_pinned() -> None:
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    names = {canonical(re.split(r"[\[<>=!~; ]", each)[0]) for each in asked}
    assert names <= set(pins())


def test_no_secret_is_in_the_repository() -> None:
    for file in files():
        found = SECRETS.search(file.read_bytes().decode("utf-8", "replace"))
        assert found is None, f"{file.relative_to(ROOT)} holds what looks like a secret"
    assert not [file for file in files() if file.name == ".env" or file.suffix in (".pem", ".key", ".db", ".sqlite")]


@pytest.mark.parametrize(
    "planted",
    [
        "xoxb-" + "1" * 12 + "-" + "2" * 12 + "-" + "aB3" * 8,
        "ENCRYPTION_KEYS=" + "k" * 43 + "=",
        "-----BEGIN " + "PRIVATE KEY-----",
    ],
)
def test_a_secret_would_be_found(planted: str) -> None:
    assert SECRETS.search(f"x = '{planted}'")


def test_the_container_runs_as_an_ordinary_user_and_writes_to_its_volume_alone() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["multiplier"]
    after = lines[lines.index("USER multiplier") :]
    assert not [line for line in after if line.startswith(("RUN ", "COPY ", "ADD "))]
    assert "VOLUME /data" in lines
    assert any("sqlite:////data/" in line for line in lines)
    assert any("PYTHONDONTWRITEBYTECODE=1" in line for line in lines)
    page = (ROOT / "docs" / "set-up.md").read_text(encoding="utf-8")
    assert "--read-only" in page
    assert "--cap-drop ALL" in page
