"""Hours: the gate's, at every wall where the reader may be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from carrier import consent, gate, outbox
from carrier.gate import quiet
from carrier.gate.quiet import Place
from carrier.law import law
from models.company import Company
from models.database import Database
from models.enums import Channel, ConsentScope, MessageStatus, Purpose
from models.tables import Call, Job, Message
from tests.carrier.conftest import TurnedClock
from tests.carrier.world import World

AUSTIN, BOSTON, TOLL_FREE = "+15125550777", "+16175550123", "+18005550199"
CENTRAL = ZoneInfo("America/Chicago")


def local(text: str, zone: str = "America/Chicago") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("state", "moment", "good"),
    [
        ("TX", "2026-05-03T11:59", False),  # a Sunday
        ("TX", "2026-05-03T12:00", True),
        ("TX", "2026-05-04T20:59", True),
        ("TX", "2026-05-04T21:00", False),
        ("FL", "2026-05-04T20:00", False),
        ("RI", "2026-05-02T17:00", False),  # a Saturday
        ("CT", "2026-05-04T08:30", False),
        ("CA", "2026-05-04T08:00", True),
        ("CA", "2026-05-04T07:59", False),
    ],
)
def test_each_state_keeps_its_hours(state: str, moment: str, good: bool) -> None:
    windows = quiet.marketing_windows(Place(frozenset({"America/Chicago"}), frozenset({state})))
    assert quiet.good_at(local(moment), windows, ["America/Chicago"]) is good


def test_a_number_from_elsewhere_keeps_both_walls() -> None:
    place = quiet.place_of(BOSTON, Place(frozenset({"America/Los_Angeles"}), frozenset({"CA"})))
    assert place.zones == {"America/New_York", "America/Los_Angeles"} and "CA" in place.states
    windows = quiet.marketing_windows(place)
    assert not quiet.good_at(local("2026-05-04T10:00", "America/New_York"), windows, place.zones)
    assert quiet.good_at(local("2026-05-04T11:00", "America/New_York"), windows, place.zones)


def test_a_number_that_tells_nothing_gets_the_hours_that_are_good_in_all_states() -> None:
    place = quiet.place_of(TOLL_FREE, None)
    assert place == Place(quiet.CONTINENT, frozenset())
    assert quiet.marketing_windows(place) == (law().windows["safe"],)


@given(st.integers(0, 7 * 24 * 4 - 1), st.sampled_from(sorted(law().windows)))
def test_the_safe_hours_are_good_in_every_state(quarter: int, state: str) -> None:
    moment = datetime.fromtimestamp(1_777_000_000 // 900 * 900 + quarter * 900, UTC)
    if quiet.good_at(moment, [law().windows["safe"]], ["America/Chicago"]):
        assert quiet.good_at(moment, [law().windows[state]], ["America/Chicago"])


@given(st.integers(0, 60 * 24 * 30), st.sets(st.sampled_from(sorted(law().zones)), min_size=1, max_size=3))
def test_what_waits_leaves_at_the_first_good_quarter(minutes: int, states: set[str]) -> None:
    now = datetime(2026, 3, 1, second=17, tzinfo=UTC) + timedelta(minutes=minutes)
    zones = frozenset().union(*(law().zones[one] for one in states))
    windows = quiet.marketing_windows(Place(zones, frozenset(states)))
    good = quiet.good_from(now, windows, zones)
    assert good is not None and good >= now and quiet.good_at(good, windows, zones)


def review(session: Session, clock: TurnedClock, to: str = AUSTIN) -> Message:
    consent.note(session, to, Channel.TEXT, ConsentScope.MARKETING, True, "import", clock(), "form 7", written=True)
    return outbox.enqueue(
        session, key="review", channel=Channel.TEXT, purpose=Purpose.REVIEW, to=to, body="Words.", now=clock()
    )


def test_a_review_request_of_the_night_leaves_in_the_morning(world: World) -> None:
    world.clock.now = local("2026-05-04T22:10")
    with world.database.transaction() as session:
        review(session, world.clock)
    world.sweep()
    row = world.row("review")
    assert (row.status, row.reason) == (MessageStatus.PENDING, "L7: quiet hours where they are")
    assert row.due_at == local("2026-05-05T09:00") and world.carrier.sent == []
    world.clock.now = local("2026-05-05T09:00")
    world.sweep()
    assert world.row("review").status is MessageStatus.ACCEPTED


def test_the_address_of_the_job_counts_and_so_does_the_area_code(
    database: Database, clock: TurnedClock, company: Company
) -> None:
    clock.now = local("2026-05-04T20:15")
    with database.transaction() as session:
        row = review(session, clock)
        assert gate.may_send(session, row, replace(company, state="TX"), clock()).allowed
        call = Call(sid="CA1", caller=AUSTIN, received_at=clock())
        session.add(call)
        session.flush()
        session.add(
            Job(number=1, call_id=call.id, intent="routine", caller=AUSTIN, address={"state": "OK"}, created_at=clock())
        )
        session.flush()
        verdict = gate.may_send(session, row, replace(company, state="TX"), clock())
        assert verdict.until == local("2026-05-05T09:00")


@pytest.mark.parametrize(
    ("called", "purpose", "leaves"),
    [
        ("2026-05-04T22:59", Purpose.MISSED, True),  # they called this minute
        ("2026-05-04T20:00", Purpose.SLIPPED, False),
        ("2026-05-04T20:00", Purpose.REPLY, True),  # an answer
    ],
)
def test_what_nobody_asked_for_this_minute_waits_for_the_morning(
    database: Database, clock: TurnedClock, company: Company, called: str, purpose: Purpose, leaves: bool
) -> None:
    with database.transaction() as session:
        call = Call(sid="CA1", caller=AUSTIN, received_at=local(called))
        session.add(call)
        session.flush()
        row = outbox.enqueue(
            session, key="k", channel=Channel.TEXT, purpose=purpose, to=AUSTIN, body="Words.",
            now=local("2026-05-04T23:00"), call_id=call.id,
        )  # fmt: skip
        verdict = gate.may_send(session, row, company, local("2026-05-04T23:00"))
    assert verdict.allowed is leaves
    assert leaves or verdict.until == local("2026-05-05T08:00")
