"""Service addresses, from spoken words ("four twelve maple street apartment two b") to the written form."""

from collections.abc import Sequence
from dataclasses import replace

from triage.assessment import Address
from triage.entities.corners import is_block, read_corner
from triage.entities.doors import TAGGED, ZIP_LENGTH, Door, find_doors, with_heard
from triage.entities.localities import find_localities, is_zip_code
from triage.entities.street_words import NOT_STREET
from triage.entities.streets import GUESSED, WITH_SUFFIX, Area, read_street
from triage.entities.units import find_unit, read_unit
from triage.learned.encoder import Span

_CORRECTIONS = (("no", "wait"), ("i", "mean"), ("sorry",), ("actually",), ("correction",), ("i", "meant"), ("wait",))
NUMBER_ALONE = 0.3
"""How sure an address is that has no street yet."""

ASK_AGAIN = 0.5
"""Below this the dialogue asks for the address once more; a street of no list with a suffix is above it."""


def find_address(
    words: Sequence[str],
    *,
    asked: bool,
    area: Area,
    known: Address | None = None,
    spans: Sequence[Span] = (),
    others: frozenset[int] = frozenset(),
) -> Address | None:
    """The address after these words, `known` being what earlier ones told; None while nothing was ever said.

    A later street or number replaces an earlier one ("no wait, four seventeen"). `others` are the places of the words
    that say an account's or a telephone's number.
    """
    found = known
    told = [*find_doors(words, asked=asked, area=area, numbered=bool(known and known.number))]
    doors = with_heard(words, told, spans, area)
    for door in doors:
        found = _entered(words, found, door, asked=asked)
    if asked and found is not None and found.number and not found.street:
        found = _street_alone(words, found, area)
    found = _rest(words, found, area, spans, doors, others)
    if found is None:
        return None
    doubtful = found.confidence < ASK_AGAIN or any(door.doubtful for door in doors)
    doorless = bool(found.street and not found.number) and (_is_doorless(words) or bool(known and known.again))
    return replace(found, again=(found.complete and doubtful) or doorless)


def _is_doorless(words: Sequence[str]) -> bool:
    """Whether a corner or a block is told instead of a house number."""
    return any(read_corner(words, at) or (at and is_block(words, at)) for at in range(len(words)))


def _entered(words: Sequence[str], found: Address | None, door: Door, *, asked: bool) -> Address | None:
    """The address with a door that was said: a whole one replaces, a part of one adds or corrects."""
    if door.street is None:
        return _number_alone(words, door, found, asked=asked)
    name, sure = door.street.name, door.street.confidence
    if door.number is not None:
        told = replace(found or Address(), number=door.number, street=name, confidence=sure)
        return replace(told, unit=door.unit) if door.unit else told
    if found is None or not found.street:
        return replace(found or Address(), street=name, confidence=sure if found and found.number else NUMBER_ALONE)
    corrects = asked or _corrected(words, door.start)
    return replace(found, street=name, confidence=sure) if corrects and sure > GUESSED else found


def _corrected(words: Sequence[str], at: int) -> bool:
    return any(
        tuple(words[back : back + len(marker)]) == marker
        for marker in _CORRECTIONS
        for back in range(max(0, at - 4), at)
    )


def _number_alone(words: Sequence[str], door: Door, found: Address | None, *, asked: bool) -> Address | None:
    """A number without a street: a correction of the house number, or the first half of an address we asked for."""
    digits = door.number or ""
    corrects = _corrected(words, door.start)
    only = asked and door.end - door.start >= len(words) - 2
    is_zip = is_zip_code(words, door.start, door.end) or (
        len(digits) == ZIP_LENGTH and door.start > 0 and words[door.start - 1] in ("code", "zip")
    )
    if is_zip or (len(digits) == ZIP_LENGTH and found is not None and found.complete and not corrects):
        return found
    if found is not None and found.number and (corrects or (only and found.street)):
        return replace(found, number=digits)
    if asked and (found is None or not found.number):
        sure = found.confidence if found and found.street else NUMBER_ALONE
        return replace(found or Address(), number=digits, confidence=sure)
    return found


def _street_alone(words: Sequence[str], found: Address, area: Area) -> Address:
    """The street said after its number, in the next breath."""
    for start in range(len(words)):
        street = None if words[start] in NOT_STREET else read_street(words, start, asked=False, area=area)
        if street is not None:
            return replace(found, street=street.name, confidence=street.confidence)
    return found


def _rest(
    words: Sequence[str],
    found: Address | None,
    area: Area,
    spans: Sequence[Span],
    doors: Sequence[Door],
    others: frozenset[int],
) -> Address | None:
    """Unit, city, state and ZIP, wherever they were said."""
    after = max((door.end for door in doors if door.street), default=None)
    parts = find_localities(words, found, area, spans, after=after, others=others)
    starts = frozenset(door.start for door in doors if door.number and door.street)
    unit = find_unit(words, numbered=bool(found and found.number), doors=starts)
    if unit is not None:
        parts["unit"] = unit.value
    else:
        for span in spans:
            read = read_unit(words, span.start) if span.kind == "unit" and span.confidence >= TAGGED["unit"] else None
            if read:
                parts["unit"] = read[0]
    if not parts:
        return found
    found = replace(found or Address(), **parts)  # type: ignore[arg-type]
    served = min(WITH_SUFFIX, found.confidence + 0.05) if found.zip in area.zips else 0.0
    return replace(found, confidence=max(found.confidence, served))
