"""The states of a transfer: (state, event) in, state and acts out. No clock, no rows, no telephone.

    waiting ──rung──> ringing ──picked up──> briefing ──taken──> bridged ──parted──> over
                         └──────refused─────────┴──> refused ──rung──> ringing: the next person
    nobody left to ring: waiting, refused -> failed        the caller left: all before bridged -> left

What is not in the table (late, double, out of order) changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.enums import TransferStatus as S


class Event(StrEnum):
    """What can happen to a transfer."""

    RUNG = "rung"  # somebody's telephone is to ring
    PICKED_UP = "picked_up"  # somebody, or something, hears what it is about
    TAKEN = "taken"  # pressed 1
    REFUSED = "refused"  # pressed 2, was busy, did not answer, hung up, heard it all and pressed nothing
    NEVER_SPOKE = "never_spoke"  # pressed 1 and was gone before the caller was there
    NOBODY = "nobody"  # everybody was tried, or the shop has closed
    CALLER_LEFT = "caller_left"
    PARTED = "parted"  # the person hung up after they had spoken


class Act(StrEnum):
    """What follows from an event."""

    RING = "ring"  # the person's telephone
    WATCH = "watch"  # a timer, in case the news of what comes next is lost
    DROP = "drop"  # the person's telephone is told that it is over
    NEXT = "next"  # the next person, if there is one
    ONWARD = "onward"  # the caller must not stay where they are


@dataclass(frozen=True, slots=True)
class Step:
    """Where an event leads, and what to do about it, in order."""

    status: S
    acts: tuple[Act, ...] = ()


_RUNG = Step(S.RINGING, (Act.RING, Act.WATCH))
_TAKEN = Step(S.BRIDGED, (Act.WATCH,))
_REFUSED = Step(S.REFUSED, (Act.DROP, Act.NEXT))
_NOBODY = Step(S.FAILED, (Act.ONWARD,))
_LEFT = Step(S.LEFT, (Act.DROP,))

TABLE: Mapping[S, Mapping[Event, Step]] = {
    S.WAITING: {Event.RUNG: _RUNG, Event.NOBODY: _NOBODY, Event.CALLER_LEFT: _LEFT},
    S.RINGING: {
        Event.PICKED_UP: Step(S.BRIEFING, (Act.WATCH,)),
        Event.TAKEN: _TAKEN,  # the key may come before the news of the picking up
        Event.REFUSED: _REFUSED,
        Event.CALLER_LEFT: _LEFT,
    },
    S.BRIEFING: {Event.TAKEN: _TAKEN, Event.REFUSED: _REFUSED, Event.CALLER_LEFT: _LEFT},
    S.REFUSED: {Event.RUNG: _RUNG, Event.NOBODY: _NOBODY, Event.CALLER_LEFT: _LEFT},
    S.BRIDGED: {
        Event.NEVER_SPOKE: _REFUSED,
        Event.PARTED: Step(S.OVER, (Act.ONWARD,)),
        Event.CALLER_LEFT: Step(S.OVER, (Act.DROP,)),
    },
}
"""A status that is not a key is final."""


def step(status: S, event: Event) -> Step | None:
    """What the event means in this state; None: nothing."""
    return TABLE.get(status, {}).get(event)
