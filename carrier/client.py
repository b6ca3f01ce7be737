"""The REST client: the few things we ask of Twilio, each asked once, each ending in a SID or a `CarrierError`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from carrier import lists
from carrier.codes import Meaning, meaning
from carrier.errors import Refused
from carrier.http import BoundedHttpClient, fetch
from carrier.lists import Arrived, Written
from carrier.mapped import mapped

REQUEST_SECONDS = 6.0
"""For one request, connecting apart. Twilio answers in well under a second; a page cannot wait for a dead peer."""

PAGE = 200
"""Calls or texts in one page of the list of those that came in: hours of the busiest shop."""

LISTED = 50
"""How far back we look for a lost send: the newest of one recipient, far more than one lease can hold."""

CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]

TRIAL_PREFIX = "Sent from your Twilio trial account - "
"""What Twilio puts before the texts of an account that is on trial. From memory: to be confirmed by one real text."""


@dataclass(frozen=True, slots=True)
class News:
    """What Twilio says of a text or call: its MessageStatus or CallStatus, and why it failed."""

    status: str
    error_code: int | None = None


class Carrier(Protocol):
    """A telephone company. Every method raises `CarrierError`; none retries. Safe to call from several threads."""

    def send_text(self, to: str, body: str, status_callback: str) -> str:
        """Send a text and give its SID."""
        ...

    def place_call(self, to: str, url: str, status_callback: str, timeout_s: int) -> str:
        """Ring somebody for so many seconds and give the call's SID; `url` gives the TwiML once they answer."""
        ...

    def find_texts(self, to: str, body: str, since: datetime) -> tuple[str, ...]:
        """SIDs of texts with this very body, created since then, oldest first."""
        ...

    def find_calls(self, to: str, since: datetime) -> tuple[str, ...]:
        """SIDs of calls that we placed to this number since then, oldest first."""
        ...

    def arrived(self, since: datetime) -> tuple[Arrived, ...]:
        """Calls to our number since then, oldest first, however they stand."""
        ...

    def written(self, since: datetime) -> tuple[Written, ...]:
        """Texts to our number since then, oldest first."""
        ...

    def joined_s(self, sid: str) -> int:
        """Seconds for which a call was joined to somebody whom its TwiML dialled; 0 when nobody answered."""
        ...

    def text_news(self, sid: str) -> News:
        """How a text stands."""
        ...

    def call_news(self, sid: str) -> News:
        """How a call stands."""
        ...

    def end_call(self, sid: str) -> None:
        """Hang up; a call that is over already is fine."""
        ...

    def redirect_call(self, sid: str, url: str) -> bool:
        """Let a call in progress go on with the TwiML at `url`; False when it rings, or is over."""
        ...

    def call_off(self, sid: str) -> bool:
        """Stop a call that waits or rings; False when somebody picked up or it is over."""
        ...

    def recording(self, sid: str) -> bytes:
        """The WAV of a recording; it may not be there yet: Refused with 20404."""
        ...

    def delete_recording(self, sid: str) -> bool:
        """Delete a recording; False when it is not there."""
        ...


