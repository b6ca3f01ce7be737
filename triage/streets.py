"""Streets, from spoken words: the one that was heard, and never another that the company happens to know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.numbers import TENS, is_number_word, read_digits

SUFFIXES = {
    word: word.title()
    for word in (
        "street avenue road drive lane court circle boulevard way place terrace trail parkway highway loop cove path "
        "plaza square alley run pass crossing ridge pike row bend"
    ).split()
} | {
    "st": "Street", "ave": "Avenue", "av": "Avenue", "rd": "Road", "dr": "Drive", "ln": "Lane", "ct": "Court",
    "cir": "Circle", "blvd": "Boulevard", "pl": "Place", "ter": "Terrace", "trl": "Trail", "pkwy": "Parkway",
    "hwy": "Highway", "cv": "Cove", "plz": "Plaza", "sq": "Square",
}  # fmt: skip
"""Street suffixes, written out, and the postal abbreviations (USPS Publication 28) that written texts hold."""

STATES = {
    "texas": "TX", "tx": "TX", "california": "CA", "florida": "FL", "ohio": "OH", "illinois": "IL", "georgia": "GA",
    "michigan": "MI", "colorado": "CO", "arizona": "AZ", "washington": "WA", "oregon": "OR", "virginia": "VA",
    "pennsylvania": "PA", "massachusetts": "MA", "tennessee": "TN", "missouri": "MO", "minnesota": "MN",
    "wisconsin": "WI", "maryland": "MD", "indiana": "IN", "kentucky": "KY", "oklahoma": "OK", "utah": "UT",
    "nevada": "NV", "iowa": "IA", "kansas": "KS", "alabama": "AL", "louisiana": "LA", "connecticut": "CT",
}  # fmt: skip

UNIT_WORDS = frozenset("apartment apt unit suite ste lot space number departamento apartamento".split())
NOT_STREET = frozenset(
    "and i i'm it's it is the my we there there's water gas no yes is are was in at for on with have has a an of to "
    "minutes minute hours hour days day years year weeks degrees feet inches dollars am pm o'clock times people kids "
    "toilets bathrooms breakers outlets that's that this please thank thanks zip code because but so um uh".split()
)
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "seventieth": 70,
    "eightieth": 80,
    "ninetieth": 90,
}
_ONLY_SUFFIXES = frozenset("Street Avenue Road Drive Lane Boulevard".split())
_NUMBERED = frozenset("county state route interstate".split())
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
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


def read_street(words: Sequence[str], start: int, *, asked: bool, area: Area) -> Street | None:
    """The street that begins at this word. `asked`: we asked for an address, so an article or a bare name will do."""
    begin = start + 1 if asked and start < len(words) and words[start] == "the" else start
    for end in range(begin + 1, min(begin + _LONGEST_NAME + 2, len(words) + 1)):
        if words[end - 1] in NOT_STREET:
            break
        if words[end - 1] in SUFFIXES and end - begin >= 2:
            if end < len(words) and SUFFIXES.get(words[end]) in _ONLY_SUFFIXES:  # "oak ridge road"
                end += 1
            number = read_digits(words, end, longest=4) if end < len(words) else None
            if number is not None and words[end - 2] in _NUMBERED:  # "county road nine"
                return _on_the_list((*words[begin:end], number.digits), number.end, area)
            return _on_the_list(words[begin:end], end, area)
    stops = NOT_STREET | UNIT_WORDS | set(area.city.lower().split())
    known = _without_suffix(words, begin, stops, area)
    if known is not None or not asked:
        return known
    name = _guess(words, start, stops)
    return Street(" ".join(name).title(), start + len(name), GUESSED) if name else None


def _on_the_list(spoken: Sequence[str], end: int, area: Area) -> Street:
    """The spoken street, as the company writes it where it knows just this one or one that sounds the same."""
    key = _key(spoken)
    listed = {_key(_plain(street)): street for street in area.streets if _plain(street)}
    if key in listed:
        return Street(listed[key], end, KNOWN)
    alike = [street for known, street in listed.items() if _same_sound(key, known)]
    if len(alike) == 1:
        return Street(alike[0], end, SOUNDS_KNOWN)
    return Street(" ".join(word if word[0].isdigit() else word.title() for word in key), end, WITH_SUFFIX)


def _key(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a street in one form: no article before, the suffix written out, ordinals in digits."""
    name = list(words[1:] if words[0] == "the" and len(words) > 1 else words)
    last = len(name) - (2 if name[-1].isdigit() else 1)  # "county road 9"
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
    tens = 0
    for at, word in enumerate(spoken):
        following = spoken[at + 1] if at + 1 < len(spoken) else ""
        if word in TENS and _ORDINALS.get(following, 10) < 10:
            tens = TENS[word]
        elif word in _ORDINALS:
            number, tens = tens + _ORDINALS[word], 0
            yield f"{number}{_ENDINGS.get(number % 10, 'th') if number // 10 != 1 else 'th'}"
        else:
            yield word


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
