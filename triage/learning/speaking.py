"""Written numbers as people say them on the telephone; the way back is `triage.words.written`."""

import random

DIGITS = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
REPEATED = {2: "double", 3: "triple"}
SPANISH = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
SPANISH_HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
).split()
MONTHS = "january february march april may june july august september october november december".split()
EXAMPLES = dict(
    a="apple", b="boy", c="cat", d="dog", e="edward", f="frank", g="george", h="henry", i="ice", j="john", k="king",
    l="larry", m="mary", n="nancy", o="ocean", p="peter", q="queen", r="robert", s="sam", t="tom", u="uncle",
    v="victor", w="william", x="xray", y="yellow", z="zebra",
)  # fmt: skip
TWICE, CORRECTED = 0.08, 0.06
"""Shares of phone numbers that are repeated, wholly or in their last digits, and whose end is corrected."""

TAKEN_BACK = ("no sorry", "no wait", "scratch that", "make that", "i mean", "sorry")


def below_hundred(value: int) -> str:
    """0 to 99: "seven", "forty two"."""
    if value < 10:
        return DIGITS[value]
    if value < 20:
        return TEENS[value - 10]
    return TENS[value // 10] + (f" {DIGITS[value % 10]}" if value % 10 else "")


def cardinal(value: int) -> str:
    """0 to 99,999 in full: "one thousand two hundred and six" without the "and"."""
    parts = []
    if value >= 1000:
        parts.append(below_hundred(value // 1000) + " thousand")
    if value % 1000 >= 100:
        parts.append(DIGITS[value % 1000 // 100] + " hundred")
    if value % 100 or value == 0:
        parts.append(below_hundred(value % 100))
    return " ".join(parts)


def ordinal(value: int) -> str:
    """1 to 199: "forty third", "one hundred tenth"."""
    *before, last = cardinal(value).split()
    if last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last = ORDINALS.get(last, last + "th")
    return " ".join([*before, last])


def cardinal_spanish(value: int) -> str:
    """0 to 99,999 in Spanish: "cuatrocientos veintidós", "dos mil seis"."""
    if value < 30:
        return SPANISH[value]
    if value < 100:
        return SPANISH_TENS[value // 10 - 3] + (f" y {SPANISH[value % 10]}" if value % 10 else "")
    if value < 1000:
        return "cien" if value == 100 else _after(SPANISH_HUNDREDS[value // 100 - 1], value % 100)
    return _after("mil" if value < 2000 else f"{cardinal_spanish(value // 1000)} mil", value % 1000)


def _after(said: str, rest: int) -> str:
    return f"{said} {cardinal_spanish(rest)}" if rest else said


def one_by_one(digits: str, zero: str = "oh") -> str:
    """Digit for digit: "5012" is "five oh one two"."""
    return " ".join(zero if digit == "0" else DIGITS[int(digit)] for digit in digits)


def in_pairs(digits: str) -> str:
    """Two by two, from the right: "1804" is "eighteen oh four", "350" is "three fifty"."""
    pieces = [digits[max(0, end - 2) : end] for end in range(len(digits), 0, -2)][::-1]
    return " ".join(
        _piece(piece, hundred=number == 1 == len(pieces) - 1 and pieces[0] != "00")
        for number, piece in enumerate(pieces)
    )


def _piece(piece: str, *, hundred: bool) -> str:
    if piece == "00":
        return "hundred" if hundred else "oh oh"
    return one_by_one(piece) if piece[0] == "0" else below_hundred(int(piece))


def with_repeats(digits: str) -> str:
    """Digit for digit, the same digit twice or thrice said so: "5577" is "double five double seven"."""
    spoken, at = [], 0
    while at < len(digits):
        length = next((n for n in (3, 2) if digits[at : at + n] == digits[at] * n), 1)
        word = "oh" if digits[at] == "0" else DIGITS[int(digits[at])]
        spoken.append(f"{REPEATED[length]} {word}" if length > 1 else word)
        at += length
    return " ".join(spoken)


def house_number(digits: str, chance: random.Random) -> str:
    """One way in which people say a house number of one to five digits."""
    value = int(digits)
    ways = [one_by_one(digits), cardinal(value), in_pairs(digits)]
    if value > 100 and value % 100:
        ways.append(cardinal(value).replace(" hundred ", " hundred and "))
    if len(digits) in (3, 4):
        ways += [in_pairs(digits)] * 3  # the usual way
    return chance.choice(ways)


def zip_code(digits: str, chance: random.Random) -> str:
    """One way in which people say a ZIP code."""
    return chance.choice(
        [one_by_one(digits), one_by_one(digits, "zero"), with_repeats(digits), _front(digits, 3, "", chance)]
    )


def phone(digits: str, chance: random.Random) -> str:
    """One way in which people say a number of seven or ten digits."""
    if chance.random() < TWICE:
        said = _in_full(digits, chance)
        link = chance.choice([" again ", " that's ", " so "] + ([] if said.endswith("ty") else [" "]))
        return said + link + one_by_one(chance.choice([digits, digits[-4:]]))
    if chance.random() < CORRECTED:
        return _corrected(digits, chance)
    return _in_full(digits, chance)


def _corrected(digits: str, chance: random.Random) -> str:
    """The last digits wrong at first: "oh one two four no sorry two three"."""
    size = chance.randint(2, 4)
    wrong = "".join(str((int(digit) + chance.randint(1, 9)) % 10) for digit in digits[-size:])
    return f"{one_by_one(digits[:-size] + wrong)} {chance.choice(TAKEN_BACK)} {one_by_one(digits[-size:])}"


def _in_full(digits: str, chance: random.Random) -> str:
    area, rest = digits[:-7], digits[-7:]
    exchange, line = rest[:3], rest[3:]
    said = _front(exchange, 3, chance.choice(["", "", " uh", " and then", " dash", " hyphen", " ok"]), chance)
    said += " " + chance.choice(
        [one_by_one(line), one_by_one(line), one_by_one(line, "zero"), in_pairs(line), with_repeats(line)]
        + ([f"{DIGITS[int(line[0])]} thousand"] if line.endswith("000") and line[0] != "0" else [])
    )
    if not area:
        return said
    lead = chance.choice(["", "", "", "area code ", "one ", "it's "])
    return lead + _front(area, 3, "", chance) + " " + said


def _front(digits: str, size: int, after: str, chance: random.Random) -> str:
    """The first digits one by one or as a round hundred, and the rest one by one."""
    front, rest = digits[:size], digits[size:]
    round_hundred = front.endswith("00") and front[0] != "0" and chance.random() < 0.7
    said = f"{DIGITS[int(front[0])]} hundred" if round_hundred else one_by_one(front)
    in_two = front[1] == "1" or "0" not in front[1:]  # "nine twenty five" would be 925
    if chance.random() < 0.1 and in_two and not round_hundred:
        said = f"{DIGITS[int(front[0])]} {below_hundred(int(front[1:]))}"
    return said + after + (f" {one_by_one(rest)}" if rest else "")


def unit(value: str, chance: random.Random) -> str:
    """One way in which people say an apartment ("2b", "b4", "12")."""
    digits = "".join(letter for letter in value if letter.isdigit())
    number = chance.choice([cardinal(int(digits)), in_pairs(digits)]) if digits else ""
    before, after = (value[0], "") if value[0].isalpha() else ("", value[-1] if value[-1].isalpha() else "")
    lead = chance.choice(["apartment", "apt", "unit", "suite", "apartment number"])
    return " ".join(part for part in (lead, before, number, after) if part)


def time(hour: int, minute: int, half: str, chance: random.Random) -> str:
    """One way in which people say a time of the clock; `half` is "am" or "pm", or "" where they leave it out."""
    ways = [f"{below_hundred(hour)} {_minute(minute)}".strip() if half or minute else f"{below_hundred(hour)} o'clock"]
    if not half and minute == 30:
        ways.append(f"half past {below_hundred(hour)}")
    if not half and minute == 15:
        ways += [f"quarter past {below_hundred(hour)}", f"a quarter after {below_hundred(hour)}"]
    if not half and minute == 45:
        ways.append(f"quarter to {below_hundred(hour % 12 + 1)}")
    return " ".join([chance.choice(ways), *(chance.choice([half, " ".join(half)]).split())])


def _minute(minute: int) -> str:
    return "" if not minute else f"oh {DIGITS[minute]}" if minute < 10 else below_hundred(minute)


def date(month: int, day: int, chance: random.Random) -> str:
    """One way in which people say a day of the year."""
    name, said = MONTHS[month - 1], ordinal(day)
    return chance.choice([f"{name} {said}", f"{name} the {said}", f"the {said} of {name}"])


def spelled(word: str, chance: random.Random) -> str:
    """One way in which people spell a word: plain letters, some explained, twins as "double"."""
    said, at = [], 0
    link = chance.choice(["as in", "like", "for"])
    while at < len(word):
        letter = word[at]
        twins = word[at : at + 2] == letter * 2 and letter not in "ou"
        if twins and chance.random() < 0.5:
            said.append(f"double {letter}")
            at += 1
        else:
            said.append(f"{letter} {link} {EXAMPLES[letter]}" if chance.random() < 0.2 else letter)
        at += 1
    return " ".join(said)
