"""A few shapes as SVG text, with everything escaped and numbers kept short."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

#: The sans-serif font that documents are made with, and what a reader's machine may have.
FONTS = "Noto Sans, system-ui, Segoe UI, Helvetica, Arial, sans-serif"
#: Ink and paper of all charts: told apart by lightness and pattern alone, so that grey prints stay readable.
INK, DARK, MIDDLE, LIGHT, PAPER = "#1d2733", "#1f5f8b", "#7fa8c4", "#dfe6ec", "#ffffff"

Number = float | int


def number(value: Number) -> str:
    """The number with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """One element. `stroke_width` becomes `stroke-width`; `None` leaves an attribute out."""
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(number(v) if isinstance(v, float) else str(v))}"
        for key, v in attributes.items()
        if v is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(x: Number, y: Number, words: str, *, size: Number = 12, anchor: str = "start", **more: object) -> str:
    """Words at a place; `anchor` is start, middle or end."""
    attributes = {"x": float(x), "y": float(y), "font_size": size, "text_anchor": anchor, "fill": INK, **more}
    return element("text", escape(words), **attributes)


def polygon(points: Iterable[tuple[float, float]], **more: object) -> str:
    """A closed line through the points."""
    return element("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), **more)


def line(x1: Number, y1: Number, x2: Number, y2: Number, **more: object) -> str:
    """A straight line."""
    more = {"stroke": INK, **more}
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **more)


def box(x: Number, y: Number, width: Number, height: Number, **more: object) -> str:
    """A rectangle."""
    return element("rect", x=float(x), y=float(y), width=float(width), height=float(height), **more)


#: A hatch for what must differ from a plain fill without colour.
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="{PAPER}"/><rect width="2" height="6" fill="{INK}"/></pattern>'
)


def picture(width: Number, height: Number, title: str, description: str, *shapes: str) -> str:
    """A whole SVG with its title and description for those who don't see it."""
    inside = (
        element("title", escape(title))
        + element("desc", escape(description))
        + element("defs", HATCH)
        + box(0, 0, width, height, fill=PAPER)
        + "".join(shapes)
    )
    return element(
        "svg",
        inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=number(width),
        height=number(height),
        role="img",
        font_family=FONTS,
    )
