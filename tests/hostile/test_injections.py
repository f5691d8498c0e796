"""Words that would be commands elsewhere: kept as the words they are, shown as words, done nothing by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.text import clean
from tests.running import RunningBot

SQL = (
    "'; DROP TABLE entries; --",
    '" OR 1=1 --',
    "' UNION SELECT bot_token FROM installations --",
    "%_\\' ESCAPE '",
    'entries_fts MATCH "*" NEAR(',
)
MRKDWN = (
    "<!channel> <!everyone> <!here> wake up",
    "<https://evil.example|your bank> and <https://evil.example|https://bank.example>",
    "&lt;!channel&gt; *bold* _it_ ~no~ `code`",
    "<!subteam^S0123|@all> <#C0123|secret>",
)
PATHS = ("../../../../etc/passwd", "..\\..\\windows\\system32", "/dev/null", "con.txt:stream", "a\r\nSet-Cookie: x=1")
ALL = (*SQL, *MRKDWN, *PATHS)
#: What Slack takes for more than text: a broadcast, a group, or a link that reads otherwise than it leads.
_ALIVE = re.compile(r"<!(?!date\^)[^>]*>|<(?:https?:|mailto:)[^>|]*\|[^>]*>")


def is_honest(link: str) -> bool:
    """Whether a link shows where it leads, or leads to a message in Slack."""
    address, _, label = link.strip("<>").partition("|")
    return label == address or "/archives/" in address


def spoken(node: Any) -> Iterator[str]:
    """All texts of blocks that Slack reads as mrkdwn."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield str(node.get("text"))
        for value in node.values():
            yield from spoken(value)
    elif isinstance(node, list):
        for value in node:
            yield from spoken(value)


def written_by_the_bot(bot: RunningBot) -> Iterator[str]:
    """Everything the bot has sent, as Slack would read it."""
    for call in bot.slack.journal.calls():
        arguments = call.args
        for name in ("blocks", "view", "attachments"):
            value = arguments.get(name)
            yield from spoken(json.loads(value) if isinstance(value, str) else value)
        if isinstance(arguments.get("text"), str):
            yield arguments["text"]


@pytest.mark.parametrize("words", ALL)
async def test_words_are_kept_shown_and_found_as_the_words_they_are(bot: RunningBot, words: str) -> None:
    sam, dana = bot.slack.person("sam"), bot.slack.person("dana")
    answers = [await sam.command("/evidence", f"paired with @dana on {words}", channel="#payments")]
    message = await dana.say("#payments", f"thanks @sam for {words}")
    await sam.react(message, "seedling")
    await sam.dm(f"note: unblocked @tom with {words}")
    await bot.settle()
    await sam.open_home()
    commands = ("list", f"find {words}", "summary", "check", "bets", "audit", "export", "packet")
    answers += [await sam.command("/evidence", command, channel="#payments") for command in commands]
    await bot.settle()

    entries = await bot.entries("sam")
    assert len(entries) == 3
    assert any(clean(words).split()[-1] in entry.text for entry in entries)
    shown = [text for answer in answers for each in answer.shown for text in spoken(each.raw.get("blocks"))]
    for text in [*shown, *written_by_the_bot(bot)]:
        assert [found for found in _ALIVE.findall(text) if not is_honest(found)] == [], text
    for file in sam.files():
        assert re.fullmatch(r"[\w.-]+", file.name), file.name
    # The tables are all there, and the other people have nothing.
    assert await bot.entries("mei") == []


@pytest.mark.parametrize("words", [*SQL, "kind:' OR 1=1", "since:9999-99-99", 'project:"', "strength:none"])
async def test_searching_is_no_way_into_the_database(bot: RunningBot, words: str) -> None:
    sam, tom = bot.slack.person("sam"), bot.slack.person("tom")
    await sam.command("/evidence", "paired with @dana on the saffron migration", channel="#payments")
    for word in ("find", "ask", "list"):
        answer = await tom.command("/evidence", f"{word} {words}", channel="#payments")
        assert "saffron" not in json.dumps([each.raw for each in answer.shown])
    assert len(await bot.entries("sam")) == 1
