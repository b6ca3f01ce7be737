"""Twilio's lists may not show for some seconds what was just accepted."""

import pytest

from carrier.delivery import ABSENT_SECONDS, LOOK_SECONDS
from models.enums import MessageStatus, Purpose
from tests.carrier.fakes import LOST
from tests.carrier.world import World

CALLER = "+15125550777"


def interrupted(world: World, purpose: Purpose) -> list[object]:
    """A text that Twilio took and did not answer; what a list would show of it if it did not lag."""
    world.page(purpose=purpose, to=CALLER if purpose is Purpose.MISSED else "+15125550101")
    world.carrier.plan.append(LOST)
    world.sweep()
    hidden, world.carrier.sent = world.carrier.sent, []
    return list(hidden)


def look_on(world: World, seconds: float) -> None:
    for _ in range(int(seconds / LOOK_SECONDS)):
        world.clock.turn(LOOK_SECONDS)
        world.sweep()


@pytest.mark.parametrize(("purpose", "wait"), [(Purpose.PAGE, ABSENT_SECONDS[0]), (Purpose.MISSED, ABSENT_SECONDS[1])])
def test_what_the_list_shows_at_the_last_look_is_not_sent_again(world: World, purpose: Purpose, wait: float) -> None:
    hidden = interrupted(world, purpose)
    look_on(world, wait)
    assert (world.row().status, world.carrier.sent) == (MessageStatus.SENDING, [])
    world.carrier.sent = hidden  # type: ignore[assignment]
    look_on(world, LOOK_SECONDS)
    assert (world.row().status, world.row().repeats, len(world.carrier.sent)) == (MessageStatus.ACCEPTED, 0, 1)


@pytest.mark.parametrize(("purpose", "wait"), [(Purpose.PAGE, ABSENT_SECONDS[0]), (Purpose.MISSED, ABSENT_SECONDS[1])])
def test_what_never_shows_goes_again_and_says_so(world: World, purpose: Purpose, wait: float) -> None:
    interrupted(world, purpose)
    look_on(world, LOOK_SECONDS + wait)
    [again] = world.carrier.sent
    assert (world.row().status, world.row().repeats) == (MessageStatus.ACCEPTED, 1)
    assert (again.body or "").startswith("(repeat) ") == (purpose is Purpose.PAGE)


def test_a_customer_waits_longer_than_a_technician_and_less_than_a_minute() -> None:
    page, customer = ABSENT_SECONDS
    assert page < customer < 60 - 2 * LOOK_SECONDS
