"""The rota in business.toml: read, and every mistake named with its line."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from firstring.profile import load
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company, Holiday, Turn
from models.enums import Trade
from routing.rota.duty import ladder_people
from tests.profiles import line_of, mistakes

EXAMPLE = EXAMPLE_PROFILE.read_text("utf-8")

NIGHTS = """
[[turn]]
id = "nights"
level = 2
people = ["marcus", "tom"]
unit = "weeks"
every = 2
since = 2026-11-16T07:00:00
days = ["friday", "saturday"]
opens = 17:00:00
closes = 07:00:00
trades = ["plumbing"]
holidays = "only"
"""


def test_a_turn_and_a_holiday_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "business.toml"
    path.write_text(EXAMPLE + NIGHTS, "utf-8")
    shop = load(path)
    assert shop.turns[-1] == Turn(
        id="nights",
        level=2,
        people=("marcus", "tom"),
        unit="weeks",
        every=2,
        since=datetime(2026, 11, 16, 7),
        days=frozenset({4, 5}),
        opens=time(17),
        closes=time(7),
        trades=frozenset({Trade.PLUMBING}),
        holidays="only",
    )
    assert shop.days_off == (Holiday("Independence Day", 7, 4),) and date(2026, 11, 26) in shop.holidays


@pytest.mark.parametrize("trade", [None, *Trade])
def test_the_examples_rota_is_its_ladder(shop: Company, trade: Trade | None) -> None:
    for moment in ("2026-11-18T10:15-06:00", "2026-11-22T03:00-06:00", "2026-12-25T12:00-06:00"):
        hands = [one for one in shop.on_call[:-1] if trade is None or trade in shop.person(one).trades]
        assert ladder_people(shop, (), datetime.fromisoformat(moment), trade) == (*hands, "walt")


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('people = ["marcus", "tom"]', 'people = ["marcus", "zoe"]', "turn.5.people: zoe is not the id of anyone"),
        ('id = "nights"', 'id = "gas"', "turn.5.id: a turn above has this id already"),
        (
            'trades = ["plumbing"]\nholi',
            'trades = ["office"]\nholi',
            "turn.5.trades: office is not among company.trades",
        ),
        ("since = 2026-11-16T07:00:00\n", "", "turn.5: a turn with a unit needs since"),
        ("since = 2026-11-16T07:00:00", "since = 2026-11-16T07:00:00Z", "turn.5: since is the time on the company's"),
        ("every = 2", "every = 0", "turn.5.every: Input should be greater than or equal to 1"),
        ("month = 7", "month = 13", "holiday.1.month"),
        ("month = 7\nday = 4", "month = 2\nday = 30", "holiday.1: there is no such day"),
        ('id = "wires"\n', 'id = "wires"\nlevel = 2\n', "turn: no turn of level 1 is for electrical"),
        ("opted_in = true", "opted_in = false", "turn.1.people: marcus has not opted in to be paged"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, written: str, instead: str, said: str) -> None:
    own = written in NIGHTS
    text = EXAMPLE + NIGHTS.replace(written, instead) if own else EXAMPLE.replace(written, instead, 1) + NIGHTS
    found = mistakes(tmp_path, text)
    assert any(said in one for one in found), found


def test_a_mistake_has_the_line_of_its_turn(tmp_path: Path) -> None:
    text = EXAMPLE + NIGHTS.replace('"tom"]', '"zoe"]')
    (said,) = mistakes(tmp_path, text)
    assert said.startswith(f"{line_of(text, 'zoe')}: ")
