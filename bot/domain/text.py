"""The one form in which a person's words are held.

Plain Unicode text, nothing escaped. A mention of a person is the token `<@U123>`; a link is its
address, with its label in front when it had one. The Slack edge turns Slack's markup into this
form and back; nobody else escapes or unescapes anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

#: Slack refuses longer messages, so nothing longer can reach us from there.
LONGEST_TEXT = 40_000

MENTION = re.compile(r"<@([UW][A-Z0-9]{1,20})>")

# What cannot be seen and breaks documents or spoofs what stands beside it: control characters but
# tab and line feed, byte-order marks, zero-width spaces, bidirectional overrides. The joiners
# U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\ud800-\udfff]")
_EMOJI_CODE = re.compile(r":[a-z0-9_+'-]+:")


def clean(text: str) -> str:
    """The text without invisible characters and outer blanks; line ends become line feeds."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def says_something(text: str) -> bool:
    """Whether there is a word or a number in it beyond mentions and emoji."""
    bare = _EMOJI_CODE.sub(" ", MENTION.sub(" ", text))
    return any(unicodedata.category(character)[0] in "LN" for character in bare)


def mentions(text: str) -> tuple[str, ...]:
    """The ids of the people mentioned, in order, each once."""
    return tuple(dict.fromkeys(MENTION.findall(text)))


def with_names(text: str, name_of: Callable[[str], str]) -> str:
    """The text with each mention replaced by `@name`."""
    return MENTION.sub(lambda match: "@" + name_of(match.group(1)), text)


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters on one line, cut at a word where possible and marked with `…`."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    head = line[: longest - 1]
    at_word = head.rsplit(" ", 1)[0]
    cut = (at_word if len(at_word) > longest // 2 else head).rstrip(" ,.;:")
    # Code that was cut in the middle begins with a backtick that would have no partner any more.
    if cut.count("`") % 2 > line.count("`") % 2:
        before, _, after = cut.rpartition("`")
        cut = f"{before}{after}".rstrip(" ,.;:")
    return cut + "…"
