"""What a recogniser makes of a sentence: words dropped, put in, or taken for others that sound like them."""

import random
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_SOUNDS = (("ph", "f"), ("ck", "k"), ("gh", ""), ("kn", "n"), ("wr", "r"), ("ea", "e"), ("ee", "e"), ("oo", "u"))
_SHORT = "a the um uh to and i it in is of that you".split()
_NEAREST = 5


def misheard(text: str, rate: float, words: Sequence[str], chance: random.Random) -> str:
    """The text with about `rate` of its words wrong: three fifths replaced, a quarter dropped, the rest put in."""
    spoken: list[str] = []
    for word in text.split():
        if chance.random() >= rate:
            spoken.append(word)
            continue
        kind = chance.random()
        if kind < 0.6:
            spoken.append(chance.choice(sounding_like(word, tuple(words))))
        elif kind >= 0.85:
            spoken += [word, chance.choice(_SHORT)]
    return " ".join(spoken) or text


@lru_cache(maxsize=4096)
def sounding_like(word: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that sound most like this one, itself left out."""
    sound = _sound(word)
    near = sorted((other for other in words if other != word), key=lambda other: (-_alike(sound, _sound(other)), other))
    return tuple(near[:_NEAREST]) or (word,)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio() - abs(len(one) - len(other)) * 0.05


def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return word
