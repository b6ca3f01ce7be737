"""Times and dates as they are said: "half past three", "eight thirty p m", "november third", "las tres y media"."""

from collections.abc import Sequence

from triage.words.numbers import TEENS, TENS, UNITS, ordinal, read_ordinal, read_piece, read_value, word_at

MONTHS = (
    "january february march april may june july august september october november december".split(),
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
)
HALVES = {"am": "am", "pm": "pm"}
LEADS = frozenset("at by around about before after until till since from between".split())
"""Words after which an hour may stand alone."""

_PAST, _TO = frozenset("past after".split()), frozenset("to of till before".split())
_QUARTERS = {"quarter": 15, "half": 30}
_SPANISH_QUARTERS = {"media": 30, "cuarto": 15}
_ENDS = frozenset(
    "in on or so but when i today tomorrow tonight this that please if is was would works until monday tuesday "
    "wednesday thursday friday saturday sunday esta hoy manana de".split()
)
"""Words that can follow a time, and no street."""

_COULD_BE_VERBS = frozenset("may march".split())
_NAMED = frozenset("noon midnight mediodia medianoche".split())
_LONGEST_DAY, _HOURS, _MINUTES = 31, 12, 60
_NUMBERS_SAID = UNITS | TEENS | TENS


def read_time(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """The time of day that is told from here, as it is written, and where it ends; None when none is.

    An hour alone is a time after "at", "before", "between", ... and "at four twelve maple" is none.

    >>> read_time("half past three".split(), 0), read_time("three thirty p m".split(), 0)
    (('3:30', 3), ('3:30 pm', 4))
    """
    if words[at] in _NAMED:
        return words[at], at + 1
    clock = _past_or_to(words, at) or _spanish(words, at) or _told(words, at)
    if clock is None:
        return None
    hour, minute, end = clock
    half, end = _half(words, end)
    bare = minute is None and bool(half)
    written = str(hour) if bare else f"{hour}:{minute or 0:02}"
    return f"{written} {half}".strip(), end


def read_hours(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """An hour alone after a word of time, a second one after "and" or "to" not included ("between eight and ten")."""
    hour = _hour(words, at)
    if hour is None:
        return None
    led = at and words[at - 1] in LEADS
    second = at > 2 and words[at - 1] in ("and", "to") and words[at - 3] in ("between", "from")
    second = second and _hour(words, at - 2) is not None
    if not (led or second) or not _ends(words, hour[1], also=("and", "to") if not second else ()):
        return None
    return str(hour[0]), hour[1]


def read_date(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """The day that is told from here, as it is written, and where it ends; None when none is.

    >>> read_date("the third of november".split(), 0), read_date("november twenty first".split(), 0)
    (('November 3', 4), ('November 21', 3))
    """
    if day := _month_first(words, at):
        return _with_year(words, *day)
    first = at + 1 if words[at] == "the" else at
    day_number = read_ordinal(words, first)
    if day_number and day_number[0] <= _LONGEST_DAY:
        value, end = day_number
        if word_at(words, end) == "of" and _month(words, end + 1):
            return _with_year(words, f"{_month(words, end + 1)} {value}", end + 2)
        if first > at and value > _HOURS and _ends(words, end):
            return f"the {ordinal(value)}", end
    cardinal = read_value(words, at)
    if cardinal and 0 < cardinal[0] <= _LONGEST_DAY and word_at(words, cardinal[1]) == "de":
        month = word_at(words, cardinal[1] + 1)
        return (f"{cardinal[0]} de {month}", cardinal[1] + 2) if month in MONTHS[1] else None
    return None


def _month(words: Sequence[str], at: int) -> str:
    return words[at].title() if word_at(words, at) in MONTHS[0] else ""


def _month_first(words: Sequence[str], at: int) -> tuple[str, int] | None:
    month = _month(words, at)
    if not month:
        return None
    first = at + 2 if word_at(words, at + 1) == "the" else at + 1
    day = read_ordinal(words, first)
    if day is None and words[at] not in _COULD_BE_VERBS and first < len(words):
        day = _day(words, first)
    return (f"{month} {day[0]}", day[1]) if day and 0 < day[0] <= _LONGEST_DAY else None


def _day(words: Sequence[str], at: int) -> tuple[int, int] | None:
    piece = read_piece(words, at, adds=False)
    return (int(piece[0]), piece[1]) if piece and len(piece[0]) <= 2 else None


def _with_year(words: Sequence[str], day: str, at: int) -> tuple[str, int]:
    """The day with its year, where one of this century or the last follows ("twenty twenty six")."""
    first = read_piece(words, at, adds=True) if at < len(words) else None
    if first and len(first[0]) == 4 and first[0][:2] in ("19", "20"):
        return f"{day}, {first[0]}", first[1]
    second = read_piece(words, first[1], adds=False) if first and first[1] < len(words) else None
    if first and second and first[0] in ("19", "20") and len(second[0]) == 2:
        return f"{day}, {first[0]}{second[0]}", second[1]
    return day, at


def _past_or_to(words: Sequence[str], at: int) -> tuple[int, int, int] | None:
    """ "Half past three", "a quarter to five", "ten after four"."""
    if words[at] in _QUARTERS:
        minutes, end = _QUARTERS[words[at]], at + 1
    elif (few := _day(words, at)) and few[0] < _MINUTES // 2 and few[0] % 5 == 0:
        minutes, end = few
    else:
        return None
    hour = _hour(words, end + 1)
    link = word_at(words, end)
    if hour is None or (words[at] not in _QUARTERS and not _ends(words, hour[1])):
        return None
    if link in _PAST:
        return hour[0], minutes, hour[1]
    if link in _TO and words[at] != "half" and (link != "before" or words[at] == "quarter"):
        return (hour[0] - 2) % _HOURS + 1, _MINUTES - minutes, hour[1]
    return None


def _spanish(words: Sequence[str], at: int) -> tuple[int, int | None, int] | None:
    """ "Tres y media" after "las", "una" after "la"."""
    if not at or words[at - 1] not in ("las", "la"):
        return None
    hour = (1, at + 1) if words[at] == "una" and words[at - 1] == "la" else _hour(words, at)
    if hour is None or (words[at - 1] == "la" and hour[0] != 1):
        return None
    end = hour[1]
    if end + 1 < len(words) and words[end] == "y":
        if words[end + 1] in _SPANISH_QUARTERS:
            return hour[0], _SPANISH_QUARTERS[words[end + 1]], end + 2
        minute = _day(words, end + 1)
        if minute and minute[0] < _MINUTES:
            return hour[0], minute[0], minute[1]
    return hour[0], None, end


def _told(words: Sequence[str], at: int) -> tuple[int, int | None, int] | None:
    """ "Three thirty p m", "three o'clock", "at three thirty"."""
    hour = _hour(words, at)
    if hour is None:
        return None
    end = hour[1]
    if word_at(words, end) == "o'clock":
        return hour[0], None, end + 1
    if _half(words, end)[0]:
        return hour[0], None, end
    minute = _minute(words, end)
    if minute is None:
        return None
    led = at and words[at - 1] in LEADS
    told = bool(_half(words, minute[1])[0]) or (led and minute[0] % 5 == 0 and _ends(words, minute[1]))
    return (hour[0], minute[0], minute[1]) if told else None


def _hour(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """An hour of the clock in one word."""
    word = word_at(words, at)
    hour = _NUMBERS_SAID.get(word, int(word) if word.isdecimal() and len(word) <= 2 else 0)
    return (hour, at + 1) if 1 <= hour <= _HOURS else None


def _minute(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if word_at(words, at) == "oh" and UNITS.get(word_at(words, at + 1)):
        return UNITS[words[at + 1]], at + 2
    minute = _day(words, at) if at < len(words) else None
    return minute if minute and 10 <= minute[0] < _MINUTES else None


def _half(words: Sequence[str], at: int) -> tuple[str, int]:
    """ "pm" or "p m", and where it ends; "" when neither is here."""
    if at < len(words) and words[at] in HALVES:
        return words[at], at + 1
    if at + 1 < len(words) and words[at] in ("a", "p") and words[at + 1] == "m":
        return words[at] + "m", at + 2
    return "", at


def _ends(words: Sequence[str], at: int, also: tuple[str, ...] = ()) -> bool:
    return at >= len(words) or words[at] in _ENDS or words[at] in also
