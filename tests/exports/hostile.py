"""Words that break documents which trust them."""

from __future__ import annotations

from bot.domain.evidence import Entry, Link, LinkType, MyRole, Reach
from bot.domain.tagging import Kind
from tests.builders import confirmation, entry

HTML = '<script>alert(1)</script><img src=x onerror="alert(2)">"\'&<b>'
FORMULA = '=HYPERLINK("https://evil.example","click")'
TYPST = '#panic("x") $ @ref `raw` *b* _i_ [c] \\ // /* // = head'
MARKDOWN = "# head\n- item\n1. one\n> quote | cell [x](javascript:alert(1)) ![y](https://evil.example/p.png) ``` ~~"
CONTROL = "bell\x07 null\x00 escape\x1b[31m vertical\x0b half \ud800 end\uffff"
NAME = "שרה אל־עזר 🌱 田中 مريم <b>=1+1"
WORDS = (HTML, FORMULA, TYPST, MARKDOWN, CONTROL, NAME, "+1", "-2", "@cmd", "\t=1", "＝1+1", "x" * 300)


def hostile_entries() -> list[Entry]:
    """One entry for each of these words, with them in every field."""
    return [
        entry(
            words,
            kind=kind,
            outcome=words,
            number=words,
            baseline=words,
            otherwise=words,
            role=MyRole.LED,
            reach=Reach.TEAM,
            links=(
                Link(url="https://git.example/a?b=<\"'>&c=1", type=LinkType.OTHER, label=words),
                Link(url="javascript:alert(1)", type=LinkType.OTHER, label=words),
            ),
            confirmations=(confirmation("UDANA", words),),
        )
        for words, kind in zip(WORDS, [*(k for k in Kind if k is not Kind.NONE), Kind.UNBLOCK], strict=True)
    ]
