"""Twilio's media stream messages: what comes in as frozen values, what goes out as text.

Source: Twilio Media Streams, "WebSocket messages". Tolerant of what real clients do (numbers as strings or numbers, any
key order, fields of no interest missing), strict about what would hurt: size, types, base64.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_MESSAGE = 64 * 1024
"""Longest message taken, in characters. Twilio's are about 400; this is six seconds of audio in one."""

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DIGIT = re.compile(r"[0-9A-D*#]", re.ASCII)


class BadFrame(ValueError):
    """A message that is not what a media stream sends. The text says what is wrong and nothing of what was in it."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket is open; `start` comes next."""


@dataclass(frozen=True, slots=True)
class Started:
    """The stream begins. `parameters` are the TwiML's `<Parameter>`s: secrets, so never shown."""

    stream_sid: str
    call_sid: str
    encoding: str = "audio/x-mulaw"
    rate: int = 8000
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Media:
    """Audio: `payload` is raw bytes in the stream's encoding, `timestamp` of its first one (None: not given)."""

    payload: bytes = field(repr=False)
    timestamp: int | None = None
    track: str = "inbound"


@dataclass(frozen=True, slots=True)
class Dtmf:
    """A key: 0 to 9, *, # or A to D. Keys may spell a number, so never shown."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything sent before our mark `name` was played, or cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The stream or the call ended."""


Message = Connected | Started | Media | Dtmf | Mark | Stopped


def parse(text: str) -> Message | None:
    """The message in `text`; None for an event we do not know. Raises BadFrame, and nothing else."""
    if len(text) > MAX_MESSAGE:
        raise BadFrame("message too long")
    frame = _object(_json(text), "message")
    match frame.get("event"):
        case "media":
            return _media(_object(frame.get("media"), "media"))
        case "start":
            return _started(_object(frame.get("start"), "start"), frame)
        case "mark":
            return Mark(_text(_object(frame.get("mark"), "mark"), "name"))
        case "dtmf":
            return _dtmf(_object(frame.get("dtmf"), "dtmf"))
        case "connected":
            return Connected()
        case "stop":
            return Stopped()
        case str():
            return None
        case _:
            raise BadFrame("event is not a text")


def media(stream_sid: str, ulaw: bytes) -> str:
    """Audio to be played after what was sent before: raw µ-law, no header."""
    payload = base64.b64encode(ulaw).decode("ascii")
    return _compact({"event": "media", "streamSid": stream_sid, "media": {"payload": payload}})


def mark(stream_sid: str, name: str) -> str:
    """A mark to be sent back when everything before it has been played."""
    return _compact({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear(stream_sid: str) -> str:
    """Forget what was sent and not yet played; its marks come back at once."""
    return _compact({"event": "clear", "streamSid": stream_sid})


def _compact(frame: Mapping[str, object]) -> str:
    return json.dumps(frame, separators=(",", ":"))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass  # raised outside, so that the error does not carry the text along
    raise BadFrame("message is not JSON")


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFrame(f"{name} is not an object")
    return value


def _text(part: dict[str, Any], name: str, default: str | None = None) -> str:
    value = part.get(name, default)
    if not isinstance(value, str):
        raise BadFrame(f"{name} is not a text")
    return value


def _integer(part: dict[str, Any], name: str) -> int | None:
    """A whole number, written as a number or as a text; None where it is missing."""
    match part.get(name):
        case None:
            return None
        case bool():
            pass
        case int(value) if abs(value) < 10**18:
            return value
        case float(value) if value.is_integer() and abs(value) < 10**18:
            return int(value)
        case str(value) if _INTEGER.fullmatch(value):
            return int(value)
    raise BadFrame(f"{name} is not a whole number")


def _media(part: dict[str, Any]) -> Media:
    return Media(_base64(_text(part, "payload")), _integer(part, "timestamp"), _text(part, "track", "inbound"))


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise BadFrame("payload is not base64")


def _dtmf(part: dict[str, Any]) -> Dtmf:
    digit = _text(part, "digit")
    if not _DIGIT.fullmatch(digit):
        raise BadFrame("digit is not a key")
    return Dtmf(digit)


def _started(part: dict[str, Any], frame: dict[str, Any]) -> Started:
    form = _object(part.get("mediaFormat") or {}, "mediaFormat")
    given = _object(part.get("customParameters") or {}, "customParameters")
    if not all(isinstance(value, str) for value in given.values()):
        raise BadFrame("a parameter is not a text")
    rate = _integer(form, "sampleRate")
    return Started(
        stream_sid=_text(part if "streamSid" in part else frame, "streamSid"),
        call_sid=_text(part, "callSid"),
        encoding=_text(form, "encoding", "audio/x-mulaw"),
        rate=8000 if rate is None else rate,
        parameters=given,
    )
