"""Each export opened by something else than ourselves."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest

from bot.content.document_words import document_words
from bot.content.ladder import default_ladder
from bot.domain.evidence import Entry
from bot.domain.packet import DraftProject, Packet, PacketDraft, compose_packet
from bot.domain.periods import Period
from bot.domain.record import Record, read_record, record_schema
from bot.render.document import Picture
from bot.render.docx import word
from bot.render.glyphs import Fonts
from bot.render.html import html
from bot.render.packet_document import packet_document
from bot.render.pdf import pdf, png
from bot.render.press import Printer
from bot.render.sheet import COLUMNS, csv_text
from tests.builders import entry
from tests.docs.examples import TODAY, YEAR, sample_packet
from tests.exports.hostile import NAME, WORDS, hostile_entries
from tests.exports.opening import needs, written

SAY = document_words()
FONTS = Fonts(system=False)


def packet_of(entries: list[Entry], name: str = NAME) -> Packet:
    now = datetime(2026, 10, 30, tzinfo=UTC)
    draft = PacketDraft(
        id="pkt",
        workspace_id="T1",
        user_id="USAM",
        period=Period(since=date(2026, 1, 1), until=date(2027, 1, 1)),
        level="staff",
        strong=tuple(each.id for each in entries[:8]),
        statements={each.id: each.text for each in entries[:2]},
        projects=(DraftProject(name=(entries[0].text if entries else "x")[:200] or "x", entry_ids=(entries[0].id,)),)
        if entries
        else (),
        thesis=" ".join(WORDS) if entries else None,
        plan=WORDS[0],
        created_at=now,
        updated_at=now,
    )
    return compose_packet(draft, entries, ladder=default_ladder(), name=name, names={"UDANA": NAME}, today=now.date())


PACKETS: dict[str, Callable[[], Packet]] = {
    "sample": sample_packet,
    "hostile": lambda: packet_of(hostile_entries()),
    "empty": lambda: packet_of([]),
    "one": lambda: packet_of([entry()]),
    "very long": lambda: packet_of([entry("word " * 4_000), entry("x" * 20_000)]),
}


@pytest.fixture(params=PACKETS)
def packet(request: pytest.FixtureRequest) -> Packet:
    return PACKETS[request.param]()


@pytest.mark.browser
async def test_html_opens_in_chromium_without_errors_requests_or_running_what_people_wrote(
    packet: Packet, tmp_path: Path
) -> None:
    from playwright.async_api import async_playwright

    chromium = needs("chromium")
    path = written(tmp_path, "packet.html", html(packet_document(packet, SAY)))
    problems: list[str] = []
    requests: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 900, "height": 1200})
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.on("request", lambda request: requests.append(request.url))
        await page.goto(path.as_uri())
        headings = await page.locator("h2").all_inner_texts()
        sideways = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        picture = await page.screenshot(full_page=True)
        await browser.close()

    assert problems == []
    assert requests == [path.as_uri()]
    assert not sideways
    assert len(headings) == (13 if packet.log else 0)
    assert picture.startswith(b"\x89PNG")


def test_pdf_is_read_by_poppler_and_says_what_the_packet_says(tmp_path: Path) -> None:
    packet = sample_packet()
    path = written(tmp_path, "packet.pdf", pdf(packet_document(packet, SAY), SAY, FONTS, TODAY))
    text = subprocess.run([needs("pdftotext"), "-layout", path, "-"], capture_output=True, check=True).stdout.decode()

    assert "Sam Okafor: the case for Staff Engineer" in text
    for number in range(1, 14):
        assert re.search(rf"(?m)^\f?{number}\. ", text), number
    for each in packet.body:
        assert (each.outcome or "").split()[0] in text
    info = subprocess.run([needs("pdfinfo"), path], capture_output=True, check=True).stdout.decode()
    assert "Title:           Sam Okafor: the case for Staff Engineer" in info
    assert "Tagged:          yes" in info


def test_each_pdf_page_is_drawn_and_none_is_blank(packet: Packet, tmp_path: Path) -> None:
    path = written(tmp_path, "packet.pdf", pdf(packet_document(packet, SAY), SAY, FONTS, TODAY))
    subprocess.run([needs("pdftoppm"), "-r", "30", "-gray", path, tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.pgm"))

    assert pages
    for page in pages:
        dark = sum(value < 200 for value in page.read_bytes().split(b"\n", 3)[3])
        assert dark > 20, f"{page.name} is blank"


def test_a_pdf_shows_other_scripts_emoji_and_right_to_left_names(tmp_path: Path) -> None:
    written_in = ("田中さん", "한국어", "Ιωάννα", "हिन्दी", "ไทย", "Հայերեն", "ქართული", "አማርኛ", "🌱", "👩🏽‍💻", "🇵🇹")
    packet = packet_of([entry(f"Kept {' '.join(written_in)} שרה אל־עזר and مريم for good.")], name="שרה אל־עזר")
    path = written(tmp_path, "packet.pdf", pdf(packet_document(packet, SAY), SAY, FONTS, TODAY))
    text = subprocess.run([needs("pdftotext"), path, "-"], capture_output=True, check=True).stdout.decode()

    assert "No font at hand" not in text
    for each in written_in[:4]:
        assert each in text, each
    assert "שרה" in text
    fonts = subprocess.run([needs("pdffonts"), path], capture_output=True, check=True).stdout.decode()
    for each in ("NotoSansCJK", "NotoSansArabic", "NotoEmoji", "NotoSansDevanagari"):
        assert each in fonts, each


def test_a_pdf_names_what_no_font_has_and_says_so(tmp_path: Path) -> None:
    packet = packet_of([entry("Kept 𒀀 for ཀ and \U000f0000.")], name="Sam")
    path = written(tmp_path, "packet.pdf", pdf(packet_document(packet, SAY), SAY, FONTS, TODAY))
    text = " ".join(
        subprocess.run([needs("pdftotext"), path, "-"], capture_output=True, check=True).stdout.decode().split()
    )

    assert "[cuneiform sign a]" in text
    assert "[tibetan letter ka]" in text
    assert "[u+f0000]" in text
    assert "No font at hand has 3 of the characters" in text


def test_docx_opens_with_headings_links_tables_and_described_pictures(packet: Packet) -> None:
    content = word(packet_document(packet, SAY), FONTS, TODAY)
    file = docx.Document(io.BytesIO(content))
    headings = [each.text for each in file.paragraphs if each.style is not None and each.style.name == "Heading 1"]

    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert len(headings) == (13 if packet.log else 0)
    for shape in file.inline_shapes:
        assert shape._inline.docPr.get("descr")
    targets = [rel.target_ref for rel in file.part.rels.values() if rel.is_external]
    assert all(target.startswith("https://") for target in targets)


def test_csv_is_read_back_whole_and_no_cell_starts_a_formula() -> None:
    entries = hostile_entries()
    text = csv_text(entries, lambda user: NAME)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [each.id for each in entries]
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell
    assert rows[1]["what"] == "'" + entries[1].text


def test_json_fits_its_schema_and_comes_back_without_loss() -> None:
    record = Record(
        exported_at=datetime(2026, 10, 30, tzinfo=UTC),
        workspace_id="T0NORTHWIND",
        user_id="U0SAM",
        entries=YEAR.entries,
        projects=YEAR.projects,
        bets=YEAR.bets,
    )
    content = record.model_dump_json(indent=2)
    schema = record_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(content), schema)

    assert read_record(content.encode()) == record
    broken: dict[str, Any] = json.loads(content)
    broken["entries"][0]["kind"] = "heroics"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_markdown_shows_what_people_wrote_as_words(tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    packet = packet_of(hostile_entries())
    (made, *_pictures) = Printer(SAY, FONTS).packet(packet, ["md"])
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(made.content.decode())

    assert not re.search(r"<(?:script|b)\b", page)
    assert set(re.findall(r'<img src="([^"]+)"', page)) <= {
        f"{name}.png" for name in ("dimensions", "weeks", "balance", "bets")
    }
    assert "javascript:" not in "".join(part.split(">")[0] for part in page.split("href=")[1:])
    assert page.count("<h2>") == 13


def test_pictures_are_drawn_legible_in_grey_and_described(tmp_path: Path) -> None:
    for block in packet_document(sample_packet(), SAY).blocks:
        if isinstance(block, Picture):
            content = png(block, FONTS, pixels_per_inch=72)
            assert content.startswith(b"\x89PNG")
            assert len(block.alt) > 40
            assert f"<desc>{block.alt}".replace("&", "&amp;")[:60] in block.svg
