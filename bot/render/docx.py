"""A document as a Word file."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from bot.render.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Runs,
    Table,
)
from bot.render.glyphs import Fonts
from bot.render.pdf import png

_LINE = 6.3  # inches between the margins
_BLUE = RGBColor(0x1F, 0x5F, 0x8B)
_SMALL = {Look.SMALL: Pt(9), Look.LEAD: Pt(12)}


def word(document: Document, fonts: Fonts, made_on: date) -> bytes:
    """The document as .docx, with real headings, lists, tables, links and described pictures."""
    file = docx.Document()
    moment = datetime.combine(made_on, time(12))
    properties = file.core_properties
    properties.title, properties.author = document.title[:255], document.author[:255]
    properties.created = properties.modified = moment
    properties.comments = ""
    file.styles["Normal"].font.size = Pt(10.5)
    for section in file.sections:
        section.left_margin = section.right_margin = Inches(0.95)
    for block in document.blocks:
        _add(file, block, fonts)
    buffer = BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _add(file: Any, block: Block, fonts: Fonts) -> None:
    match block:
        case Heading():
            file.add_heading(block.text, level=0 if block.level == 1 else block.level - 1)
        case Paragraph():
            style = "Intense Quote" if block.look is Look.QUOTE else None
            _fill(file.add_paragraph(style=style), block.runs, _SMALL.get(block.look))
        case Bullets():
            for position, item in enumerate(block.items):
                if block.numbers_from is None:
                    _fill(file.add_paragraph(style="List Bullet"), item)
                else:
                    # Word's own numbering would start anew; the claim's number is part of what is said.
                    paragraph = file.add_paragraph(style="List Paragraph")
                    paragraph.add_run(f"{block.numbers_from + position}. ").bold = True
                    _fill(paragraph, item)
        case Table():
            _add_table(file, block)
        case Picture():
            shape = file.add_picture(BytesIO(png(block, fonts)), width=Inches(_LINE))
            described = shape._inline.docPr
            described.set("descr", block.alt)
            described.set("title", block.title)
        case PageBreak():
            file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _add_table(file: Any, block: Table) -> None:
    table = file.add_table(rows=1, cols=len(block.header), style="Light List")
    table.autofit = False
    # Cells are reached by row: asking the table for each costs the whole table every time.
    for cell, name in zip(table.rows[0].cells, block.header, strict=True):
        cell.text = name
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in block.rows:
        for cell, runs in zip(table.add_row().cells, row, strict=True):
            _fill(cell.paragraphs[0], runs, Pt(8.5))
    for column, width in zip(table.columns, block.widths, strict=True):
        column.width = Inches(_LINE * width)
    for row_ in table.rows:
        for cell, width in zip(row_.cells, block.widths, strict=True):
            cell.width = Inches(_LINE * width)


def _fill(paragraph: Any, runs: Runs, size: Any = None) -> None:
    for run in runs:
        added = _linked(paragraph, run) if run.url else paragraph.add_run(run.text)
        added.bold, added.italic = run.bold or None, run.italic or None
        if size is not None:
            added.font.size = size


def _linked(paragraph: Any, run: Run) -> Any:
    relation = paragraph.part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    holder = OxmlElement("w:hyperlink")
    holder.set(qn("r:id"), relation)
    added = paragraph.add_run(run.text)
    added.font.color.rgb, added.font.underline = _BLUE, True
    holder.append(added._r)
    paragraph._p.append(holder)
    return added
