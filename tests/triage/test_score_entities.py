"""What was told against what was taken down."""

import pytest

from tests.triage.labels import label
from triage.assessment import Address, Entities, Slot
from triage.scoring.entities import Taken, entity_figures, exact, missed, overlaps, same_value, taken, written
from triage.texts import Kind, LabelledEntity


def told(kind: str, spoken: str, value: str | None = None) -> LabelledEntity:
    return LabelledEntity(kind=Kind(kind), spoken=spoken, value=value)


def took(kind: str, value: str, spoken: str = "") -> Taken:
    return Taken(Kind(kind), value, spoken)


@pytest.mark.parametrize(
    ("kind", "spoken", "value", "got"),
    [
        ("phone", "five one two five five five oh one two three", None, "+15125550123"),
        ("phone", "that number", "(512) 555-0123", "+15125550123"),
        ("phone", "one eight hundred five five five oh one nine nine", None, "+18005550199"),
        ("phone", "five five five oh one two three", None, "+15125550123"),
        ("number", "eighteen oh four", None, "1804"),
        ("number", "four hundred twelve", "412", "412"),
        ("street", "forty third street", None, "43rd Street"),
        ("street", "maple", "Maple St.", "Maple Street"),
        ("street", "north lamar", "N. Lamar Blvd", "North Lamar"),
        ("unit", "apartment two b", "Apt 2B", "2B"),
        ("state", "texas", None, "TX"),
        ("zip", "seven eight seven oh four", None, "78704"),
        ("account", "a one two", "A-12", "a12"),
        ("age", "twelve years", None, "12 years"),
        ("name", "dolores o'brien", None, "Dolores O'Brien"),
        ("equipment", "cooler", None, "cooler's"),
    ],
)
def test_the_same_value_written_otherwise_is_exact(kind: str, spoken: str, value: str | None, got: str) -> None:
    assert exact(told(kind, spoken, value), took(kind, got))


@pytest.mark.parametrize(
    ("kind", "spoken", "value", "got"),
    [
        ("phone", "five one two five five five oh one two three", None, "+15125550124"),
        ("phone", "nine oh four five five five oh one two three", None, "+15125550123"),
        ("number", "eighteen oh four", None, "184"),
        ("street", "maple street", None, "Mable Street"),
        ("street", "street", None, "Oak Street"),
        ("street", "north lamar", None, "South Lamar"),
        ("name", "dolores", None, "Dolores Smith"),
        ("phone", "my number", None, "+15125550123"),
    ],
)
def test_another_value_is_not_exact(kind: str, spoken: str, value: str | None, got: str) -> None:
    assert not exact(told(kind, spoken, value), took(kind, got))


def test_the_same_words_are_exact_though_the_value_is_not() -> None:
    asked, got = told("onset", "since last night", "2024-01-05"), took("onset", "yesterday", "Since last night")
    assert exact(asked, got)
    assert not same_value(asked, got)


def test_a_word_in_common_is_partial_of_the_same_kind_only() -> None:
    name = told("name", "dolores smith")
    assert overlaps(name, took("name", "Dolores Jones", "dolores jones"))
    assert not overlaps(name, took("name", "Mary Jones", "mary jones"))
    assert not overlaps(name, took("role", "dolores", "dolores"))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_written_form_is_its_own_written_form(kind: Kind) -> None:
    once = written(kind, "The 4th N. Main St, apt 2, five oh one")
    assert written(kind, once) == once


def test_what_is_kept_is_taken_in_the_kinds_of_the_labels() -> None:
    entities = Entities(
        callback=Slot("+15125550123", "five one two", 0.9),
        address=Address(number="412", street="Maple Street", zip="78704"),
        po=Slot("77", "p o seventy seven", 0.7),
    )
    assert {(one.kind.value, one.value) for one in taken(entities)} == {
        ("phone", "+15125550123"), ("number", "412"), ("street", "Maple Street"), ("zip", "78704"), ("po", "77"),
    }  # fmt: skip


def test_entities_come_out_as_by_hand() -> None:
    first = (
        [told("name", "ann lee"), told("phone", "five one two five five five oh one two three"),
         told("number", "four twelve"), told("street", "maple street")],
        [took("name", "Ann", "ann"), took("phone", "+15125550123", "x"), took("number", "412"),
         took("street", "Maple Street"), took("problem", "anything")],
    )  # fmt: skip
    second = (
        [told("phone", "five one two five five five oh one nine nine"), told("number", "ten"), told("street", "oak")],
        [took("number", "10"), took("street", "Elm"), took("name", "Bo", "bo")],
    )
    figures = entity_figures([first, second])
    assert list(figures.kinds) == ["name", "phone", "number", "street"]  # where no problem is labelled, none is wrong
    name, phone = figures.kinds["name"], figures.kinds["phone"]
    assert (name.exact.f1, name.partial.f1) == (0.0, pytest.approx(2 / 3))  # two found, one there
    assert (phone.exact.precision.share, phone.exact.recall.share) == (1.0, 0.5)
    every = figures.all.exact
    assert (every.recall.hits, every.recall.of, every.precision.of) == (4, 7, 7)
    assert figures.all.partial.recall.hits == 5
    assert (figures.phone.share, figures.door.share) == (0.5, 0.5)
    assert missed(second) == [Kind.PHONE, Kind.STREET]


def test_each_is_used_once() -> None:
    figures = entity_figures([([told("name", "ann"), told("name", "ann")], [took("name", "Ann", "ann")])])
    assert (figures.all.exact.recall.hits, figures.all.exact.recall.of) == (1, 2)


def test_a_correction_is_what_counts_for_the_callback() -> None:
    said = [told("phone", "five one two five five five oh one two three"),
            told("phone", "five one two five five five oh one two four")]  # fmt: skip
    old, new = took("phone", "+15125550123"), took("phone", "+15125550124")
    assert [entity_figures([(said, [got])]).phone.share for got in (old, new)] == [0.0, 1.0]


def test_what_is_found_where_nothing_was_told_is_wrong() -> None:
    figures = entity_figures([([], [took("name", "Ann", "ann"), took("problem", "anything", "anything")])])
    assert list(figures.kinds) == ["name"]
    assert (figures.all.exact.precision.share, figures.all.exact.f1) == (0.0, 0.0)


def test_none_told_and_none_found_is_nothing_wrong() -> None:
    text = label(entities=[])
    figures = entity_figures([(text.entities or (), [])])
    assert (figures.texts, figures.kinds, figures.all.exact.f1) == (1, {}, None)
