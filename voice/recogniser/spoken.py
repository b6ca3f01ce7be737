"""Numbers, times and spellings as people say them: what the texts' grammar cannot list."""

from collections.abc import Callable
from random import Random

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
TENTHS = {20: "twentieth", 30: "thirtieth", 40: "fortieth", 50: "fiftieth", 60: "sixtieth"}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


def cardinal(number: int, joint: str = "") -> str:
    """A number below 100,000 in words; `joint` is what follows "hundred" ("and " for those who say it).

    >>> cardinal(1250)
    'one thousand two hundred fifty'
    """
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")
    for unit, name in ((1000, "thousand"), (100, "hundred")):
        if number >= unit:
            rest = f" {joint}{cardinal(number % unit, joint)}" if number % unit else ""
            return f"{cardinal(number // unit)} {name}{rest}"
    raise AssertionError(number)


def ordinal(number: int) -> str:
    """A street's or a day's number below 70: 43 is "forty third"."""
    if number < 20:
        return ORDINALS[number - 1]
    if number % 10 == 0:
        return TENTHS[number]
    return f"{TENS[number // 10]} {ORDINALS[number % 10 - 1]}"


def digits(number: str, zero: str = "oh") -> str:
    """Digit by digit, nought as `zero`."""
    return " ".join(zero if digit == "0" else ONES[int(digit)] for digit in number)


def pair(number: int) -> str:
    """Two digits as they stand inside a longer number: 5 is "oh five", 0 is "hundred" (as in "twelve hundred")."""
    return "hundred" if number == 0 else f"oh {ONES[number]}" if number < 10 else cardinal(number)


def house(rng: Random) -> str:
    """A house number, one to five digits, in one of the ways it is said."""
    length = rng.choices((1, 2, 3, 4, 5), (1, 5, 14, 16, 3))[0]
    number = rng.randrange(10 ** (length - 1), 10**length)
    first, last = divmod(number, 100)
    spelled = digits(str(number), rng.choice(("oh", "zero")))
    if length == 3:
        joint = rng.choice(("", "", "and "))
        return rng.choices((f"{ONES[first]} {pair(last)}", spelled, cardinal(number, joint)), (5, 4, 2))[0]
    if length == 4 and first % 10:
        return rng.choices((f"{cardinal(first)} {pair(last)}", spelled, cardinal(number)), (6, 4, 1))[0]
    if length == 5:
        return rng.choice((spelled, f"{ONES[number // 10000]} {pair(number // 100 % 100)} {pair(last)}"))
    return rng.choice((spelled, cardinal(number))) if length > 1 else cardinal(number)


def telephone(rng: Random) -> str:
    """A ten-digit (sometimes seven-digit) number; each group in one of the ways it is said. Numbers are invented."""
    zero = rng.choice(("oh", "oh", "oh", "zero"))
    area, exchange = (str(rng.randrange(200, 1000)) for _ in range(2))
    if rng.random() < 0.25:
        exchange = "555"
    groups = [] if rng.random() < 0.12 else [_three(rng, area, zero)]
    groups += [_three(rng, exchange, zero), _four(rng, f"{rng.randrange(10000):04d}", zero)]
    return " ".join(groups)


def _three(rng: Random, group: str, zero: str) -> str:
    number = int(group)
    if group.endswith("00"):
        return f"{ONES[number // 100]} hundred"
    if rng.random() < 0.12 and number % 100 >= 10:
        return f"{ONES[number // 100]} {cardinal(number % 100)}"
    return digits(group, zero)


def _four(rng: Random, group: str, zero: str) -> str:
    first, last = int(group[:2]), int(group[2:])
    if group.endswith("000") and first:
        return f"{ONES[int(group[0])]} thousand"
    if last == 0 and first >= 10 and rng.random() < 0.6:
        return f"{cardinal(first)} hundred"
    if first >= 10 and last and rng.random() < 0.35:
        return f"{cardinal(first)} {pair(last)}"
    if rng.random() < 0.06 and group[0] == group[1]:
        return f"double {digits(group[0], zero)} {digits(group[2:], zero)}"
    return digits(group, zero)


def clock(rng: Random) -> str:
    """A time of day."""
    hour = ONES[rng.randrange(1, 13)]
    half = rng.choice(("thirty", "fifteen", "forty five", "twenty", "oh five", "ten"))
    return rng.choice((hour, hour, f"{hour} o'clock", f"{hour} {half}", f"{hour} am", f"{hour} pm", "noon"))


def money(rng: Random) -> str:
    """A price."""
    dollars = rng.choice((rng.randrange(20, 100), rng.randrange(10, 100) * 10, rng.randrange(2, 90) * 100))
    said = cardinal(dollars, rng.choice(("", "and ")))
    return rng.choice(
        (f"{said} dollars", said, f"{said} bucks", f"{said} dollars and {cardinal(rng.randrange(1, 99))} cents")
    )


def spelled(rng: Random, name: str) -> str:
    """A name letter by letter, now and then with "double"."""
    letters = [letter for letter in name if letter.isalpha()]
    out: list[str] = []
    for letter in letters:
        if out and out[-1] == letter and rng.random() < 0.5:
            out[-1] = f"double {letter}"
        else:
            out.append(letter)
    return " ".join(out)


SPOKEN: dict[str, Callable[[Random], str]] = {
    "house": house,
    "number": telephone,
    "time": clock,
    "money": money,
    "zip": lambda rng: digits(f"{rng.randrange(10000, 100000)}", rng.choice(("oh", "zero"))),
    "digits4": lambda rng: digits(f"{rng.randrange(10000):04d}", rng.choice(("oh", "zero"))),
    "extension": lambda rng: digits(str(rng.randrange(10, 10000))),
    "count": lambda rng: cardinal(rng.choice((2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20, 25, 30, 40, 45))),
    "age": lambda rng: cardinal(rng.choice((rng.randrange(60, 100), rng.randrange(20, 100)))),
    "degrees": lambda rng: cardinal(rng.choice((rng.randrange(38, 66), rng.randrange(78, 105), rng.randrange(0, 40)))),
    "ordinal": lambda rng: ordinal(rng.randrange(1, 60)),
    "roadnumber": lambda rng: cardinal(rng.choice((rng.randrange(1, 100), rng.randrange(100, 800)))),
    "weekday": lambda rng: rng.choice(WEEKDAYS),
    "letter": lambda rng: rng.choice("abcdefghijklmnopqrstuvwxyz"),
    "unit": lambda rng: rng.choice(
        (
            cardinal(rng.randrange(1, 30)),
            digits(str(rng.randrange(100, 500))),
            f"{ONES[rng.randrange(1, 10)]} {rng.choice('abcdef')}",
            rng.choice("abcdef"),
            f"{ONES[rng.randrange(1, 10)]} {pair(rng.randrange(1, 40))}",
        )
    ),
}
"""What stands for {name} in the texts beside their own rules."""
