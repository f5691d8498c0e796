"""A text as sentences: one line each, single blanks, without code and quote marks.

Every rule of this package reads this form, so that a pattern needs no unbounded blank and can't be
slowed down by a text made of them.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"```[^`]*(?:```|$)|`[^`\n]{1,200}`")
_EMOJI_CODE = re.compile(r":[a-z][a-z0-9_+'-]{1,40}:")
_QUOTE_OR_BULLET = re.compile(r"^(?:>|[-*•–] )+ ?")
_BLANKS = re.compile(r"[^\S\n]+")
_ASTERISKS = re.compile(r"(?<![\w*])[*_~]{1,2}(?=\w)|(?<=[\w.,!?%])[*_~]{1,2}(?![\w*])")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bapprox\.)(?<!\bca\.) |(?<=[。！？])|\n|; "
)


def prose_of(text: str) -> tuple[str, ...]:
    """The sentences of the text, in order, none empty. Code is left out: it says what ran, not what it did."""
    plain = _EMOJI_CODE.sub(" ", _CODE.sub(" … ", text)).replace("’", "'")
    lines = (_QUOTE_OR_BULLET.sub("", line.strip()) for line in _BLANKS.sub(" ", plain).split("\n"))
    unmarked = _ASTERISKS.sub("", "\n".join(lines))
    return tuple(piece for part in _SENTENCE_END.split(unmarked) if (piece := part.strip()))
