"""A document as Markdown, for files and for Slack canvases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.render.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    Picture,
    Runs,
    Table,
)

#: Slack takes tables of at most this many cells in a canvas.
CANVAS_CELLS = 300

# Everything that could begin markup inside a line; a tag or an entity can't begin without `<` or `&`.
_SPECIAL = re.compile(r"([\\`*_{}\[\]|~#])")
_LINE_START = re.compile(r"^(\s*)([-+>=]|\d{1,9}[.)])(?=\s|$)")


def markdown(document: Document, pictures: Mapping[str, str] | None = None) -> str:
    """The document as Markdown. `pictures` gives addresses by picture name; without, they are described."""
    return "\n".join(_lines(document.blocks, pictures or {})).strip() + "\n"


def canvas_markdown(document: Document) -> str:
    """The document as Slack's canvases take it: no pictures, headings of three levels, small tables."""
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Table):
            size = max(1, CANVAS_CELLS // len(block.header) - 1)
            starts = range(0, len(block.rows), size)
            blocks += [block.model_copy(update={"rows": block.rows[at : at + size]}) for at in starts]
        elif not isinstance(block, PageBreak):
            blocks.append(block)
    return "\n".join(_lines(tuple(blocks), {})).strip() + "\n"


def escaped(text: str) -> str:
    """Words on one line that no Markdown reader takes for markup."""
    line = " ".join(text.split())
    return _SPECIAL.sub(r"\\\1", line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inline(runs: Runs) -> str:
    """Runs as one line."""
    return "".join(_run(run.text, run.bold, run.italic, run.url) for run in runs)


def _plain_start(line: str) -> str:
    """The line with what would begin a list or quote made plain."""
    return _LINE_START.sub(lambda match: match[1] + match[2][:-1] + "\\" + match[2][-1], line)


def _run(text: str, bold: bool, italic: bool, url: str | None) -> str:
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    core = escaped(text)
    if not core:
        return before
    mark = "**" if bold else "_" if italic else ""
    core = f"{mark}{core}{mark}"
    if url:
        core = f"[{core}](<{url.replace('<', '%3C').replace('>', '%3E')}>)"
    return before + core + after


def _lines(blocks: tuple[Block, ...], pictures: Mapping[str, str]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, pictures)
        yield ""


def _block(block: Block, pictures: Mapping[str, str]) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * min(block.level, 3)} {escaped(block.text)}"
        case Paragraph():
            line = _plain_start(inline(block.runs))
            yield f"> {line}" if block.look is Look.QUOTE else line
        case Bullets():
            for position, item in enumerate(block.items):
                mark = "-" if block.numbers_from is None else f"{block.numbers_from + position}."
                yield f"{mark} {_plain_start(inline(item))}"
        case Table():
            yield _row(escaped(name) for name in block.header)
            yield _row("---" for _ in block.header)
            for row in block.rows:
                yield _row(inline(cell) for cell in row)
        case Picture():
            address = pictures.get(block.name)
            yield f"![{escaped(block.alt)}]({address})" if address else f"_{escaped(block.alt)}_"
        case PageBreak():
            yield "---"


def _row(cells: Iterator[str]) -> str:
    return "| " + " | ".join(cells) + " |"
