"""Words for days, weeks and months in English, Spanish, German, French, Portuguese and Japanese."""

from __future__ import annotations

import re

TODAY = (
    r"today|this (?:morning|afternoon|evening)|tonight|heute|hoy|esta (?:mañana|tarde|noche|manhã)|aujourd'hui"
    r"|ce (?:matin|soir)|cet après-midi|hoje"
)
TODAY_JA = "今日|今朝|本日|今晩|今夜"
YESTERDAY = r"yesterday|yday|last night|gestern|ayer|anoche|ontem"
YESTERDAY_JA = "(?<!一)昨日|きのう|昨夜|昨晩"
DAY_BEFORE = r"the day before yesterday|anteayer|antier|vorgestern|avant-hier|anteontem"
DAY_BEFORE_JA = "一昨日|おととい"
WEEK_BACK = r"last week|letzte(?:r)? Woche|vorige Woche|la semana pasada|la semaine dernière|(?:na )?semana passada"
LAST_WEEK = re.compile(r"last week|letzte[rn]? woche|semana pasada|semaine dernière|semana passada|先週", re.IGNORECASE)

_WEEKDAYS = {
    0: "monday montag lunes lundi segunda segunda-feira 月",
    1: "tuesday dienstag martes mardi terça terça-feira 火",
    2: "wednesday mittwoch miércoles mercredi quarta quarta-feira 水",
    3: "thursday donnerstag jueves jeudi quinta quinta-feira 木",
    4: "friday freitag viernes vendredi sexta sexta-feira 金",
    5: "saturday samstag sonnabend sábado samedi 土",
    6: "sunday sonntag domingo dimanche 日",
}
_SHORT_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_OF = (
    {name: day for day, names in _WEEKDAYS.items() for name in names.split()}
    | {
        "tues": 1,
        "weds": 2,
        "thur": 3,
        "thurs": 3,
    }
    | {name: day for day, name in enumerate(_SHORT_WEEKDAYS)}
)

_ENGLISH_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_OTHER_DAYS = (
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lunes|martes|miércoles|jueves|viernes|sábado"
    "|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    "|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira"
)
#: Portuguese ordinals are weekdays only where the words around them say so.
_PORTUGUESE_DAYS = "segunda|terça|quarta|quinta|sexta"
DAYS = f"{_ENGLISH_DAYS}|{_OTHER_DAYS}"
WEEKDAY = (
    r"\b(?:(?:last week(?: on)?|last|on|this past|this|am|letzten|letzte woche(?: am)?|vorigen|el pasado|el|le|na|no) )?"
    rf"(?P<day>{DAYS})\b"
    r"(?: of last week| last week| letzter woche| pasado| de la semana pasada| dernier| passad[ao]| da semana passada)?"
)
WEEKDAY_PT = rf"\bna (?P<day>{_PORTUGUESE_DAYS})\b(?: passada)?"
WEEKDAY_SHORT = r"\b(?:[Ll]ast|[Oo]n) (?P<day>Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b(?! \d)"
#: "Sat night", "sat morning", "merged Thu": what stands beside it says that it is a day.
WEEKDAY_PART = r"\b(?P<day>mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)(?= (?:night|morning|evening|afternoon)\b)"
WEEKDAY_TOLD = r"(?<=ed )(?P<day>Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b(?! \d)"
#: A week by its number; without "calendar" only one that can't be the third week of something.
WEEK_NUMBER = (
    r"\b(?:(?:kw|cw|calendar week|iso week|kalenderwoche) ?(?P<w>[1-5]?\d)|week (?P<late>[1-5]\d)(?! of\b))(?![\w.])"
)
WEEKDAY_HEAD = r"^(?P<day>Mon|Tue|Wed|Thu|Fri):"
WEEKDAY_JA = r"(?:先週の?|この前の)?(?P<day>[月火水木金土日])曜日?"
#: How the day stands when it may be today: the bare name, as at the head of a list.
BARE_DAY = re.compile(rf"(?:this )?(?:{DAYS}|mon|tue|wed|thu|fri|[月火水木金土日]曜日?):?", re.IGNORECASE)

_MONTHS = {
    1: "january jan januar jänner enero janvier janeiro",
    2: "february feb februar febrero février fevereiro",
    3: "march mar märz marzo mars março",
    4: "april apr abril avril",
    5: "may mai mayo maio",
    6: "june jun juni junio juin junho",
    7: "july jul juli julio juillet julho",
    8: "august aug agosto août",
    9: "september sept sep septiembre setiembre septembre setembro",
    10: "october oct oktober octubre octobre outubro",
    11: "november nov noviembre novembre novembro",
    12: "december dec dezember diciembre décembre dezembro",
}
_MONTH_OF = {name: month for month, names in _MONTHS.items() for name in names.split()}
MONTHS = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
#: Capitalised: "may 3 people" is no date.
MONTHS_EN = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)

_NUMBERS = {
    1: "a an one einem einer ein eine un una uno une um uma 一",
    2: "two zwei dos deux dois duas 二",
    3: "three drei tres trois três 三",
    4: "four vier cuatro quatre quatro 四",
    5: "five fünf cinco cinq 五",
    6: "six sechs seis 六",
    7: "seven sieben siete sept sete 七",
    8: "eight acht ocho huit oito 八",
    9: "nine neun nueve neuf nove 九",
    10: "ten zehn diez dix dez 十",
}
_NUMBER_OF = {name: value for value, names in _NUMBERS.items() for name in names.split()} | {
    "a couple of": 2,
    "couple of": 2,
    "un par de": 2,
}
COUNT = r"\d{1,3}|" + "|".join(sorted((n for n in _NUMBER_OF if n.isascii() or n.isalpha()), key=len, reverse=True))
COUNT_JA = "[0-9０-９]{1,3}|[一二三四五六七八九十]"

_UNITS = {
    "hour": "hours hour hrs hr stunden stunde horas hora heures heure 時間",
    "day": "days day tagen tag días día dias dia jours jour 日",
    "week": "weeks week wks wk wochen woche semanas semana semaines semaine 週間",
    "month": "months month monaten monat meses mes mês mois か月 ヶ月 カ月",
    "year": "years year jahren jahr años año ans an anos ano 年",
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}
UNITS_EN = "hours?|hrs?|days?|weeks?|wks?|months?|years?"
UNITS = "|".join(sorted((name for name in _UNIT_OF if name[0] < "぀"), key=len, reverse=True))
UNITS_JA = "時間|日|週間|か月|ヶ月|カ月|年"


def weekday(name: str) -> int | None:
    """Monday is 0."""
    return _WEEKDAY_OF.get(name.lower())


def month(name: str) -> int | None:
    """January is 1; Japanese months are numbers already."""
    return int(name) if name.isdecimal() else _MONTH_OF.get(name.lower())


def number(name: str) -> int | None:
    """The number that digits or a word say."""
    return int(name) if name.isdecimal() else _NUMBER_OF.get(name.lower())


def unit(name: str) -> str | None:
    """hour, day, week, month or year."""
    return _UNIT_OF.get(name.lower())
