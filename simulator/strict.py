"""What REST accepts: every known form field with the form of its value (Twilio's OpenAPI). Anything else is refused.

Twilio itself ignores some unknown fields; a misspelt one would then be lost silently, so here it is an error.
"""

import re
from collections.abc import Iterable

URL = r"https?://\S+"
METHOD = "GET|POST"
BOOL = "true|false"
INT = r"\d+"
ANY = r"(?s).*"
NUMBER = r"\+[1-9]\d{6,14}"  # E.164
EVENT = "initiated|ringing|answered|completed"

CALL_CREATE = {
    "To": ANY, "From": ANY, "Url": URL, "Twiml": ANY, "Method": METHOD, "FallbackUrl": URL, "FallbackMethod": METHOD,
    "StatusCallback": URL, "StatusCallbackEvent": EVENT, "StatusCallbackMethod": METHOD, "Timeout": INT,
    "TimeLimit": INT, "MachineDetection": "Enable|DetectMessageEnd",
    "MachineDetectionTimeout": INT, "MachineDetectionSpeechThreshold": INT, "MachineDetectionSpeechEndThreshold": INT,
    "MachineDetectionSilenceTimeout": INT, "AsyncAmd": BOOL, "AsyncAmdStatusCallback": URL,
    "AsyncAmdStatusCallbackMethod": METHOD, "CallerId": NUMBER, "CallReason": r".{0,50}", "CallToken": ANY,
}  # fmt: skip
CALL_UPDATE = {
    "Url": URL, "Method": METHOD, "Twiml": ANY, "Status": "canceled|completed", "FallbackUrl": URL,
    "FallbackMethod": METHOD, "StatusCallback": URL, "StatusCallbackMethod": METHOD, "TimeLimit": INT,
}  # fmt: skip
MESSAGE_CREATE = {
    "To": ANY, "From": ANY, "MessagingServiceSid": "MG[0-9a-f]{32}", "Body": ANY, "MediaUrl": URL,
    "StatusCallback": URL, "ValidityPeriod": INT, "ScheduleType": "fixed", "SendAt": ANY, "SmartEncoded": BOOL,
    "ShortenUrls": BOOL, "RiskCheck": "enable|disable", "ProvideFeedback": BOOL,
}  # fmt: skip
MESSAGE_UPDATE = {"Body": "", "Status": "canceled"}
NUMBER_UPDATE = {
    "FriendlyName": ANY, "VoiceUrl": f"({URL})?", "VoiceMethod": METHOD, "VoiceFallbackUrl": f"({URL})?",
    "VoiceFallbackMethod": METHOD, "StatusCallback": f"({URL})?", "StatusCallbackMethod": METHOD,
    "SmsUrl": f"({URL})?", "SmsMethod": METHOD, "SmsFallbackUrl": f"({URL})?", "SmsFallbackMethod": METHOD,
    "VoiceCallerIdLookup": BOOL,
}  # fmt: skip
CONFERENCE_UPDATE = {"Status": "completed", "AnnounceUrl": URL, "AnnounceMethod": METHOD}
PARTICIPANT_CREATE = {
    "From": ANY, "To": ANY, "Label": r".{1,128}", "Timeout": INT, "TimeLimit": INT, "EarlyMedia": BOOL,
    "Beep": "true|false|onEnter|onExit", "Muted": BOOL, "StartConferenceOnEnter": BOOL, "EndConferenceOnExit": BOOL,
    "WaitUrl": f"({URL})?", "WaitMethod": METHOD, "Coaching": BOOL, "CallSidToCoach": "CA[0-9a-f]{32}",
    "StatusCallback": URL, "StatusCallbackEvent": EVENT, "StatusCallbackMethod": METHOD, "JitterBufferSize": ANY,
}  # fmt: skip
PARTICIPANT_UPDATE = {
    "Muted": BOOL, "Hold": BOOL, "HoldUrl": URL, "HoldMethod": METHOD, "AnnounceUrl": URL, "AnnounceMethod": METHOD,
    "EndConferenceOnExit": BOOL, "Coaching": BOOL, "CallSidToCoach": "CA[0-9a-f]{32}",
}  # fmt: skip
QUEUE_CREATE = {"FriendlyName": r".{1,64}", "MaxSize": INT}
MEMBER_UPDATE = {"Url": URL, "Method": METHOD}
REPEATED = frozenset({"StatusCallbackEvent", "MediaUrl"})


class RestError(Exception):
    """An answer that is an error. `blame`: the product's own mistake, to be complained about."""

    def __init__(self, status: int, code: int, message: str, *, blame: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.blame = status, code, message, blame


class Form(dict[str, list[str]]):
    """A checked form: every value of every field."""

    def one(self, name: str, default: str = "") -> str:
        """The field's value, or `default` when it was not sent."""
        return self[name][0] if name in self else default

    def flag(self, name: str, default: bool = False) -> bool:
        """A true/false field."""
        return self.one(name, str(default).lower()) == "true"


def check(items: Iterable[tuple[str, str]], rules: dict[str, str]) -> Form:
    """The form, or RestError 400 that names the field."""
    form = Form()
    for name, value in items:
        rule = rules.get(name)
        if rule is None:
            raise RestError(400, 20001, f"field {name} is unknown, or not done by this exchange", blame=True)
        if name in form and name not in REPEATED:
            raise RestError(400, 20001, f"field {name} is given twice", blame=True)
        if not re.fullmatch(rule, value):
            raise RestError(400, 20001, f"field {name} has a value of the wrong form", blame=True)
        form.setdefault(name, []).append(value)
    return form
