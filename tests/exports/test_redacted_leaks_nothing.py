"""A redacted packet in every format: nothing of what was taken out is left anywhere in it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content.document_words import document_words
from bot.content.ladder import default_ladder
from bot.domain.bets import Bet
from bot.domain.evidence import Entry, Link, LinkType, MyRole, Reach, Source, SourceType
from bot.domain.packet import DraftProject, Packet, PacketDraft, compose_packet
from bot.domain.periods import Period
from bot.domain.redaction import redacted
from bot.domain.tagging import Kind
from bot.render.glyphs import Fonts
from bot.render.press import Printer
from tests.builders import confirmation, entry
from tests.exports.opening import needs, written

PEOPLE = {"USAM": "Sam Okafor", "UDANA": "Dana Weiss", "UMEI": "Mei Tanaka"}
#: Someone of the workspace whom no entry mentions by id.
EVERYONE = {**PEOPLE, "UZOE": "Zoë Quist"}
SECRETS = (
    *("Dana", "Weiss", "dweiss", "Mei", "Tanaka", "Sam", "Okafor", "Zoë", "Quist", "zoe.quist"),
    *("acme.example", "northwind.example", "PAY-4711", "#812", "payments-oncall", "hidden-handle"),
    *("31,337", "31337", "8,675", "thirty-seven", "98.7"),
)
ALL = (
    "Dana Weiss and <@UMEI> with Zoë Quist (zoe.quist@acme.example, @hidden-handle) cut 31,337 to 8,675 rows, "
    "31337 in all, thirty-seven people, 98.7 %, see https://git.northwind.example/a and wiki.acme.example, "
    "PAY-4711, #812, in #payments-oncall; dweiss told Sam."
)


def packet() -> Packet:
    """A packet with all of it in every field a person can write in."""
    entries = [_full(kind) for kind in Kind if kind is not Kind.NONE]
    now = datetime(2026, 10, 30, tzinfo=UTC)
    bet = Bet(
        id="bet_1",
        workspace_id="T1",
        user_id="USAM",
        entry_id=entries[0].id,
        sure=70,
        expects=ALL,
        what_came=ALL,
        made_on=date(2026, 2, 1),
        look_again_on=date(2026, 12, 1),
        created_at=now,
    )
    draft = PacketDraft(
        id="pkt",
        workspace_id="T1",
        user_id="USAM",
        level="staff",
        period=Period(since=date(2026, 1, 1), until=date(2027, 1, 1)),
        strong=tuple(each.id for each in entries[:8]),
        statements={entries[1].id: ALL},
        projects=(DraftProject(name="Dana's 31,337 rows", entry_ids=(entries[0].id,), problem=ALL, scope=ALL),),
        thesis=ALL,
        plan=ALL,
        summary=(ALL,),
        created_at=now,
        updated_at=now,
    )
    shown = {"ladder": default_ladder(), "name": "Sam Okafor", "names": PEOPLE, "today": now.date(), "bets": [bet]}
    return compose_packet(draft, entries, **shown)  # type: ignore[arg-type]


def _full(kind: Kind) -> Entry:
    return entry(
        ALL,
        kind=kind,
        outcome=ALL,
        number=ALL,
        baseline=ALL,
        otherwise=ALL,
        helped=("UDANA",),
        role=MyRole.LED,
        reach=Reach.SEVERAL_TEAMS,
        links=(Link(url="https://git.northwind.example/31337", type=LinkType.RFC, label=ALL),),
        source=Source(type=SourceType.REACTION, permalink="https://acme.example/p1", author="UMEI", channel="C1"),
        confirmations=(confirmation("UDANA", ALL), confirmation("UMEI")),
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    made = Printer(document_words(), Fonts(system=False)).packet(
        redacted(packet(), EVERYONE), ["pdf", "html", "docx", "md", "canvas", "csv"]
    )
    return {file.name.rsplit(".", 1)[-1]: file.content for file in made}


@pytest.mark.parametrize("ending", ["pdf", "html", "docx", "md", "canvas", "csv"])
def test_nothing_that_was_taken_out_is_left(files: dict[str, bytes], ending: str, tmp_path: Path) -> None:
    said = _said(files[ending], ending, tmp_path)

    assert "olleague A" in said
    for secret in SECRETS:
        around = re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", said, re.IGNORECASE)
        assert around is None, said[max(0, around.start() - 60) : around.end() + 60]


def _said(content: bytes, ending: str, folder: Path) -> str:
    if ending == "docx":
        parts = zipfile.ZipFile(io.BytesIO(content))
        texts = (parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels")))
        return " ".join(re.sub(r"</w:t>|</w:p>", " ", text) for text in texts)
    if ending == "pdf":
        path = written(folder, "packet.pdf", content)
        told = [["pdftotext", path, "-"], ["pdfinfo", path], ["pdfinfo", "-url", path]]
        return " ".join(
            subprocess.run([needs(str(program)), *rest], capture_output=True, check=True).stdout.decode()
            for program, *rest in told
        )
    return content.decode()
