"""Streets, from spoken words: the one that was heard, and never another that the company happens to know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.entities.street_words import ALONE, DIRECTIONS, ENDINGS, LINKS, NOT_STREET, ROADS, TYPE_FIRST
from triage.words.numbers import is_number_word, ordinal, read_digits, read_ordinal

SUFFIXES = {
    word: word.title()
    for word in (
        "street avenue road drive lane court circle boulevard way place terrace trail parkway highway loop cove path "
        "plaza square alley run pass crossing ridge pike row bend crescent"
    ).split()
} | {
    "st": "Street", "ave": "Avenue", "av": "Avenue", "rd": "Road", "dr": "Drive", "ln": "Lane", "ct": "Court",
    "cir": "Circle", "blvd": "Boulevard", "pl": "Place", "ter": "Terrace", "trl": "Trail", "pkwy": "Parkway",
    "hwy": "Highway", "cv": "Cove", "plz": "Plaza", "sq": "Square",
}  # fmt: skip
"""Street suffixes, written out, and the postal abbreviations (USPS Publication 28) that written texts hold."""

STATES = {
    "texas": "TX", "california": "CA", "florida": "FL", "ohio": "OH", "illinois": "IL", "georgia": "GA",
    "michigan": "MI", "colorado": "CO", "arizona": "AZ", "washington": "WA", "oregon": "OR", "virginia": "VA",
    "pennsylvania": "PA", "massachusetts": "MA", "tennessee": "TN", "missouri": "MO", "minnesota": "MN",
    "wisconsin": "WI", "maryland": "MD", "indiana": "IN", "kentucky": "KY", "oklahoma": "OK", "utah": "UT",
    "nevada": "NV", "iowa": "IA", "kansas": "KS", "alabama": "AL", "louisiana": "LA", "connecticut": "CT",
    "arkansas": "AR", "mississippi": "MS", "nebraska": "NE", "idaho": "ID", "montana": "MT", "wyoming": "WY",
    "maine": "ME", "vermont": "VT", "delaware": "DE", "alaska": "AK", "hawaii": "HI",
}  # fmt: skip
"""States whose names are one word."""

UNIT_WORDS = frozenset("apartment apt unit suite ste lot space number departamento apartamento".split())
_ONLY_SUFFIXES = frozenset("Street Avenue Road Drive Lane Boulevard".split())
_LONGEST_NAME = 4
_SAME_SOUND = str.maketrans("bkz", "pcs")
_SHORTEST_BLURRED = 5
KNOWN, COMPLETED, SOUNDS_KNOWN, WITH_SUFFIX, GUESSED = 0.95, 0.85, 0.7, 0.6, 0.55
"""How sure a street is: of the company's list; of the list, its suffix not said; one letter from the list and of the
same sound; of no list, with a suffix; a guess because we asked."""


@dataclass(frozen=True, slots=True)
class Area:
    """The company's service area: it helps to hear addresses. Streets are written names ("Maple Street")."""

    zips: frozenset[str] = frozenset()
    city: str = ""
    state: str = ""
    streets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Street:
    """A street's written name, the word where it ends, and how sure we are."""

    name: str
    end: int
    confidence: float


def read_street(words: Sequence[str], start: int, *, asked: bool, area: Area, lone: bool = False) -> Street | None:
    """The street that begins at this word.

    `asked`: we asked for an address, so an article or a bare name will do. `lone`: no house number stands before it.
    """
    begin = start + 1 if asked and start < len(words) and words[start] == "the" else start
    if plain := _numbered_road(words, begin) or _type_first(words, begin):
        listed = [street for street in area.streets if street.lower() == plain.name.lower()]
        return Street(listed[0], plain.end, KNOWN) if listed else plain
    end = _end_by_suffix(words, begin)
    if end is not None:
        return _on_the_list(words[begin:end], _with_direction(words, end), area)
    if words[begin : begin + 1] and words[begin] in ALONE:
        return Street(words[begin].title(), begin + 1, WITH_SUFFIX)
    stops = NOT_STREET | UNIT_WORDS | set(area.city.lower().split())
    known = _without_suffix(words, begin, stops, area)
    if known is not None or lone:
        return known
    if ended := _by_ending(words, begin):
        return ended
    name = _guess(words, start, stops) if asked else ()
    return Street(" ".join(name).title(), start + len(name), GUESSED) if name else None


def written_street(words: Sequence[str], area: Area) -> Street:
    """Words that are known to be a street's, as it is written."""
    street = read_street(words, 0, asked=True, area=area, lone=True)
    if street is not None and street.end == len(words):
        return street
    return Street(_titled(tuple(_written_name(words))), len(words), GUESSED)


def titled_street(words: Sequence[str]) -> str:
    """The name of a street from its words, capitals first, ordinals in digits and the suffix written out."""
    return _titled(_key(words))


def _end_by_suffix(words: Sequence[str], begin: int) -> int | None:
    """Where a street that begins here ends with a suffix: "oak ridge road", "north st marys street"."""
    for end in range(begin + 1, min(begin + _LONGEST_NAME + 2, len(words) + 1)):
        if words[end - 1] in NOT_STREET or (is_number_word(words[end - 1]) and read_ordinal(words, end - 1) is None):
            return None
        if words[end - 1] in SUFFIXES and end - begin >= 2:
            if words[end - 1] == "st" and any(
                word in SUFFIXES for word in words[end : end + 3]
            ):  # "north st marys street"
                continue
            following = [SUFFIXES.get(word) for word in words[end : end + 2]]
            for ahead in (2, 1):
                if len(following) >= ahead and following[ahead - 1] in _ONLY_SUFFIXES and all(following[:ahead]):
                    return end + ahead
            return end
    return None


