"""A text as sentences and clauses: single blanks, no code, no quote marks.

Every rule of this package reads this form, so that a pattern needs no unbounded blank and can't be
slowed down by a text made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.reading.patterns import any_of

#: Characters that are read of a text: its beginning and its end, where the claim and its effect stand.
HEAD, TAIL = 8_000, 4_000
#: No sentence is read further than this in one piece, so that the time stays linear in the text's length.
LONGEST_SENTENCE = 400

#: Longer than any word: keys, hashes, encoded data. Mentions end such a run.
_NO_WORD = re.compile(r"[!-;=?-~]{61,}")
_CODE = re.compile(r"```[^`]*(?:```|$)|`[^`\n]{1,200}`")
_EMOJI_CODE = re.compile(r":[a-z][a-z0-9_+'-]{1,40}:")
_QUOTE_OR_BULLET = re.compile(r"^(?:> ?|[-*•–] )+")
_BLANKS = re.compile(r"[^\S\n]+")
_MARKUP = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^*_~\n]{1,200}?)(?<=\S)\1(?![\w*_~])")
# "3. Februar" and "e.g. this" go on.
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b\d\.)(?<!\b\d\d\.)(?<!\be\.g\.)(?<!\bi\.e\.) |(?<=\w \d\d\.) (?=(?!und |and )[a-z]|(?!Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[A-Z])|(?<=[。！？])|\n|; "
)
_CLAUSE_END = any_of(
    r",(?= (?!(?:but|although|though|however|aber|pero|mais) ))",
    r":(?= )",
    r"、",
    r" [–—-] ",
    r" ?(?:→|->|=>|⇒) ?",
    r"[()]",
    r",? (?=(?:but|although|though|however|aber|pero|mais(?! rápid)) )",
    r" (?=and (?:they|she|he|it|both|all|now|nobody|everyone|<@)\b)",
    r" (?=(?:e (?:eles?|elas?|já)|y (?:ell[ao]s?|él|ya)|et (?:ils?|elles?)|und (?:sie|er|alle|jetzt)) )",
)
#: "showed what it would cost", "asked who would own it": told, whatever it was about.
_ASIDE = re.compile(r"\b(?:what|how|who|whether|where) (?:[\w'+-]{1,24} ){0,5}?would\b", re.IGNORECASE)
_NOT_YET = any_of(
    r"\b(?:i|we|you|they|he|she|it)'ll\b",
    r"\b(?:will|(?<!not )gonna|shall|should|would|let's|lets|maybe|perhaps|hopefully)\b(?! have (?!to\b))",
    r"\b(?:going|planning|want|wants|wanted|(?<!not )(?<!n't )(?<!longer )(?<!nobody )need|needs|hope|hoping|trying|aim|goal is|(?<!was )(?<!were )asked) to\b",
    r"\b(?:i|we|they|you) plan to\b|\bplan is to\b|\bstill waiting\b",
    r"\b(?:could|can) (?:we|you|someone|somebody|anyone)\b",
    r"\b(?:unclear|not sure|hard to tell|no idea) (?:if|whether|what|who)?|\bdon't know (?:if|whether)\b",
    r"^(?:hi,? |hey,? |so |and |ok )*(?:(?:is|are|do|does|can|could|will) (?:there|it|we|you|i|they|someone|anyone)|who's|what's the"
    r"|has anyone|did (?:you|anyone|it)|how (?:do|can|would|should))\b",
    r"\b(?:if (?:we|i|they|you)|werde|werden|voy a|vamos a|je vais|on va|vou)\b",
)


def prose_of(text: str) -> tuple[str, ...]:
    """The sentences, in order, none empty; of a very long text those of its beginning and its end.

    Code is left out: it says what ran, not what it did.
    """
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n{text[-TAIL:]}"
    plain = _NO_WORD.sub("…", _EMOJI_CODE.sub(" ", _CODE.sub(" … ", text))).replace("’", "'")
    lines = (_QUOTE_OR_BULLET.sub("", line.strip()) for line in _BLANKS.sub(" ", plain).split("\n"))
    unmarked = _MARKUP.sub(r"\2", "\n".join(lines))
    parts = _SENTENCE_END.split(unmarked)
    return tuple(piece for part in parts for long in _pieces(part) if (piece := long.strip()))


def _pieces(sentence: str) -> Iterator[str]:
    """The sentence itself, or pieces short enough to be read, cut at blanks where there are any."""
    while len(sentence) > LONGEST_SENTENCE:
        at = sentence.rfind(" ", LONGEST_SENTENCE // 2, LONGEST_SENTENCE)
        at = LONGEST_SENTENCE if at < 0 else at
        yield sentence[:at]
        sentence = sentence[at:]
    yield sentence


class ToldSentence(NamedTuple):
    """A sentence that tells of something, and its place in the text."""

    number: int
    sentence: str


def told_in(sentences: tuple[str, ...]) -> tuple[ToldSentence, ...]:
    """The sentences that tell of something, in order."""
    return tuple(ToldSentence(number, sentence) for number, sentence in enumerate(sentences) if is_told(sentence))


def clauses_of(sentence: str) -> list[tuple[int, int]]:
    """Where the clauses of a sentence begin and end, in order, none blank."""
    spans = []
    start = 0
    for match in _CLAUSE_END.finditer(sentence):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(sentence)))
    return [span for span in spans if sentence[slice(*span)].strip()]


def is_told(sentence: str) -> bool:
    """Whether the sentence tells of something: no question, no wish, no plan."""
    return not sentence.endswith(("?", "？")) and _NOT_YET.search(_ASIDE.sub("", sentence)) is None
