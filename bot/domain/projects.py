"""Entries that belong together: suggested from links, places, people and words; decided by the person."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pydantic import AwareDatetime

from bot.domain.evidence import Entry, PersonRole, Value
from bot.domain.insight import area_of
from bot.domain.text import MENTION

#: How alike an entry and a group must be, as a cosine, for the entry to join it.
ALIKE = 0.2
#: A group of fewer entries is no project.
SMALLEST = 2
#: What a feature counts for that no other entry has: it joins nothing, and sets the entry apart a little.
_ALONE = 0.1
#: A gap of this many days between an entry and a group halves their likeness.
_HALVING_DAYS = 90
#: What each sort of feature counts for, before its rarity.
_WEIGHTS = {"link": 3.0, "area": 1.5, "channel": 1.2, "person": 0.8, "word": 1.0}

_URL = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_COMMON = frozenset(
    """
    about after again also asked because been before being both could didn does doing done down each first
    found from have having help helped into just like made make more most much need new now only other over
    part same should showed since some still such team teams than that their them then there these they thing
    things this through time today until used using very want week well went were what when where which while
    will with without work worked would wrote write your yours
    """.split()  # noqa: SIM905
)


class Project(Value):
    """Entries that a person told apart as one piece of work, in their own words."""

    id: str
    workspace_id: str
    user_id: str
    name: str
    problem: str | None = None
    """What was wrong and why it mattered."""
    scope: str | None = None
    """Who and what it touched."""
    created_at: AwareDatetime


class SuggestedProject(Value):
    """Entries that seem to belong together."""

    name: str
    entry_ids: tuple[str, ...]
    """Oldest first."""
    since: date
    until: date
    """The day of the last one."""


class _Group:
    """Entries gathered so far, and what they have in common."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.features: dict[str, float] = {}
        self._square = 0.0

    def take(self, entry: Entry, features: Mapping[str, float]) -> None:
        self.entries.append(entry)
        for feature, weight in features.items():
            before = self.features.get(feature, 0.0)
            self.features[feature] = before + weight
            self._square += (before + weight) ** 2 - before**2

    def likeness(self, entry: Entry, features: Mapping[str, float], length: float) -> float:
        shared = sum(weight * self.features.get(feature, 0.0) for feature, weight in features.items())
        days = (entry.occurred_on - self.entries[-1].occurred_on).days
        fading = math.pow(0.5, days / _HALVING_DAYS)
        return shared / (length * math.sqrt(self._square)) * fading


def suggest_projects(
    entries: Iterable[Entry], channel_names: Mapping[str, str] | None = None
) -> tuple[SuggestedProject, ...]:
    """Groups of entries that share links, repositories, channels, people and rare words; largest first.

    Entries that already belong to a project are left out. The same entries give the same groups.
    """
    free = sorted(
        (entry for entry in entries if entry.project_id is None),
        key=lambda entry: (entry.occurred_on, entry.id),
    )
    groups = _gather(free)
    found = [
        SuggestedProject(
            name=_name_of(group, channel_names or {}),
            entry_ids=tuple(entry.id for entry in group.entries),
            since=group.entries[0].occurred_on,
            until=group.entries[-1].occurred_on,
        )
        for group in groups
        if len(group.entries) >= SMALLEST
    ]
    return tuple(sorted(found, key=lambda project: (-len(project.entry_ids), project.since, project.name)))


def _gather(entries: Sequence[Entry]) -> list[_Group]:
    raw = [_features(entry) for entry in entries]
    frequency = Counter(feature for features in raw for feature in features)
    # What most entries share tells none of them apart; what only one has joins nothing.
    most = max(3.0, len(entries) * 0.3)
    groups: list[_Group] = []
    having: defaultdict[str, set[int]] = defaultdict(set)
    for entry, features in zip(entries, raw, strict=True):
        weighted = {
            feature: _WEIGHTS[feature.split(":", 1)[0]]
            * math.log(1 + len(entries) / frequency[feature])
            * (1.0 if frequency[feature] > 1 else _ALONE)
            for feature in features
            if frequency[feature] <= most or feature.startswith("link:")
        }
        length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
        shared = {f: w for f, w in weighted.items() if frequency[f] > 1}
        near = {index for feature in shared for index in having[feature]}
        likeness = {index: groups[index].likeness(entry, weighted, length) for index in sorted(near)}
        best = max(likeness, key=likeness.__getitem__, default=len(groups))
        if likeness.get(best, 0.0) < ALIKE:
            best = len(groups)
            groups.append(_Group())
        groups[best].take(entry, weighted)
        for feature in shared:
            having[feature].add(best)
    return groups


def _features(entry: Entry) -> tuple[str, ...]:
    found = [f"link:{link.url}" for link in entry.links]
    found += [f"area:{area}" for link in entry.links if (area := area_of(link.url))]
    if entry.source.channel:
        found.append(f"channel:{entry.source.channel}")
    found += [f"person:{each.user}" for each in entry.people if each.role is not PersonRole.CREDITED_BY]
    found += [f"word:{word}" for word in _words(entry)]
    return tuple(dict.fromkeys(found))


def _words(entry: Entry) -> list[str]:
    text = MENTION.sub(" ", _URL.sub(" ", f"{entry.text} {entry.outcome or ''}"))
    return [word for word in (each.casefold() for each in _WORD.findall(text[:4_000])) if word not in _COMMON]


def _name_of(group: _Group, channel_names: Mapping[str, str]) -> str:
    in_how_many = Counter(
        feature for entry in group.entries for feature in _features(entry) if feature.startswith("word:")
    )
    telling = sorted(
        (feature for feature, count in in_how_many.items() if count >= SMALLEST),
        key=lambda feature: (-in_how_many[feature], -group.features.get(feature, 0.0), feature),
    )[:2]
    if telling:
        return " ".join(feature.removeprefix("word:") for feature in telling).capitalize()
    channels = Counter(entry.source.channel for entry in group.entries if entry.source.channel)
    if channels:
        channel = channels.most_common(1)[0][0]
        return "#" + channel_names.get(channel, channel)
    first = group.entries[0]
    return " ".join(MENTION.sub("", _URL.sub("", first.text)).split()[:4]) or first.occurred_on.isoformat()
