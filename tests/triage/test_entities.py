"""Name, number, address and the rest, as they are said on a telephone."""

import pytest

from triage.assessment import Context

CALLER = Context(caller="+15125550177")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("my number is five one two five five five oh one nine nine", "+15125550199"),
        ("five one two five five five oh one double nine", "+15125550199"),
        ("it's 512-555-0199", "+15125550199"),
        ("(512) 555-0199", "+15125550199"),
        ("area code five one two uh five fifty five zero one ninety nine", "+15125550199"),
        ("one five one two five five five oh one nine nine", "+15125550199"),
        ("eight hundred five five five one two one two", "+18005551212"),
        ("call me at five five five oh one two three", "+15125550123"),
        ("no wait it's five one two five five five oh one three three", "+15125550133"),
        ("cinco uno dos cinco cinco cinco cero uno nueve nueve", "+15125550199"),
    ],
)
def test_callback_number(hear, said: str, number: str) -> None:
    callback = hear(("Q_CB", said), context=CALLER).entities.callback
    assert callback is not None and callback.value == number


@pytest.mark.parametrize(
    "said",
    [
        "five one two",
        "i have two toilets and three sinks",
        "call me maybe",
        "zero one two five five five oh one nine nine",
    ],
)
def test_what_is_no_number(hear, said: str) -> None:
    assert hear(said, context=CALLER).entities.callback is None


def test_their_own_number_when_they_agree(hear) -> None:
    agreed = hear(("Q_CB", "yes this number is fine"), context=CALLER)
    assert agreed.entities.callback is not None and agreed.entities.callback.value == CALLER.caller
    assert agreed.answers["Q_CB"] == "yes"
    assert hear(("Q_CB", "no use a different one"), context=CALLER).entities.callback is None
    assert hear(("Q_CB", "yes"), context=Context()).entities.callback is None


def test_a_number_said_in_two_breaths(hear) -> None:
    callback = hear(
        ("Q_CB", "five one two"), ("Q_CB", "five five five oh one nine nine"), context=CALLER
    ).entities.callback
    assert callback is not None and callback.value == "+15125550199"


def test_a_corrected_number_replaces(hear) -> None:
    first = ("Q_CB", "five one two five five five oh one nine nine")
    heard = hear(first, ("Q_CB_OK", "no five one two five five five oh one nine eight"), context=CALLER)
    assert heard.entities.callback is not None and heard.entities.callback.value == "+15125550198"


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("four twelve maple street", {"number": "412", "street": "Maple Street"}),
        ("four one two mable street", {"number": "412", "street": "Maple Street"}),
        ("it's eighteen oh four oak ave", {"number": "1804", "street": "Oak Avenue"}),
        ("thirty three fifty south congress avenue", {"number": "3350", "street": "South Congress Avenue"}),
        (
            "412 Maple St., Apt 2B, Austin TX 78704",
            {"number": "412", "street": "Maple Street", "unit": "2B", "zip": "78704"},
        ),
        ("twelve hundred west fifth street unit three", {"number": "1200", "street": "West 5th Street", "unit": "3"}),
        ("one twenty three main street suite four hundred", {"number": "123", "street": "Main Street", "unit": "400"}),
        ("nine nine nine north lamar boulevard number four b as in boy", {"number": "999", "unit": "4B"}),
        ("eighteen park lane seven eight seven oh four", {"number": "18", "street": "Park Lane", "zip": "78704"}),
        ("two thousand ten sycamore lane austin texas", {"number": "2010", "city": "Austin", "state": "TX"}),
        ("four twelve maple", {"number": "412", "street": "Maple Street"}),
        ("eighteen oh four briar hollow", {"number": "1804", "street": "Briar Hollow"}),
        ("sixty six hundred west forty third street suite two hundred", {"street": "West 43rd Street", "unit": "200"}),
        ("twelve oh five county road nine", {"number": "1205", "street": "County Road 9"}),
        ("four twelve maple street no wait four seventeen", {"number": "417", "street": "Maple Street"}),
    ],
)
def test_address(hear, said: str, parts: dict[str, str]) -> None:
    address = hear(("Q_ADDR", said)).entities.address
    assert address is not None
    assert {part: getattr(address, part) for part in parts} == parts


