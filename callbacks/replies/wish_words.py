"""The words of a wish for another time, in both languages, and what each says: a grammar that skips nothing."""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta

from carrier.revoking import folded
from models.enums import Language

_NUMBERS = {
    word: value
    for value, words in enumerate(
        (
            "", "one una un a an", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete",
            "eight ocho", "nine nueve", "ten diez", "eleven once", "twelve doce",
        )
    )
    for word in words.split()
}  # fmt: skip
_DAYS = (
    "monday mon lunes", "tuesday tue tues martes", "wednesday wed miercoles", "thursday thu thurs jueves",
    "friday fri viernes", "saturday sat sabado", "sunday sun domingo",
)  # fmt: skip
_WEEKDAYS = {word: day for day, words in enumerate(_DAYS) for word in words.split()}
NOON = time(12)
_AHEAD = {"today": 0, "tomorrow": 1, "after_tomorrow": 2}

_EN = frozenset(
    "please pls plz call ring me back us you can could would will u i im ill id am be is are was free available home "
    "reachable around it its works work better best good fine ok okay thanks thank hi hello sorry only any time "
    "anytime my the answer talk phone on for off out busy meeting school just so let lets do make that if possible "
    "prefer want like need to again when get at by then sometime or and in a".split()
)
_ES = frozenset(
    "por favor llame llamame llameme llamenme llamar puede pueden podria me mi yo estoy estare ocupado ocupada en el "
    "la los las trabajo libre mejor gracias hola si solo prefiero quiero que sea ser disponible casa para de del y o "
    "salgo hasta luego".split()
)

_HALF = r"(?P<half{n}>am|pm|in the (?:morning|afternoon|evening)|(?:de|por|en) la (?:manana|tarde|noche))"
_HOUR = r"(?:(?P<noon{n}>noon|midday|mediodia)|(?P<hour{n}>\d{1,2}|{words})(?P<minute{n}>:[0-5]\d| y media|[0-5]\d)?)"
_CLOCK = rf"(?:(?:the|las?|los|el) )?{_HOUR}(?: o ?clock| en punto)?(?: {_HALF})?".replace(
    "{words}", "|".join(word for word, value in _NUMBERS.items() if value and word not in {"a", "an", "un"})
)
_AFTER = (
    r"(?:(?:any ?time )?after|not (?:\w+ )?before|no earlier than|any ?time from|from|starting|past|between|"
    r"(?:not|cant|wont|busy|no)(?: \w+){0,4}? (?:until|till|til)|until|till|til|"
    r"despues del?|a partir del?|no antes del?|desde|entre|no (?:\w+ ){0,3}?hasta|hasta)"
)
_UNTIL = re.compile(r"(?:until|till|til|hasta)\b")
_AWAY = re.compile(r"\b(?:busy|work|meeting|school|driving|ocupad[oa]|trabajo)\b")
_THERE = re.compile(r"\b(?:home|free|available|reachable|call|ring|libre|disponible|casa|llam\w+)\b")
"""Busy until five: not before. At home until five: that is until when, and no wish for later."""

_AT = r"(?:at|around|about|a|como a|sobre)"
_SECOND = rf"(?: (?:and|to|y|a) {_CLOCK.replace('{n}', '2')})?"
_FIRST = _CLOCK.replace("{n}", "1")

_PIECES = tuple(
    (kind, re.compile(rf"{pattern}(?= |$)"))
    for kind, pattern in (
        ("span", r"(?:in|en|dentro de|after) (?:about |like )?(?P<many>half an|half a|media|\d{1,3}|\w+) "
                 r"(?P<unit>hours?|hrs?|horas?|minutes?|mins?|minutos?)"),
        ("clock", rf"(?P<mark>{_AFTER}|{_AT}) {_FIRST}{_SECOND}"),
        ("exact", r"(?P<mark>)" + _FIRST + _SECOND),
        ("part", r"(?:(?:in|during|by) the |(?:por|en|a|de) la |this |esta |to(?=night))(?P<part>morning|afternoon|"
                 r"evening|night|manana|tarde|noche)"),
        ("after_tomorrow", r"(?:the )?day after tomorrow|pasado manana"),
        ("tomorrow", r"tomorrow|tmrw|tmr|manana"),
        ("today", r"today|hoy"),
        ("weekday", rf"(?:(?:on|next|this|el|este|proximo) )*(?P<day>{'|'.join(_WEEKDAYS)})"),
        ("part", r"(?P<part>morning|afternoon|evening|night)"),
        ("until", _AFTER),
        ("filler", "|".join(sorted(_EN | _ES, key=len, reverse=True))),
    )
)  # fmt: skip

