"""Units, cities, states and ZIPs, as they are told beside a street or alone; corrections and the tagger's help."""

import pytest

from triage.assessment import Address
from triage.entities.address import find_address
from triage.entities.streets import Area
from triage.entities.units import find_unit
from triage.learned.encoder import Span


def told(said: str, *spans: Span, asked: bool = False, known: Address | None = None) -> Address:
    found = find_address(tuple(said.split()), asked=asked, area=Area(), known=known, spans=spans)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("apartment two b", "2B"), ("suite two ten", "210"), ("unit b four", "B4"), ("lot nineteen", "19"),
        ("building c apartment twelve", "C 12"), ("resident in two eleven", "211"), ("the tenant in three c", "3C"),
        ("the upstairs unit", "Upstairs"), ("apartment four b as in boy", "4B"), ("space thirty four", "34"),
        ("unit number nine", "9"), ("el apartamento tres y hay humo", "3"),
    ],
)  # fmt: skip
def test_units(said: str, unit: str) -> None:
    found = find_unit(said.split(), numbered=False)
    assert found is not None and found.value == unit


@pytest.mark.parametrize(
    "said", ["i am in two minutes", "room for two people", "house number fifty two", "in a hundred years"]
)
def test_what_is_no_unit(said: str) -> None:
    assert find_unit(said.split(), numbered=False) is None


def test_a_whole_address_in_one_breath() -> None:
    found = told("four twenty two oak hill drive apartment two b in jacksonville seven eight seven oh four")
    assert (found.number, found.street, found.unit) == ("422", "Oak Hill Drive", "2B")
    assert (found.city, found.zip) == ("Jacksonville", "78704")


@pytest.mark.parametrize(
    ("said", "city", "state"),
    [
        ("nine elm court in tulsa oklahoma", "Tulsa", "OK"), ("we live in fresno", "Fresno", None),
        ("nine elm court in santa fe new mexico", None, "NM"),
    ],
)  # fmt: skip
def test_city_and_state(said: str, city: str | None, state: str | None) -> None:
    found = told(said)
    assert found.state == state and (city is None or found.city == city)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("four twenty two elm court no wait four seventeen not seventy", "417"),
        ("he is at forty not forty two elm court", "40"),
    ],
)
def test_a_correction_replaces_and_what_is_denied_is_not_taken(said: str, number: str) -> None:
    assert told(said).number == number


def test_a_street_corrected_in_the_same_breath() -> None:
    assert told("it is five lollipop lane i mean lawrence lane", asked=True).street == "Lawrence Lane"


def test_a_zip_alone_is_no_house_number() -> None:
    found = told("four six two oh five", asked=True, known=Address("412", "Elm Court", confidence=0.6))
    assert (found.number, found.zip) == ("412", "46205")


def test_a_number_of_five_digits_that_is_an_account_is_no_zip() -> None:
    assert find_address("account eight eight one oh four".split(), asked=False, area=Area()) is None


def test_the_tagger_names_a_street_that_no_rule_knows() -> None:
    said = "you are wanted at ten oh one casa blanca verde"
    assert find_address(tuple(said.split()), asked=False, area=Area()) is None
    found = told(said, Span("number", 4, 7, 0.9), Span("street", 7, 10, 0.9))
    assert (found.number, found.street) == ("1001", "Casa Blanca Verde")


@pytest.mark.parametrize(
    ("said", "city", "state", "code"),
    [
        ("1420 n main st apt 5 jacksonville fl 32210", "Jacksonville", "FL", "32210"),
        ("nine elm court tulsa oklahoma", "Tulsa", "OK", None),
        ("nine elm court salt lake city ut", "Salt Lake City", "UT", None),
    ],
)
def test_a_city_before_its_state_needs_no_in(said: str, city: str, state: str, code: str | None) -> None:
    found = told(said)
    assert (found.city, found.state, found.zip) == (city, state, code)


@pytest.mark.parametrize("others", [frozenset(), frozenset(range(4, 9))])
def test_digits_of_another_number_are_no_zip(others: frozenset[int]) -> None:
    words = "claim number h w two two nine one four".split()
    found = find_address(words, asked=False, area=Area(), others=others)
    assert (found is None) == bool(others)


def test_equipment_is_no_city() -> None:
    assert told("calling from seven eleven on beach boulevard our walk in freezer is down").city is None


def test_a_number_after_unit_is_the_houses_where_a_street_follows() -> None:
    found = told("second floor unit fourteen twenty north main street apartment five")
    assert (found.number, found.street, found.unit) == ("1420", "North Main Street", "5")


@pytest.mark.parametrize(
    "said", ["vivo en el cuatro veinte de la calle maple", "cuatrocientos veinte de la calle maple"]
)
@pytest.mark.parametrize("asked", [True, False])
def test_a_spanish_address(said: str, asked: bool) -> None:
    found = told(said, asked=asked)
    assert (found.number, found.street) == ("420", "Calle Maple")


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize(
    ("said", "street"),
    [
        ("six hundred block of oak street", "Oak Street"), ("corner of fifth and main", "5th and Main"),
        ("it's at the corner of elm st and third avenue and it is flooding", "Elm Street and 3rd Avenue"),
    ],
)  # fmt: skip
def test_a_corner_or_a_block_has_no_number_and_is_asked_again(said: str, street: str, asked: bool) -> None:
    found = told(said, asked=asked)
    assert (found.number, found.street, found.again) == (None, street, True)


def test_a_house_number_told_after_the_block_completes_it() -> None:
    block = told("six hundred block of oak street", asked=True)
    found = told("six twelve oak street", asked=True, known=block)
    assert (found.number, found.street, found.again) == ("612", "Oak Street", False)


def test_a_letter_after_the_house_number_is_a_unit() -> None:
    found = told("two twenty one b baker street")
    assert (found.number, found.street, found.unit) == ("221", "Baker Street", "B")
