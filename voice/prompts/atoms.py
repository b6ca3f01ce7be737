"""Read-out atoms: the words that digits, letters, numbers and times are put together from, and how."""

from collections.abc import Iterator
from typing import NamedTuple

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
DIGITS_ES = "cero uno dos tres cuatro cinco seis siete ocho nueve".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # 0 = Monday
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
STEP_MIN = 5
"""Clock times exist every five minutes; a promise is never finer (docs/domain/intake.md section 10)."""


class Joint(NamedTuple):
    """An atom, and how many ms of silence follow it before the next."""

    id: str
    gap_ms: int


WORD_GAP_MS = 0  # with the 30 ms that every clip keeps at its ends: the words of one number follow one another
CHAR_GAP_MS = 60  # digits and letters, slow enough to be written down
GROUP_GAP_MS = 280  # between the groups of a phone number, or the words of what is spelled


def english() -> dict[str, str]:
    """Every English atom: id to what it says."""
    atoms = {f"d{value}": ONES[value] for value in range(10)}
    atoms |= {f"l{letter}": letter.upper() for letter in LETTERS}
    atoms |= {f"n{value}": cardinal(value) for value in (*range(60), 60, 70, 80, 90)}
    atoms |= {"n100": "hundred", "n1000": "thousand"}
    atoms |= {f"month{index}": month for index, month in enumerate(MONTHS, start=1)}
    atoms |= {f"day{index}": day for index, day in enumerate(DAYS)}
    atoms |= {f"ord{day}": ordinal(day) for day in range(1, 32)}
    for minute in range(0, 24 * 60, STEP_MIN):
        atoms[f"t{minute // 60:02}{minute % 60:02}"] = clock(minute // 60, minute % 60)
    return atoms


def spanish() -> dict[str, str]:
    """Every Spanish atom: the digits."""
    return {f"d{value}": word for value, word in enumerate(DIGITS_ES)}


def cardinal(value: int) -> str:
    """A number from 0 to 99 in words."""
    if value < 20:
        return ONES[value]
    tens, ones = value - value % 10, value % 10
    return f"{TENS[tens]} {ONES[ones]}" if ones else TENS[tens]


def ordinal(day: int) -> str:
    """A day of the month, 1 to 31, as it is said: "twenty third"."""
    if day <= 20:
        return _ORDINALS[day - 1]
    tens, ones = day - day % 10, day % 10
    return f"{TENS[tens]} {_ORDINALS[ones - 1]}" if ones else "thirtieth"


def clock(hour: int, minute: int) -> str:
    """A time of day as it is said: "two thirty PM", "nine oh five AM", "noon", "midnight"."""
    if minute == 0 and hour in (0, 12):
        return "noon" if hour else "midnight"
    half = "AM" if hour < 12 else "PM"
    words = [ONES[(hour - 1) % 12 + 1]]
    if minute:
        words.append(f"oh {ONES[minute]}" if minute < 10 else cardinal(minute))
    return " ".join([*words, half])


def digits(text: str) -> tuple[Joint, ...]:
    """Digit by digit, a US phone number in its groups (1, 512, 555, 0142); other characters part groups."""
    run = "".join(char for char in text if char.isascii() and char.isdigit())
    ends = {7: (3, 7), 10: (3, 6, 10), 11: (1, 4, 7, 11)}.get(len(run), ())
    if not ends:
        return _characters(text, "d", "0123456789")
    return tuple(
        Joint(f"d{char}", GROUP_GAP_MS if place in ends else CHAR_GAP_MS) for place, char in enumerate(run, start=1)
    )


def spell(text: str) -> tuple[Joint, ...]:
    """Letter by letter (and digit by digit); anything else parts words."""
    return _characters(text.lower(), "l", LETTERS)


def _characters(text: str, kind: str, known: str) -> tuple[Joint, ...]:
    joints: list[Joint] = []
    for char in text:
        if char in known:
            joints.append(Joint(kind + char, CHAR_GAP_MS))
        elif kind == "l" and char.isascii() and char.isdigit():
            joints.append(Joint("d" + char, CHAR_GAP_MS))
        elif joints:
            joints[-1] = joints[-1]._replace(gap_ms=GROUP_GAP_MS)
    return tuple(joints)


def number(text: str) -> tuple[Joint, ...]:
    """A whole number as it is said of houses and money: "four hundred twelve", "eleven forty". Above 9999 by digits.

    Raises ValueError when the text is no whole number.
    """
    value = int(text)
    if not 0 <= value <= 9999:
        return digits(text)
    return tuple(Joint(f"n{atom}", WORD_GAP_MS) for atom in _number_atoms(value))


def _number_atoms(value: int) -> Iterator[int]:
    if value >= 1000 and value % 1000 < 100:  # 1000, 2005: nobody says "twenty oh five" of a sum
        yield from (value // 1000, 1000)
        value %= 1000
    elif value >= 1000 and value % 100 >= 10:  # 1140: eleven forty
        yield from _number_atoms(value // 100)
        value %= 100
    elif value >= 100:  # 412, 2300
        yield from (*_number_atoms(value // 100), 100)
        value %= 100
    else:
        yield from _below_hundred(value)
        return
    if value:
        yield from _below_hundred(value)


def _below_hundred(value: int) -> Iterator[int]:
    if value < 60:
        yield value
        return
    yield value - value % 10
    if value % 10:
        yield value % 10


def time_of_day(text: str) -> tuple[Joint, ...]:
    """ "14:35" as one atom. Minutes between the steps go up to the next: what was promised is then still kept.

    Raises ValueError when the text is no time of day.
    """
    hour, minute = (int(part) for part in text.split(":"))
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(f"no time of day: {text!r}")
    at = -(-(hour * 60 + minute) // STEP_MIN) * STEP_MIN % (24 * 60)
    return (Joint(f"t{at // 60:02}{at % 60:02}", WORD_GAP_MS),)
