"""The queue of whole utterances: bounded, shared by the workers, first come first served, and none is ever dropped."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from voice.recogniser.limits import RecogniserLost
from voice.recogniser.protocol import Pcm8k, Transcript

_TRIES = 2  # the work is done again once: what ends two workers would end a third
_WAITS_KEPT = 500


@dataclass(slots=True, eq=False)
class Final:
    """An utterance to be decoded, and where the text goes."""

    pcm: Pcm8k
    topic: str
    answer: asyncio.Future[Transcript]
    submitted: float
    tries: int = 0


class Finals:
    """At most `size` wait at a time; `submit` waits for a place. `wake` is called when there is something to do."""

    def __init__(self, size: int, wake: Callable[[], None]) -> None:
        self._places = asyncio.Semaphore(size)
        self._wake = wake
        self._queue: deque[Final] = deque()
        self._open: set[Final] = set()
        self._refusal: str | None = None
        self.waits: deque[float] = deque(maxlen=_WAITS_KEPT)
        """Seconds from `submit` to the first try, newest last."""
        self.demand = 0
        """Utterances somebody waits for: asking for a place, queued or being decoded."""
        self.lost = 0
        """Utterances that failed."""

    @property
    def queued(self) -> int:
        """Utterances that wait for a worker."""
        return len(self._queue)

    async def submit(self, pcm: Pcm8k, topic: str) -> Transcript:
        """Its text. Raises RecogniserLost."""
        loop = asyncio.get_running_loop()
        submitted = loop.time()
        self.demand += 1
        try:
            async with self._places:
                final = Final(pcm, topic, loop.create_future(), submitted)
                self._open.add(final)
                try:
                    self._enqueue(final)
                    return await final.answer
                finally:
                    self._open.discard(final)
        finally:
            self.demand -= 1

    def take(self) -> Final | None:
        """The next to be decoded. The taker gives it back by `again` or fills its answer."""
        while self._queue:
            final = self._queue.popleft()
            if not final.answer.done():  # whoever waited has been cancelled, or was told that it is lost
                if not final.tries:
                    self.waits.append(asyncio.get_running_loop().time() - final.submitted)
                final.tries += 1
                return final
        return None

    def again(self, final: Final, why: str) -> None:
        """It failed: the first time it goes to the head of the queue, the second time it is lost."""
        if final.answer.done():
            return
        if final.tries >= _TRIES:
            self._lose(final, why)
            return
        self._queue.appendleft(final)
        self._wake()

    def refuse(self, why: str) -> None:
        """Nobody is left to decode: all that wait are lost, and so is what comes, until `accept`."""
        self._refusal = why
        for final in list(self._open):
            self._lose(final, why)

    def accept(self) -> None:
        """There is a worker again."""
        self._refusal = None

    def _enqueue(self, final: Final) -> None:
        if self._refusal:
            self._lose(final, self._refusal)
            return
        self._queue.append(final)
        self._wake()

    def _lose(self, final: Final, why: str) -> None:
        if not final.answer.done():
            self.lost += 1
            final.answer.set_exception(RecogniserLost(why))
