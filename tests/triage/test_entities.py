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
        ("my rheem water heater quit", "equipment", "water heater"),
        ("my rheem water heater quit", "brand", "Rheem"),
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


def test_slots_know_which_spoken_words_they_came_from(hear) -> None:
    heard = hear("hello there", ("Q_CB", "it's five one two five five five oh one nine nine"))
    assert heard.entities.callback is not None
    assert (heard.entities.callback.start, heard.entities.callback.end) == (3, 13)  # "it's" is one word


@pytest.mark.parametrize(
    "said",
    [
        "i'd rather not say", "i'm not comfortable giving that", "you already have it", "why do you need that", "no",
        "just put caller", "none of your business", "skip it", "anonymous", "is that really necessary",
        "prefiero no dar mi nombre",
    ],
)  # fmt: skip
def test_a_refusal_is_no_name(hear, said: str) -> None:
    assert hear(("Q_NAME", said)).entities.name is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("i'd rather not say well okay dana whitfield", "Dana Whitfield"),
        ("trask t r a s k you should have it", "Trask"),
    ],
)
def test_a_name_given_after_all_is_a_name(hear, said: str, name: str) -> None:
    assert hear(("Q_NAME", said)).entities.name.value == name


@pytest.mark.parametrize(
    "said",
    [
        "the landlord is joe tilman", "my neighbor bob jones told me to call you", "ask my husband john smith",
        "joe tilman is our landlord", "mi vecino jose garcia me dio su numero",
    ],
)  # fmt: skip
def test_somebody_they_speak_of_is_not_the_caller(hear, said: str) -> None:
    assert hear(said).entities.name is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("my name is ann lee and my landlord is joe tilman", "Ann Lee"),
        ("my landlord is joe tilman and my name is ann lee", "Ann Lee"),
        ("this is the super bob jones", "Bob Jones"),
        ("no oven until a plumber signs off dimitri kosta here", "Dimitri Kosta"),
        ("ask for tuan pham when you get there", "Tuan Pham"),
    ],
)
def test_the_caller_and_whom_to_ask_for_are_names(hear, said: str, name: str) -> None:
    assert hear(said).entities.name.value == name


@pytest.mark.parametrize("asked", ["Q_NAME", "Q_NAME_OK"])
@pytest.mark.parametrize(
    ("corrected", "name"),
    [
        ("no it's reyes r e y e s", "Tom Reyes"), ("no it's tim reyes", "Tim Reyes"), ("yes that's right", "Tom Rays"),
        ("i already told you", "Tom Rays"),
    ],
)  # fmt: skip
def test_a_corrected_name_replaces(hear, asked: str, corrected: str, name: str) -> None:
    assert hear("my name is tom rays", (asked, corrected)).entities.name.value == name


def test_letters_that_explain_a_name_are_no_equipment(hear) -> None:
    said = "catherine with a c last name boyd b as in boy o y d as in david"
    entities = hear(("Q_NAME", said)).entities
    assert entities.name.value == "Catherine Boyd"
    assert entities.equipment is None and entities.brand is None


def test_an_irish_name_keeps_its_apostrophe(hear) -> None:
    assert hear(("Q_NAME", "o'brien")).entities.name.value == "O'Brien"


def test_a_written_address_and_telephone(hear) -> None:
    written = hear("it is a 2nd floor unit, 1420 N. Main St. Apt #5, call (904) 555-0118").entities
    assert (written.address.number, written.address.street, written.address.unit) == ("1420", "N Main Street", "5")
    assert written.callback.value == "+19045550118"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            "hi my name is dana whitfield my number is five one two five five five oh one nine nine and the water "
            "heater is leaking all over the garage floor the gate code is four four one one",
            "the water heater is leaking all over the garage floor",
        ),
        (
            "yeah this is bob miller and the toilet upstairs keeps overflowing every time we flush it you can reach me "
            "at five one two five five five oh one three three",
            "the toilet upstairs keeps overflowing every time we flush it",
        ),
    ],
)
def test_a_long_story_tells_the_problem_without_name_and_number(hear, said: str, problem: str) -> None:
    assert hear(said).entities.problem.value == problem


def test_the_problem_is_never_empty(hear) -> None:
    said = "hi my name is bob miller my number is five one two five five five oh one three three"
    assert hear(said).entities.problem.value
