"""Conference rooms: who is in, when they start and end, and the news about it (TwiML Conference)."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.core import Core
from simulator.leg import Leg
from simulator.records import Callback, new_sid
from simulator.webhooks import Webhook, Webhooks


@dataclass(slots=True)
class Participant:
    """One leg in a room. `out` is set, with the reason, when the room puts the leg out."""

    leg: Leg
    joined: datetime
    muted: bool = False
    hold: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    label: str | None = None
    coaching: bool = False
    call_sid_to_coach: str | None = None
    out: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    aside: asyncio.Task[object] | None = None
    """What only this participant hears: hold music or an announcement."""


@dataclass(slots=True)
class Room:
    """A conference. The first participant's callback settings count for all."""

    core: Core
    webhooks: Webhooks
    name: str
    created: datetime
    callback: Callback | None = None
    sid: str = field(default_factory=lambda: new_sid("CF"))
    status: str = "init"
    reason: str | None = None
    ended_by: str | None = None
    participants: dict[str, Participant] = field(default_factory=dict)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    updated: datetime | None = None
    _sequence: int = 0

    def find(self, sid_or_label: str) -> Participant | None:
        """A participant by CallSid or label."""
        for sid, participant in self.participants.items():
            if sid_or_label in (sid, participant.label):
                return participant
        return None

    def join(self, participant: Participant) -> None:
        """Let somebody in; the room starts with the second, if one of them may start it."""
        self.participants[participant.leg.sid] = participant
        self.tell("join", "participant-join", participant)
        anybody = any(other.start_on_enter for other in self.participants.values())
        if self.status == "init" and len(self.participants) > 1 and anybody:
            self.status = "in-progress"
            self.started.set()
            self.tell("start", "conference-start", participant)

    def leave(self, participant: Participant) -> None:
        """Somebody is gone; may end the room."""
        if self.participants.pop(participant.leg.sid, None) is None:
            return
        self.tell("leave", "participant-leave", participant, [("ParticipantCallStatus", participant.leg.status)])
        if participant.end_on_exit:
            self.end("participant-with-end-conference-on-exit-left", participant)
        elif not self.participants:
            self.end("last-participant-left", participant)

    def end(self, reason: str, by: Participant | None = None) -> None:
        """Close the room and put everybody out."""
        if self.status == "completed":
            return
        self.status, self.reason = "completed", reason
        self.ended_by = by.leg.sid if by else None
        for participant in list(self.participants.values()):
            self.put_out(participant, reason)
        extra = [("ReasonConferenceEnded", reason)]
        if self.ended_by:
            extra.append(("CallSidEndingConference", self.ended_by))
        self.tell("end", "conference-end", by, extra)

    def put_out(self, participant: Participant, reason: str) -> None:
        """The participant's Dial ends."""
        if not participant.out.done():
            participant.out.set_result(reason)

    def tell(
        self, event: str, name: str, participant: Participant | None, extra: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Send the callback if the room's settings want `event`."""
        self.updated = self.core.clock.utc()
        if self.callback is None or event not in self.callback.events:
            return
        params = [
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("AccountSid", self.core.account_sid),
            ("SequenceNumber", str(self._sequence)),
            ("Timestamp", self.updated.strftime("%a, %d %b %Y %H:%M:%S +0000")),
            ("StatusCallbackEvent", name),
            *(_about(participant) if participant else ()),
            *extra,
        ]
        self._sequence += 1
        self.webhooks.tell(Webhook("conference", self.callback.url, params, self.sid, self.callback.method))


def _about(participant: Participant) -> list[tuple[str, str]]:
    flags = {
        "Muted": participant.muted,
        "Hold": participant.hold,
        "Coaching": participant.coaching,
        "EndConferenceOnExit": participant.end_on_exit,
        "StartConferenceOnEnter": participant.start_on_enter,
    }
    fields = [("CallSid", participant.leg.sid), *((name, str(value).lower()) for name, value in flags.items())]
    if participant.label:
        fields.append(("ParticipantLabel", participant.label))
    return fields
