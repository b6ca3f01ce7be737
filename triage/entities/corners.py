"""Places told without a door: "the corner of fifth and main", "the six hundred block of oak"; and named buildings."""

from collections.abc import Sequence

from triage.entities.street_words import LINKS, NOT_STREET
from triage.entities.streets import SUFFIXES, Street, titled_street
from triage.words.numbers import is_number_word, read_ordinal, word_at

NO_DOOR = 0.3
"""How sure an address is of which only a corner was told."""

_CORNERS = frozenset("corner intersection esquina".split())
_AND = frozenset("and y".split())
_LONGEST = 3
_BUILDINGS = frozenset(
    "apartments apartamentos condos condominiums townhomes townhouses complex villas lofts towers mall hospital school "
    "elementary church clinic mobile rv nursing assisted retirement hoa community subdivision".split()
)


def is_block(words: Sequence[str], end: int) -> bool:
    """Whether the number before this word is a block's, and no house's."""
    return word_at(words, end) == "block"


def names_building(words: Sequence[str], end: int) -> bool:
    """Whether the word here makes a building of the name before it ("oak ridge apartments")."""
    return word_at(words, end) in _BUILDINGS


def read_corner(words: Sequence[str], at: int) -> Street | None:
    """The two streets of "corner of fifth and main" from the word "corner" on; None where there are not two."""
    if words[at] not in _CORNERS or word_at(words, at + 1) not in ("of", "at", "de"):
        return None
    middle = _name_end(words, at + 2)
    if middle == at + 2 or word_at(words, middle) not in _AND:
        return None
    end = _name_end(words, middle + 1)
    if end == middle + 1:
        return None
    both = " and ".join((titled_street(words[at + 2 : middle]), titled_street(words[middle + 1 : end])))
    return Street(both, end, NO_DOOR)


def _name_end(words: Sequence[str], start: int) -> int:
    """Where the name of a street ends that begins here: with its suffix, or where no more of a name follows."""
    end = start
    while end < len(words) and end - start < _LONGEST:
        if read := read_ordinal(words, end):
            end = read[1]
            continue
        if words[end] in NOT_STREET - LINKS or (is_number_word(words[end]) and not words[end].isdecimal()):
            break
        end += 1
        if words[end - 1] in SUFFIXES:
            break
    return end
