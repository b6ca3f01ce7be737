"""Both databases, a company, a clock that we turn, and a telephone company that does as it is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.company import Company, Person
from models.database import Database
from models.enums import Trade
from tests.carrier.fakes import FakeCarrier
from tests.carrier.world import World


class TurnedClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


def shop() -> Company:
    """Sam may be paged, Pat has not agreed to it."""
    sam = Person("sam", "Sam", "+15125550101", frozenset({"technician"}), frozenset({Trade.PLUMBING}), opted_in=True)
    pat = Person("pat", "Pat", "+15125550102", frozenset({"technician"}))
    return Company(
        name="Example Plumbing",
        spoken_name="Example Plumbing",
        phone="+15125550100",
        timezone=ZoneInfo("America/Chicago"),
        trades=frozenset({Trade.PLUMBING}),
        staff=(sam, pat),
        on_call=("sam", "pat"),
        hours=(),
        own_numbers=frozenset({"+15125550109"}),
    )


@pytest.fixture
def company() -> Company:
    return shop()


@pytest.fixture
def carrier(clock: TurnedClock) -> FakeCarrier:
    return FakeCarrier(clock)


@pytest.fixture
def world(database: Database, carrier: FakeCarrier, company: Company, clock: TurnedClock) -> World:
    return World(database, carrier, company, clock)
