"""Service addresses, from spoken words ("four twelve maple street apartment two b") to the written form."""

import re
from collections.abc import Sequence
from dataclasses import replace

from triage.assessment import Address
from triage.numbers import Number, is_number_word, read_digits
from triage.streets import NOT_STREET, STATES, SUFFIXES, UNIT_WORDS, WITH_SUFFIX, Area, Street, read_street

_CORRECTIONS = (("no", "wait"), ("i", "mean"), ("sorry",), ("actually",), ("correction",), ("i", "meant"), ("wait",))
_WRITTEN_UNIT = re.compile(r"\d+[a-z]|[a-z]\d+")
ZIP_LENGTH, LONGEST_NUMBER = 5, 6
NUMBER_ALONE = 0.3
"""How sure an address is that has no street yet."""


def find_address(words: Sequence[str], *, asked: bool, area: Area, known: Address | None = None) -> Address | None:
    """The address after these words, `known` being what earlier ones told; None while nothing was ever said.

    A later street or number replaces an earlier one ("no wait, four seventeen").
    """
    found = known
    at = 0
    while at < len(words):
        number = _house_number(words, at)
        street = read_street(words, number.end, asked=asked, area=area) if number else None
        if number is not None and _is_unit(words, number, found):
            at = number.end
        elif number is not None and street is not None:
            at = street.end
            found = _on(found or Address(), street, number.digits)
        elif number is not None:
            found = _number_alone(words, number, found, asked=asked)
            at = number.end
        else:
            at += 1
    if asked and found is not None and found.number and not found.street:
        found = _street_alone(words, found, area)
    if found is None or not (found.number or found.street):
        return found
    return _rest(words, found, area)


def _is_unit(words: Sequence[str], number: Number, found: Address | None) -> bool:
    """Whether this number is a unit's ("apartment two"); "number four" is one once there is a house number."""
    before = words[number.start - 1] if number.start else ""
    return before in UNIT_WORDS and (before != "number" or (found is not None and found.number is not None))


def _house_number(words: Sequence[str], at: int) -> Number | None:
    """The number at this word; shorter where its tail belongs to a numbered street ("fifty fifth street")."""
    if not is_number_word(words[at]) or (at and is_number_word(words[at - 1])):
        return None
    number = read_digits(words, at, longest=15)
    return number if number and len(number.digits) <= LONGEST_NUMBER and number.digits.strip("0") else None


def _number_alone(words: Sequence[str], number: Number, found: Address | None, *, asked: bool) -> Address | None:
    """A number without a street: a correction of the house number, or the first half of an address we asked for."""
    corrects = any(
        tuple(words[back : back + len(marker)]) == marker
        for marker in _CORRECTIONS
        for back in range(max(0, number.start - 4), number.start)
    )
    only = asked and number.end - number.start >= len(words) - 2
    is_zip = len(number.digits) == ZIP_LENGTH and number.start and words[number.start - 1] in ("code", "zip", *STATES)
    if is_zip or (len(number.digits) == ZIP_LENGTH and found is not None and found.complete and not corrects):
        return found
    if found is not None and found.number and (corrects or (only and found.street)):
        return replace(found, number=number.digits)
    if asked and (found is None or not found.number):
        return replace(found or Address(), number=number.digits, confidence=NUMBER_ALONE)
    return found


def _street_alone(words: Sequence[str], found: Address, area: Area) -> Address:
    """The street said after its number, in the next breath."""
    for start in range(len(words)):
        street = None if words[start] in NOT_STREET else read_street(words, start, asked=False, area=area)
        if street is not None:
            return _on(found, street, found.number)
    return found


def _on(found: Address, street: Street, number: str | None) -> Address:
    return replace(found, number=number, street=street.name, confidence=street.confidence)


def _rest(words: Sequence[str], found: Address, area: Area) -> Address:
    """Unit, city, state and ZIP, wherever they were said."""
    city = area.city.lower().split()
    for at, word in enumerate(words):
        if word in UNIT_WORDS and (unit := _unit(words, at + 1)):
            found = replace(found, unit=unit)
        elif _is_state(words, at, found, city):
            found = replace(found, state=STATES[word])
    if city and any(list(words[at : at + len(city)]) == city for at in range(len(words))):
        found = replace(found, city=area.city, state=found.state or area.state or None)
    code = _zip(words, found, area)
    if code is None:
        return found
    served = min(WITH_SUFFIX, found.confidence + 0.05) if code in area.zips else 0.0
    return replace(found, zip=code, confidence=max(found.confidence, served))


def _is_state(words: Sequence[str], at: int, found: Address, city: Sequence[str]) -> bool:
    """Whether a state is named here: after the company's city, before a ZIP or a unit, or at the end; not a street."""
    before, after = words[max(0, at - 1) : at], words[at + 1 :]
    if words[at] not in STATES or not before or (after and after[0] in SUFFIXES):
        return False
    if city and list(words[max(0, at - len(city)) : at]) == list(city):
        return True
    if before[0] in NOT_STREET | {"from"} or words[at].title() in (found.street or "").title().split():
        return False
    number = read_digits(after, 0, adds=False, longest=9) if after else None
    is_zip = number is not None and len(number.digits) == ZIP_LENGTH
    return not after or is_zip or after[0] in UNIT_WORDS | {"zip"}


def _unit(words: Sequence[str], at: int) -> str:
    if at < len(words) and words[at] == "number":
        at += 1
    if at < len(words) and (written := _WRITTEN_UNIT.fullmatch(words[at])):
        return written.group().upper()
    number = read_digits(words, at, longest=5) if at < len(words) else None
    end = number.end if number else at
    letter = words[end] if end < len(words) and len(words[end]) == 1 and words[end].isalpha() else ""
    letter = "" if letter in ("i", "o") and end + 1 < len(words) else letter
    return (number.digits if number else "") + letter.upper()


def _zip(words: Sequence[str], found: Address, area: Area) -> str | None:
    """The last five digits in one run that are no house number: after the street, or a ZIP the company serves."""
    code = None
    for at in range(len(words)):
        if at and is_number_word(words[at - 1]):
            continue
        number = read_digits(words, at, adds=False, longest=9) if is_number_word(words[at]) else None
        if number and len(number.digits) == ZIP_LENGTH:
            led = at > 0 and words[at - 1] in ("zip", "code", "postal", "is", *STATES, *area.city.lower().split())
            if led or number.digits in area.zips or (number.digits != found.number and found.complete and at > 0):
                code = number.digits
    return code
