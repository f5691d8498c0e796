"""A PostgreSQL server for tests and benchmarks: the one at `TEST_POSTGRES_URL`, else one of our own for the session."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

MISSING = "no PostgreSQL: set TEST_POSTGRES_URL, or install the server (apt-get install postgresql)"


class PostgresServer:
    """A server that this process started on 127.0.0.1, with durable commits, in a directory that goes with it.

    The server refuses to run as root, so root starts it as the user `postgres`.
    """

    def __init__(self, binaries: Path, where: Path | None = None) -> None:
        """`where` is an existing directory for its files, else one of the system's."""
        self._binaries = binaries
        self._user = "postgres" if os.geteuid() == 0 else None
        self._home = Path(tempfile.mkdtemp(prefix="multiplier-pg-", dir=where))
        if self._user:
            shutil.chown(self._home, self._user)
        self._data = self._home / "data"
        self.port = _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-D", self._data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    @classmethod
    def installed(cls) -> Path | None:
        """Where the server's programs are; `None` when this machine has none."""
        on_path = shutil.which("initdb")
        places = [Path(on_path).resolve().parent] if on_path else []
        places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        return next((place for place in places if (place / "postgres").exists()), None)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self._home} -c max_connections=200 -c shared_buffers=64MB"
        options += " -c max_wal_size=128MB"
        log = self._home / "log"
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "-t", "60", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; with mode `immediate` as a crash would."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def is_running(self) -> bool:
        """Whether it runs; it ends itself when its disk is full."""
        try:
            self._run("pg_ctl", "-D", self._data, "status")
        except RuntimeError:
            return False
        return True

    def remove(self) -> None:
        """Stop it and remove its files."""
        if self.is_running():
            self.stop("immediate")
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._binaries / program), *map(str, arguments)]
        done = subprocess.run(command, user=self._user, cwd=self._home, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


def create_database(server_url: str) -> str:
    """A new, empty database on this server; its address."""
    name = f"multiplier_{secrets.token_hex(6)}"
    asyncio.run(_administer(server_url, f'CREATE DATABASE "{name}"'))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Remove a database of `create_database`, whoever is still connected to it."""
    asyncio.run(_administer(_server_of(url), f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server. Skips where there is none; in CI that is a failure."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    binaries = PostgresServer.installed()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    server = PostgresServer(binaries)
    try:
        yield server.url
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database, gone after the test."""
    url = create_database(postgres_server)
    try:
        yield url
    finally:
        drop_database(url)


@pytest.fixture
def walled_postgres_url(postgres_url: str) -> Iterator[str]:
    """The same as an ordinary role, whom row-level security holds, and who owns its tables as the bot does."""
    url = make_url(postgres_url)
    role = f"bot_{url.database}"
    asyncio.run(_administer(postgres_url, f"CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA public TO {role}"))
    try:
        yield url.set(username=role).render_as_string(hide_password=False)
    finally:
        asyncio.run(_administer(postgres_url, f"DROP OWNED BY {role}; DROP ROLE {role}"))


async def _administer(server_url: str, statement: str) -> None:
    connection = await asyncpg.connect(_plain(server_url))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _server_of(url: str) -> str:
    return make_url(url).set(database="postgres").render_as_string(hide_password=False)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
