"""From a Slack message to the plain words the tagger reads.

Slack's markup is replaced by stable placeholders, so that a person's id, a link's address or a
code block can't decide a tag. What counts as markup: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
import unicodedata

#: Characters of the original that are looked at: its beginning and its end, where the claim usually stands.
RAW_HEAD, RAW_TAIL = 6000, 3000
#: Characters kept after the markup is gone.
HEAD, TAIL = 1600, 800

_CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]{1,200}`")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>|(?<![\w.])@[\w][\w.-]*")
_GROUP = re.compile(r"<!(?:here|channel|everyone|subteam)[^>]*>|(?<!\w)@(?:here|channel|everyone)\b")
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]+(?:\|[^>]*)?>")
_LABELLED_LINK = re.compile(r"<(?:https?|mailto)[^|>\s]*\|([^>]*)>")
_LINK = re.compile(r"<(?:https?|mailto)[^>\s]*>|https?://\S+")
_PULL = re.compile(r"<?https?://[^\s|>]*/(?:pull|pulls|merge_requests|pull-requests)/\d+[^\s|>]*(?:\|[^>]*)?>?")
_EMOJI_NAME = re.compile(r":([a-z][a-z0-9_+-]{1,40}):(?::skin-tone-\d:)?")
_TICKET = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-\d+\b")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACE = re.compile(r"\s+")
#: A claim often ends in a pointer ("…, see <link>", "… (ticket)"), which says where to look, not what was done.
_POINTERS = frozenset({"link", "ticket"})
_BEFORE_POINTERS = frozenset({"", "see", "cf", "here", "ref", "details", "via", "in", "on", "at", "for", "from"})
_BEFORE_POINTERS |= {"pull", "request", "pr", "mr"}
_PULL_NUMBERS = frozenset({("pr", "#0"), ("mr", "#0"), ("mr", "!0"), ("pr", "0"), ("mr", "0")})
_ARTICLES = frozenset(["a", "an", "the", "this", "that", "your", "my", "our", "their", "no"])
_MARKS = " ,;:.()[]–—-"
#: Fewer words than this are no claim: then the text is no more than its pointer, which stays.
_CLAIM = 2
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def clip(text: str, head: int, tail: int) -> str:
    """The first `head` and last `tail` characters of a longer text, the text itself otherwise."""
    if len(text) <= head + tail:
        return text
    return f"{text[:head]} … {text[-tail:]}"


def _label(match: re.Match[str]) -> str:
    label = match.group(1).strip()
    return f" {label} link " if any(c.isalpha() for c in label) else " link "


def normalise(text: str) -> str:
    """The words of a Slack message with its markup turned to placeholders; at most about 2,400 characters.

    Takes any string, also one with lone surrogates or control characters, and never raises. The
    result keeps upper and lower case and holds no line breaks.
    """
    text = clip(text, RAW_HEAD, RAW_TAIL)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
        text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text)
    if "`" in text:
        text = _INLINE_CODE.sub(" code ", _CODE_BLOCK.sub(" codeblock ", text))
    if "<" in text or "http" in text or "@" in text:
        text = _replace_references(text)
    if "&" in text:
        for entity, char in _ENTITIES:
            text = text.replace(entity, char)
    if ":" in text:
        text = _EMOJI_NAME.sub(lambda m: f" {m.group(1).replace('_', ' ')} ", text)
    text = _NUMBER.sub("0", _TICKET.sub("ticket", text))
    return clip(_without_pointer(_SPACE.sub(" ", text).strip()), HEAD, TAIL)


def _without_pointer(text: str) -> str:
    """The text without the links, tickets and pull requests it ends in, if a claim is left."""
    words = [word.strip(_MARKS).lower() for word in text.split(" ")]
    end = rest = len(words)
    while rest:
        before, last = words[rest - 2] if rest > 1 else "", words[rest - 1]
        if (before, last) in _PULL_NUMBERS:
            end = rest = rest - 2
        elif last in _POINTERS and before not in _ARTICLES:
            end = rest = rest - 1
        elif last in _BEFORE_POINTERS and (not last or end < len(words)):
            rest -= 1
            end = rest if end < len(words) else end
        else:
            break
    if end == len(words) or end < _CLAIM:
        return text
    return " ".join(text.split(" ")[:end]).rstrip(_MARKS)


def _replace_references(text: str) -> str:
    text = _GROUP.sub(" everyone ", text)
    text = _MENTION.sub("@user", text)
    text = _CHANNEL.sub("#channel", text)
    text = _PULL.sub(" pull request link ", text)
    text = _LABELLED_LINK.sub(_label, text)
    return _LINK.sub(" link ", text)
