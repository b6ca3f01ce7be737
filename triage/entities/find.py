"""What was said where, over a whole call: utterances add up, corrections replace, answers fit their questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triage.assessment import Address, Context, Entities, Slot
from triage.entities.address import find_address
from triage.entities.people import corrected_name
from triage.entities.phone import CONFIRMED, find_phone, runs
from triage.entities.problem import tell_problem
from triage.entities.slots import ASKS_FOR, ASKS_NAME, CODES, find_slots
from triage.entities.streets import Area
from triage.learned.encoder import Span
from triage.rules.book import Utterable

ASKS_NUMBER = frozenset({"Q_CB", "Q_CB_OK"})
ASKS_ADDRESS = frozenset({"Q_ADDR", "Q_ADDR_OK"})
"""The questions, and the dialogue's "is that right?" after them: another one may be said instead."""

STAYS = frozenset({"equipment", "brand", "age", "role", "place", "name", "onset"})
"""Slots that are about the problem as it was told first; the others are as they were said last."""

NUMBERS = CODES | {"callback"}
"""Slots whose digits are no ZIP."""

CORRECTING = frozenset({"wait", "mean", "meant", "sorry", "actually", "correction", "perdon", "digo"})

_OPEN = frozenset({None, "Q_PROB", "Q_SAFE"})
_SHORTEST_PROBLEM = 3
_BESIDES = frozenset({"name", "access"}) | NUMBERS
_ADDRESS_SPANS = frozenset({"number", "street", "unit", "city", "state", "zip"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance as entities need it."""

    text: str
    heard: Utterable
    asked: str | None
    confidence: float
    offset: int  # of its first word in the words of the whole call
    caller_agreed: bool = False  # answered yes to "is it the number you're calling from?"
    spans: tuple[Span, ...] | None = None  # what the tagger hears, by the words of the utterance; None: no tagger


def find_entities(turns: Sequence[Spoken], context: Context, area: Area, lead: int | None) -> Entities:
    """Everything said so far; later words replace earlier ones.

    `lead` is the word of the call at which the leading situation was heard: its utterance tells the problem.
    """
    slots: dict[str, Slot] = {}
    address: Address | None = None
    for number, turn in enumerate(turns):
        words = turn.heard.words
        found = find_slots(turn.heard, turn.spans, turn.asked, named="name" in slots)
        if phone := _phone(turns[: number + 1], context):
            found["callback"] = phone
        if turn.asked in ASKS_NAME and "name" in found and "name" in slots:
            found["name"] = replace(found["name"], value=corrected_name(slots["name"].value, found["name"].value))
        address = find_address(
            words, asked=turn.asked in ASKS_ADDRESS, area=area, known=address, spans=turn.spans or (),
            others=frozenset(at for kind in NUMBERS & found.keys() for at in range(found[kind].start, found[kind].end)),
        )  # fmt: skip
        slots |= {kind: _placed(slot, turn) for kind, slot in found.items() if _replaces(kind, slots.get(kind), turn)}
    if problem := _problem(turns, lead, slots):
        slots["problem"] = problem
    return Entities(address=address, **slots)


def _replaces(kind: str, known: Slot | None, turn: Spoken) -> bool:
    """Whether what an utterance tells takes the place of what was known."""
    asked = kind in ASKS_FOR.get(turn.asked or "", ())
    return known is None or known.again or asked or kind not in STAYS or bool(CORRECTING & set(turn.heard.words))


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


def _problem(told: Sequence[Spoken], lead: int | None, slots: Mapping[str, Slot]) -> Slot | None:
    """The utterance that tells the problem: where the leading situation was heard, else the longest open one."""
    spoken = [turn for turn in told if turn.heard.words]
    leading = [turn for turn in spoken if lead is not None and 0 <= lead - turn.offset < len(turn.heard.words)]
    open_ones = [turn for turn in spoken if turn.asked in _OPEN and len(turn.heard.words) >= _SHORTEST_PROBLEM]
    chosen = leading or sorted(open_ones, key=lambda turn: -len(turn.heard.words))
    if not chosen:
        return None
    turn = chosen[0]
    end = turn.offset + len(turn.heard.words)
    problem = tell_problem(turn.text, turn.heard.words, _told_besides(turn, slots))
    return Slot(problem, turn.heard.text.strip(), turn.confidence, turn.offset, end)


def _told_besides(turn: Spoken, slots: Mapping[str, Slot]) -> list[tuple[int, int]]:
    """Where, in an utterance, a name, a number, the way in or an address is told."""
    length = len(turn.heard.words)
    places = [(slot.start - turn.offset, slot.end - turn.offset) for kind, slot in slots.items() if kind in _BESIDES]
    places += [(span.start, span.end) for span in turn.spans or () if span.kind in _ADDRESS_SPANS]
    return [(start, end) for start, end in places if 0 <= start < end <= length]