class TwilioCarrier:
    """Twilio's REST API through its own SDK. Calls leave from `from_number`; texts too, unless there is a service."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        from_number: str,
        *,
        messaging_service_sid: str | None = None,
        api_url: str | None = None,
        timeout_s: float = REQUEST_SECONDS,
        http_client: HttpClient | None = None,
    ) -> None:
        self._from = from_number
        self._service = messaging_service_sid
        self._timeout_s = timeout_s
        self._client = Client(account_sid, auth_token, http_client=http_client or BoundedHttpClient(timeout_s))
        if api_url is not None:
            self._client.region = self._client.edge = None  # from the environment; they would mangle an IP address
            for domain in (self._client.api, self._client.messaging, self._client.lookups):
                domain.base_url = api_url.rstrip("/")

    def send_text(self, to: str, body: str, status_callback: str) -> str:
        """See `Carrier`."""
        sender = {"messaging_service_sid": self._service} if self._service else {"from_": self._from}
        with mapped():
            sent = self._client.messages.create(to=to, body=body, status_callback=status_callback, **sender)
            return lists.sid_of(sent)

    def place_call(self, to: str, url: str, status_callback: str, timeout_s: int) -> str:
        """See `Carrier`."""
        with mapped():
            placed = self._client.calls.create(
                to=to,
                from_=self._from,
                url=url,
                method="POST",
                status_callback=status_callback,
                status_callback_event=CALL_EVENTS,
                status_callback_method="POST",
                timeout=timeout_s,
            )
            return lists.sid_of(placed)

    def find_texts(self, to: str, body: str, since: datetime) -> tuple[str, ...]:
        """See `Carrier`. Not filtered by DateSent at Twilio: a text that still waits in its queue has none."""
        with mapped():
            listed = self._client.messages.list(to=to, limit=LISTED, page_size=LISTED)
            found = [
                (each.date_created, lists.sid_of(each))
                for each in listed
                if each.date_created is not None
                and each.date_created >= since
                and str(each.direction).startswith("outbound")
                and (each.body or "").removeprefix(TRIAL_PREFIX).strip() == body.strip()
            ]
        return tuple(sid for _, sid in sorted(found))

    def find_calls(self, to: str, since: datetime) -> tuple[str, ...]:
        """See `Carrier`. Not filtered by StartTime at Twilio: a call that still waits in its queue has none."""
        with mapped():
            listed = self._client.calls.list(to=to, from_=self._from, limit=LISTED, page_size=LISTED)
            found = [
                (each.date_created, lists.sid_of(each))
                for each in listed
                if each.date_created is not None
                and each.date_created >= since
                and str(each.direction).startswith("outbound-api")
            ]
        return tuple(sid for _, sid in sorted(found))

    def arrived(self, since: datetime) -> tuple[Arrived, ...]:
        """See `Carrier`. Every page of the list is read; Twilio's filter may know whole days only."""
        with mapped():
            listed = self._client.calls.list(to=self._from, start_time_after=since, page_size=PAGE)
            return lists.calls(listed, self._from, since)

    def written(self, since: datetime) -> tuple[Written, ...]:
        """See `Carrier`. Every page of the list is read; Twilio's filter may know whole days only."""
        with mapped():
            listed = self._client.messages.list(to=self._from, date_sent_after=since, page_size=PAGE)
            return lists.texts(listed, self._from, since)

    def joined_s(self, sid: str) -> int:
        """See `Carrier`."""
        with mapped():
            legs = self._client.calls.list(parent_call_sid=sid, limit=LISTED, page_size=LISTED)
            return max((int(leg.duration or 0) for leg in legs if leg.status == "completed"), default=0)

    def text_news(self, sid: str) -> News:
        """See `Carrier`."""
        with mapped():
            text = self._client.messages(sid).fetch()
            return News(str(text.status), int(text.error_code) if text.error_code else None)

    def call_news(self, sid: str) -> News:
        """See `Carrier`. A call's resource tells no code."""
        with mapped():
            return News(str(self._client.calls(sid).fetch().status))

    def end_call(self, sid: str) -> None:
        """See `Carrier`."""
        self._update_call(sid, status="completed")

    def call_off(self, sid: str) -> bool:
        """See `Carrier`. Twilio refuses `canceled` for a call that is in progress."""
        return self._update_call(sid, status="canceled")

    def redirect_call(self, sid: str, url: str) -> bool:
        """See `Carrier`. Twilio refuses it for a call that is not in progress."""
        return self._update_call(sid, url=url, method="POST")

    def recording(self, sid: str) -> bytes:
        """See `Carrier`. The SDK's own requests are text, so the file is fetched beside it, with the same login."""
        path = f"/2010-04-01/Accounts/{self._client.account_sid}/Recordings/{quote(sid, safe='')}.wav"
        with mapped():
            return fetch(f"{self._client.api.base_url}{path}", self._client.auth, self._timeout_s)

    def delete_recording(self, sid: str) -> bool:
        """See `Carrier`."""
        try:
            with mapped():
                self._client.recordings(sid).delete()
        except Refused as refused:
            if meaning(refused.code) is not Meaning.OVER:
                raise
            return False
        return True

    def _update_call(self, sid: str, **fields: str) -> bool:
        try:
            with mapped():
                self._client.calls(sid).update(**fields)
        except Refused as refused:
            if meaning(refused.code) is not Meaning.OVER:
                raise
            return False
        return True
