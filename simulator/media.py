"""The telephone company's end of a media stream: Twilio's Media Streams messages, and captures of real calls."""

import asyncio
import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from simulator.audio import RATE, SILENCE
from simulator.handshake import StreamError, shake_hands
from simulator.leg import Leg
from simulator.playback import Playback
from simulator.records import new_sid

SEND_S = 10.0  # real seconds that a frame may wait for a product that does not read
_FIELDS = {"media": {"event", "streamSid", "media"}, "mark": {"event", "streamSid", "mark"},
           "clear": {"event", "streamSid"}}  # fmt: skip
_SILENT_FRAME = SILENCE * 160
_QUIET = base64.b64encode(_SILENT_FRAME).decode()


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What <Stream> asked for."""

    url: str
    name: str
    parameters: dict[str, str]


class MediaStream:
    """One open stream. `open` connects, `run` carries it until either side ends it, `end` says goodbye."""

    def __init__(self, leg: Leg, plan: StreamPlan) -> None:
        self.leg, self.plan = leg, plan
        self.style, self.clock = leg.style, leg.core.clock
        self.sid = new_sid("MZ")
        self.sent_to = leg.position
        """The leg's position up to which the caller's audio has left."""
        self.began: int | None = None
        """The leg's position at which the stream's first sample was taken; None before."""
        self.clears = 0
        """How often the product emptied the buffer (barge-in)."""
        self._playback = Playback()
        self._socket: ClientConnection | None = None
        self._sequence = 0
        self._binary_told = False

    @property
    def buffer_empty(self) -> bool:
        """Whether everything the product sent has been played."""
        return self._playback.empty

    @property
    def close_code(self) -> int | None:
        """The code of the closed socket, None while it is open."""
        return self._socket.close_code if self._socket else None

    async def open(self) -> None:
        """Connect and send `connected` and `start`. Raises StreamError."""
        self._socket = await shake_hands(self.leg, self.plan.url)
        await self._send({"event": "connected", "protocol": "Call", "version": "1.0.0"}, numbered=False)
        for _ in range(self.style.starts):
            await self._send(self._start_message())

    def _start_message(self) -> dict[str, Any]:
        record = self.leg.record
        return {
            "event": "start",
            "start": {
                "accountSid": record.account_sid,
                "streamSid": self.sid,
                "callSid": record.sid,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1},
                "customParameters": self.plan.parameters,
            },
            "streamSid": self.sid,
        }

    async def run(self) -> None:
        """Send and play in real time, and read, until the product closes. Raises StreamError when it broke."""
        pace = asyncio.create_task(self._pace())
        try:
            await self._read()
        finally:
            pace.cancel()
            await asyncio.wait({pace})
        code = self.close_code
        if code not in (1000, 1001, 1005):
            raise StreamError(31921, f"socket closed with code {code}")

    async def key(self, digit: str) -> None:
        """The caller pressed a key."""
        await self._send({"event": "dtmf", "streamSid": self.sid, "dtmf": {"track": "inbound_track", "digit": digit}})

    async def end(self) -> None:
        """The call ended or was redirected: `stop`, then close, as far as the style does either."""
        if self._socket is None:
            return
        record = self.leg.record
        if self.style.stop:
            body = {"accountSid": record.account_sid, "callSid": record.sid}
            await self._send({"event": "stop", "streamSid": self.sid, "stop": body})
        if self.style.closes:
            await self._socket.close()
        else:
            self.leg.core.spawn(self._linger(self._socket))

    async def _linger(self, socket: ClientConnection) -> None:
        try:
            await socket.wait_closed()
        finally:
            socket.transport.abort()

    # ---- the caller's audio out, the product's audio played: one schedule, counted in samples ------------------------
    async def _pace(self) -> None:
        """Every frame is due at a time counted from the start, so that no delay adds up."""
        start, began = self.clock.now(), self.leg.position
        self.began = self.sent_to = began
        sizes, position, chunk, held = self.style.frame_bytes, 0, 0, list[str]()
        while True:
            size = sizes[chunk % len(sizes)]
            chunk += 1
            due = start + self.style.held_until((position + size) / RATE)
            await self.clock.sleep_until(due)
            self.leg.core.lateness.add((self.clock.now() - due) / self.clock.speed * 1000)
            await self._hear(began + position, size)
            audio = self.leg.spoken.between(began + position, began + position + size)
            held.append(self._frame(chunk, position, audio))
            position += size
            if len(held) == self.style.bunch:
                for text in held:
                    await self._send_text(text)
                held.clear()
                self.sent_to = began + position
                await self._let_product_follow(position)

    async def _let_product_follow(self, samples: int) -> None:
        kept_up = self.leg.core.kept_up
        if kept_up is not None:
            await self.clock.stand_still_until(lambda: kept_up(self.leg.sid, samples), SEND_S)

    def _frame(self, chunk: int, position: int, audio: bytes) -> str:
        milliseconds = self.style.first_timestamp + position * 1000 // RATE
        stamp = milliseconds if self.style.timestamps == "ms" else position
        payload = _QUIET if audio == _SILENT_FRAME else base64.b64encode(audio).decode()
        return (
            f'{{"event":"media",{self._numbered()}"media":{{"track":"inbound","chunk":"{chunk}",'
            f'"timestamp":"{stamp}","payload":"{payload}"}},"streamSid":"{self.sid}"}}'
        )

    async def _hear(self, position: int, size: int) -> None:
        audio, marks = self._playback.take(size)
        if audio:
            self.leg.heard.lay(max(position, self.leg.heard.end), audio)
        for name in marks:
            await self._pass_mark(name)

    async def _pass_mark(self, name: str) -> None:
        self.leg.marks.append((self.leg.position, name))
        if self.style.marks:
            await self._send({"event": "mark", "streamSid": self.sid, "mark": {"name": name}})

    # ---- messages ---------------------------------------------------------------------------------------------------
    def _numbered(self) -> str:
        if not self.style.sequence_numbers:
            return ""
        self._sequence += 1
        return f'"sequenceNumber":"{self._sequence}",'

    async def _send(self, message: dict[str, Any], *, numbered: bool = True) -> None:
        text = json.dumps(message)
        await self._send_text("{" + (self._numbered() if numbered else "") + text[1:])

    async def _send_text(self, text: str) -> None:
        if self._socket is None:
            return
        try:
            async with asyncio.timeout(SEND_S):
                await self._socket.send(text)
        except ConnectionClosed:
            return  # the reader notices, and decides what it means
        except TimeoutError:
            self.leg.core.complain(31924, "the stream's socket is not read", self.leg.sid)
            self._socket.transport.abort()

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for raw in self._socket:
                await self._receive(raw)
        except ConnectionClosed:
            return

    async def _receive(self, raw: str | bytes) -> None:
        if isinstance(raw, bytes):
            if not self._binary_told:
                self._binary_told = True
                self._complain(31950, "binary frame")
            return
        try:
            message = json.loads(raw)
            event = str(message["event"])
            known = _FIELDS[event]
        except (ValueError, KeyError, TypeError):
            self._complain(31951, "message is not one of media, mark and clear")
            return
        if message.get("streamSid") != self.sid:
            self._complain(31951, f"{event} without this stream's streamSid")
            return
        if message.keys() - known:
            self._complain(31951, f"{event} with unknown fields")
        await self._act(event, message)

    async def _act(self, event: str, message: dict[str, Any]) -> None:
        if event == "clear":
            self.clears += 1
            for name in self._playback.clear():
                await self._pass_mark(name)
        elif event == "mark":
            marked = (message.get("mark") or {}).get("name")
            if not isinstance(marked, str):
                self._complain(31951, "mark without a name")
            elif self._playback.mark(marked):
                await self._pass_mark(marked)
        else:
            self._queue_audio((message.get("media") or {}).get("payload"))

    def _queue_audio(self, payload: object) -> None:
        try:
            audio = base64.b64decode(payload if isinstance(payload, str) else "!", validate=True)
        except (binascii.Error, ValueError):
            self._complain(31950, "media payload is not base64")
            return
        if audio[:4] in (b"RIFF", b"ID3\x03", b"ID3\x04"):
            self._complain(31951, "media payload has a file header: it is played as noise")
        if not self._playback.add(audio):
            self._complain(31951, "more than half an hour of audio is waiting")

    def _complain(self, code: int, what: str) -> None:
        self.leg.core.complain(code, what, self.leg.sid)
