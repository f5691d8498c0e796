"""Makes what stands in `docs/examples/` from the sample year. `python -m tests.docs.examples` writes it anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from bot.content.document_words import document_words
from bot.content.ladder import default_ladder
from bot.content.sample import sample_year
from bot.domain.insight import insight
from bot.domain.ladder import ladder_map
from bot.domain.packet import DraftProject, Packet, PacketDraft, compose_packet, may_be_in_packet
from bot.domain.periods import Period
from bot.domain.readers_check import check_record
from bot.domain.redaction import redacted
from bot.render.document import Document, Picture
from bot.render.glyphs import Fonts
from bot.render.html import html
from bot.render.markdown import markdown
from bot.render.packet_document import packet_document
from bot.render.pdf import pdf
from bot.render.summary_document import check_document, summary_document

FOLDER = Path(__file__).parents[2] / "docs" / "examples"
TODAY = date(2026, 11, 20)
PERIOD = Period(since=date(2026, 1, 1), until=date(2026, 11, 21))
NAMES = {
    "U0SAM": "Sam Okafor",
    "U0DANA": "Dana Weiss",
    "U0PRIYA": "Priya Raman",
    "U0MEI": "Mei Tanaka",
    "U0TOM": "Tom Ortega",
    "U0AISHA": "Aisha Bello",
}
YEAR = sample_year(
    "T0NORTHWIND",
    "U0SAM",
    user_of=lambda handle: f"U0{handle.upper()}",
    channel_of=lambda name: f"C0{name.upper()}",
)
#: The days of the entries that Sam put in the body, in Sam's order.
CHOSEN = ("11-12", "01-22", "06-04", "05-14", "01-14", "03-11", "07-21", "09-10")
#: Only the fonts that come with us, so that the examples are the same on every machine.
FONTS = Fonts(system=False)


def sample_packet() -> Packet:
    """Sam's packet for staff, with what Sam chose and wrote in it."""
    ladder = default_ladder()
    projects = tuple(
        DraftProject(
            name=project.name,
            entry_ids=tuple(entry.id for entry in YEAR.entries if entry.project_id == project.id),
            problem=project.problem,
            scope=project.scope,
        )
        for project in YEAR.projects
    )
    by_day = {f"{entry.occurred_on:%m-%d}": entry.id for entry in YEAR.entries}
    made_at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    draft = PacketDraft(
        id="pkt_sample",
        workspace_id="T0NORTHWIND",
        user_id="U0SAM",
        period=PERIOD,
        level="staff",
        strong=tuple(by_day[day] for day in CHOSEN),
        projects=projects,
        thesis=(
            "I make the systems of several teams add up: one deploy path, one queue per consequence, one owner "
            "for the ledger. I do it mostly through other people's decisions, and I say beforehand what I expect."
        ),
        plan="One more problem named before anybody asks for a solution, with the on-call data of Checkout.",
        created_at=made_at,
        updated_at=made_at,
    )
    return compose_packet(draft, YEAR.entries, ladder=ladder, name=YEAR.name, names=NAMES, today=TODAY, bets=YEAR.bets)


def documents() -> Mapping[str, Document]:
    """The example documents by file name without ending."""
    say, level = document_words(), default_ladder().level("staff")
    shown = [entry for entry in YEAR.entries if may_be_in_packet(entry)]
    packet = sample_packet()
    found = insight(shown, PERIOD, TODAY)
    summary = summary_document(
        found,
        ladder_map(shown, level),
        level,
        shown,
        YEAR.bets,
        name=YEAR.name,
        name_of=NAMES.__getitem__,
        today=TODAY,
        say=say,
    )
    check = check_record(packet.body, shown, level, TODAY)
    by_id = {entry.id: entry for entry in packet.body}
    return {
        "packet": packet_document(packet, say),
        "packet-redacted": packet_document(redacted(packet), say),
        "summary": summary,
        "check": check_document(check, by_id, level, NAMES.__getitem__, say),
    }


def examples() -> Mapping[str, bytes]:
    """Every example file by name."""
    files: dict[str, bytes] = {}
    for name, document in documents().items():
        pictures = [block for block in document.blocks if isinstance(block, Picture)]
        addresses = {picture.name: f"{picture.name}.svg" for picture in pictures}
        files[f"{name}.md"] = markdown(document, addresses).encode()
        files |= {f"{picture.name}.svg": picture.svg.encode() for picture in pictures}
    packet = documents()["packet"]
    files["packet.html"] = html(packet).encode()
    files["packet.pdf"] = pdf(packet, document_words(), FONTS, TODAY)
    return files


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in examples().items():
        (FOLDER / name).write_bytes(content)
