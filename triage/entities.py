"""What was said where: name, callback number, address, problem, equipment, onset, access, window, account, order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.address import find_address
from triage.assessment import Address, Context, Entities, Slot
from triage.names import find_name
from triage.numbers import read_digits
from triage.phone import CONFIRMED, find_phone, runs
from triage.rules import Match, Utterable, load_book
from triage.streets import Area

NUMBERED = frozenset({"account", "po"})
"""Slots whose value is the number after the words."""

ASKS_NUMBER = frozenset({"Q_CB", "Q_CB_OK"})
ASKS_ADDRESS = frozenset({"Q_ADDR", "Q_ADDR_OK"})
"""The questions, and the dialogue's "is that right?" after them: another one may be said instead."""

PHRASE = 0.7
"""How sure a slot is that a rule found."""

_NUMBER_WITHIN = 3
_OPEN = frozenset({None, "Q_PROB", "Q_SAFE"})
_SHORTEST_PROBLEM = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance as entities need it."""

    text: str
    heard: Utterable
    asked: str | None
    confidence: float
    offset: int  # of its first word in the words of the whole call
    caller_agreed: bool = False  # answered yes to "is it the number you're calling from?"


def find_entities(turns: Sequence[Spoken], context: Context, area: Area, lead: int | None) -> Entities:
    """Everything said so far; later words replace earlier ones.

    `lead` is the word of the call at which the leading situation was heard: its utterance tells the problem.
    """
    slots: dict[str, Slot] = {}
    address: Address | None = None
    for number, turn in enumerate(turns):
        words = turn.heard.words
        address = find_address(words, asked=turn.asked in ASKS_ADDRESS, area=area, known=address)
        found = _phrases(turn)
        if phone := _phone(turns[: number + 1], context):
            found["callback"] = phone
        if "name" not in slots or turn.asked == "Q_NAME":
            if name := find_name(words, asked=turn.asked == "Q_NAME"):
                found["name"] = name
        slots |= {key: _placed(slot, turn) for key, slot in found.items()}
    if problem := _problem(turns, lead):
        slots["problem"] = problem
    return Entities(address=address, **slots)


def _placed(slot: Slot, turn: Spoken) -> Slot:
    """The slot with its place in the whole call, and no surer than the recogniser was."""
    start = slot.start + turn.offset if slot.start >= 0 else -1
    end = slot.end + turn.offset if slot.end >= 0 else -1
    return replace(slot, start=start, end=end, confidence=round(slot.confidence * turn.confidence, 3))


def _phone(told: Sequence[Spoken], context: Context) -> Slot | None:
    """The number in the last utterance; one begun in the utterance before; or the caller's own, when they agreed."""
    turn = told[-1]
    asked = turn.asked in ASKS_NUMBER
    phone = find_phone(turn.heard.words, asked=asked, caller=context.caller)
    if phone is not None and not (asked and phone.confidence < CONFIRMED and _begun(told)):
        return phone
    if asked and (begun := _begun(told)):
        joined = find_phone((*begun.heard.words, *turn.heard.words), asked=True, caller=context.caller)
        if joined is not None:
            return replace(joined, start=-1, end=-1)
    if phone is None and turn.caller_agreed and context.caller:
        return Slot(context.caller, turn.heard.text.strip(), CONFIRMED)
    return phone


def _begun(told: Sequence[Spoken]) -> Spoken | None:
    """The utterance before, when it held the first digits of a number that was asked for."""
    if len(told) < 2 or told[-2].asked not in ASKS_NUMBER:
        return None
    digits = "".join(run for run, _, _ in runs(told[-2].heard.words))
    return told[-2] if 3 <= len(digits) < 10 else None


def _phrases(turn: Spoken) -> dict[str, Slot]:
    """Slots that are a phrase, the longest of each kind."""
    best: dict[str, Match] = {}
    for match in load_book("slots.toml").matches(turn.heard):
        known = best.get(match.rule.id)
        if known is None or match.end - match.start > known.end - known.start:
            best[match.rule.id] = match
    slots = {key: Slot(match.words, match.words, PHRASE, match.start, match.end) for key, match in best.items()}
    for key in NUMBERED & set(slots):
        if (numbered := _number_after(turn.heard, slots[key])) is not None:
            slots[key] = numbered
        else:
            del slots[key]
    return slots


def _number_after(heard: Utterable, slot: Slot) -> Slot | None:
    for at in range(slot.end, min(slot.end + _NUMBER_WITHIN, len(heard.words))):
        number = read_digits(heard.words, at, adds=False)
        if number is not None:
            return Slot(number.digits, " ".join(heard.words[slot.start : number.end]), PHRASE, slot.start, number.end)
    return None


def _problem(told: Sequence[Spoken], lead: int | None) -> Slot | None:
    """The utterance that tells the problem: where the leading situation was heard, else the longest open one."""
    spoken = [turn for turn in told if turn.heard.words]
    leading = [turn for turn in spoken if lead is not None and 0 <= lead - turn.offset < len(turn.heard.words)]
    open_ones = [turn for turn in spoken if turn.asked in _OPEN and len(turn.heard.words) >= _SHORTEST_PROBLEM]
    chosen = leading or sorted(open_ones, key=lambda turn: -len(turn.heard.words))
    if not chosen:
        return None
    turn = chosen[0]
    end = turn.offset + len(turn.heard.words)
    return Slot(turn.text.strip(), turn.heard.text.strip(), turn.confidence, turn.offset, end)
