"""Rules as data: a rule is an id, what it stands for and the patterns that say it; a book finds them in words."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from triage.normalise import data_file
from triage.patterns import Pattern, PatternError, compile_pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a data file.

    `stands_for` is a situation's id, a signal or a fact; `hazard` its name when it is a danger. `unless` silences a
    match close by; `also` must be somewhere in the same utterance; `instead_of` are rules this one replaces.
    `flags`: doubtful (ask first), event (it has happened: "okay now" takes nothing back), unclear (counts only when the
    recogniser was unsure, and asks), plain (the words are enough, negation is not read), volunteer (counts although the
    question was not asked).
    """

    id: str
    stands_for: str
    patterns: tuple[Pattern, ...]
    hazard: str = ""
    unless: tuple[Pattern, ...] = ()
    also: tuple[Pattern, ...] = ()
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
    """The words of one utterance, made ready to be searched."""

    __slots__ = ("offsets", "text", "words")

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.text = "".join(f"{word} " for word in self.words)
        self.offsets: list[int] = []
        position = 0
        for word in self.words:
            self.offsets.append(position)
            position += len(word) + 1

    def find(self, pattern: Pattern, at: int) -> int | None:
        """Where a match that begins at word `at` ends (a word position), or None."""
        found = pattern.regex.match(self.text, self.offsets[at])
        return None if found is None else self.text.count(" ", 0, found.end())


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
        for start, word in enumerate(heard.words):
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
    begin, stop = max(0, start - reach), min(len(heard.words), end + reach)
    return any(heard.find(pattern, at) is not None for pattern in patterns for at in range(begin, stop))


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
        instead_of=names("instead_of"),
        flags=names("flags"),
    )