def _with_direction(words: Sequence[str], end: int) -> int:
    """Past a direction that ends the street ("highway seventy one south"), where nothing more of it follows."""
    if words[end : end + 1] and words[end] in DIRECTIONS and (end + 1 == len(words) or words[end + 1] in NOT_STREET):
        return end + 1
    return end


def _numbered_road(words: Sequence[str], start: int) -> Street | None:
    """ "County road nine", "highway seventy one south", "farm to market road six twenty"."""
    for said, written in ROADS.items():
        at = start + len(said)
        if tuple(words[start:at]) == said and at < len(words):
            number = read_digits(words, at, longest=4) if is_number_word(words[at]) else None
            if number is not None:
                end = number.end + (number.end < len(words) and words[number.end] in DIRECTIONS)
                direction = [word.title() for word in words[number.end : end]]
                return Street(" ".join((written, number.digits, *direction)), end, WITH_SUFFIX)
    return None


def _type_first(words: Sequence[str], start: int) -> Street | None:
    """ "Calle roble", "avenida del sol", "paseo del rey"."""
    if start >= len(words) or words[start] not in TYPE_FIRST:
        return None
    end = named = start + 1
    if start and is_number_word(words[start - 1]) and end < len(words) and is_number_word(words[end]):
        end = named = end + 1  # "twelve oh three calle ocho"
    while end < len(words) and end - start <= _LONGEST_NAME:
        if words[end] not in LINKS:
            if named > start + 1 or words[end] in NOT_STREET | UNIT_WORDS or is_number_word(words[end]):
                break
            named = end + 1
        end += 1
    if named == start + 1 or (start and words[start - 1] in ("la", "una") and named == start + 1):
        return None
    return Street(_titled(words[start:named]), named, WITH_SUFFIX)


def _by_ending(words: Sequence[str], start: int) -> Street | None:
    """ "Heather glen", "willow bend": one word and one with which streets end, after a house number."""
    for end in range(start + 2, min(start + 4, len(words) + 1)):
        if any(word in NOT_STREET or is_number_word(word) for word in words[start:end]):
            return None
        if words[end - 1] in ENDINGS:
            return Street(_titled(words[start:end]), end, GUESSED)
    return None


def _titled(words: Sequence[str]) -> str:
    """Capitals first, save in ordinals and little words inside the name."""
    plain = LINKS - {"san", "santa"}
    return " ".join(
        word if word[0].isdigit() or (at and word in plain) else word.title() for at, word in enumerate(words)
    )


def _on_the_list(spoken: Sequence[str], end: int, area: Area) -> Street:
    """The spoken street, as the company writes it where it knows just this one or one that sounds the same."""
    key = _key(spoken)
    listed = {_key(_plain(street)): street for street in area.streets if _plain(street)}
    if key in listed:
        return Street(listed[key], end, KNOWN)
    alike = [street for known, street in listed.items() if _same_sound(key, known)]
    if len(alike) == 1:
        return Street(alike[0], end, SOUNDS_KNOWN)
    return Street(_titled(key), end, WITH_SUFFIX)


def _key(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a street in one form: no article before, the suffix written out, ordinals in digits."""
    name = list(words[1:] if words[0] == "the" and len(words) > 1 else words)
    last = len(name) - 1
    if last > 0:
        name[last] = SUFFIXES.get(name[last], name[last]).lower()
    return tuple(_written_name(name))


def _plain(street: str) -> list[str]:
    return street.lower().replace(".", "").split()


def _same_sound(heard: Sequence[str], known: Sequence[str]) -> bool:
    """Whether one letter inside one long word is all that differs, and a telephone does not tell the two apart.

    "Mable" for "Maple"; a plural, a first letter or a vowel makes another street ("oaks", "plum", "parker").
    """
    if len(heard) != len(known):
        return False
    differ = [(one, other) for one, other in zip(heard, known, strict=True) if one != other]
    if len(differ) != 1 or len(differ[0][0]) < _SHORTEST_BLURRED:
        return False
    one, other = differ[0]
    letters = sum(a != b for a, b in zip(one, other, strict=False))
    return one[0] == other[0] and letters == 1 and one.translate(_SAME_SOUND) == other.translate(_SAME_SOUND)


def _written_name(spoken: Sequence[str]) -> Iterator[str]:
    """The words of a street's name as written: "forty third" is "43rd"."""
    at = 0
    while at < len(spoken):
        read = read_ordinal(spoken, at)
        yield ordinal(read[0]) if read else spoken[at]
        at = read[1] if read else at + 1


def _without_suffix(words: Sequence[str], start: int, stops: frozenset[str], area: Area) -> Street | None:
    """The one listed street whose name was said without its suffix, and nothing more after it ("four twelve maple")."""
    found = []
    for street in area.streets:
        listed = _plain(street)
        name = listed[:-1] if len(listed) > 1 and listed[-1] in SUFFIXES else listed
        end = start + len(name)
        if name and list(words[start:end]) == name and (end == len(words) or _stops(words[end], stops)):
            found.append(Street(street, end, COMPLETED))
    return found[0] if len(found) == 1 else None


def _guess(words: Sequence[str], start: int, stops: frozenset[str]) -> tuple[str, ...]:
    name: list[str] = []
    for word in words[start : start + 3]:
        if _stops(word, stops) and (name or word not in STATES):  # "eleven forty washington" is a street
            break
        name.append(word)
    return tuple(name)


def _stops(word: str, stops: frozenset[str]) -> bool:
    return word in stops or is_number_word(word) or word in STATES