_SPANISH = re.compile(
    r"\b(?:despues|partir|antes|hasta|desde|manana|tarde|noche|hoy|lunes|martes|miercoles|jueves|viernes|sabado|domingo|"
    r"horas?|minutos?|mediodia|llam\w+|las|la|el|por favor|gracias)\b"
)


@dataclass(frozen=True, slots=True)
class Said:
    """The pieces of a wish, put together."""

    span: timedelta | None = None
    day: int | None = None  # days from today
    weekday: int | None = None
    clock: time | None = None
    half: str = ""  # am, pm or "" where nobody said
    part: str = ""
    language: Language = Language.EN


def plain(text: str) -> str:
    """Lower case, no accents, no signs but the colon within a time; "5 p.m." is "5 pm", "3-5" is "3 to 5"."""
    words = re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", folded(text))
    words = re.sub(r"(\d)([ap])m\b", r"\1 \2m", words)
    words = re.sub(r"(?<=[\dm]) ?- ?(?=\d)", " to ", words)
    return " ".join(re.sub(r"(?<!\d):|:(?!\d)|[^a-z0-9: ]", " ", words).split())


def pieces(words: str) -> Said | None:
    """Everything that `plain` words say, or None where one of them belongs to no wish."""
    spanish = _SPANISH.search(words) is not None
    said, at, found, limits = Said(language=Language.ES if spanish else Language.EN), 0, False, 0
    while at < len(words):
        kind, match = next(((kind, m) for kind, p in _PIECES if (m := p.match(words, at))), ("", None))
        if match is None or (kind == "exact" and not _clearly_an_hour(match)):
            return None
        if _UNTIL.match(match[0]) and not _away(words[:at]):
            return None
        at = match.end() + 1
        if kind in ("filler", "until"):
            limits += kind == "until"
            continue
        found = found or kind != "today"
        said = _with(said, kind, match)
    return said if found and limits <= 1 else None


def _away(before: str) -> bool:
    """Whether the words before an "until" tell why they cannot talk before then."""
    return _AWAY.search(before) is not None and not _THERE.search(before)


def _clearly_an_hour(match: re.Match[str]) -> bool:
    return bool(match["half1"] or match["noon1"] or match["half2"] or (match["minute1"] or "").startswith(":"))


def _with(said: Said, kind: str, found: re.Match[str]) -> Said:
    """One piece more; what was said first stands."""
    match kind:
        case "span":
            return replace(said, span=said.span or _span(found))
        case "part":
            return replace(said, part=said.part or found["part"])
        case "weekday":
            return replace(said, weekday=_WEEKDAYS[found["day"]] if said.weekday is None else said.weekday)
        case "clock" | "exact":
            clock, half = _clock(found)
            return said if said.clock else replace(said, clock=clock, half=half)
    return replace(said, day=_AHEAD[kind] if said.day is None else said.day)


def _span(match: re.Match[str]) -> timedelta | None:
    many, hours = match["many"], match["unit"].startswith("h")
    if many in ("half an", "half a", "media"):
        return timedelta(minutes=30) if hours else None
    count = int(many) if many.isdigit() else _NUMBERS.get(many, 0)
    return timedelta(hours=count) if hours else timedelta(minutes=count)


def _clock(match: re.Match[str]) -> tuple[time | None, str]:
    """The time of day, and what was said of its half: am, pm, "24" where the hour itself says it, or nothing."""
    if match["noon1"]:
        return NOON, "pm"
    hour = int(match["hour1"]) if match["hour1"].isdigit() else _NUMBERS[match["hour1"]]
    minute = match["minute1"] or ""
    minutes = 30 if minute == " y media" else int(minute.lstrip(":") or 0)
    half = _half(match["half1"]) or _half(match["half2"])
    if hour > 23 or minutes > 59 or (half and not 1 <= hour <= 12):
        return None, ""
    if half:
        return time(hour % 12 + 12 * (half == "pm"), minutes), half
    return time(hour, minutes), "" if 1 <= hour <= 12 else "24"


def _half(words: str | None) -> str:
    if not words:
        return ""
    return "am" if words == "am" or words.endswith(("morning", "manana")) else "pm"
