"""The media stream: one websocket a call. Admission by signature and token; then frames until somebody leaves."""

import asyncio
import math
import time
from datetime import datetime

import structlog
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from callbacks import owing
from models.company import Company, at_work
from models.tables import Call
from voice import ledger, media
from voice.house import House
from voice.recogniser.protocol import SAMPLE_RATE
from voice.session import CallSession

router = APIRouter()
log = structlog.get_logger()

START_S = 10.0
"""From the handshake to `start`. Twilio sends it at once; a stranger who holds the socket open gets no longer."""

IDLE_S = 20.0
"""Twilio sends a frame every 20 ms, silence included: twenty seconds of nothing is a dead line."""

SEND_S = 5.0
"""To hand one message to the socket. A peer that takes nothing for so long is gone."""

BAD_FRAMES = 50
"""So many messages that are none, and the stream is given up: the caller goes on to the next verb, to a person."""

POLICY_VIOLATION = 1008


@router.websocket("/twilio/media")
async def stream(socket: WebSocket) -> None:
    """Serve one media stream from handshake to end."""
    house: House = socket.app.state.house
    if not house.signatures.websocket(house.stream_url, socket.headers.get("x-twilio-signature")):
        house.figures.refused.labels("stream_signature").inc()
        await socket.close(POLICY_VIOLATION)
        return
    await socket.accept()
    started = await _start(socket)
    call = await _admit(house, started) if started else None
    if started is None or call is None:
        house.figures.refused.labels("stream_token").inc()
        await socket.close(POLICY_VIOLATION)
        return
    try:
        await _serve(house, socket, started, call)
    finally:
        house.sessions.pop(call.sid, None)
        house.lines.release(call.sid)
        house.figures.lines_busy.set(house.lines.busy)


async def _start(socket: WebSocket) -> media.Started | None:
    """Wait for `start`; None when what comes instead is no stream."""
    try:
        async with asyncio.timeout(START_S):
            while True:
                match media.parse(await socket.receive_text()):
                    case media.Started() as started:
                        return started
                    case media.Connected() | None:
                        continue
                    case _:
                        return None
    except (TimeoutError, media.BadFrame, WebSocketDisconnect, KeyError):
        return None


async def _admit(house: House, started: media.Started) -> Call | None:
    """The call this stream belongs to, if its token fits and no stream of it is open."""
    if started.encoding != "audio/x-mulaw" or started.rate != 8000:
        log.error("stream.unknown_format", encoding=started.encoding, rate=started.rate)
        return None
    token = started.parameters.get("token", "")
    call = await house.database.run(ledger.open_stream, started.call_sid, token, started.stream_sid, house.clock())
    if call is None or not house.lines.open(call.sid):
        return None
    return call


def _somebody_at_work(company: Company, now: datetime) -> bool:
    return any(at_work(one, company, now) for one in company.with_role("csr"))


async def _textable(house: House, call: Call, now: datetime) -> bool:
    """Whether a time may be promised by text; a call is answered also where that cannot be found out."""
    try:
        return await house.database.run(owing.may_tell, house.company, call.caller, now)
    except Exception as error:
        log.error("stream.textable", call=call.id, error=type(error).__name__)
        return False


async def _serve(house: House, socket: WebSocket, started: media.Started, call: Call) -> None:
    async def send(text: str) -> None:
        if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
            await asyncio.wait_for(socket.send_text(text), SEND_S)

    now: datetime = house.clock()
    textable = await _textable(house, call, now)
    session = CallSession(house, call, started.stream_sid, send)
    house.sessions[call.sid] = session
    house.figures.lines_busy.set(house.lines.busy)
    open_now = house.company.is_open(now)
    can_transfer = open_now and _somebody_at_work(house.company, now)
    await session.open(open_now=open_now, can_transfer=can_transfer, textable=textable)
    listening = asyncio.create_task(_listen(house, socket, session), name="listening")
    leaving = asyncio.create_task(session.finished.wait(), name="leaving")
    try:
        await asyncio.wait({listening, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ours = leaving.done()
        for task in (listening, leaving):
            task.cancel()
        over, _ = await asyncio.gather(listening, leaving, return_exceptions=True)
        if isinstance(over, Exception):
            log.error("stream.failed", call=call.id, error=type(over).__name__)
            house.figures.errors.labels("stream").inc()
        await _hang_up(socket)
        await session.close(hung_up=over is True, broken=not ours and over is not True)


async def _listen(house: House, socket: WebSocket, session: CallSession) -> bool:
    """Frames until the line is gone: True for `stop`, False for a socket that broke or fell silent."""
    bad = 0
    pace = Pace()
    while bad < BAD_FRAMES:
        try:
            async with asyncio.timeout(IDLE_S):
                text = await socket.receive_text()
            match media.parse(text):
                case media.Media(payload, timestamp, "inbound"):
                    house.figures.lateness.observe(pace.late(len(payload)))
                    await session.media(payload, timestamp)
                case media.Dtmf(digit):
                    session.key(digit)
                case media.Mark(name):
                    session.mark(name)
                case media.Stopped():
                    return True
                case _:
                    continue
        except (media.BadFrame, KeyError, ValueError):  # KeyError: a binary frame
            bad += 1
            house.figures.bad_frames.inc()
        except (WebSocketDisconnect, TimeoutError):
            return False
    log.error("stream.given_up", call=session.call.id, bad_frames=bad)
    return False


class Pace:
    """How late frames are, against the earliest that any came: the stream's own schedule, whatever its start."""

    def __init__(self) -> None:
        self._samples = 0
        self._earliest = math.inf

    def late(self, samples: int) -> float:
        """Seconds that a frame of so many samples, arriving now, is behind."""
        behind = time.monotonic() - self._samples / SAMPLE_RATE
        self._samples += samples
        self._earliest = min(self._earliest, behind)
        return behind - self._earliest


async def _hang_up(socket: WebSocket) -> None:
    if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
        try:
            await asyncio.wait_for(socket.close(1000), SEND_S)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            log.info("stream.closed_by_peer")
