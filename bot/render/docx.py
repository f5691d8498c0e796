"""A document as a Word file."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
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
    reads_from_right,
)
from bot.render.glyphs import Fonts
from bot.render.pdf import png

_LINE = 6.3  # inches between the margins
_INDENT = Inches(0.3)
_GREY = RGBColor(0x4A, 0x57, 0x65)
_BLUE = RGBColor(0x1F, 0x5F, 0x8B)
_SIZES = {Look.SMALL: Pt(9), Look.SUPPORT: Pt(9), Look.LEAD: Pt(12)}


def word(document: Document, fonts: Fonts, made_on: date) -> bytes:
    """The document as .docx, with real headings, lists, tables, links and described pictures."""
    file = docx.Document()
    moment = datetime.combine(made_on, time(12))
    properties = file.core_properties
    properties.title, properties.author = document.title[:255], document.author[:255]
    properties.created = properties.modified = moment
    properties.comments = ""
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size, normal.paragraph_format.space_after = "Calibri", Pt(10.5), Pt(5)
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
            added = file.add_paragraph(style="Intense Quote" if block.look is Look.QUOTE else None)
            _fill(added, block.runs, _SIZES.get(block.look))
            if block.look is Look.SUPPORT:
                added.paragraph_format.left_indent, added.paragraph_format.space_after = _INDENT, Pt(9)
            if block.look in (Look.SUPPORT, Look.SMALL):
                for run in added.runs:
                    run.font.color.rgb = _GREY
        case Bullets():
            for position, item in enumerate(block.items):
                if block.numbers_from is None:
                    _fill(file.add_paragraph(style="List Bullet"), item)
                else:
                    # Word's own numbering would start anew; the claim's number is part of what is said.
                    paragraph = file.add_paragraph()
                    shape_ = paragraph.paragraph_format
                    shape_.left_indent, shape_.first_line_indent = _INDENT, -_INDENT
                    shape_.space_after, shape_.keep_with_next = Pt(0), True
                    shape_.tab_stops.add_tab_stop(_INDENT)
                    paragraph.add_run(f"{block.numbers_from + position}.\t").bold = True
                    _fill(paragraph, item)
        case Table():
            _add_table(file, block)
        case Picture():
            shape = file.add_picture(BytesIO(png(block, fonts)), width=Inches(_LINE * block.width))
            file.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
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
    from_right = reads_from_right("".join(run.text for run in runs))
    if from_right:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in runs:
        added = _linked(paragraph, run) if run.url else paragraph.add_run(run.text)
        added.bold, added.italic = run.bold or None, run.italic or None
        if from_right:
            added.font.rtl = True
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
