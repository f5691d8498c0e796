"""A document as a list of blocks: what all formats are written from, so that they say the same."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from bot.domain.evidence import Value

# What XML, and with it Word and SVG, can't hold; and what shows nothing and breaks lines.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text without characters that no document format can hold."""
    return _UNWRITABLE.sub("", text)


class Run(Value):
    """Words of one look. `url` makes them a link; only web addresses are linked."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None


Runs = tuple[Run, ...]


def words(text: str, *, bold: bool = False, italic: bool = False) -> Runs:
    """The text as one run; nothing for an empty text."""
    text = writable(text)
    return (Run(text=text, bold=bold, italic=italic),) if text else ()


def link(text: str, url: str) -> Runs:
    """The words as a link, or as plain words when the address is none a reader could follow."""
    url = writable(url)
    if not re.match(r"https?://[^\s]+$", url):
        return words(text)
    return (Run(text=writable(text) or url, url=url),)


def reads_from_right(text: str) -> bool:
    """Whether the first letter with a direction of its own is written from right to left."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"


class Heading(Value):
    """A heading; `level` 1 is the title."""

    level: int
    text: str


class Look(StrEnum):
    """How a paragraph is set."""

    PLAIN = "plain"
    LEAD = "lead"
    QUOTE = "quote"
    SMALL = "small"
    SUPPORT = "support"
    """What a numbered claim stands on, under it."""


class Paragraph(Value):
    """Some runs on their own."""

    runs: Runs
    look: Look = Look.PLAIN


class Bullets(Value):
    """A list; with `numbers_from`, numbered from there."""

    items: tuple[Runs, ...]
    numbers_from: int | None = None


class Table(Value):
    """Rows of cells under a header. `widths` are shares of the line, one for each column."""

    header: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[float, ...]


class Picture(Value):
    """A drawing with its description. `name` is its file name without ending, `width` its share of the line."""

    name: str
    svg: str
    width: float = 0.92
    title: str
    alt: str


class PageBreak(Value):
    """The next block starts on a new page where there are pages."""


Block = Heading | Paragraph | Bullets | Table | Picture | PageBreak


class Document(Value):
    """A titled list of blocks."""

    title: str
    author: str
    blocks: tuple[Block, ...]
