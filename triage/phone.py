"""Callback numbers: from spoken words to E.164."""

from collections.abc import Sequence

import phonenumbers

from triage.assessment import Slot
from triage.numbers import is_number_word, read_digits

REGION = "US"
_FILLERS = frozenset("um uh and then dash area code is it's that's so the number ah er like y extension".split())
_MENTIONS = frozenset("number call phone cell reach cellphone mobile callback telefono numero celular text".split())
_NEAR = 6
SURE, LOCAL, CONFIRMED = 0.95, 0.8, 0.95
"""How sure a well-heard number with area code is, one without, and the caller's own number that they agreed to."""


def e164(digits: str, caller: str | None = None, company_area_code: str = "") -> str | None:
    """Ten digits, eleven with a leading 1, or seven (with the caller's, else the company's area code) as E.164.

    Reserved numbers (555-01xx) are possible numbers and pass. None when it cannot be a number of the region.
    """
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) == 7:
        digits = _area_code(caller, company_area_code) + digits
    if len(digits) != 10 or digits[0] in "01" or digits[3] in "01":
        return None
    number = phonenumbers.parse(digits, REGION)
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _area_code(caller: str | None, company: str) -> str:
    return caller[2:5] if caller and caller.startswith("+1") and len(caller) == 12 else company


def runs(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Every run of spoken digits, fillers inside it skipped: (digits, first word, after the last word)."""
    found, at = [], 0
    while at < len(words):
        if not is_number_word(words[at]):
            at += 1
            continue
        digits, start, end = "", at, at
        while at < len(words) and at - end <= 2:
            number = read_digits(words, at, adds=False, longest=20)
            if number is not None:
                digits, at, end = digits + number.digits, number.end, number.end
            elif words[at] in _FILLERS:
                at += 1
            else:
                break
        found.append((digits, start, end))
        at = max(end, start + 1)
    return found


def find_phone(words: Sequence[str], *, asked: bool, caller: str | None, area_code: str = "") -> Slot | None:
    """The last phone number in the words. Seven digits count only when a number was asked for or is spoken of."""
    best: Slot | None = None
    for digits, start, end in runs(words):
        spoken_of = asked or bool(_MENTIONS & set(words[max(0, start - _NEAR) : start]))
        if len(digits) == 7 and not spoken_of:
            continue
        written = e164(digits, caller, area_code)
        if written is not None:
            sure = LOCAL if len(digits) == 7 else SURE
            best = Slot(written, " ".join(words[start:end]), sure, start, end)
    return best
