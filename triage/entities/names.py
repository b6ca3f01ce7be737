"""Who is calling: "my name is ...", "this is ...", an answer to the question, spelled out or not."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from triage.assessment import Slot
from triage.entities.equipment import find_devices
from triage.entities.people import is_somebody_else
from triage.entities.street_words import NOT_STREET
from triage.entities.streets import SUFFIXES
from triage.rules.book import named_words
from triage.words.normalise import data_file
from triage.words.numbers import is_number_word
from triage.words.spelled import read as read_spelled

SAID, ANSWERED, INTRODUCED, SPELLED, BARE = 0.8, 0.7, 0.55, 0.9, 0.5
"""How sure a name is after "my name is", as an answer, after "this is" or "I'm", spelled letter by letter, and said
without any of these."""

_LEADS: tuple[tuple[tuple[str, ...], float], ...] = tuple(
    (tuple(lead.split()), sure)
    for sure, leads in (
        (
            SAID,
            "my name is|my name's|my name was|the name is|name is|me llamo|mi nombre es|ask for|"
            "under the name|pregunte por",
        ),
        (
            INTRODUCED,
            "contact is|contact|this is|i am|it is|soy|habla|le habla|es|he is|she is|call|calling for|name|attention",
        ),
    )
    for lead in leads.split("|")
)
_AFTER_ONE_NAME = frozenset("from at over in with calling here again de en llamando".split())
"""What follows a single name after "this is" or "I'm"."""

_AFTER_A_NAME = frozenset("here calling speaking again llamando".split())
_OWN = frozenset({("this", "is"), ("i", "am")})

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
    "drive lane court way as le la el de en que y un una es con por favor aqui zip permit phone cell apartment unit "
    "suite account invoice claim po here there been not two again only still both half full broke broken dead "
    "less more most than then because since without into onto through around behind across between probably maybe "
    "perfectly alright supposed able ready willing glad happy aware curious flexible allergic disabled elderly retired "
    "responsible worth because cold hot warm wet dry dark loud quiet slow fast hard easy small big little long short "
    "high low open closed empty leaking dripping making doing coming running getting like just about almost nearly "
    "barely hardly usually always never ever once twice yet soon later early late tonight everyone everybody folks "
    "people neighbor neighbors neighbour guy guys kid kids baby boy girl woman man lady sister brother uncle aunt "
    "grandma grandpa roommate boss address callback telephone phone vivo estamos estoy get prefer matter security "
    "properties numero purchase against shows above hace completamente desde luz normal porque nada mas tem "
    "says said told "
    "third time bushes location keeps doubled comes vive whoever muy mucho casa pero nada cosa poca grave "
    "urgente importante "
    "nomas espanol inquilina encargada su ya creo se lost stuck home mid mine yours ours theirs me "
    "rather already put say none skip anonymous unknown give giving comfortable "
    "necessary".split()
)
_LONGEST = 3


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Given names, and titles that go before a name."""
    table = tomllib.loads(data_file("names.toml").decode())
    return frozenset(table["given"].split()), frozenset(table["titles"].split())


_ALSO_WORDS = frozenset(
    "bill mark luz rose mae ella magnolia doctor jack georgia joe glen grace art june april olive violet ivy "
    "will guy dale gene "
    "grant pat penny sandy ray frank lance dawn joy jean clay father sister mother captain chef jeff ms don "
    "dona hazel pearl "
    "ruby holly robin max rex rusty drew eugene austin madison sue rob pete miles gail april opal amber summer jin "
    "bo lee sal".split()
)
"""Given names and titles that are words besides: no name by themselves ("the bill comes")."""


@cache
def _trade_words() -> frozenset[str]:
    listed = (entry for line in named_words().values() for entry in line.split("|"))
    return frozenset(entry for entry in listed if " " not in entry)


def _can_be_name(word: str) -> bool:
    given, titles = _names()
    if word in titles or (word in given and word not in _COMMON):
        return True
    known = word in _COMMON or word in SUFFIXES or word in NOT_STREET or is_number_word(word) or word in _trade_words()
    return len(word) > 1 and not known and not word.endswith("'s") and not find_devices((word,))


def written_name(words: Sequence[str]) -> str:
    """A name as it is written: capitals first, apostrophes kept ("o'brien" is "O'Brien")."""
    return " ".join("'".join(part.capitalize() for part in word.split("'")) for word in words)


