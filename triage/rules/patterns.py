"""The language that rules are written in: words, alternatives and gaps, compiled to regular expressions over words.

    smell                one word                      leak*           any word that begins so
    (gas|natural gas)    one of these                  (a|some)?       one of these, or nothing
    {gas}                a named list of data/words.toml
    ~3                   up to three words, none of which denies or turns the sentence ("no", "not", "but", ...)
    ~~3                  up to three words of any kind
    !(stove|line)        what follows is not one of these

A pattern begins with a word or a group, never with a gap, so that it can be found by its first word in one step.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from triage.words.normalise import normalise

TURNS = (
    "no not never without nobody nothing none neither nor but however although pero sin ni ningun ninguna nunca tampoco"
).split()
"""Words that a guarded gap never crosses."""

_TOKEN = re.compile(r"!?\(|\)\??|\||~~?\d+|[a-z0-9']+\*?")
_TURN = "(?!(?:" + "|".join(TURNS) + ") )"


class PatternError(ValueError):
    """A pattern that cannot be read; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. `words` and `stems` are what it can begin with; in `regex` a space follows each word."""

    source: str
    regex: re.Pattern[str]
    words: frozenset[str]
    stems: tuple[str, ...]

    def may_begin(self, word: str) -> bool:
        """Whether the pattern can begin with this word."""
        return word in self.words or word.startswith(self.stems)


@dataclass(slots=True)
class _Part:
    regex: str
    first: set[str]
    skippable: bool


def expand(source: str, named: Mapping[str, str]) -> str:
    """The pattern with every {name} replaced. Raises PatternError for a name that is not in `named`."""
    for _ in range(8):
        if "{" not in source:
            return source
        try:
            source = re.sub(r"\{(\w+)\}", lambda match: f"({named[match.group(1)]})", source)
        except KeyError as missing:
            raise PatternError(f"no list of words is called {missing}") from None
    raise PatternError(f"the lists of words in {source!r} go round in a circle")


def compile_pattern(source: str, named: Mapping[str, str]) -> Pattern:
    """Compile one pattern. Raises PatternError when it is not of the language."""
    text = expand(source, named)
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise PatternError(f"{source!r} has a sign that is not of the language")
    part = _alternatives(tokens)
    if tokens or part.skippable or not part.first or text.lstrip().startswith("~"):
        raise PatternError(f"{source!r} must begin with a word, and its brackets must close")
    stems = tuple(sorted(first[:-1] for first in part.first if first.endswith("*")))
    whole = frozenset(first for first in part.first if not first.endswith("*"))
    return Pattern(source, re.compile(part.regex), whole, stems)


def _alternatives(tokens: list[str]) -> _Part:
    branches = [_sequence(tokens)]
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        branches.append(_sequence(tokens))
    return _Part(
        "(?:" + "|".join(branch.regex for branch in branches) + ")",
        set().union(*(branch.first for branch in branches)),
        any(branch.skippable for branch in branches),
    )


def _sequence(tokens: list[str]) -> _Part:
    whole = _Part("", set(), True)
    while tokens and not tokens[0].startswith((")", "|")):
        part = _element(tokens)
        if whole.skippable:
            whole.first |= part.first
        whole.skippable = whole.skippable and part.skippable
        whole.regex += part.regex
    return whole


def _element(tokens: list[str]) -> _Part:
    token = tokens.pop(0)
    if token.startswith("~"):
        guard = "" if token.startswith("~~") else _TURN
        return _Part(f"(?:{guard}[^ ]+ ){{0,{token.strip('~')}}}?", set(), True)
    if token.endswith("("):
        inner = _alternatives(tokens)
        if not tokens:
            raise PatternError("a bracket is not closed")
        closing = tokens.pop(0)
        if token == "!(":
            return _Part(f"(?!{inner.regex})", set(), True)
        if closing == ")?":
            return _Part(f"(?:{inner.regex})?", inner.first, True)
        return inner
    if token.endswith("*"):
        return _Part(re.escape(token[:-1]) + "[^ ]* ", {token}, False)
    words = [word.removesuffix("'s") for word in normalise(token).split()]  # "don't" is "do not", as in the text
    return _Part("".join(f"{re.escape(word)} " for word in words), {words[0]}, False)
