"""Every document the bot hands out, from values to files. Implements `bot.domain.ports.Press`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.domain.evidence import ConfirmationState, Entry
from bot.domain.packet import MadeFile, Packet
from bot.domain.statement import NameOf, Say, impact, spoken
from bot.render.document import Block, Bullets, Document, Heading, Look, Paragraph, Picture, link, words, writable
from bot.render.docx import word
from bot.render.glyphs import Fonts
from bot.render.html import html
from bot.render.markdown import canvas_markdown, markdown
from bot.render.packet_document import packet_document
from bot.render.pdf import pdf, png
from bot.render.sheet import csv_text
from bot.render.telling import day

#: These can't hold pictures, so the pictures come beside them.
_WITHOUT_PICTURES = frozenset({"md", "canvas"})


class Printer:
    """Prints with one set of words and fonts."""

    def __init__(self, say: Say, fonts: Fonts | None = None) -> None:
        self._say, self._fonts = say, fonts or Fonts()

    def packet(self, packet: Packet, formats: Collection[str]) -> Sequence[MadeFile]:
        """The packet in these formats (`pdf html docx md canvas csv`), pictures beside those without."""
        document = packet_document(packet, self._say)
        pictures = [block for block in document.blocks if isinstance(block, Picture)]
        made: list[MadeFile] = []
        for ending in formats:
            content = self._content(ending, packet, document)
            name = f"packet{'-redacted' if packet.redacted else ''}-{packet.made_on.isoformat()}.{ending}"
            made.append(MadeFile(name=name, title=document.title, content=content))
        if _WITHOUT_PICTURES.intersection(formats):
            made += [self.picture(picture) for picture in pictures]
        return made

    def picture(self, picture: Picture) -> MadeFile:
        """A drawing as PNG with its description."""
        content = png(picture, self._fonts)
        return MadeFile(name=f"{picture.name}.png", title=picture.title, content=content, alt=picture.alt)

    def shared(self, title: str, entries: Sequence[Entry], names: Mapping[str, str]) -> str:
        """Entries as one HTML page that needs nothing else."""
        return html(_shared_document(title, entries, names, self._say))

    def _content(self, ending: str, packet: Packet, document: Document) -> bytes:
        if ending == "pdf":
            return pdf(document, self._say, self._fonts, packet.made_on)
        if ending == "docx":
            return word(document, self._fonts, packet.made_on)
        text = {
            "html": lambda: html(document),
            "md": lambda: markdown(document, _beside(document)),
            "canvas": lambda: canvas_markdown(document),
            "csv": lambda: csv_text(packet.log, lambda user: packet.names.get(user, user)),
        }[ending]()
        return text.encode()


def _beside(document: Document) -> dict[str, str]:
    return {block.name: f"{block.name}.png" for block in document.blocks if isinstance(block, Picture)}


def _shared_document(title: str, entries: Sequence[Entry], names: Mapping[str, str], say: Say) -> Document:
    name: NameOf = lambda user: names.get(user, user)  # noqa: E731
    blocks: list[Block] = [Heading(level=1, text=writable(title))]
    days = [entry.occurred_on for entry in entries]
    if days:
        blocks.append(Paragraph(runs=words(_span(min(days), max(days), say)), look=Look.SMALL))
    for entry in entries:
        facts = f"{day(entry.occurred_on)} · {say(f'kind.{entry.kind}')}"
        blocks.append(Heading(level=3, text=facts))
        blocks.append(Paragraph(runs=words(impact(entry, say, name))))
        if entry.links:
            shown = tuple(link(each.label or each.url, each.url) for each in entry.links)
            blocks.append(Bullets(items=shown))
        for each in entry.confirmations:
            if each.quote and each.state is ConfirmationState.QUOTED:
                quote = say("advocates.quote", quote=spoken(each.quote, name))
                blocks.append(Paragraph(runs=words(f"{quote} — {name(each.by)}"), look=Look.QUOTE))
    return Document(title=writable(title), author="", blocks=tuple(blocks))


def _span(first: date, last: date, say: Say) -> str:
    return say("packet.period", since=day(first), until=day(last))
