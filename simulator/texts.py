"""Texts: from the product to phones and back, with delivery news, opt-outs and their keywords (Twilio Messaging)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from simulator.core import API_VERSION, Core
from simulator.records import MessageRecord, MessagingService, Number, Text
from simulator.segments import segments
from simulator.twiml import TwimlError, Verb, check_content_type, parse
from simulator.webhooks import Webhook, Webhooks

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number.",
    "START": "You have successfully been re-subscribed to messages from this number.",
    "HELP": "Reply STOP to unsubscribe.",
}
SENDING_S, DELIVERY_S = 0.2, 0.5  # simulated; a plausible order of events, not a measurement


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of texts to a phone: `delivered`, `undelivered`, `failed`, or `sent` when no news ever comes."""

    status: str = "delivered"
    code: int | None = None
    seconds: float = DELIVERY_S


class Recipient(Protocol):
    """A phone that takes texts."""

    fate: Fate

    def receive(self, text: Text) -> None:
        """A text has arrived."""
        ...


@dataclass(slots=True)
class Texts:
    """All messages, and who does not want any: pairs (sender or service, recipient)."""

    core: Core
    webhooks: Webhooks
    recipient: Callable[[str], Recipient]
    numbers: dict[str, Number]
    services: dict[str, MessagingService] = field(default_factory=dict)
    messages: dict[str, MessageRecord] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    advanced_opt_out: bool = False

    def blocked(self, sender: str, to: str) -> bool:
        """Whether `to` has sent STOP to this sender."""
        return (sender, to) in self.opted_out

    def send(self, record: MessageRecord, at: datetime | None = None) -> MessageRecord:
        """Take a text from the product; it is delivered in the background, not before `at`."""
        self.messages[record.sid] = record
        record.status = "scheduled" if at else "accepted" if record.service_sid else "queued"
        self.core.spawn(self._deliver(record, at))
        return record

    async def _deliver(self, record: MessageRecord, at: datetime | None) -> None:
        clock = self.core.clock
        if at is not None:
            await clock.sleep((at - clock.utc()).total_seconds())
            if record.status == "canceled":
                return
        if record.from_ is None and record.service_sid is not None:
            record.from_ = self.services[record.service_sid].senders[0]
        phone = self.recipient(record.to)
        if record.status != "queued":
            self._move(record, "queued")
        await clock.sleep(SENDING_S)
        if phone.fate.status == "failed":
            self._move(record, "failed", phone.fate.code)
            return
        record.sent = clock.utc()
        self._move(record, "sent")
        await clock.sleep(phone.fate.seconds)
        if phone.fate.status == "delivered":
            phone.receive(Text(record.body, record.from_ or "", record.to, record.sid, clock.now()))
        if phone.fate.status != "sent":
            self._move(record, phone.fate.status, phone.fate.code)

    def _move(self, record: MessageRecord, status: str, code: int | None = None) -> None:
        record.status, record.error_code, record.updated = status, code, self.core.clock.utc()
        if record.callback is None:
            return
        params = [
            ("MessageSid", record.sid),
            ("MessageStatus", status),
            ("SmsSid", record.sid),
            ("SmsStatus", status),
            ("AccountSid", record.account_sid),
            ("From", record.from_ or ""),
            ("To", record.to),
            ("ApiVersion", API_VERSION),
        ]
        if code is not None:
            params.append(("ErrorCode", str(code)))
        if status in ("delivered", "undelivered"):
            params.append(("RawDlrDoneDate", record.updated.strftime("%y%m%d%H%M")))
        if record.service_sid:
            params.append(("MessagingServiceSid", record.service_sid))
        self.webhooks.tell(Webhook("message-status", record.callback, params, record.sid))

    # ---- from a phone -----------------------------------------------------------------------------------------------
    async def inbound(self, from_: str, to: str, body: str) -> MessageRecord:
        """A person sends a text to one of the account's numbers; returns when the product has answered."""
        number = self.numbers[to]
        record = MessageRecord(self.core.account_sid, from_, to, body, "inbound", self.core.clock.utc())
        record.status, record.sent = "received", record.created
        self.messages[record.sid] = record
        keyword = self._keyword(record)
        url = number.url("SmsUrl")
        if url is not None:
            params = _inbound_params(record, keyword if self.advanced_opt_out else None)
            hook = Webhook("sms", url, params, record.sid, number.method("SmsMethod"))
            reply = await self.webhooks.ask(hook)
            try:
                if reply.error is not None:
                    raise TwimlError(reply.error, f"text webhook answered {reply.status or 'nothing'}")
                check_content_type(reply.content_type)
                self._answers(record, parse(reply.body, messaging=True))
            except TwimlError as error:
                self.core.complain(error.code, error.what, record.sid)
        return record

    def _keyword(self, record: MessageRecord) -> str | None:
        word = record.body.strip().upper()
        kind = "STOP" if word in STOP_WORDS else "START" if word in START_WORDS else ""
        kind = kind or ("HELP" if word in HELP_WORDS else "")
        pair = (record.to, record.from_ or "")
        if not kind or (kind == "START" and pair not in self.opted_out):
            return None
        if kind == "STOP":
            self.opted_out.add(pair)
        elif kind == "START":
            self.opted_out.discard(pair)
        answer = Text(ANSWERS[kind], record.to, record.from_ or "", "", self.core.clock.now(), from_carrier=True)
        self.recipient(record.from_ or "").receive(answer)
        return kind

    def _answers(self, record: MessageRecord, verbs: tuple[Verb, ...]) -> None:
        for verb in verbs:
            if verb.name != "Message":
                self.core.complain(12200, "this exchange runs only <Message> in answer to a text", record.sid)
                continue
            body = " ".join([verb.text, *(child.text for child in verb.children if child.name == "Body")]).strip()
            sender, to = verb.get("from", record.to), verb.get("to", record.from_ or "")
            if self.blocked(sender, to):
                self.core.complain(21610, "answered somebody who has sent STOP", record.sid)
                continue
            answer = MessageRecord(record.account_sid, sender, to, body, "outbound-reply", self.core.clock.utc())
            answer.callback = verb.get("statusCallback") or None
            self.send(answer)


def _inbound_params(record: MessageRecord, keyword: str | None) -> list[tuple[str, str]]:
    places = ("FromCity", "FromState", "FromZip", "ToCity", "ToState", "ToZip")
    params = [
        *((name, record.sid) for name in ("MessageSid", "SmsSid", "SmsMessageSid")),
        ("AccountSid", record.account_sid),
        ("From", record.from_ or ""),
        ("To", record.to),
        ("Body", record.body),
        ("NumMedia", "0"),
        ("NumSegments", str(segments(record.body))),
        ("SmsStatus", "received"),
        ("ApiVersion", API_VERSION),
        *((name, "") for name in places),
        ("FromCountry", "US"),
        ("ToCountry", "US"),
    ]
    return params + ([("OptOutType", keyword)] if keyword else [])
