"""The day something happened, as a text tells it.

Own rules rather than a general date parser: those take "may", "sat" or a version number for a date,
and cost milliseconds. Only past days are read; a day that the text sets in the future, or names as
a deadline or a beginning ("by Friday", "since Monday"), isn't when it happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.reading import calendar_words as words

#: Nobody keeps evidence of what is longer ago than this; such dates are background.
OLDEST = timedelta(days=5 * 366)

#: A day in English without a year that comes again this soon is the coming one, unless the sentence tells of the past.
_SOON = timedelta(days=92)

#: What is longer ago than this tells how it began, where a later day is told of as well.
_LONG_AGO = timedelta(days=60)

_FLAGS = re.IGNORECASE
_ENGLISH_MONTH = re.compile(words.MONTHS_EN, _FLAGS)
_PAST = re.compile(
    r"\b(?:\w+ed|was|were|did|had|made|told|said|went|got|met|ran|led|wrote|gave|took|found|sat|held)\b", _FLAGS
)
_BY = re.compile(
    r"(?:\b(?:by|until|till|before|next|due|since|every|each|for|after|upcoming|through|starting|starts|begins|launches|opens|closes?|ends|wants?|wanted|prefers?|to|or|revisit|deadline|eta|bis|ab|seit|vor|nach|nächste[nr]?"
    r"|jeden|für|desde|hasta|para|cada|antes de|próximo|depuis|avant|jusqu'au?|pour|chaque|prochain|até|próxima)"
    r"(?: the| dem| den| el| o| a| le)? ?)$",
    _FLAGS,
)
_WOULD = re.compile(r"^,? (?:i|we|you|he|she|they|it|nobody)(?:'d| would)\b", _FLAGS)
_NAMES_A_DAY = re.compile(r"\b(?:black|cyber|patch|good|holy) $", _FLAGS)
_FROM_OF_A_THING = re.compile(
    r"\b(?:from|(?<!most )(?<!all )(?<!half )(?<!part )of|vom|von|de|del|du|do|da)(?: the)? ?$", _FLAGS
)
_RANGE_GOES_ON = re.compile(r" ?(?:to|–|-|until|till|bis|hasta|à|até|and) ", _FLAGS)
_OTHERS = re.compile(r"^(?:'s\b|s'(?!\w)|[-_/]\w|\.\d|%)", _FLAGS)
_AHEAD = re.compile(
    r"\b(?:will|'ll|would(?:'ve| have)|next (?:meeting|call|sync|session|one)|who's|reminder|agenda|deadline|until|eod|please|let's|hoping|tbc|(?<!not )gonna|going to|tomorrow|next week|scheduled|planned for|planning to|werde[nt]?|wird|morgen|mañana|demain|amanhã)\b|明日|来週",
    _FLAGS,
)
_FRENCH = re.compile(r"\b(?:j'ai|avec|nous|est|et|pour|une?|des|du|les?|sur|dans|qui|à)\b|[éèêàç]", _FLAGS)

_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], "_Now"], date | None]]


class _Now:
    """The moment something was said, as its person sees it."""

    def __init__(self, said_at: datetime, zone: ZoneInfo) -> None:
        self.moment = said_at
        self.zone = zone
        self.today = said_at.astimezone(zone).date()


def day_of(sentences: tuple[str, ...], said_at: datetime, zone: ZoneInfo) -> date:
    """The day the text says it happened, never after the local day of `said_at`, which is the default."""
    now = _Now(said_at, zone)
    days = [min(found)[1] for sentence in sentences if (found := list(_candidates(sentence, now)))]
    if not days:
        return now.today
    recent = [day for day in days if now.today - _LONG_AGO < day < now.today]
    return recent[0] if recent and days[0] <= now.today - _LONG_AGO else days[0]


def _candidates(sentence: str, now: _Now) -> Iterator[tuple[int, date]]:
    for pattern, reading in _RULES:
        for match in pattern.finditer(sentence):
            if _is_guarded(sentence, match):
                continue
            try:
                day = reading(match, now)
            except (ValueError, OverflowError):
                continue
            if day is not None and now.today - OLDEST <= day <= now.today:
                yield match.start(), day


def _is_guarded(sentence: str, match: re.Match[str]) -> bool:
    before = sentence[max(0, match.start() - 16) : match.start()]
    after = sentence[match.end() : match.end() + 12]
    if (
        _BY.search(before)
        or _NAMES_A_DAY.search(before)
        or _WOULD.match(after)
        or (_OTHERS.match(after) and match.start() > 0)
    ):
        return True
    return bool(_FROM_OF_A_THING.search(before)) and not _RANGE_GOES_ON.match(after)


def _days_back(days: int) -> Callable[[re.Match[str], _Now], date | None]:
    return lambda match, now: now.today - timedelta(days=days)


def _yesterday_in_french(match: re.Match[str], now: _Now) -> date | None:
    """ "hier" is "here" in German."""
    return now.today - timedelta(days=1) if _FRENCH.search(match.string) else None


def _ago(match: re.Match[str], now: _Now) -> date | None:
    count = words.number(match.group("n"))
    unit = words.unit(match.group("unit"))
    if count is None or unit is None:
        return None
    if unit == "hour":
        return (now.moment - timedelta(hours=count)).astimezone(now.zone).date() if count <= 72 else None
    if unit == "day":
        return now.today - timedelta(days=count)
    if unit == "week":
        return now.today - timedelta(weeks=count)
    # "Two years ago" tells how it began, not on which day.
    return _months_back(now.today, count) if unit == "month" else None


def _months_back(day: date, months: int) -> date:
    """The same day of the month, or the last one the shorter month has."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError("no such month")


