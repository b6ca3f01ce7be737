"""What we tell Twilio to do with a call or a text. Verbs are built by functions and put into a document by `response`.

    response(say("One moment."), dial_screened(...))

Names and rules are those of docs/carrier.md, "TwiML". Every function raises ValueError for what Twilio would refuse.
Answer with `Content-Type: text/xml`, always: Twilio reads plain text aloud.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import TypeAlias

from carrier.twiml_check import check as check

MEDIA_TYPE = "text/xml"

Verb: TypeAlias = ET.Element

SAID_AT_ONCE = 4000  # characters of one <Say>; Twilio's limit is about 4096
PARAMETER_SIZE = 500  # characters of name and value of a <Parameter> together
LEG_EVENTS = "initiated ringing answered completed"

_STREAM_URL = re.compile(r"wss://|ws://(127\.0\.0\.1|localhost|\[::1\])[:/]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML cannot carry them


def response(*verbs: Verb) -> str:
    """The document: these verbs one after another."""
    root = ET.Element("Response")
    root.extend(verbs)
    return '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(root, encoding="unicode")


def empty() -> str:
    """Nothing to do: goes on with what was going on, or ends the call. For texts and status callbacks: no answer."""
    return response()


def stream(url: str, token: str, redirect: str, status_callback: str | None = None, **parameters: str) -> str:
    """Give the call's audio to our websocket; when that ends, or cannot be opened, the call goes on at `redirect`.

    `token` and the other parameters arrive in the stream's `start.customParameters`.
    """
    if not _STREAM_URL.match(url) or "?" in url:
        raise ValueError("a stream needs a wss URL without a query (ws on this machine alone)")
    connect = ET.Element("Connect")
    body = _verb("Stream", url=url, statusCallback=status_callback)
    for name, value in {"token": token, **parameters}.items():
        if len(name) + len(value) >= PARAMETER_SIZE:
            raise ValueError(f"the stream's parameter {name} is too long")
        body.append(_verb("Parameter", name=name, value=value))
    connect.append(body)
    return response(connect, redirect_to(redirect))


def dial_screened(
    numbers: Sequence[str],
    *,
    screen_url: str,
    action: str,
    leg_status_url: str,
    caller_id: str,
    timeout_s: int = 20,
) -> Verb:
    """Ring these people, the first who accepts on the screen gets the caller; `action` is asked what comes after.

    What `screen_url` answers is heard before the two are connected: say who is calling, gather a key, hang up if none
    comes. A voicemail presses no key. Success is `DialBridged=true` in the request to `action`, nothing else.
    """
    if not 1 <= len(numbers) <= 10:
        raise ValueError("a Dial rings one to ten numbers")
    dial = _verb("Dial", action=action, timeout=timeout_s, callerId=caller_id, answerOnBridge=True)
    for number in numbers:
        leg = _verb("Number", url=screen_url, statusCallback=leg_status_url, statusCallbackEvent=LEG_EVENTS)
        leg.text = _clean(number)
        dial.append(leg)
    return dial


def dial_plain(numbers: Sequence[str], *, caller_id: str, timeout_s: int = 20) -> Verb:
    """Ring these numbers one after the other and connect whoever answers: for when nothing of ours can be asked."""
    if not 1 <= len(numbers) <= 10:
        raise ValueError("a Dial rings one to ten numbers")
    dial = _verb("Dial", timeout=timeout_s, callerId=caller_id, sequential=True)
    for number in numbers:
        leg = ET.Element("Number")
        leg.text = _clean(number)
        dial.append(leg)
    return dial


def dial_customer(
    number: str, *, action: str, leg_status_url: str, caller_id: str, timeout_s: int = 25, limit_s: int = 7200
) -> Verb:
    """Ring a customer for somebody of ours who is on the line; `action` is asked what comes after.

    Whoever forgets to hang up pays for no more than `limit_s`.
    """
    dial = _verb("Dial", action=action, timeout=timeout_s, timeLimit=limit_s, callerId=caller_id)
    leg = _verb("Number", statusCallback=leg_status_url, statusCallbackEvent=LEG_EVENTS)
    leg.text = _clean(number)
    dial.append(leg)
    return dial


def conference(room: str, *, starts: bool, action: str | None = None, wait_url: str | None = None) -> Verb:
    """Join a room, which ends for all when this call leaves it; `action` is asked what comes after.

    The room waits for somebody who `starts` it; `wait_url` is what those who wait hear, again and again. No personal
    data in the room's name.
    """
    dial = _verb("Dial", action=action)
    inside = _verb(
        "Conference", startConferenceOnEnter=starts, endConferenceOnExit=True, beep=False, waitUrl=wait_url,
        jitterBufferSize="small",
    )  # fmt: skip
    inside.text = _clean(room)
    dial.append(inside)
    return dial


def gather(
    *prompts: Verb, action: str, digits: int = 1, timeout_s: int = 5, finish_on_key: str = "", always: bool = False
) -> Verb:
    """Say or play the prompts and wait for keys, which `action` gets as `Digits`.

    With no key the next verb runs, or `action` is asked without `Digits` if `always`.
    """
    if not action:
        raise ValueError("a Gather without an action asks its own URL again, for ever")
    if any(prompt.tag not in ("Say", "Play", "Pause") for prompt in prompts):
        raise ValueError("a Gather holds Say, Play and Pause only")
    verb = _verb(
        "Gather",
        input="dtmf",
        action=action,
        numDigits=digits,
        timeout=timeout_s,
        finishOnKey=finish_on_key,
        actionOnEmptyResult=always or None,
    )
    verb.extend(prompts)
    return verb


def say(text: str, *, language: str = "en-US", voice: str | None = None, loop: int | None = None) -> Verb:
    """Speak a text with Twilio's own voice."""
    if not text.strip() or len(text) > SAID_AT_ONCE:
        raise ValueError("a Say has between 1 and 4000 characters")
    verb = _verb("Say", voice=voice, language=language, loop=loop)
    verb.text = _clean(text)
    return verb


def play(url: str, *, loop: int | None = None) -> Verb:
    """Play a recording; WAV in mu-law is best."""
    verb = _verb("Play", loop=loop)
    verb.text = _clean(url)
    return verb


def pause(seconds: int = 1) -> Verb:
    """Say nothing. As the first verb it keeps the telephone ringing."""
    return _verb("Pause", length=seconds)


def record(
    *, action: str, status_callback: str, max_s: int = 120, silence_s: int = 5, finish_on_key: str = "#"
) -> Verb:
    """Take a message after a beep. `action` may be asked before the file exists: wait for `status_callback`."""
    if not action:
        raise ValueError("a Record without an action asks its own URL again, for ever")
    return _verb(
        "Record",
        action=action,
        maxLength=max_s,
        timeout=silence_s,
        finishOnKey=finish_on_key,
        playBeep=True,
        recordingStatusCallback=status_callback,
        recordingStatusCallbackEvent="completed absent",
    )


def redirect_to(url: str) -> Verb:
    """Go on with the TwiML at `url`; nothing after it runs."""
    verb = ET.Element("Redirect")
    verb.text = _clean(url)
    return verb


def hangup() -> Verb:
    """End the call."""
    return ET.Element("Hangup")


def reject(*, busy: bool = False) -> Verb:
    """Do not answer. Must be the first verb."""
    return _verb("Reject", reason="busy" if busy else "rejected")


def _verb(tag: str, **attributes: str | int | bool | None) -> Verb:
    verb = ET.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            verb.set(name, str(value).lower() if isinstance(value, bool) else _clean(str(value)))
    return verb


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text)
