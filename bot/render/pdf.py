"""A document as PDF, and drawings as PNG, by the typesetter Typst; no system packages are needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from bot.domain.statement import Say
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
    reads_from_right,
    words,
)
from bot.render.glyphs import Fonts

#: Without a place to break, longer words would run out of their column.
_UNBROKEN = re.compile(r"[^\s\u200b]{28}(?=[^\s\u200b])")
_FAMILIES = ("Libertinus Serif", "Noto Sans")


def pdf(document: Document, say: Say, fonts: Fonts, made_on: date) -> bytes:
    """The document as PDF. What no font can show is named where it stands, and said at the beginning."""
    missing = fonts.missing(_all_text(document))
    blocks = list(document.blocks)
    if missing:
        named = ", ".join(fonts.name_of(c) for c in sorted(missing)[:3])
        note = say("packet.missing_glyphs", count=len(missing), sample=named)
        blocks.insert(1, Paragraph(runs=words(note), look=Look.SMALL))
    data = {
        "title": document.title,
        "author": document.author,
        "fonts": _FAMILIES,
        "blocks": [{**_plain(block, fonts, missing), "rtl": _reads_from_right(block)} for block in blocks],
    }
    result: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        timestamp=int(datetime.combine(made_on, time(12)).timestamp()),
        **fonts.options,
    )
    return result


def png(picture: Picture, fonts: Fonts, pixels_per_inch: int = 144) -> bytes:
    """The drawing as PNG, its 720 units wide 10 inches across."""
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 540pt)'
    )
    result: bytes = typst.compile(
        source, format="png", ppi=pixels_per_inch, sys_inputs={"svg": picture.svg}, **fonts.options
    )
    return result


@cache
def _template() -> bytes:
    return files("bot.render").joinpath("document.typ").read_bytes()


def _all_text(document: Document) -> str:
    return "".join(_texts(document.blocks))


def _texts(blocks: Sequence[Block]) -> Iterable[str]:
    for block in blocks:
        match block:
            case Heading():
                yield block.text
            case Paragraph():
                yield from (run.text for run in block.runs)
            case Bullets():
                yield from (run.text for item in block.items for run in item)
            case Table():
                yield from (run.text for row in block.rows for cell in row for run in cell)
            case Picture():
                yield block.svg
            case PageBreak():
                pass


def _reads_from_right(block: Block) -> bool:
    if isinstance(block, Bullets):
        return all(_from_right(item) for item in block.items)
    return isinstance(block, Heading | Paragraph) and reads_from_right("".join(_texts([block])))


def _from_right(runs: Runs) -> bool:
    return reads_from_right("".join(run.text for run in runs))


def _plain(block: Block, fonts: Fonts, missing: frozenset[str]) -> dict[str, Any]:
    def shown(text: str) -> str:
        return _UNBROKEN.sub(lambda match: match.group() + "\u200b", fonts.replaced(text, missing))

    def runs(all_: Runs) -> list[dict[str, Any]]:
        return [{**run.model_dump(), "text": shown(run.text)} for run in all_]

    match block:
        case Heading():
            return {"type": "heading", "level": block.level, "text": shown(block.text)}
        case Paragraph():
            return {"type": "paragraph", "look": block.look, "runs": runs(block.runs)}
        case Bullets():
            items = [runs(item) for item in block.items]
            return {"type": "bullets", "items": items, "numbers_from": block.numbers_from}
        case Table():
            # A cell is wrapped, since the template flattens rows and a cell is itself a list.
            rows = [[{"runs": runs(cell), "rtl": _from_right(cell)} for cell in row] for row in block.rows]
            return {"type": "table", "header": block.header, "rows": rows, "widths": block.widths}
        case Picture():
            return {
                "type": "picture",
                "svg": fonts.replaced(block.svg, missing),
                "alt": block.alt,
                "width": block.width,
            }
        case PageBreak():
            return {"type": "break"}