def is_given(spoken: str) -> bool:
    """Whether these words begin with a given name or a title."""
    given, titles = _names()
    return spoken.split(" ")[0] in given | titles


def find_name(words: Sequence[str], *, asked: bool) -> Slot | None:
    """The caller's name in the words, title case; None when none was given."""
    spelled = _spelled(words, asked=asked)
    if both := _first_and_last(words):
        return _with_spelling(both, spelled)
    for lead, sure in _LEADS:
        for at in range(len(words) - len(lead)):
            if tuple(words[at : at + len(lead)]) == lead and (name := _name(words, at + len(lead), sure)):
                return _with_spelling(name, spelled)
    if found := _before(words):
        return _with_spelling(found, spelled)
    if not asked:
        return None
    for at in range(len(words)):
        if name := _name(words, at, ANSWERED):
            return _with_spelling(name, spelled)
    return replace(spelled, value=spelled.value.title()) if spelled else None


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
    if end == start or (sure == INTRODUCED and not _introduces(words, start, end)):
        return None
    if is_somebody_else(words, start, end):
        return None
    said = words[start:end]
    if sure == INTRODUCED and _is_own(words, start, end):
        sure = SAID
    return Slot(written_name(said), " ".join(said), sure, start, end)


def _introduces(words: Sequence[str], start: int, end: int) -> bool:
    """Whether what follows "this is" is a name: it begins with a given name or a title.

    Of other words, two after which nothing or "calling", "at" and their like follow.
    """
    given, titles = _names()
    if words[start] in given | titles:
        return True
    known = any(word.endswith(("ing", "ed", "ly")) or len(word) < 3 for word in words[start:end])
    lead = tuple(words[max(0, start - 2) : start])
    return not known and end - start == 2 and lead in _OWN and (end == len(words) or words[end] in _AFTER_ONE_NAME)


def _is_own(words: Sequence[str], start: int, end: int) -> bool:
    """Whether it is plainly who speaks: "this is robert calling", a given name after "this is" or "I'm"."""
    lead = tuple(words[max(0, start - 2) : start])
    return lead in _OWN and is_given(words[start]) and end < len(words) and words[end] in _AFTER_ONE_NAME


def _before(words: Sequence[str]) -> Slot | None:
    """ "Walter Brzezinski here", and any given name with a surname after it."""
    given, titles = _names()
    for at in range(len(words) - 1):
        here = at + 2 < len(words) and words[at + 2] in _AFTER_A_NAME and all(map(_can_be_name, words[at : at + 2]))
        if words[at] in _COMMON | (frozenset() if here else _ALSO_WORDS) or not (
            words[at] in given or words[at] in titles or (here and at == 0)
        ):
            continue
        follows = words[at + 1]
        if _can_be_name(follows) and not is_street_word(words, at):
            return _name(words, at, SAID if here else BARE)
    return None


def is_street_word(words: Sequence[str], at: int) -> bool:
    """Whether the words from here are a street's ("eighteen oh four martin luther king boulevard")."""
    return bool(at and is_number_word(words[at - 1])) or any(word in SUFFIXES for word in words[at + 1 : at + 5])


def _spelled(words: Sequence[str], *, asked: bool) -> Slot | None:
    """The longest word spelled letter by letter, where a name was asked for or spelling is spoken of."""
    if not (asked or any(word.startswith("spel") for word in words)):
        return None
    best = None
    for at in range(len(words)):
        read = read_spelled(words, at)
        if read and len(read[0]) > 2 and (best is None or len(read[0]) > len(best.value)):
            best = Slot(read[0], " ".join(words[at : read[1]]), SPELLED, at, read[1])
    return best


def _with_spelling(name: Slot, spelled: Slot | None) -> Slot:
    """The name with its last part as it was spelled."""
    if spelled is None:
        return name
    first = name.value.split()
    last = spelled.value.title()
    value = " ".join((*first[:-1], last)) if len(first) > 1 else _join(first[0], last)
    return replace(name, value=value, confidence=SPELLED)


def _join(word: str, spelled: str) -> str:
    """One spoken part and a spelling: the same name when it begins alike, else first and last name."""
    return spelled if word[:1] == spelled[:1] else f"{word} {spelled}"
