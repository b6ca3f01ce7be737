"""Who is calling: "my name is ...", "this is ...", an answer to the question, spelled out or not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from triage.assessment import Slot
from triage.numbers import is_number_word
from triage.rules import named_words

SAID, ANSWERED, INTRODUCED, SPELLED = 0.8, 0.7, 0.55, 0.9
"""How sure a name is after "my name is", as an answer, after "this is" or "I'm", and spelled letter by letter."""

_LEADS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("my", "name", "is"), SAID), (("my", "name's"), SAID), (("the", "name", "is"), SAID), (("name", "is"), SAID),
    (("me", "llamo"), SAID), (("mi", "nombre", "es"), SAID), (("this", "is"), INTRODUCED), (("i'm",), INTRODUCED),
    (("i", "am"), INTRODUCED), (("soy",), INTRODUCED), (("habla",), INTRODUCED),
)  # fmt: skip
_COMMON = frozenset(
    "a an the and or but so if of to in on at by for from with about over under after before again also just only "
    "very really too not no yes yeah yep okay ok sure hi hello hey well um uh please thanks thank you sir maam "
    "sorry i me my mine we our us he she it its they them his her their this that these those there here who what "
    "when where which why how is am are was were be been being have has had do does did can could will would "
    "should may might must calling call called caller speaking talking name names number phone spelled spelling "
    "last first middle going gonna trying looking having getting afraid home house apartment outside inside "
    "upstairs emergency urgent serious ridiculous bad good fine great right wrong new old real actually out off "
    "up down back still now today tonight tomorrow yesterday morning night one some any all every everything "
    "something nothing someone nobody husband wife son daughter mother father mom dad tenant landlord owner "
    "renter manager customer member kind sort like think know need want wondering interested pretty freezing "
    "dying tired sick worried scared pregnant monday tuesday wednesday thursday friday saturday sunday january "
    "february march april june july august september october november december hiring years street road avenue "
    "drive lane court way as le la el de en que y un una es con por favor aqui".split()
)
_LETTER = re.compile(r"[a-z]")
_LONGEST = 3


@cache
def _trade_words() -> frozenset[str]:
    listed = (entry for line in named_words().values() for entry in line.split("|"))
    return frozenset(entry for entry in listed if " " not in entry)


def _can_be_name(word: str) -> bool:
    return len(word) > 1 and not (word in _COMMON or is_number_word(word) or word in _trade_words())


def find_name(words: Sequence[str], *, asked: bool) -> Slot | None:
    """The caller's name in the words, title case; None when none was given."""
    spelled = _spelled(words) if asked else None
    if both := _first_and_last(words):
        return _with_spelling(both, spelled)
    for lead, sure in _LEADS:
        for at in range(len(words) - len(lead)):
            if tuple(words[at : at + len(lead)]) == lead and (name := _name(words, at + len(lead), sure)):
                return _with_spelling(name, spelled)
    if not asked:
        return None
    for at in range(len(words)):
        if name := _name(words, at, ANSWERED):
            return _with_spelling(name, spelled)
    return Slot(spelled.title(), spelled, SPELLED) if spelled else None


def _first_and_last(words: Sequence[str]) -> Slot | None:
    """ "First name is dwayne last name carter"."""
    parts = {}
    for at in range(len(words) - 2):
        if words[at] in ("first", "last") and words[at + 1] == "name":
            start = at + 3 if words[at + 2] == "is" else at + 2
            parts[words[at]] = _name(words, start, SAID)
    first, last = parts.get("first"), parts.get("last")
    if first is None or last is None:
        return None
    value, spoken = f"{first.value} {last.value}", f"{first.spoken} {last.spoken}"
    return Slot(value, spoken, SAID, min(first.start, last.start), max(first.end, last.end))


def _name(words: Sequence[str], start: int, sure: float) -> Slot | None:
    end = start
    while end < len(words) and end - start < _LONGEST and _can_be_name(words[end]):
        end += 1
    if end == start or (sure == INTRODUCED and words[end - 1].endswith(("ing", "ed"))):
        return None
    spoken = " ".join(words[start:end])
    return Slot(spoken.title(), spoken, sure, start, end)


def _spelled(words: Sequence[str]) -> str | None:
    """Three or more single letters in a row ("s m y t h e"), "b as in boy" counting as one."""
    letters, best, at = "", "", 0
    while at < len(words):
        if _LETTER.fullmatch(words[at]):
            letters += words[at]
            at += 4 if list(words[at + 1 : at + 3]) == ["as", "in"] else 1
            best = max(best, letters, key=len)
        else:
            letters = ""
            at += 1
    return best if len(best) >= 3 else None


def _with_spelling(name: Slot, spelled: str | None) -> Slot:
    """The name with its last part as it was spelled."""
    if spelled is None:
        return name
    first = name.value.split()
    value = " ".join((*first[:-1], spelled.title())) if len(first) > 1 else _join(first[0], spelled)
    return replace(name, value=value, confidence=SPELLED)


def _join(word: str, spelled: str) -> str:
    """One spoken part and a spelling: the same name when it begins alike, else first and last name."""
    alike = word[:1].lower() == spelled[:1]
    return spelled.title() if alike else f"{word} {spelled.title()}"
