"""The rule language and the rule files."""

import pytest

from triage.rules.book import Utterable, load_book, named_words
from triage.rules.hazards import find_hazards
from triage.rules.patterns import PatternError, compile_pattern
from triage.rules.rows import find_rows
from triage.situations import NEAR_MISSES, QUESTIONS, SCRIPTS, SITUATIONS
from triage.triage import BOOKS
from triage.words.normalise import words_of


def finds(pattern: str, text: str) -> bool:
    heard = Utterable(words_of(text))
    compiled = compile_pattern(pattern, {"gas": "gas|natural gas"})
    return any(heard.find(compiled, at) is not None for at in range(len(heard.words)))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("smell gas", "i smell gas", True),
        ("smell gas", "i smell the gas", False),
        ("smell ~2 gas", "i smell the natural gas", True),
        ("smell ~2 gas", "smell is not gas", False),
        ("smell ~~2 gas", "smell is not gas", True),
        ("smell (the|some)? {gas}", "smell natural gas", True),
        ("gas !(stove|range)", "the gas stove", False),
        ("gas !(stove|range)", "the gas", True),
        ("leak*", "it leaked", True),
        ("leak*", "bleak", False),
        ("isn't working", "it is not working", True),
        ("(a|b c) d", "b c d", True),
    ],
)
def test_language(pattern: str, text: str, found: bool) -> None:
    assert finds(pattern, text) is found


@pytest.mark.parametrize("pattern", ["~2 gas", "(gas", "gas)", "", "{nobody}", "gas & smell", "(gas)?"])
def test_what_is_not_of_the_language_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, {})


def test_lists_that_go_round_in_a_circle_are_refused() -> None:
    with pytest.raises(PatternError, match="circle"):
        compile_pattern("{a}", {"a": "{b}", "b": "{a}"})


@pytest.mark.parametrize("book", BOOKS)
def test_rule_ids_are_unique_and_every_rule_says_something(book: str) -> None:
    rules = load_book(book).rules
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.patterns for rule in rules)


def test_rules_name_rows_and_rules_that_exist() -> None:
    hazards, rows = load_book("hazards.toml").rules, load_book("rows.toml").rules
    known = {rule.id for rule in (*hazards, *rows)} | set(SITUATIONS)
    for rule in (*hazards, *rows):
        assert rule.stands_for in SITUATIONS
        assert rule.instead_of <= known, rule.id
    assert all(rule.hazard for rule in hazards)
    questions = {rule.stands_for.partition("=")[0] for rule in load_book("answers.toml").rules}
    assert questions <= {*QUESTIONS, "*", "Q_CONFIRM_HAZARD"}


def test_every_named_list_is_used() -> None:
    from triage.words.normalise import data_file

    texts = b"".join(data_file(book) for book in BOOKS).decode()
    used = {name for name in named_words() if f"{{{name}}}" in texts}
    assert set(named_words()) - used <= {"gas", "waterheater"} | {"hvac_unit"}


def test_situations_are_whole() -> None:
    assert (len(SITUATIONS), len(QUESTIONS), len(SCRIPTS), len(NEAR_MISSES)) == (114, 48, 25, 28)
    for row in SITUATIONS.values():
        assert row.script in SCRIPTS
        assert set(row.questions) <= set(QUESTIONS)
        assert row.phrases


def test_where_a_pattern_begins_and_ends_is_told_in_words() -> None:
    heard = Utterable(words_of("gas i smell gas the gas man smells gas"))
    smell = compile_pattern("(smell*|gas man) ~1 gas", {})
    assert heard.places(smell) == (2, 5, 7)
    assert [heard.find(smell, at) for at in heard.places(smell)] == [4, 9, 9]


def test_two_thousand_words_are_searched_but_once_for_each_pattern() -> None:
    class Counting(Utterable):
        searched = 0

        def find(self, pattern, at):
            self.searched += 1
            return super().find(pattern, at)

    def searched(times: int) -> int:
        heard = Counting(words_of("i smell gas and the alarm is going off there is no heat " * times))
        find_rows(heard, find_hazards(heard))
        return heard.searched

    assert searched(160) < 18 * searched(10)


def test_a_rule_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.rules.book.data_file", lambda _: b'[[rule]]\nid = "bad.one"\nsay = ["(gas"]')
    with pytest.raises(PatternError, match=r"bad\.one"):
        load_book.__wrapped__("hazards.toml")