def _weekday(match: re.Match[str], now: _Now) -> date | None:
    """The latest such day; today only when the text neither says "last" nor "on"."""
    if _AHEAD.search(match.string):
        return None
    wanted = words.weekday(match.group("day"))
    if wanted is None:
        return None
    said = match.group().lower()
    if words.LAST_WEEK.search(said):
        return now.today - timedelta(days=now.today.weekday() + 7 - wanted)
    back = (now.today.weekday() - wanted) % 7
    if back == 0 and not words.BARE_DAY.fullmatch(said):
        back = 7
    return now.today - timedelta(days=back)


def _day_and_month(match: re.Match[str], now: _Now) -> date | None:
    """A day without a year is the latest one that isn't in the future."""
    month = words.month(match.group("month"))
    if month is None:
        return None
    day, year = int(match.group("d")), match.group("y")
    if year:
        return date(int(year), month, day)
    if _AHEAD.search(match.string):
        return None
    latest = _latest(now.today, month, day)
    is_near = latest is not None and latest.replace(day=1) + timedelta(days=365) < now.today + _SOON
    return (
        None
        if is_near and _ENGLISH_MONTH.fullmatch(match.group("month")) and not _PAST.search(match.string)
        else latest
    )


def _latest(today: date, month: int, day: int) -> date | None:
    for year in range(today.year, today.year - 5, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _week_number(match: re.Match[str], now: _Now) -> date | None:
    """The Monday of the latest such week."""
    week = int(match.group("w") or match.group("late"))
    return next(
        day
        for year in (now.today.year, now.today.year - 1)
        if (day := date.fromisocalendar(year, week, 1)) <= now.today
    )


def _numeric(match: re.Match[str], now: _Now) -> date | None:
    return date(int(match.group("y")), int(match.group("m")), int(match.group("d")))


def _slashed(match: re.Match[str], now: _Now) -> date | None:
    """Day first or month first: read only where one of the two is impossible or both are the same."""
    first, second, year = int(match.group("a")), int(match.group("b")), int(match.group("y"))
    if first > 12 or first == second:
        return date(year, second, first)
    return date(year, first, second) if second > 12 else None


def _day_of_month(match: re.Match[str], now: _Now) -> date | None:
    day = int(match.group("d"))
    if _AHEAD.search(match.string):
        return None
    if day <= now.today.day:
        return now.today.replace(day=day)
    return _months_back(now.today.replace(day=1), 1).replace(day=day)


def _rule(pattern: str, reading: Callable[[re.Match[str], _Now], date | None], flags: re.RegexFlag = _FLAGS) -> _Rule:
    return re.compile(pattern, flags), reading


_RULES: tuple[_Rule, ...] = (
    _rule(rf"\b(?:{words.TODAY})\b|{words.TODAY_JA}", _days_back(0)),
    _rule(rf"(?<!before )\b(?:{words.YESTERDAY})\b|{words.YESTERDAY_JA}", _days_back(1)),
    _rule(r"(?<!avant-)(?<!\w)hier(?: (?:soir|matin|après-midi))?\b", _yesterday_in_french),
    _rule(rf"\b(?:{words.DAY_BEFORE})\b|{words.DAY_BEFORE_JA}", _days_back(2)),
    _rule(
        rf"(?<!the )\b(?:{words.WEEK_BACK})\b(?! (?:on )?(?:{words.DAYS})\b)|先週(?!の?[月火水木金土日]曜)",
        _days_back(7),
    ),
    _rule(rf"\b(?P<n>{words.COUNT}) (?P<unit>{words.UNITS_EN}) ago\b", _ago),
    _rule(rf"\b(?:vor|hace|il y a|há|faz) (?P<n>{words.COUNT}) (?P<unit>{words.UNITS})\b", _ago),
    _rule(rf"\b(?P<n>{words.COUNT}) (?P<unit>{words.UNITS}) atrás\b", _ago),
    _rule(rf"(?P<n>{words.COUNT_JA})(?P<unit>{words.UNITS_JA})前", _ago),
    _rule(words.WEEKDAY, _weekday),
    _rule(words.WEEKDAY_PT, _weekday),
    _rule(words.WEEKDAY_SHORT, _weekday, re.NOFLAG),
    _rule(words.WEEKDAY_PART, _weekday),
    _rule(words.WEEKDAY_TOLD, _weekday, re.NOFLAG),
    _rule(words.WEEK_NUMBER, _week_number),
    _rule(words.WEEKDAY_HEAD, _weekday, re.NOFLAG),
    _rule(words.WEEKDAY_JA, _weekday),
    _rule(
        rf"(?<![\w.-])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)? (?:of |de |d')?(?P<month>{words.MONTHS})(?:,? (?:de )?(?P<y>20\d\d))?\b",
        _day_and_month,
    ),
    _rule(
        rf"\b(?P<month>{words.MONTHS_EN})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>20\d\d))?(?![\w%-]|[.:]\d)",
        _day_and_month,
        re.NOFLAG,
    ),
    _rule(r"(?<![\w./-])(?P<y>20\d\d)[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?![\w/-])", _numeric),
    _rule(r"(?<![\w./-])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d\d)(?![\w/-])", _numeric),
    _rule(r"(?<![\w./-])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>20\d\d)(?![\w/-])", _slashed),
    _rule(r"(?:(?P<y>20\d\d)年)?(?P<month>\d{1,2})月(?P<d>\d{1,2})日", _day_and_month),
    _rule(r"\bon the (?P<d>[12]?\d|3[01])(?:st|nd|rd|th)\b(?! (?:of|floor|try|attempt|run))", _day_of_month),
    _rule(r"\b(?:am|el día|le|no dia) (?P<d>[12]?\d|3[01])\b(?=\.?$|, )", _day_of_month),
)
