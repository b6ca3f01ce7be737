"""What a recogniser makes of a sentence: words dropped, put in, or taken for others that sound like them."""

import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SOUNDS = (("ph", "f"), ("ck", "k"), ("gh", ""), ("kn", "n"), ("wr", "r"), ("ea", "e"), ("ee", "e"), ("oo", "u"))
_SHORT = "a the um uh to and i it in is of that you".split()
_NEAREST = 5
_PLACES = 1024


class Sounds:
    """Which of some words sound most like a given one, by the pairs of letters they share."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(sorted(set(words)))
        self._vectors = np.stack([_vector(word) for word in self._words]) if self._words else np.zeros((0, _PLACES))
        self._near: dict[str, tuple[str, ...]] = {}

    def like(self, word: str) -> tuple[str, ...]:
        """The words that sound most like this one, itself left out; itself where there are no others."""
        if word not in self._near:
            alike = self._vectors @ _vector(word)
            order = np.argsort(-alike, kind="stable")[: _NEAREST + 1]
            self._near[word] = tuple(near for n in order if (near := self._words[n]) != word)[:_NEAREST] or (word,)
        return self._near[word]

    def misheard(self, text: str, rate: float, chance: random.Random) -> str:
        """The text with about `rate` of its words wrong: three fifths replaced, a quarter dropped, the rest put in."""
        spoken: list[str] = []
        for word in text.split():
            if chance.random() >= rate:
                spoken.append(word)
                continue
            kind = chance.random()
            if kind < 0.6:
                spoken.append(chance.choice(self.like(word)))
            elif kind >= 0.85:
                spoken += [word, chance.choice(_SHORT)]
        return " ".join(spoken) or text


def misheard(text: str, rate: float, words: Sequence[str], chance: random.Random) -> str:
    """The text with about `rate` of its words wrong; what is heard instead is taken from `words`."""
    return _sounds(tuple(words)).misheard(text, rate, chance)


@lru_cache(maxsize=4)
def _sounds(words: tuple[str, ...]) -> Sounds:
    return Sounds(words)


def _vector(word: str) -> NDArray[np.float32]:
    """The letters of a word and their pairs, counted in hashed places; of length one."""
    sound = f"<{_sound(word)}>"
    places = np.zeros(_PLACES, dtype=np.float32)
    for size, weight in ((1, 0.5), (2, 1.0), (3, 1.0)):
        for at in range(len(sound) - size + 1):
            places[_place(sound[at : at + size])] += weight
    length = float(np.linalg.norm(places))
    return places / length if length else places


def _place(letters: str) -> int:
    number = 0
    for letter in letters:
        number = (number * 31 + ord(letter)) % 1_000_003
    return number % _PLACES


def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return word
