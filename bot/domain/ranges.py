"""Exact numbers in a text as ranges, with dates, times and years left as they are."""

from __future__ import annotations

import re

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_UNITS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_TEENS = {
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SIZES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_SMALL = {**_UNITS, **_TEENS, **_TENS}
#: "Two" alone is more often a way of speaking than a measure; from three on it counts something.
_ALONE = "|".join(word for word in _SMALL if word != "two")
_WORDS = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})[- ](?P<one>one|{'|'.join(_UNITS)})"
    rf"|(?:(?P<many>an?|one|{'|'.join(_SMALL)})\s)?(?P<size>{'|'.join(_SIZES)})|(?P<alone>{_ALONE}))\b",
    re.IGNORECASE,
)
#: Kana, Chinese, Korean and Thai letters: numbers stand between them without spaces.
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_LEFT, _RIGHT = rf"(?<![^\W{_UNSPACED}])", rf"(?![^\W{_UNSPACED}])"
_NUMBER = re.compile(
    rf"""
    (?P<keep> {_LEFT}\d{{4}}-\d\d(?:-\d\d)?{_RIGHT} | {_LEFT}\d{{1,2}}:\d\d(?::\d\d)?{_RIGHT}  # dates and times
      | {_LEFT}\d{{4}}(?=年) | {_LEFT}\d{{1,2}}(?=月|時(?!間)) | (?<=月)\d{{1,2}}(?=日) | (?<=時)\d{{1,2}}(?=分)
      | \b\d{{1,2}}\.?(?=\ (?:{_MONTHS}))                                      # 4 June
      | (?<=Jan\ |Feb\ |Mar\ |Apr\ |May\ |Jun\ |Jul\ |Aug\ |Sep\ |Oct\ |Nov\ |Dec\ )\d{{1,2}}\b
      | (?<=uary\ |arch\ |pril\ |June\ |July\ |gust\ |mber\ |ober\ )\d{{1,2}}(?!\w|,\d)
      | (?:(?<=\b[iI]n\ )|(?<=since\ )|(?<=until\ )|(?<=before\ )|(?<=after\ )|(?<=\bof\ )|(?<=\d,\ )|(?<=\b[QH]\d\ )
        |(?<=uary\ )|(?<=arch\ )|(?<=pril\ )|(?<=May\ )|(?<=June\ )|(?<=July\ )|(?<=gust\ )|(?<=mber\ )|(?<=ober\ ))
        (?:199\d|20[0-3]\d)(?!\w|[.,]\d|\ \w+s\b)
      | \d+(?:st|nd|rd|th)\b | \dxx\b )                                        # ordinals, 5xx
    | {_LEFT}(?<!\.)(?<![A-Z]-)(?P<currency>[$€£¥]\s?)?
      (?P<digits>\d{{1,3}}(?:[,\u202f\u00a0\ ]\d{{3}})+(?:\.\d+)?|\d{{1,3}}(?:\.\d{{3}}){{2,}}|\d+(?:[.,]\d+)?)
      (?P<unit>\s?(?:%|％|‰|×)|[A-Za-zµ]{{1,4}}{_RIGHT})?{_RIGHT}
    """,
    re.VERBOSE,
)


def in_ranges(text: str) -> str:
    """The text with each number, in digits or in words, as a range that holds it."""
    return _WORDS.sub(_word_in_a_range, _NUMBER.sub(_number_in_a_range, text))


def range_of(value: float) -> tuple[int, int]:
    """The step of 1, 2, 5, 10, 20, 50, … that holds the value; nought and what is below one stay near it."""
    if value < 1:
        return 0, 1 if value else 0
    size = 1
    while value >= size * 10:
        size *= 10
    low = next(step for step in (5, 2, 1) if value >= step * size) * size
    return low, {1: 2, 2: 5, 5: 10}[low // size] * size


def _number_in_a_range(match: re.Match[str]) -> str:
    if match["keep"]:
        return match.group()
    digits, unit, currency = match["digits"], match["unit"] or "", match["currency"] or ""
    decimal = digits.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", digits) else digits
    if decimal.count(".") > 1:
        decimal = decimal.replace(".", "")
    # Digits of any script: both `\d` and `float` know them.
    value = float(re.sub(r"[^\d.]", "", decimal))
    return f"{currency}{_shown(value)}{unit}"


def _word_in_a_range(match: re.Match[str]) -> str:
    said = {name: (value or "").lower() for name, value in match.groupdict().items()}
    if said["tens"]:
        return _shown(_TENS[said["tens"]] + _UNITS.get(said["one"], 1))
    if said["size"]:
        return _shown(_SMALL.get(said["many"], 1) * _SIZES[said["size"]])
    return _shown(_SMALL[said["alone"]])


def _shown(value: float) -> str:
    low, high = range_of(value)
    return f"{low:,}–{high:,}" if high > low else "0"
