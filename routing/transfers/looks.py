"""What the timers of a transfer do when their time has come. With onward.py, time alone ends it from every state."""

from datetime import datetime, timedelta

from sqlmodel import Session

from carrier.timers import Handler
from models.company import Company
from models.enums import CallStatus, TransferStatus
from models.tables import Call, Timer, Transfer
from routing.transfers import watch
from routing.transfers.handing import ON_HOLD, advance, happened
from routing.transfers.machine import Event

STILL_WITH_US = frozenset({CallStatus.RINGING, CallStatus.TALKING})


def handlers(company: Company) -> dict[str, Handler]:
    """For the engine's pass over the timers."""

    def begun(session: Session, timer: Timer, now: datetime) -> None:
        transfer = session.get_one(Transfer, timer.ref)
        if transfer.status != TransferStatus.WAITING:
            return
        young = now < transfer.created_at + timedelta(seconds=watch.TALK_S)
        if young and session.get_one(Call, transfer.call_id).status in STILL_WITH_US:
            # a danger told during the goodbye; or their process died, which alive.py finds out
            watch.waiting(session, transfer, now, timer.step + 1)
        else:
            watch.send_onward(session, transfer, now)

    def too_long(status: TransferStatus, event: Event) -> Handler:
        def look(session: Session, timer: Timer, now: datetime) -> None:
            transfer = session.get_one(Transfer, timer.ref)
            if transfer.status == status:
                happened(session, transfer, event, company, now, timer.step)

        return look

    def hold(session: Session, timer: Timer, now: datetime) -> None:
        transfer = session.get_one(Transfer, timer.ref)
        if transfer.status not in ON_HOLD:
            return
        if transfer.room is None:
            watch.send_onward(session, transfer, now)
        else:
            advance(session, transfer, company, now)

    return {
        watch.BEGUN: begun,
        watch.RING: too_long(TransferStatus.RINGING, Event.REFUSED),
        watch.BRIEF: too_long(TransferStatus.BRIEFING, Event.REFUSED),
        watch.TALK: too_long(TransferStatus.BRIDGED, Event.PARTED),
        watch.HOLD: hold,
    }
