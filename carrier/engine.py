"""The engine: one loop over its passes, woken by what is written, with a poll as a backstop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Thread

import structlog
from sqlalchemy import func
from sqlmodel import Session, col, select

from carrier.errors import fault
from models.clock import Clock
from models.enums import MessageStatus, TimerStatus
from models.tables import Message, Timer

log = structlog.get_logger(__name__)

Pass = Callable[[datetime], int]
"""Does one kind of work that is due by the given instant; gives how much of it was done."""

POLL_SECONDS = 1.0
"""What another process wrote is seen this late at the latest."""

STOP_SECONDS = 30.0
"""How long `stop` waits for a sweep: as long as the longest lease (carrier/claims.py)."""


class Engine:
    """Runs the passes in order, again and again. A pass that raises is logged and does not stop the others."""

    def __init__(self, passes: Sequence[Pass], clock: Clock, poll_s: float = POLL_SECONDS) -> None:
        self.beat: datetime | None = None  # end of the last sweep, for /readyz
        self._passes = passes
        self._clock = clock
        self._poll_s = poll_s
        self._woken = Event()
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = Thread(target=self._loop, name="engine", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was written: look now. Safe from any thread."""
        self._woken.set()

    def stop(self) -> None:
        """End after the sweep under way."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def run_once(self) -> int:
        """One sweep: every pass once; how much was done."""
        done = 0
        for each in self._passes:
            try:
                done += each(self._clock())
            except Exception as error:
                log.error("engine.pass_failed", work=type(each).__name__, **fault(error))
        self.beat = self._clock()
        return done

    def _loop(self) -> None:
        while not self._stopping.is_set():
            if not self.run_once():
                self._woken.wait(self._poll_s)
            self._woken.clear()


def overdue_seconds(session: Session, now: datetime) -> float:
    """For the watchdog: how long the oldest row that is due has been waiting; 0 when there is none."""
    owed = select(func.min(Message.due_at)).where(
        col(Message.status).in_((MessageStatus.PENDING, MessageStatus.SENDING)), col(Message.due_at) <= now
    )
    looks = select(func.min(Timer.due_at)).where(col(Timer.status) == TimerStatus.PENDING, col(Timer.due_at) <= now)
    oldest = [due for query in (owed, looks) if (due := session.exec(query).one()) is not None]
    return max(((now - due).total_seconds() for due in oldest), default=0.0)
