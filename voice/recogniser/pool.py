"""The recogniser pool: worker processes that turn speech to text for every call, seen from the event loop.

Whole utterances go before partials, to whichever worker is free, and are never dropped: the queue is bounded, and
`finish` waits for a place. Partials of an utterance stay with one worker, and their oldest audio is dropped when it
falls behind. A worker that dies or stalls is replaced and its work is done again once.
"""

import asyncio
import itertools
import math
import statistics
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from voice.recogniser.choose import RecogniserUnavailable
from voice.recogniser.finals import Finals
from voice.recogniser.limits import PoolLimits, PoolStats, RecogniserLost
from voice.recogniser.partials import Utterance
from voice.recogniser.process import EngineFactory
from voice.recogniser.protocol import Pcm8k, Transcript
from voice.recogniser.slot import Slot

__all__ = ["CallRecogniser", "PoolLimits", "PoolStats", "RecogniserLost", "RecogniserPool", "RecogniserUnavailable"]

log = structlog.get_logger()


class RecogniserPool:
    """`workers` processes, each with its own engine from `factory`, which must be picklable and not from `__main__`."""

    def __init__(self, factory: EngineFactory, *, workers: int, limits: PoolLimits | None = None) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self._limits = limits or PoolLimits()
        self._finals = Finals(workers * self._limits.queued_per_worker, self._wake)
        self._slots = [Slot(factory, self._limits, self._finals, self._changed) for _ in range(workers)]
        self._tasks: list[asyncio.Task[None]] = []
        self._deserted: asyncio.TimerHandle | None = None
        self._numbers = itertools.count()

    @property
    def ready(self) -> bool:
        """Whether any worker is there to decode."""
        return any(slot.live for slot in self._slots)

    @property
    def load(self) -> float:
        """Utterances waiting or being decoded, per live worker: above 1 is a queue; infinite without workers."""
        live = sum(slot.live for slot in self._slots)
        return self._finals.demand / live if live else math.inf

    @property
    def idle(self) -> bool:
        """Whether nothing waits or is being decoded."""
        return not self._finals.demand and not any(slot.busy or slot.behind for slot in self._slots)

    async def start(self) -> None:
        """Start the workers; returns when all have loaded. Raises RecogniserUnavailable when one cannot."""
        loop = asyncio.get_running_loop()
        loaded = [loop.create_future() for _ in self._slots]
        self._tasks = [asyncio.create_task(slot.run(future)) for slot, future in zip(self._slots, loaded, strict=True)]
        try:
            await asyncio.gather(*loaded)
        except BaseException:
            for future in loaded:
                future.cancel()
            await self.close()
            raise

    async def close(self) -> None:
        """End the workers; utterances still waiting fail with RecogniserLost. Leaves no process behind."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._deserted:
            self._deserted.cancel()
            self._deserted = None
        self._finals.refuse("the recogniser pool is closed")

    def stats(self) -> PoolStats:
        """The pool as it is now."""
        waits = sorted(self._finals.waits)
        return PoolStats(
            workers=len(self._slots),
            live=sum(slot.live for slot in self._slots),
            busy=sum(slot.busy for slot in self._slots),
            queued=self._finals.queued,
            wait_p50_s=statistics.median(waits) if waits else 0.0,
            wait_p95_s=waits[math.ceil(len(waits) * 0.95) - 1] if waits else 0.0,
            respawns=sum(slot.respawns for slot in self._slots),
            lost=self._finals.lost,
            dropped_partials=sum(slot.dropped for slot in self._slots),
        )

    def open(self, call_id: str) -> "CallRecogniser":
        """The recogniser of one call."""
        return CallRecogniser(self, call_id)

    def decode(self, pcm: Pcm8k, topic: str = "general") -> Coroutine[Any, Any, Transcript]:
        """The text of a whole utterance; see `CallRecogniser.finish`."""
        return self._finals.submit(pcm, str(topic))

    def listen(self, topic: str, hear: Callable[[str], None]) -> tuple[Slot, Utterance]:
        """Begin an utterance's partial text, at the live worker with the fewest people speaking to it."""
        slot = min(self._slots, key=lambda slot: (not slot.live, slot.speaking))
        utterance = Utterance(next(self._numbers), str(topic), self._limits, hear)
        slot.begin(utterance)
        return slot, utterance

    def _wake(self) -> None:
        for slot in self._slots:
            slot.wake()

    def _changed(self) -> None:
        if self.ready:
            self._finals.accept()
            if self._deserted:
                self._deserted.cancel()
                self._deserted = None
        elif not self._deserted:
            loop = asyncio.get_running_loop()
            self._deserted = loop.call_later(self._limits.without_worker_s, self._give_up)

    def _give_up(self) -> None:
        log.error("no recogniser worker left", seconds=self._limits.without_worker_s)
        self._finals.refuse("no recogniser worker is left")


class CallRecogniser:
    """One call's recogniser. Set `on_partial` to be told, on the event loop, the text so far of what is being said."""

    def __init__(self, pool: RecogniserPool, call_id: str) -> None:
        self.on_partial: Callable[[str], None] | None = None
        self._pool = pool
        self._log = log.bind(call=call_id)
        self._listening: tuple[Slot, Utterance] | None = None
        self._behind = False

    def begin(self, topic: str = "general") -> None:
        """An utterance begins: partial text is wanted from here on. `topic` is what was asked, as for `Engine`."""
        self.close()
        self._behind = False
        self._listening = self._pool.listen(topic, self._hear)

    def feed(self, pcm: Pcm8k) -> None:
        """The next samples of the utterance. Never waits: when the worker is behind, the oldest samples are dropped."""
        if not self._listening:
            return
        slot, utterance = self._listening
        if not slot.feed(utterance, pcm) and not self._behind:
            self._behind = True
            self._log.warning("partial text falls behind")

    def finish(self, pcm: Pcm8k, topic: str = "general") -> Coroutine[Any, Any, Transcript]:
        """The text of the whole utterance; await it. Partial text of the utterance ends with the call itself.

        Waits for a place in the queue, never drops. Raises RecogniserLost when two workers failed on it, when there has
        been no worker for `without_worker_s`, or when the pool is closed. Works after `close`, too: a caller who hung
        up is still decoded.
        """
        self.close()
        return self._pool.decode(pcm, topic)

    def close(self) -> None:
        """No more partial text."""
        if self._listening:
            slot, utterance = self._listening
            slot.forget(utterance)
            self._listening = None

    def _hear(self, text: str) -> None:
        if self.on_partial:
            self.on_partial(text)
