"""The heartbeat: an outside service hears from us while all is well, and calls somebody when it no longer does."""

from collections.abc import Callable
from threading import Event, Thread

import httpx
import structlog

from carrier.errors import fault
from carrier.watch import Watch

log = structlog.get_logger(__name__)

EVERY_SECONDS = 30.0
GET_SECONDS = 5.0
"""For one beat; the next is due long after."""


class Heartbeat:
    """A thread beside the engine: every half minute it looks, cries out in the log if work is overdue or the engine
    stands still, and otherwise GETs the URL (where one is set). A thread of its own, because the engine may hang.
    """

    def __init__(self, watch: Watch, url: str | None, get: Callable[[str], object] | None = None) -> None:
        self._watch = watch
        self._url = url
        self._get = get or _get
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin; the first beat is half a minute later, when the engine has had time to turn."""
        self._thread = Thread(target=self._loop, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(GET_SECONDS)

    def beat(self) -> bool:
        """One beat: True when all is well and the URL, if any, was reached."""
        try:
            wrong = self._watch.wrong()
        except Exception as error:
            log.error("watch.database", **fault(error))
            return False
        if wrong:
            log.error("watch.barks", wrong=wrong)
            return False
        if self._url is None:
            return True
        try:
            self._get(self._url)
        except (httpx.HTTPError, OSError) as error:
            log.warning("heartbeat.unheard", error=type(error).__name__)
            return False
        return True

    def _loop(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            self.beat()


def _get(url: str) -> None:
    httpx.get(url, timeout=GET_SECONDS).raise_for_status()