def test_an_address_said_unasked(hear) -> None:
    address = hear("a pipe burst at four twelve elm court and water is everywhere").entities.address
    assert address is not None and (address.number, address.street) == ("412", "Elm Court")


@pytest.mark.parametrize("said", ["it started two hours ago", "i have two toilets", "it's fifty eight degrees in here"])
def test_what_is_no_address(hear, said: str) -> None:
    assert hear(said).entities.address is None


def test_an_address_said_in_two_breaths(hear) -> None:
    address = hear(("Q_ADDR", "four twelve"), ("Q_ADDR", "elm court")).entities.address
    assert address is not None and address.complete
    assert (address.number, address.street) == ("412", "Elm Court")


def test_a_corrected_house_number_replaces(hear) -> None:
    address = hear(("Q_ADDR", "four twelve elm court"), ("Q_ADDR_OK", "no four seventeen")).entities.address
    assert address is not None and (address.number, address.street) == ("417", "Elm Court")


def test_a_street_that_was_only_guessed_is_less_sure(hear) -> None:
    sure, guess = (hear(("Q_ADDR", said)).entities.address for said in ("nine elm court", "nine briar hollow"))
    assert sure is not None and guess is not None and guess.confidence < sure.confidence


@pytest.mark.parametrize(
    ("asked", "said", "name"),
    [
        (None, "hi my name is dana whitfield and my sink leaks", "Dana Whitfield"),
        (None, "this is robert calling about a leak", "Robert"),
        (None, "me llamo jose garcia", "Jose Garcia"),
        ("Q_NAME", "john miller", "John Miller"),
        ("Q_NAME", "it is mary smith s m i t h", "Mary Smith"),
        ("Q_NAME", "john smith that's s m y t h e", "John Smythe"),
        ("Q_NAME", "the last name is brown", "Brown"),
        ("Q_NAME", "my name is david brown", "David Brown"),
        ("Q_NAME", "first name is dwayne last name carter", "Dwayne Carter"),
    ],
)
def test_name(hear, asked: str | None, said: str, name: str) -> None:
    found = hear((asked, said)).entities.name
    assert found is not None and found.value == name


@pytest.mark.parametrize(
    "said", ["this is an emergency", "i'm freezing", "this is ridiculous", "i am outside", "i'm the tenant"]
)
def test_what_is_no_name(hear, said: str) -> None:
    assert hear(said).entities.name is None


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("it started about two hours ago", "onset", "about two hours ago"),
        ("it's been leaking since last night", "onset", "since last night"),
        ("can you come tomorrow morning", "window", "tomorrow morning"),
        ("the gate code is four four one one", "access", "gate code is four four one one"),
        ("my rheem water heater quit", "equipment", "rheem water heater"),
        ("my account number is four two one seven", "account", "4217"),
        ("the work order number is eight eight one two", "po", "8812"),
    ],
)
def test_other_slots(hear, said: str, slot: str, value: str) -> None:
    found = getattr(hear(said).entities, slot)
    assert found is not None and found.value == value


def test_the_problem_is_what_was_said_of_the_leading_situation(hear) -> None:
    heard = hear("hi there how are you today", "i smell gas in the kitchen", ("Q_ADDR", "four twelve maple street"))
    assert heard.entities.problem is not None and heard.entities.problem.value == "i smell gas in the kitchen"


def test_confidence_is_no_higher_than_the_recognisers(hear) -> None:
    name = hear(("Q_NAME", "john miller"), confidence=0.5).entities.name
    assert name is not None and name.confidence <= 0.5


def test_slots_know_where_they_were_said(hear) -> None:
    heard = hear("hello there", ("Q_CB", "it's five one two five five five oh one nine nine"))
    assert heard.entities.callback is not None
    assert (heard.entities.callback.start, heard.entities.callback.end) == (4, 14)
