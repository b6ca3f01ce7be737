"""One place in the pool: keeps a worker process alive there and gives it work, whole utterances before partials."""

import asyncio
from collections.abc import Callable

import structlog

from voice.recogniser.choose import RecogniserUnavailable
from voice.recogniser.finals import Final, Finals
from voice.recogniser.limits import PoolLimits
from voice.recogniser.partials import Utterance
from voice.recogniser.process import EngineFactory, WorkerLost, WorkerProcess
from voice.recogniser.protocol import Pcm8k, Transcript
from voice.recogniser.wire import Decode, Failed, Feed, Forget, Partial

log = structlog.get_logger()


class Slot:
    """`run` never ends; cancel it. `on_change` is called when the slot has got or lost its worker."""

    def __init__(
        self, factory: EngineFactory, limits: PoolLimits, finals: Finals, on_change: Callable[[], None]
    ) -> None:
        self._factory = factory
        self._limits = limits
        self._finals = finals
        self._on_change = on_change
        self._wake = asyncio.Event()
        self._utterances: dict[int, Utterance] = {}
        self._due: dict[int, Utterance] = {}  # in the order in which they came to be due
        self._over: list[int] = []
        self._pause_s = 0.0
        self.live = False
        self.busy = False
        self.respawns = 0
        self.dropped = 0

    @property
    def speaking(self) -> int:
        """Utterances whose partial text comes from here."""
        return len(self._utterances)

    @property
    def behind(self) -> bool:
        """Whether samples wait for the worker."""
        return bool(self._due)

    def wake(self) -> None:
        """There may be work."""
        self._wake.set()

    def begin(self, utterance: Utterance) -> None:
        """Partial text of this utterance is wanted."""
        self._utterances[utterance.number] = utterance

    def feed(self, utterance: Utterance, pcm: Pcm8k) -> bool:
        """The utterance's next samples; False when it is behind and older ones were dropped for them."""
        kept = utterance.add(pcm)
        self.dropped += not kept
        self._queue(utterance)
        return kept

    def forget(self, utterance: Utterance) -> None:
        """No more partial text of this utterance is wanted."""
        self._due.pop(utterance.number, None)
        if self._utterances.pop(utterance.number, None):
            self._over.append(utterance.number)
            self.wake()

    async def run(self, loaded: "asyncio.Future[None]") -> None:
        """Keep a worker here for ever. `loaded` is fulfilled when the first has loaded, or gets the reason why not."""
        while True:
            try:
                worker = await WorkerProcess.start(self._factory, self._limits.load_s, self.wake)
            except RecogniserUnavailable as error:
                if not loaded.done():
                    loaded.set_exception(error)
                    return
                log.error("recogniser worker cannot be replaced", why=str(error))
            else:
                if not loaded.done():
                    loaded.set_result(None)
                await self._employ(worker)
            await self._pause()

    def _queue(self, utterance: Utterance) -> None:
        if utterance.due:
            self._due.setdefault(utterance.number, utterance)
            self.wake()

    async def _employ(self, worker: WorkerProcess) -> None:
        """Work until the worker is lost."""
        self._over.clear()  # they died with the worker before
        self._set_live(True)
        why = "died"
        try:
            while not worker.gone:
                await self._work(worker)
        except WorkerLost as lost:
            why = str(lost)
        finally:
            self.busy = False
            self._set_live(False)
            await worker.end()
        self.respawns += 1
        log.warning("recogniser worker replaced", why=why)

    async def _pause(self) -> None:
        """No pause after a worker that did its work; longer and longer after ones that did none."""
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(max(self._limits.respawn_s, 2 * self._pause_s), self._limits.respawn_most_s)

    def _set_live(self, live: bool) -> None:
        self.live = live
        self._on_change()

    async def _work(self, worker: WorkerProcess) -> None:
        self.busy = True
        if final := self._finals.take():
            await self._decode(worker, final)
        elif self._over:
            over, self._over = tuple(self._over), []
            await worker.ask(Forget(over), self._limits.stall_floor_s)
        elif self._due:
            await self._partial(worker, self._due.pop(next(iter(self._due))))
        else:
            self.busy = False
            self._wake.clear()
            await self._wake.wait()
            return
        self._pause_s = 0.0

    async def _decode(self, worker: WorkerProcess, final: Final) -> None:
        try:
            reply = await worker.ask(Decode(final.pcm, final.topic), self._limits.stall_s(len(final.pcm)))
        except WorkerLost as lost:
            self._finals.again(final, f"the worker {lost}")
            raise
        match reply:
            case Transcript():
                if not final.answer.done():
                    final.answer.set_result(reply)
            case Failed(what):
                log.error("recogniser failed on an utterance", what=what)
                self._finals.again(final, f"the engine raised {what}")
            case _:
                self._finals.again(final, "the worker spoke out of turn")
                raise WorkerLost("spoke out of turn")

    async def _partial(self, worker: WorkerProcess, utterance: Utterance) -> None:
        pcm = utterance.take()
        self._queue(utterance)  # there may be more than is sent at once: to the end of the queue
        reply = await worker.ask(Feed(utterance.number, utterance.topic, pcm), self._limits.stall_s(len(pcm)))
        match reply:
            case Partial(text, unheard):
                self.dropped += unheard
                if text is not None and utterance.number in self._utterances:
                    _tell(utterance, text)
            case Failed(what):
                self.dropped += 1
                log.error("recogniser failed on a partial", what=what)
                self._over.append(utterance.number)  # a new stream, should there be more to hear


def _tell(utterance: Utterance, text: str) -> None:
    try:
        utterance.hear(text)
    except Exception as error:  # the listener's fault must not cost the worker
        log.error("listener to partial text failed", what=type(error).__name__)
