"""Card and social security numbers: heard so that they can be forgotten. Nothing here keeps or returns the digits."""

from collections.abc import Sequence

from triage.entities.phone import e164, runs
from triage.rules.book import Utterable, load_book
from triage.rules.patterns import compile_pattern

SHORTEST, LONGEST = 13, 19
"""How many digits a card number has (ISO/IEC 7812)."""

_COMMON = {"3": 15, "4": 16, "5": 16, "6": 16, "2": 16}
"""First digit to the usual length: such a number is found inside a longer run too (a phone number said before it)."""

_MISHEARD = frozenset({15, 16})
"""So many digits from 3, 4, 5 or 6 on are a card although the check digit is wrong: one of them was misheard."""

_BEGINNING = 4
"""After the words "card number", or words for a social security number, so many digits are taken for part of one."""

_EDGE = 2
"""A run this near the end of one utterance and the start of the next is one run."""

_LONGEST_PAUSE = 2
"""So many utterances without a digit ("uh hold on") may stand between two halves of one run."""

_SOCIAL = compile_pattern(
    "(social security|social (is|number)|seguro social|s s n|ssn|my social !(media|worker|club|hour|life))", {}
)


def passes_luhn(digits: str) -> bool:
    """Whether the check digit is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def holds_card(digits: str) -> bool:
    """Whether a run of digits is, or holds, a card number."""
    if SHORTEST <= len(digits) <= LONGEST and passes_luhn(digits):
        return True
    if len(digits) in _MISHEARD and digits[0] in "3456" and not e164(digits[:10]) and not e164(digits[-10:]):
        return True
    if digits[:10] == digits[10:20]:  # a phone number, said twice
        return False
    windows = (digits[at : at + _COMMON.get(digit, 0)] for at, digit in enumerate(digits))
    return any(len(window) == _COMMON.get(window[:1]) and passes_luhn(window) for window in windows)


def card_turns(turns: Sequence[Utterable], numbers_asked: frozenset[int] = frozenset()) -> frozenset[int]:
    """The utterances (by position) that hold a card number or part of one, also across neighbours, or speak of one.

    So too those with a social security number, where it is called one. Where a phone number was asked for
    (`numbers_asked`), a whole phone number is not part of anything longer.
    """
    found: set[int] = set()
    chain, members, open_end, pause = "", list[int](), False, 0
    promised = False
    for number, heard in enumerate(turns):
        spoken = runs(heard.words)
        for place, (digits, start, end) in enumerate(spoken):
            whole = number in numbers_asked and e164(digits) is not None
            joins = place == 0 and open_end and start <= _EDGE and not whole
            chain, members = (chain + digits, [*members, number]) if joins else (digits, [number])
            open_end = len(heard.words) - end <= _EDGE and not whole
            if holds_card(chain):
                found.update(members)
        pause = 0 if spoken else pause + 1
        open_end = open_end and pause <= _LONGEST_PAUSE
        words, social = _speaks_of_one(heard), bool(heard.places(_SOCIAL))
        begins = any(len(digits) >= _BEGINNING and e164(digits) is None for digits, _, _ in spoken)
        if words or ((promised or social) and begins):
            found.add(number)
        promised = words or social or (promised and begins)
    return frozenset(found)


def _speaks_of_one(heard: Utterable) -> bool:
    return any(match.rule.id == "card_words" for match in load_book("signals.toml").matches(heard))
