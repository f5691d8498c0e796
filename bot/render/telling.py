"""How one packet's entries are told: names, sources and sentences, the same in every part."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.corroboration import covers
from bot.domain.evidence import ConfirmationState, Entry
from bot.domain.packet import Packet
from bot.domain.statement import Say, impact, spoken
from bot.domain.strength import Strength
from bot.domain.text import shortened
from bot.render.document import Bullets, Look, Paragraph, Run, Runs, link, words

_YES = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED)
#: A claim's first sentence is set bold when it is at most this long.
_LEAD = re.compile(r"^.{20,240}?[.!?…](?=\s+\S)")


def day(value: date) -> str:
    """A day as people say it: 3 May 2026."""
    return f"{value.day} {value:%B} {value.year}"


class Telling:
    """Words for the entries of one packet."""

    def __init__(self, packet: Packet, say: Say) -> None:
        self.packet, self.say = packet, say

    def name(self, user: str) -> str:
        """What this person is called in the packet; an id says nothing to a reader."""
        return self.packet.names.get(user) or self.say("packet.unknown_person")

    def statement(self, entry: Entry) -> str:
        """What the packet says of an entry: the person's own wording, or what its fields say."""
        own = self.packet.statements.get(entry.id)
        return spoken(own, self.name) if own else impact(entry, self.say, self.name)

    def claim(self, entry: Entry) -> tuple[Bullets, Paragraph]:
        """A numbered claim, and under it what it stands on."""
        number = self.packet.claim_number(entry.id) or 1
        text = self.statement(entry)
        lead = match.group() if (match := _LEAD.match(text)) else ""
        said = (*words(lead, bold=True), *words(text[len(lead) :]))
        return Bullets(items=(said,), numbers_from=number), Paragraph(runs=self.support(entry), look=Look.SUPPORT)

    def support(self, entry: Entry) -> Runs:
        """When it was, the person's part, whom it reached, who confirmed it, and where to look it up."""
        facts = [day(entry.occurred_on), self.say(f"kind.{entry.kind}").lower()]
        if entry.role:
            facts.append(self.say(f"impact.role_{entry.role}"))
        if entry.reach:
            facts.append(self.say(f"impact.reach_{entry.reach}"))
        if names := self.confirmers(entry):
            facts.append(self.say("impact.confirmed", names=", ".join(names)))
        shown = words(" · ".join(facts))
        sources = self.sources(entry)
        return (*shown, Run(text=" · "), *sources) if sources else shown

    def confirmers(self, entry: Entry) -> list[str]:
        """Those who said that it was so."""
        return [self.name(each.by) for each in entry.confirmations if each.state in _YES]

    def sources(self, entry: Entry) -> Runs:
        """Links to everything the entry can be looked up in."""
        addresses = [(each.label or str(each.type).replace("_", " "), each.url) for each in entry.links]
        if entry.source.permalink:
            addresses.append(("Slack", entry.source.permalink))
        runs: list[Run] = []
        for label, url in addresses:
            if runs:
                runs.append(Run(text=", "))
            runs += link(shortened(label, 60), url)
        return tuple(runs)

    def who_confirmed(self, entry: Entry) -> str:
        """Everyone who confirmed the entry, when, and what of it they were shown."""
        told = []
        for each in entry.confirmations:
            if each.state is ConfirmationState.EARLIER:
                key = "provenance.confirmed_earlier"
            elif each.state not in _YES:
                continue
            elif each.words is not None and entry.outcome and not covers(each.words, entry.outcome):
                key = "provenance.confirmed_without_outcome"
            else:
                key = "provenance.confirmed"
            told.append(self.say(key, name=self.name(each.by), day=day(each.at.date())))
        return "; ".join(told) or self.say("provenance.nobody")

    def strength(self, strength: Strength | None) -> str:
        """A strength in a word."""
        return self.say(f"strength.{strength.name.lower()}") if strength else self.say("ladder.none")

    def small(self, text: str) -> Paragraph:
        """A remark."""
        return Paragraph(runs=words(text), look=Look.SMALL)
