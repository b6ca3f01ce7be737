"""The street that was heard is the street that is written down, whatever streets the company knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assessment import Address, Context
from triage.entities.address import find_address
from triage.entities.streets import SUFFIXES, Area, read_street
from triage.triage import Triage, Utterance

STREETS = (
    "maple street", "oak avenue", "elm street", "park lane", "main street", "washington street", "west 43rd street",
    "riverside drive",
)  # fmt: skip
UNLISTED, LISTED = 0.6, 0.85


@pytest.fixture(scope="module")
def shop() -> Triage:
    return Triage.load(zips=frozenset({"78704"}), city="Austin", state="TX", streets=STREETS)


def address(shop: Triage, said: str) -> Address:
    found = shop.assess([Utterance(said, "Q_ADDR")], Context()).entities.address
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "number", "street"),
    [
        ("sixty two plum street", "62", "Plum Street"),
        ("six parker lane", "6", "Parker Lane"),
        ("ten oaks avenue", "10", "Oaks Avenue"),
        ("sixty two the plum street", "62", "Plum Street"),
        ("nine maple avenue", "9", "Maple Avenue"),
        ("nine north maple street", "9", "North Maple Street"),
        ("nine cane street", "9", "Cane Street"),
        ("nine oak hollow", "9", "Oak Hollow"),
        ("nine oak hollow seven eight seven oh four", "9", "Oak Hollow"),
        ("nine plum street seven eight seven oh four", "9", "Plum Street"),
        ("nine park lane drive", "9", "Park Lane Drive"),
        ("nine oak ridge road", "9", "Oak Ridge Road"),
    ],
)
def test_an_unlisted_street_is_kept_as_heard_and_unsure(shop, said: str, number: str, street: str) -> None:
    found = address(shop, said)
    assert (found.number, found.street) == (number, street)
    assert found.confidence <= UNLISTED


@pytest.mark.parametrize(
    ("said", "street"),
    [
        ("sixty two elm street", "elm street"),
        ("sixty two the elm street", "elm street"),
        ("six park ln", "park lane"),
        ("six oak", "oak avenue"),
        ("six oak austin texas", "oak avenue"),
        ("sixty six hundred west forty third street", "west 43rd street"),
    ],
)
def test_a_listed_street_is_sure(shop, said: str, street: str) -> None:
    found = address(shop, said)
    assert found.street == street
    assert found.confidence >= LISTED


def test_a_listed_street_of_the_same_sound_completes_the_hearing_less_surely(shop) -> None:
    found = address(shop, "nine mable street")
    assert found.street == "maple street"
    assert UNLISTED < found.confidence < LISTED


def test_two_listed_streets_of_one_name_complete_nothing() -> None:
    area = Area(streets=("oak avenue", "oak court"))
    found = read_street(["oak"], 0, asked=True, area=area)
    assert found is not None and (found.name, found.confidence <= UNLISTED) == ("Oak", True)


@given(name=st.from_regex("[b-z]{3,9}", fullmatch=True).filter(lambda word: word not in SUFFIXES), asked=st.booleans())
def test_whatever_is_heard_a_listed_street_starts_with_its_letter_and_is_as_long(name: str, asked: bool) -> None:
    found = read_street([name, "street"], 0, asked=asked, area=Area(streets=STREETS))
    if found is not None and found.name in STREETS:
        listed = found.name.split()[0]
        assert (listed[0], len(listed)) == (name[0], len(name))


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("eleven forty washington street", None),
        ("eleven forty washington", None),
        ("eleven forty north washington avenue", None),
        ("four twelve virginia street austin texas", "TX"),
        ("four twelve maple street dallas texas", "TX"),
        ("four twelve maple street waco texas seven eight seven oh four", "TX"),
        ("four twelve maple street austin texas apartment two", "TX"),
        ("four twelve maple street my name is virginia and the water is off", None),
    ],
)
def test_a_state_stands_at_the_end_after_the_city_or_before_the_zip(shop, said: str, state: str | None) -> None:
    assert address(shop, said).state == state


@pytest.mark.parametrize(
    ("said", "street"),
    [
        ("six seven seven highway seventy one south", "Highway 71 South"),
        ("twelve oh five county road nine", "County Road 9"),
        ("three oh two farm to market road six twenty", "Farm to Market Road 620"),
        ("nine ninety north st marys street", "North St Marys Street"),
        ("twenty two oh one calle del sol", "Calle del Sol"),
        ("calle roble ciento doce", "Calle Roble"),
        ("mil doscientos tres calle ocho", "Calle Ocho"),
        ("eighteen heather glen", "Heather Glen"),
        ("nine oak hollow i mean elm court", "elm court"),
    ],
)
def test_streets_of_every_kind(shop, said: str, street: str) -> None:
    assert (address(shop, said).street or "").lower() == street.lower()


def test_a_number_before_a_numbered_street_is_parted_by_the_companys_streets() -> None:
    def found(*streets: str) -> tuple[str | None, str | None, bool]:
        area = Area(streets=streets)
        heard = find_address("six forty third street".split(), asked=True, area=area)
        assert heard is not None
        return heard.number, heard.street, heard.again

    assert found("43rd street") == ("6", "43rd street", False)
    assert found("3rd street") == ("640", "3rd street", False)
    assert found()[2]


@pytest.mark.parametrize(
    "said",
    [
        "the whole street is dark", "everybody on our street is out", "we need the fifty amp plug run",
        "property manager at oak ridge apartments", "we are at cedar lane elementary",
    ],
)  # fmt: skip
def test_what_is_no_street(shop, said: str) -> None:
    heard = shop.assess([Utterance(said)], Context()).entities.address
    assert heard is None or heard.street is None
