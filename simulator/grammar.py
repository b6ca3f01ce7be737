"""The TwiML this exchange runs, as data: attributes with the form of their values, and what may stand inside what.

What Twilio knows and this exchange does not do (recording a Dial, transcription, <Start>, <Sip>) is not in the table,
so that a product which uses it is told. Source: Twilio's TwiML pages.
"""

from dataclasses import dataclass, field

ANY = ".*"
BOOL = "true|false"
INT = r"\d+"
METHOD = "GET|POST"
ABSOLUTE = r"https?://[^\s]+"
CALL_EVENTS = r"(initiated|ringing|answered|completed)( (initiated|ringing|answered|completed))*"
_ROOM = "start|end|join|leave|mute|hold|modify|speaker|announcement"
ROOM_EVENTS = f"({_ROOM})( ({_ROOM}))*"
RECORDING_EVENTS = r"(in-progress|completed|absent)( (in-progress|completed|absent))*"


@dataclass(frozen=True, slots=True)
class Element:
    """What an element may carry. `one_of`: children of which at most one may stand, alone."""

    attributes: dict[str, str] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: bool = False
    required: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()


def _callback(prefix: str, events: str) -> dict[str, str]:
    return {prefix: ANY, f"{prefix}Method": METHOD, f"{prefix}Event": events}


_ACTION = {"action": ANY, "method": METHOD}
_RECORDING = _callback("recordingStatusCallback", RECORDING_EVENTS)
_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_SSML_ATTRIBUTES = dict.fromkeys(
    ("time", "strength", "level", "rate", "pitch", "volume", "alias", "interpret-as", "format", "alphabet", "ph",
     "role", "{http://www.w3.org/XML/1998/namespace}lang"), ANY,
)  # fmt: skip
_LEG = {"url": ANY, "method": METHOD, **_callback("statusCallback", CALL_EVENTS)}
_GATHER = {
    **_ACTION,
    "input": "dtmf|speech|dtmf speech|speech dtmf",
    "timeout": INT,
    "numDigits": r"[1-9]\d*",
    "finishOnKey": r"[0-9*#]?",
    "speechTimeout": rf"{INT}|auto",
    "speechModel": ANY,
    "language": ANY,
    "hints": ANY,
    "profanityFilter": BOOL,
    "actionOnEmptyResult": BOOL,
    "bargeIn": BOOL,
    "enhanced": BOOL,
}
_CONFERENCE = {
    "muted": BOOL,
    "beep": "true|false|onEnter|onExit",
    "startConferenceOnEnter": BOOL,
    "endConferenceOnExit": BOOL,
    "participantLabel": r".{1,128}",
    "jitterBufferSize": "small|medium|large|off",
    "waitUrl": ANY,
    "waitMethod": METHOD,
    "maxParticipants": INT,
    "region": ANY,
    "coach": r"CA[0-9a-f]{32}",
    **_callback("statusCallback", ROOM_EVENTS),
}
_DIAL = {
    **_ACTION,
    "answerOnBridge": BOOL,
    "callerId": ANY,
    "callReason": r".{0,50}",
    "hangupOnStar": BOOL,
    "timeLimit": INT,
    "timeout": INT,
    "ringTone": ANY,
    "sequential": BOOL,
}
_TOP = frozenset(
    {"Connect", "Dial", "Enqueue", "Gather", "Hangup", "Leave", "Pause", "Play", "Record", "Redirect", "Reject", "Say"}
)

VOICE: dict[str, Element] = {
    "Response": Element(children=_TOP),
    "Connect": Element(_ACTION, frozenset({"Stream"})),
    "Stream": Element(
        {"url": ANY, "name": ANY, "statusCallback": ABSOLUTE, "statusCallbackMethod": METHOD},
        frozenset({"Parameter"}),
        required=frozenset({"url"}),
    ),
    "Parameter": Element({"name": r".+", "value": ANY}, required=frozenset({"name", "value"})),
    "Say": Element({"voice": ANY, "language": ANY, "loop": INT}, _SSML, text=True),
    **{name: Element(_SSML_ATTRIBUTES, _SSML, text=True) for name in _SSML},
    "Play": Element({"loop": INT, "digits": r"[0-9*#wW]+"}, text=True),
    "Pause": Element({"length": INT}),
    "Redirect": Element({"method": METHOD}, text=True),
    "Hangup": Element(),
    "Leave": Element(),
    "Reject": Element({"reason": "rejected|busy"}),
    "Gather": Element(_GATHER, frozenset({"Say", "Play", "Pause"})),
    "Record": Element(
        {
            **_ACTION,
            "timeout": INT,
            "finishOnKey": r"[0-9*#]*",
            "maxLength": INT,
            "playBeep": BOOL,
            "trim": "trim-silence|do-not-trim",
            **_RECORDING,
        }
    ),
    "Dial": Element(
        _DIAL,
        frozenset({"Number", "Conference", "Queue"}),
        text=True,
        one_of=frozenset({"Conference", "Queue"}),
    ),
    "Number": Element(_LEG, text=True),
    "Conference": Element(_CONFERENCE, text=True),
    "Queue": Element({"url": ANY, "method": METHOD}, text=True),
    "Enqueue": Element({**_ACTION, "waitUrl": ANY, "waitUrlMethod": METHOD}, text=True),
}

MESSAGING: dict[str, Element] = {
    "Response": Element(children=frozenset({"Message", "Redirect"})),
    "Message": Element(
        {"to": ANY, "from": ANY, **_ACTION, "statusCallback": ANY}, frozenset({"Body", "Media"}), text=True
    ),
    "Body": Element(text=True),
    "Media": Element(text=True),
    "Redirect": Element({"method": METHOD}, text=True),
}
