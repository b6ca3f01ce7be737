"""The business profile: every mistake at once, with its line."""

from datetime import time
from pathlib import Path

import pytest

from firstring.profile import ProfileError, line_numbers, load
from firstring.settings import EXAMPLE_PROFILE
from models.company import Hours
from tests.profiles import line_of, mistakes, written

EXAMPLE = EXAMPLE_PROFILE.read_text("utf-8")


def test_the_example_is_a_shop_with_a_desk_and_a_ladder() -> None:
    shop = load(EXAMPLE_PROFILE)
    assert [person.id for person in shop.with_role("csr")] == ["dana", "priya"]
    assert shop.person(shop.on_call[-1]).roles & {"owner", "manager"}
    assert shop.phone in shop.own_numbers


def test_three_mistakes_are_named_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = EXAMPLE.replace('"+15125550113"', '"5550113"').replace('"America/Chicago"', '"Mars"')
    text = text.replace('ladder = ["marcus"', 'ladder = ["marcos"')
    assert mistakes(tmp_path, text) == [
        f"{line_of(text, 'Mars')}: company.timezone: must be a time zone such as America/Chicago",
        f"{line_of(text, '5550113')}: staff.3.phone: must be a phone number with + and country code, "
        "such as +15125550100",
        f"{line_of(text, 'marcos')}: on_call.ladder: marcos is not the id of anyone in [[staff]]",
    ]


def test_somebody_who_has_not_opted_in_cannot_be_on_call(tmp_path: Path) -> None:
    text = EXAMPLE.replace("opted_in = true", "opted_in = false", 1)
    assert any("marcus has not opted in to be paged" in one for one in mistakes(tmp_path, text))


def test_the_ladder_must_end_with_somebody_who_answers_for_the_shop(tmp_path: Path) -> None:
    text = EXAMPLE.replace(', "walt"]', "]")
    assert any("must end with a manager or the owner" in one for one in mistakes(tmp_path, text))


def test_a_misspelt_key_is_a_mistake_and_not_ignored(tmp_path: Path) -> None:
    text = EXAMPLE.replace("opted_in = true", "opted_inn = true", 1)
    assert any("opted_inn" in one for one in mistakes(tmp_path, text))


def test_a_caller_handed_over_plainly_is_not_left_long_without_words(tmp_path: Path) -> None:
    text = EXAMPLE.replace("ring_seconds = 18", "ring_seconds = 25")
    assert any("at most 18" in one for one in mistakes(tmp_path, text))
    path = tmp_path / "room.toml"
    path.write_text(text.replace('way = "plain"', 'way = "room"'), "utf-8")
    assert load(path).transfers.ring_s == 25


DANA = 'name = "Dana Whitfield"'


def test_a_person_may_have_hours_of_their_own_and_everybody_else_has_the_shops(tmp_path: Path) -> None:
    text = EXAMPLE.replace(DANA, f'{DANA}\nhours = {{ monday = ["06:00", "12:00"], friday = ["12:00", "20:00"] }}')
    shop = written(tmp_path, text)
    assert shop.person("dana").hours == (Hours(0, time(6), time(12)), Hours(4, time(12), time(20)))
    assert shop.person("priya").hours == ()


@pytest.mark.parametrize(
    ("hours", "where", "what"),
    [
        ('monday = ["12:00", "06:00"]', 'monday = ["12:00"', "staff.4.hours.monday: must open before it closes"),
        ('mondays = ["06:00", "12:00"]', "mondays", "staff.4.hours.mondays: there is no such key; is it misspelt?"),
        ("", "[staff.hours]", "staff.4.hours: name at least one weekday"),
    ],
)
def test_mistakes_in_somebodys_hours_are_named_with_their_line(
    tmp_path: Path, hours: str, where: str, what: str
) -> None:
    text = EXAMPLE.replace(
        DANA, f"{DANA}\nphone = '+15125550121'\nroles = ['csr']\n[staff.hours]\n{hours}\n[[staff]]\n", 1
    )
    assert any(one.startswith(f"{line_of(text, where)}: {what}") for one in mistakes(tmp_path, text))


def test_the_shop_must_open_before_it_closes(tmp_path: Path) -> None:
    text = EXAMPLE.replace('["09:00", "14:00"]', '["14:00", "09:00"]')
    line = line_of(text, "saturday")
    assert mistakes(tmp_path, text) == [f"{line}: hours.saturday: must open before it closes"]


def test_hold_music_is_on_unless_it_is_switched_off(tmp_path: Path) -> None:
    assert load(EXAMPLE_PROFILE).transfers.music
    assert not written(tmp_path, EXAMPLE.replace("music = true", "music = false", 1)).transfers.music


def test_two_people_with_one_id(tmp_path: Path) -> None:
    text = EXAMPLE.replace('id = "tom"', 'id = "marcus"')
    assert any("somebody above has this id already" in one for one in mistakes(tmp_path, text))


def test_what_is_not_toml_and_what_is_not_there(tmp_path: Path) -> None:
    assert "not TOML" in mistakes(tmp_path, "[company")[0]
    with pytest.raises(ProfileError, match="FIRSTRING_PROFILE"):
        load(tmp_path / "none.toml")


def test_lines_of_tables_and_of_the_second_of_two() -> None:
    lines = line_numbers("[a]\nx = 1\n[[b]]\ny = 2\n[[b]]\ny = 3\n")
    assert (lines["a", "x"], lines["b", 0, "y"], lines["b", 1, "y"]) == (2, 4, 6)


def test_a_number_that_reaches_nobody(tmp_path: Path) -> None:
    text = EXAMPLE.replace('phone = "+15125550113"', 'phone = "+15125550100"')
    assert any("is the company's own number" in one for one in mistakes(tmp_path, text))


def test_a_trade_that_nobody_on_the_ladder_has(tmp_path: Path) -> None:
    text = EXAMPLE.replace('"tom", "walt"]', '"walt"]').replace(
        'trades = ["plumbing", "hvac", "electrical", "gas"]\ngas_qualified', 'trades = ["plumbing"]\ngas_qualified'
    )
    assert any("nobody on the ladder does electrical" in one for one in mistakes(tmp_path, text))


def test_a_missing_key_is_said_in_words(tmp_path: Path) -> None:
    assert any(
        "company.phone: is missing" in one for one in mistakes(tmp_path, EXAMPLE.replace("phone =", "# phone =", 1))
    )
