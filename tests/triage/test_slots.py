"""What one utterance tells: found by rule, by the tagger, or by both; and what it is worth asking again."""

import pytest

from triage.assessment import Slot
from triage.entities.codes import find_codes
from triage.entities.equipment import device_like, find_devices, find_makers
from triage.entities.slots import BOTH, find_slots
from triage.learned.encoder import Span
from triage.rules.book import Utterable
from triage.words.normalise import words_of


def told(said: str, *spans: tuple[str, str, float], asked: str | None = None) -> dict[str, Slot]:
    """The slots of an utterance, the tagger hearing these (kind, words, confidence)."""
    heard = Utterable(words_of(said))
    placed = []
    for kind, words, sure in spans:
        part = words_of(words)
        start = next(at for at in range(len(heard.words)) if heard.words[at : at + len(part)] == part)
        placed.append(Span(kind, start, start + len(part), sure))
    return find_slots(heard, tuple(placed) if spans else None, asked, named=False)


def values(slots: dict[str, Slot]) -> dict[str, str]:
    return {kind: slot.value for kind, slot in slots.items()}


@pytest.mark.parametrize(
    ("said", "maker"),
    [
        ("my reem water heater leaks", "Rheem"),
        ("it's a bradford white", "Bradford White"),
        ("the train furnace is out", "Trane"),
        ("a lenox heat pump", "Lennox"),
        ("goodmen air conditioner", "Goodman"),
        ("the square dee panel buzzes", "Square D"),
        ("the while mclain boiler", "Weil-McLain"),
    ],
)
def test_makers_as_recognisers_write_them(said: str, maker: str) -> None:
    assert [found.value for found in find_makers(words_of(said))] == [maker]


@pytest.mark.parametrize("said", ["i missed my train", "what state are you in", "the color of the furnace room"])
def test_an_ordinary_word_is_no_maker_away_from_equipment(said: str) -> None:
    assert find_makers(words_of(said)) == []


def test_the_longest_name_of_equipment_is_found_many_or_owning() -> None:
    found = find_devices(words_of("both tankless water heaters and the furnace's out"))
    assert [(one.value, one.start) for one in found if one.confidence > 0.5] == [
        ("tankless water heaters", 1), ("furnace", 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heard", "meant"), [("thermastat", "thermostat"), ("generater", "generator"), ("blue", "blue")]
)
def test_misheard_equipment_is_mended_where_it_sounds_like_one(heard: str, meant: str) -> None:
    assert device_like((heard,)) == meant


@pytest.mark.parametrize(
    ("said", "asked", "kind", "value"),
    [
        ("p o seven one four b", None, "po", "714B"),
        ("work order eight one four", None, "po", "814"),
        ("claim number c l four four oh nine", None, "claim", "CL4409"),
        ("account a four four one seven", None, "account", "A4417"),
        ("it's two oh two six one nine", "Q_PO", "po", "202619"),
        ("five one five hold on no it's five one nine", "Q_PO", "po", "519"),
        ("four five oh nine", "Q_INSUR", "claim", "4509"),
    ],
)
def test_numbers_with_letters(said: str, asked: str | None, kind: str, value: str) -> None:
    assert find_codes(words_of(said), asked)[kind].value == value


@pytest.mark.parametrize(
    "said",
    [
        "the work order is on its way", "i have a claim", "my account please",
        "i got a bill for three hundred forty dollars", "the bill for three forty is wrong",
        "a contract for twenty four months",
    ],
)  # fmt: skip
def test_no_number_where_none_is_said(said: str) -> None:
    assert find_codes(words_of(said), None) == {}


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("i just rent here", "tenant"), ("i'm the tenant", "tenant"), ("soy la inquilina", "tenant"),
        ("i own the place", "owner"), ("i'm the landlord", "owner"), ("i manage the building", "manager"),
        ("i'm the property manager", "manager"), ("i run this community", "manager"),
    ],
)  # fmt: skip
def test_who_they_are_to_the_place(said: str, role: str) -> None:
    assert told(said)["role"].value == role


@pytest.mark.parametrize(
    "said",
    [
        "let me speak to the manager", "the tenant downstairs called", "my landlord said so",
        "every time we run it the breaker trips", "we run a small bakery",
    ],
)  # fmt: skip
def test_whom_they_speak_of_is_not_who_they_are(said: str) -> None:
    assert "role" not in told(said)


def test_last_night_is_not_cut_to_night_by_the_tagger() -> None:
    assert told("it quit last night", ("onset", "night", 0.9))["onset"].value == "last night"


@pytest.mark.parametrize("said", ["george g e o r g e", "catherine with a c", "not a c as in cat"])
def test_letters_of_a_spelling_are_neither_equipment_nor_maker(said: str) -> None:
    assert [*find_devices(words_of(said)), *find_makers(words_of(said))] == []


@pytest.mark.parametrize(
    ("said", "place"),
    [("no heat at our dental office", "business"), ("it's my house", "home"), ("a mobile home with a leak", "home")],
)
def test_business_or_home(said: str, place: str) -> None:
    assert told(said)["place"].value == place


def test_how_old_the_equipment_is_and_not_how_old_the_caller() -> None:
    assert told("the furnace is about twelve years old")["age"].value == "about twelve years old"
    assert "age" not in told("my son is twelve years old")


@pytest.mark.parametrize(
    ("said", "asked", "kind", "value"),
    [
        ("tuesday", "Q_WINDOW", "window", "tuesday"),
        ("the second one please", "Q_WINDOW", "window", "the second one please"),
        ("when we opened at six", "Q_WHEN", "onset", "when we opened at six"),
        ("honk and i'll come down", "Q_ACCESS", "access", "honk and i will come down"),
    ],
)
def test_an_answer_is_read_by_its_question(said: str, asked: str, kind: str, value: str) -> None:
    assert told(said, asked=asked)[kind].value == value


@pytest.mark.parametrize("asked", ["Q_WHEN", "Q_WINDOW", "Q_ACCESS"])
@pytest.mark.parametrize("said", ["no idea", "i don't know", "nothing special", "yes"])
def test_no_answer_is_no_slot(said: str, asked: str) -> None:
    assert told(said, asked=asked) == {}


def test_what_rule_and_tagger_hear_is_surest_and_in_the_rules_words() -> None:
    slot = told("my name is dana whitfield", ("name", "dana", 0.8))["name"]
    assert (slot.value, slot.confidence, slot.again) == ("Dana Whitfield", BOTH, False)


def test_the_tagger_alone_is_believed_when_it_is_sure() -> None:
    said = "the gizmo on the roof leaks okonkwo"
    sure, unsure = (told(said, ("name", "okonkwo", confidence)) for confidence in (0.9, 0.4))
    assert values(sure) == {"name": "Okonkwo"}
    assert values(unsure) == {}


def test_ordinary_equipment_is_told_by_the_tagger_and_plain_equipment_by_the_rule() -> None:
    heard = ("name", "dana", 0.9)
    assert "equipment" not in told("dana here the toaster in that outlet smokes", heard)
    assert told("dana here the furnace is out", heard)["equipment"].value == "furnace"


def test_what_is_unsure_is_worth_asking_again() -> None:
    assert told("some day or other maybe", asked="Q_WINDOW")["window"].again
    assert not told("my name is dana whitfield")["name"].again
