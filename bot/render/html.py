"""A document as one HTML file that needs nothing else and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

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

#: No script, no request: the page holds other people's words and is read by people we don't know.
CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif; color: #1d2733; background: #fff;
  max-width: 46rem; margin: 2rem auto; padding: 0 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid #dfe6ec; padding-bottom: .2rem; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p, ul, ol { margin: .5rem 0; } ul, ol { padding-inline-start: 1.6rem; } li { margin: .35rem 0; }
.lead { font-size: 1.1rem; } .small, .support { font-size: .875rem; color: #4a5765; }
.support { margin: -.2rem 0 1rem; padding-inline-start: 1.6rem; }
blockquote { margin: .8rem 0 .2rem; padding: .2rem 1rem; border-left: 4px solid #7fa8c4; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; margin: .8rem 0; table-layout: fixed; }
th, td { text-align: start; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid #dfe6ec; }
th { border-bottom-color: #1d2733; }
figure { margin: 1.2rem 0; overflow-x: auto; }
figure svg { display: block; margin: 0 auto; max-width: 100%; height: auto; }
a { color: #1f5f8b; }
@media (max-width: 40rem) { .wide table, figure svg { min-width: 36rem; }
  ul, ol, .support { padding-inline-start: 1.2rem; } }
@media print { body { max-width: none; margin: 0; } .break { break-before: page; }
  h2, h3 { break-after: avoid; } tr, figure, li { break-inside: avoid; } a { color: inherit; } }
"""


def html(document: Document, language: str = "en") -> str:
    """The whole page. Everything a person wrote is escaped; each block finds its own direction of writing."""
    body = "\n".join(part for block in document.blocks for part in _block(block))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(CONTENT_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    text = escape(run.text)
    if run.bold:
        text = f"<strong>{text}</strong>"
    if run.italic:
        text = f"<em>{text}</em>"
    if run.url:
        text = f'<a href="{escape(run.url)}" rel="noopener noreferrer nofollow">{text}</a>'
    return text


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f'<h{block.level} dir="auto">{escape(block.text)}</h{block.level}>'
        case Paragraph(look=Look.QUOTE):
            yield f'<blockquote dir="auto">{_runs(block.runs)}</blockquote>'
        case Paragraph():
            shown = "" if block.look is Look.PLAIN else f' class="{block.look}"'
            yield f'<p dir="auto"{shown}>{_runs(block.runs)}</p>'
        case Bullets():
            tag = "ul" if block.numbers_from is None else "ol"
            start = "" if block.numbers_from is None else f' start="{block.numbers_from}"'
            items = "".join(f'<li dir="auto">{_runs(item)}</li>' for item in block.items)
            yield f"<{tag}{start}>{items}</{tag}>"
        case Table():
            yield _table(block)
        case Picture():
            yield f"<figure>{block.svg}</figure>"
        case PageBreak():
            yield '<div class="break"></div>'


def _table(table: Table) -> str:
    columns = "".join(f'<col style="width:{width:.0%}">' for width in table.widths)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.header)
    rows = "".join(
        "<tr>" + "".join(f'<td dir="auto">{_runs(cell)}</td>' for cell in row) + "</tr>\n" for row in table.rows
    )
    return (
        f'<div class="wide"><table><colgroup>{columns}</colgroup>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>"
    )
