"""One call while it lasts: ear, recogniser, dialogue, rows, mouth; in that order.

Everything that decides is elsewhere; this is the edge where it meets a socket, a clock and a database.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from models.tables import Call
from models.tables import Utterance as UtteranceRow
from triage.assessment import Assessment, Context, Hazard
from triage.triage import Utterance
from voice import ending, ledger
from voice.dialogue.moves import (
    Answered,
    Close,
    Event,
    ForgetWords,
    HazardHeard,
    Heard,
    HungUp,
    KeyPressed,
    Line,
    Listen,
    Move,
    RecogniserLost,
    Say,
    Silence,
    TransferToPerson,
)
from voice.ears.ear import Ear
from voice.ears.endpoint import SpeechAccepted, SpeechStarted, UtteranceEnded
from voice.house import House
from voice.live import Moment
from voice.mouth import Mouth, Said
from voice.recogniser import pool
from voice.recogniser.protocol import SAMPLE_RATE, Transcript
from voice.tuning import samples

log = structlog.get_logger()

ASIDE_S = 10.0
"""For what was put aside when the stream ends: one transaction, or room in the queue."""

TURNS_WAITING = 32
"""Events held while a turn is being written. A caller cannot speak that many utterances in that time; a key masher can:
further keys are dropped."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """An utterance that is over, and its decoding, under way."""

    span: UtteranceEnded
    asked: str | None
    early: bool  # it began before our last question had been spoken: it cannot be the answer
    decoding: "asyncio.Task[Transcript]"


class CallSession:
    """Serves one stream. Its door calls `open`, `media`, `key`, `mark` and `close`, and waits for `finished`."""

    def __init__(
        self, house: House, call: Call, stream_sid: str, send: Callable[[str], Coroutine[Any, Any, None]]
    ) -> None:
        self.house = house
        self.call = call
        self.finished = asyncio.Event()  # the stream should be closed now
        self.settled = asyncio.Event()  # everything is written
        self._ear = Ear(house.hearing, house.tuning)
        self._mouth = Mouth(stream_sid, send, lambda: self._ear.heard_samples)
        self._recogniser = house.pool.open(call.sid)
        self._recogniser.on_partial = self._on_partial
        self._state = house.dialogue.begin()
        self._said: list[Utterance] = []
        self._spoken: list[tuple[int, Said]] = []  # what was said for which decision
        self._position = 0
        self._utterances = 0
        self._listen: Listen | None = None
        self._since = 0  # the sample the present wait for the caller began
        self._speaking = False  # the caller, as far as voice activity tells
        self._asked: str | None = None  # the question in force when they began
        self._early = False  # whether our last words, the question, had not even begun then
        self._fed = 0  # samples handed on for partial text
        self._partial = ""
        self._partial_hazards: frozenset[str] = frozenset()
        self._acted: set[str] = set()  # hazards acted on from partial text
        self._witness: Utterance | None = None  # that partial text, until the final one is there
        self._thinking = False  # an event is being understood, decided or written
        self._ending = False
        self._broken = False
        self._unstepped = False  # the first part of a long story was kept, and not yet acted on
        self._unwritten: list[ledger.Turn] = []
        self._goodbye_wait: asyncio.Task[None] | None = None
        self._goes_on = False  # with the next verb: a transfer, or people because we failed
        self._hung_up = False
        self._gone = False  # nothing can be said any more
        self._turn = asyncio.Lock()
        self._events: asyncio.Queue[Event | _Ended | None] = asyncio.Queue(TURNS_WAITING)
        self._mind: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()

    def done_with(self, samples: int) -> bool:
        """Whether all that so many samples of the stream caused has been heard, understood, decided and written."""
        return (
            self._ear.heard_samples >= samples
            and self.house.pool.idle
            and self._events.empty()
            and not (self._thinking or self._asides or self._turn.locked())
        )

    # ---- what the socket's door calls ----
    async def open(self, *, open_now: bool, can_transfer: bool, textable: bool) -> None:
        """The stream is open: greet."""
        self._publish("answered")
        self._mind = asyncio.create_task(self._think(), name="mind")
        await self._events.put(Answered(self.call.caller, open_now, can_transfer, textable))

    async def media(self, payload: bytes, timestamp: int | None) -> None:
        """A frame of the caller's voice. Never waits for understanding."""
        for event in self._ear.feed(payload, timestamp):
            match event:
                case SpeechStarted(sample):
                    self._speaking, self._fed = True, sample
                    self._asked = self._listen.question if self._listen else None
                    self._early = self._mouth.yet_to_say(sample)
                    self._partial, self._partial_hazards = "", frozenset()
                    self._recogniser.begin(self._ear.topic)
                case SpeechAccepted() if self._mouth.speaking and not self._mouth.urgent:
                    await self._mouth.clear()
                case UtteranceEnded():
                    self._utterance_over(event)
        if self._speaking:
            self._recogniser.feed(self._ear.since(self._fed))
            self._fed = self._ear.heard_samples
        self._watch_time()

    def key(self, digit: str) -> None:
        """A key of the caller's telephone."""
        if not self._events.full():
            self._events.put_nowait(KeyPressed(digit))

    def mark(self, name: str) -> None:
        """A mark came back."""
        self._mouth.mark(name)

    def gone(self) -> None:
        """The caller is gone, whoever told us: the stream must end now."""
        self._hung_up = True
        self.finished.set()

    async def close(self, *, hung_up: bool, broken: bool = False) -> None:
        """The stream is over: the caller hung up, we are done, or it broke. What was being said is still understood.

        A broken stream is settled by the news of the call's end, or by a look in a minute: the caller may be there.
        """
        self._hung_up = hung_up = hung_up or self._hung_up
        self._broken = broken and not hung_up
        self._gone = True
        for event in self._ear.flush():
            if isinstance(event, UtteranceEnded):
                self._utterance_over(event)
        await self._words_kept()
        if hung_up or broken:
            await self._events.put(HungUp())
        await self._events.put(None)
        if self._mind is not None:
            await self._mind
        self._recogniser.close()
        try:
            await self._settle()
        finally:
            self.settled.set()

    # ---- hearing ----
    def _utterance_over(self, span: UtteranceEnded) -> None:
        self._speaking = False
        topic = self._ear.topic
        pcm = self._ear.utterance(span.start, span.end)
        decoding = asyncio.create_task(self._recogniser.finish(pcm, topic), name="decoding")
        ended = _Ended(span, self._asked, self._early, decoding)
        try:
            self._events.put_nowait(ended)
        except asyncio.QueueFull:  # never lose words: wait for room beside the loop that hears
            self._aside(self._events.put(ended))

    def _on_partial(self, text: str) -> None:
        """Partial text: shown, and searched for hazards. One heard twice running is acted on at once.

        The same text over silence is not heard twice: its last words are the least sure, and the final text is near.
        """
        if not self._speaking or not text or text == self._partial:
            return
        self._partial = text
        self._publish("partial", text=text)
        hazards = self.house.triage.listen(text, self._context(self._asked))
        urgent = {hazard.name: hazard for hazard in hazards if hazard.life_safety}
        twice = [hazard for name, hazard in urgent.items() if name in self._partial_hazards]
        self._partial_hazards = frozenset(urgent)
        if any(hazard.name not in self._acted for hazard in twice):
            self._acted |= {hazard.name for hazard in twice}
            self._aside(self._hazard(text, tuple(twice)))

    async def _hazard(self, text: str, hazards: tuple[Hazard, ...]) -> None:
        async with self._turn:
            now_ms = self._now_ms()
            for hazard in hazards:
                self._publish("hazard", name=hazard.name, words=hazard.evidence.words)
                self.house.figures.hazards.labels(hazard.name).inc()
            self._witness = Utterance(text, self._asked)
            assessment = self._assess([*self._said, self._witness])
            await self._step(HazardHeard(assessment), assessment, speech_end_ms=now_ms, text_ms=now_ms)

    # ---- deciding ----
    async def _think(self) -> None:
        """Take what happened, one after another; an utterance is waited for in its turn."""
        while (event := await self._events.get()) is not None:
            self._thinking = True
            try:
                if isinstance(event, _Ended):
                    await self._understand(event)
                else:
                    async with self._turn:
                        await self._step(event, None)
            except Exception:
                self._give_up()
            self._thinking = False

    async def _understand(self, ended: _Ended) -> None:
        try:
            if not self._gone:
                await self._fill_silence(ended.decoding)
            transcript = await ended.decoding
        except pool.RecogniserLost:
            async with self._turn:
                await self._step(RecogniserLost(), None, speech_end_ms=_ms(ended.span.spoken_until))
            return
        self.house.figures.decode.observe(transcript.decode_s)
        waiting = self._witness is not None or self._unstepped
        if not transcript.text and not waiting and not self._worth_asking(ended.span):
            return
        self._publish("heard", text=transcript.text, confidence=round(transcript.confidence, 2))
        row = self._row(ended, transcript)
        unclear = not transcript.text or transcript.confidence < self.house.tuning.unclear_below
        async with self._turn:
            if transcript.text:
                self._said.append(Utterance(transcript.text, ended.asked, transcript.confidence))
            assessment = self._assess(self._said)
            if self._witness and not self._acted <= {hazard.name for hazard in assessment.hazards}:
                # The final text lost the danger that partial text held: words that were acted on stay in the record.
                self._said.insert(len(self._said) - bool(transcript.text), self._witness)
                assessment = self._assess(self._said)
            self._witness = None
            self._unstepped = ended.span.cut
            if ended.span.cut:  # a long story goes on: what was said so far is kept, nobody is interrupted
                await self._write(ledger.Turn(self._next_position(), "HeardPart", (), assessment, row))
                return
            event = Heard(assessment, transcript.text, unclear, ended.early)
            await self._step(
                event, assessment, utterance=row, speech_end_ms=_ms(ended.span.spoken_until), text_ms=self._now_ms()
            )

    def _worth_asking(self, span: UtteranceEnded) -> bool:
        """Sounds without words, when nobody was asked anything or too short to be an answer, are let pass."""
        return span.spoken_until - span.start >= samples(self.house.tuning.barge_in_s + self.house.tuning.pre_roll_s)

    async def _fill_silence(self, decoding: "asyncio.Task[Transcript]") -> None:
        await asyncio.wait({decoding}, timeout=self.house.tuning.filler_after_s)
        if not decoding.done() and not self._mouth.speaking and not self._ending:
            await self._speak(Say((Line("one_moment"),), self._assess(self._said).language))

    async def _step(
        self,
        event: Event,
        assessment: Assessment | None,
        *,
        utterance: UtteranceRow | None = None,
        speech_end_ms: int | None = None,
        text_ms: int | None = None,
    ) -> None:
        """Decide, write, act; in that order. Called with `_turn` held."""
        self._state, moves = self.house.dialogue.step(self._state, event)
        turn = ledger.Turn(
            position=self._next_position(),
            event=type(event).__name__,
            moves=moves,
            assessment=assessment or (self._assess(self._said) if self._said else None),
            utterance=utterance,
            forget=any(isinstance(move, ForgetWords) for move in moves),
            speech_end_ms=speech_end_ms,
            text_ms=text_ms,
            decided_ms=self._now_ms(),
        )
        if turn.forget:
            del self._said[-ledger.FORGOTTEN :]
        try:
            await self._write(turn)
        except Exception:
            await self._warn(moves)
            self._give_up()
            return
        await self._act(moves, turn)

    async def _write(self, turn: ledger.Turn) -> None:
        """Write a turn down, after those that could not be written before: no page is forgotten for a locked disk."""
        self._unwritten.append(turn)
        await self._write_again()

    async def _write_turn(self, turn: ledger.Turn) -> None:
        written = await self.house.database.run(
            ledger.write_turn, self.house.company, self.call.id, turn, self.house.clock()
        )
        self.house.wake()
        self._publish(
            "decided",
            event=turn.event,
            moves=[type(move).__name__ for move in turn.moves],
            asked=next((move.question for move in turn.moves if isinstance(move, Listen)), None),
            job=written.job_number,
            paged=list(written.paged),
        )

    def _next_position(self) -> int:
        self._position += 1
        return self._position

    def _give_up(self) -> None:
        """The conversation cannot go on; the caller must not be left in silence: the next verb rings people."""
        log.exception("call.turn_failed", call=self.call.id)
        self.house.figures.errors.labels("turn").inc()
        self._end_after_goodbye(goes_on=True)

    async def _warn(self, moves: tuple[Move, ...]) -> None:
        """Nothing can be written (a full disk, a lost database): words that protect a life are spoken all the same."""
        for move in moves:
            if isinstance(move, Say) and move.urgent and not self._gone:
                await self._speak(move)

    # ---- acting ----
    async def _act(self, moves: tuple[Move, ...], turn: ledger.Turn) -> None:
        for move in moves:
            match move:
                case Say() if not self._gone:
                    self._note_audio(turn, await self._speak(move))
                case Listen():
                    self._listen, self._ear.topic = move, move.topic
                    self._ending = False  # a danger said during the goodbye: the conversation goes on
                case Close() | TransferToPerson():
                    self._end_after_goodbye(goes_on=isinstance(move, TransferToPerson))
                case _:
                    pass
        self._since = self._ear.heard_samples

    async def _speak(self, move: Say) -> Said:
        clips = [self.house.bank.clip(line, move.language) for line in move.lines]
        said = await self._mouth.say(clips, urgent=move.urgent)
        text = " ".join(self.house.bank.text(line, move.language) for line in move.lines)
        self._publish("said", text=text, urgent=move.urgent)
        return said

    def _note_audio(self, turn: ledger.Turn, said: Said) -> None:
        first = all(position != turn.position for position, _ in self._spoken)
        self._spoken.append((turn.position, said))
        if first and turn.speech_end_ms is not None:
            self.house.figures.turn.observe(max(0, _ms(said.starts) - turn.speech_end_ms) / 1000)

    def _end_after_goodbye(self, *, goes_on: bool) -> None:
        """The stream ends once the last words were heard; `goes_on`: the call does not end with it."""
        self._ending, self._goes_on = True, goes_on
        if self._goodbye_wait is None:
            self._goodbye_wait = asyncio.create_task(self._goodbye())

    async def _goodbye(self) -> None:
        """A line that neither marks nor sends any more audio must not keep the call open for ever."""
        await asyncio.sleep(self.house.tuning.goodbye_s)
        if self._ending:
            self.finished.set()
        self._goodbye_wait = None

    def _watch_time(self) -> None:
        """On the stream's own clock: is the caller silent, has the goodbye been heard?"""
        if self._mouth.speaking:
            self._since = self._ear.heard_samples
        elif self._ending:
            if not (self._speaking or self._thinking or self._asides) and self._events.empty():
                self.finished.set()
        elif self._listen and not self._speaking and not self._thinking and self._events.empty():
            if self._ear.heard_samples - self._since >= samples(self._listen.seconds):
                self._since = self._ear.heard_samples
                self._events.put_nowait(Silence())

    # ---- the end ----
    async def _settle(self) -> None:
        if self._goodbye_wait is not None:
            self._goodbye_wait.cancel()
        await self._write_again()
        run, now = self.house.database.run, self.house.clock()
        rule: str | None = None
        await run(ledger.stream_over, self.call.id)
        if self._broken:
            await run(ending.check_soon, self.call.id, now)
        elif self._hung_up or (self._ending and not self._goes_on):
            rule = await run(ending.end, self.house.company, self.call.id, None, now)
        self.house.wake()
        await run(ledger.note_heard, self.call.id, self._timings())
        self._publish("ended", missed=rule)

    async def _words_kept(self) -> None:
        """Wait for what was put aside (a danger being acted on, an utterance waiting for room), within bounds."""
        if self._asides:
            await asyncio.wait(self._asides, timeout=ASIDE_S)

    async def _write_again(self) -> None:
        """Turns that could not be written, once more, in their order; the first that fails ends the attempt."""
        while self._unwritten:
            await self._write_turn(self._unwritten[0])
            self._unwritten.pop(0)

    def _timings(self) -> list[ledger.Heard]:
        """For every decision that was spoken: when its first word began, and how much of it all was heard."""
        now = self._ear.heard_samples
        heard: dict[int, ledger.Heard] = {}
        for position, said in self._spoken:
            played = max(0, min(now, said.ends) - said.starts) if said.heard is None else said.heard
            before = heard.setdefault(position, ledger.Heard(position, _ms(said.starts), 0))
            before.heard_ms += _ms(played)
        return list(heard.values())

    # ---- small things ----
    def _context(self, asked: str | None = None) -> Context:
        now = self.house.clock().astimezone(self.house.company.timezone)
        return Context(asked=asked, caller=self.call.caller, month=now.month)

    def _assess(self, said: list[Utterance]) -> Assessment:
        """The whole call; every utterance carries the question it answered, so no present one is given."""
        return self.house.triage.assess(said, self._context())

    def _row(self, ended: _Ended, transcript: Transcript) -> UtteranceRow:
        self._utterances += 1
        return UtteranceRow(
            call_id=self.call.id,
            position=self._utterances,
            start_ms=_ms(ended.span.start),
            end_ms=_ms(ended.span.end),
            text=transcript.text,
            confidence=transcript.confidence,
            asked=ended.asked,
            engine=self.house.recogniser,
            decode_ms=round(transcript.decode_s * 1000),
            rejected=transcript.rejected,
        )

    def _now_ms(self) -> int:
        return _ms(self._ear.heard_samples)

    def _publish(self, kind: str, **data: Any) -> None:
        self.house.feed.publish(Moment(self.call.sid, kind, self._now_ms(), data))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
        task.add_done_callback(_report)


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("call.aside_failed", error=type(error).__name__)


def _ms(sample: int) -> int:
    """Samples as milliseconds of the stream's clock."""
    return sample * 1000 // SAMPLE_RATE
