"""What a customer's answer says: one to five, or words. Pure; a small rule that claims no more than it knows.

A number counts where it stands as a rating, not in "2 bathrooms flooded". Words of blame count wherever they stand,
words of praise only in a text that says nothing else: "great, can you come Friday?" is no answer to us.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from carrier.revoking import plain

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))

UNHAPPY_UP_TO = 3
"""Of five: three is no praise."""


def _any(name: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(WORDS[name]) + r")\b")


_UNHAPPY, _UNLESS, _HAPPY, _ASKS = (_any(name) for name in ("unhappy", "unless", "happy", "asks"))
_FILLER = frozenset(str(WORDS["filler"]).split())
_NUMBERS = {
    **{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"},
    **{"uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5"},
}
_SPELLED = re.compile(rf"\b({'|'.join(_NUMBERS)})\b")
_ALONE = re.compile(r"^[^\w$]*([1-5])(?:\.5)?\s*(?:$|[^\w\s](?!\d))")  # a half is rounded down
_OF_FIVE = re.compile(
    r"(?<![\d.,$])([1-5])(?:\.5)?\s*(?:/\s*5|(?:out )?of 5|de 5|sobre 5|stars?|estrellas?|points?|puntos?)\b"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer. `alone`: the text says nothing else that somebody should deal with."""

    rating: int | None
    unhappy: bool
    alone: bool


def read(body: str) -> Heard | None:
    """What a text says of the work; None when it is no answer to us."""
    words = plain(body)
    blamed, rest = _blame(words)
    nothing_else = set(_HAPPY.sub(" ", rest).split()) <= _FILLER
    rating, asks = _rating(body), "?" in body or _ASKS.search(words) is not None
    if rating is not None:
        return Heard(rating, blamed or rating <= UNHAPPY_UP_TO, not asks)
    if blamed:
        return Heard(None, True, nothing_else and not asks)
    if nothing_else and _HAPPY.search(words) and not asks:
        return Heard(None, False, True)
    return None


def _blame(words: str) -> tuple[bool, str]:
    """Whether words of blame are meant, and what is left without them and without what only looks like them."""
    spared = [found.span() for found in _UNLESS.finditer(words)]
    meant = [
        found for found in _UNHAPPY.finditer(words) if not any(a < found.end() and found.start() < b for a, b in spared)
    ]
    return bool(meant), _UNHAPPY.sub(" ", _UNLESS.sub(" ", words))


def _rating(body: str) -> int | None:
    text = _SPELLED.sub(lambda found: _NUMBERS[found[0]], body.lower())
    first = _ALONE.search(text)
    if first is not None:
        return int(first[1])
    given = {int(found[1]) for found in _OF_FIVE.finditer(text)}
    if len(given) == 1:
        return given.pop()
    head, _, rest = plain(text).partition(" ")
    praised = _HAPPY.sub(" ", _blame(rest)[1]).split()
    return int(head) if head in {"1", "2", "3", "4", "5"} and rest and set(praised) <= _FILLER else None
