"""Rules as data: a rule is an id, what it stands for and the patterns that say it; a book finds them in words."""

import tomllib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from triage.rules.patterns import Pattern, PatternError, compile_pattern
from triage.words.normalise import data_file


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a data file.

    `stands_for` is a situation's id, a signal or a fact; `hazard` its name when it is a danger. `unless` silences a
    match close by; `also` must be somewhere in the same utterance, `never` nowhere in it; `instead_of` are rules that
    this one replaces.
    `flags`: doubtful (ask first), event (it has happened: "okay now" takes nothing back), unclear (counts only when
    the recogniser was unsure, and asks), denies (its words say that there is no danger), plain (the words are enough,
    negation is not read), volunteer (counts although the question was not asked), unsettles (makes a "no" unsure).
    """

    id: str
    stands_for: str
    patterns: tuple[Pattern, ...]
    hazard: str = ""
    unless: tuple[Pattern, ...] = ()
    also: tuple[Pattern, ...] = ()
    never: tuple[Pattern, ...] = ()
    instead_of: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A rule found in the words from `start` up to, not including, `end`."""

    rule: Rule
    start: int
    end: int
    words: str


class Utterable:
    """The words of one utterance, made ready to be searched.

    `plain` are the words without a possessive "'s", which a recogniser also writes for "is": "the flue's loose".
    Where a pattern stands is looked for once and remembered: the same few are asked for beside every match.
    """

    __slots__ = ("_known", "_offsets", "_places", "_searched", "plain", "text", "words")

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.plain = tuple(word.removesuffix("'s") for word in self.words)
        self.text = "".join(f"{word} " for word in self.words)
        self._searched = "".join(f"{word} " for word in self.plain)
        self._offsets: list[int] = []
        self._known: dict[str, list[int]] = defaultdict(list)
        self._places: dict[Pattern, tuple[int, ...]] = {}
        position = 0
        for at, word in enumerate(self.plain):
            self._known[word].append(at)
            self._offsets.append(position)
            position += len(word) + 1

    def find(self, pattern: Pattern, at: int) -> int | None:
        """Where a match that begins at word `at` ends (a word position), or None."""
        found = pattern.regex.match(self._searched, self._offsets[at])
        return None if found is None else bisect_left(self._offsets, found.end())

    def places(self, pattern: Pattern) -> tuple[int, ...]:
        """The words at which a match of the pattern begins, in their order."""
        if pattern not in self._places:
            begins = (at for word, places in self._known.items() if pattern.may_begin(word) for at in places)
            self._places[pattern] = tuple(sorted(at for at in begins if self.find(pattern, at) is not None))
        return self._places[pattern]


class _Index:
    """Patterns by the word they begin with."""

    def __init__(self, entries: Sequence[tuple[Pattern, int]]) -> None:
        self._whole: dict[str, list[tuple[Pattern, int]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[Pattern, int]]] = defaultdict(list)
        for pattern, owner in entries:
            for word in pattern.words:
                self._whole[word].append((pattern, owner))
            for stem in pattern.stems:
                self._stems[stem].append((pattern, owner))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def starting(self, word: str) -> Iterator[tuple[Pattern, int]]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            yield from self._stems.get(word[:length], ()) if length <= len(word) else ()


class RuleBook:
    """The rules of one data file. Immutable once made; safe to share between threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._index = _Index([(pattern, n) for n, rule in enumerate(rules) for pattern in rule.patterns])

    def matches(self, heard: Utterable) -> Iterator[Match]:
        """Every match of every rule, in the order of the words; one a rule and starting word."""
        for start, word in enumerate(heard.plain):
            seen: set[int] = set()
            for pattern, owner in self._index.starting(word):
                if owner in seen:
                    continue
                end = heard.find(pattern, start)
                if end is not None:
                    seen.add(owner)
                    yield Match(self.rules[owner], start, end, " ".join(heard.words[start:end]))


def found_near(patterns: Sequence[Pattern], heard: Utterable, start: int, end: int, reach: int) -> bool:
    """Whether any of the patterns is found within `reach` words of the span."""
    return any(begins_between(pattern, heard, start - reach, end + reach) for pattern in patterns)


def begins_between(pattern: Pattern, heard: Utterable, start: int, end: int) -> bool:
    """Whether a match of the pattern begins at one of the words from `start` up to `end`."""
    places = heard.places(pattern)
    first = bisect_left(places, start)
    return first < len(places) and places[first] < end


@cache
def named_words() -> Mapping[str, str]:
    """The named lists of data/words.toml."""
    table: dict[str, str] = tomllib.loads(data_file("words.toml").decode())
    return table


@cache
def load_book(file: str) -> RuleBook:
    """The rule book of a file in triage/data. Raises PatternError naming the rule that cannot be read."""
    rules = []
    for row in tomllib.loads(data_file(file).decode())["rule"]:
        try:
            rules.append(_rule(row))
        except (PatternError, KeyError) as wrong:
            raise PatternError(f"{file}: rule {row.get('id', '?')}: {wrong}") from wrong
    return RuleBook(rules)


def _rule(row: Mapping[str, object]) -> Rule:
    def patterns(key: str) -> tuple[Pattern, ...]:
        sources = row.get(key, [])
        assert isinstance(sources, list)
        return tuple(compile_pattern(source, named_words()) for source in sources)

    def names(key: str) -> frozenset[str]:
        listed = row.get(key, [])
        assert isinstance(listed, list)
        return frozenset(listed)

    return Rule(
        id=str(row["id"]),
        stands_for=str(row.get("is", row["id"])),
        patterns=patterns("say"),
        hazard=str(row.get("hazard", "")),
        unless=patterns("unless"),
        also=patterns("also"),
        never=patterns("never"),
        instead_of=names("instead_of"),
        flags=names("flags"),
    )
