"""The ways out, in order: our telephone accounts, first to last, and a mail server. An errand uses one at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from carrier.client import Carrier, News
from carrier.codes import Meaning, meaning
from carrier.doors import ATTEMPT_KEY, LEG_KEY, Doors
from carrier.email import Mailer
from carrier.errors import CarrierError, Refused
from carrier.law import MARKETING
from carrier.lists import Arrived, Written
from models.enums import Channel, Purpose
from models.tables import Message

RING_SECONDS = 25
"""How long a paged telephone rings (docs/carrier.md, "Pages by call")."""

CLOCKS_APART = timedelta(seconds=30)
"""How much earlier than our row Twilio's clock may say that its message was created."""

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
"""How Twilio says that a call is over (CallStatus)."""

REPEAT = "(repeat) "
"""Before the words of a page that goes again because nobody could say whether it had gone."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed row as a thread carries it out. `lost`: it was interrupted, so look for it and do not send."""

    id: str
    key: str
    channel: Channel
    to: str
    body: str
    run_id: str | None
    account: int
    attempt: int
    created_at: datetime
    lease_until: datetime
    lost: bool
    marketing: bool = False  # leaves through a service of its own (legal.md L6)


def errand(row: Message, *, lost: bool) -> Errand:
    """What a thread needs of a claimed row."""
    assert row.lease_until is not None  # every claim sets it
    again = row.repeats and row.purpose is Purpose.PAGE and row.channel is not Channel.CALL
    return Errand(
        id=row.id,
        key=row.key,
        channel=row.channel,
        to=row.to,
        body=f"{REPEAT}{row.body}" if again else row.body,
        run_id=row.run_id if row.purpose is Purpose.PAGE else None,
        account=row.account,
        attempt=row.attempt,
        created_at=row.created_at,
        lease_until=row.lease_until,
        lost=lost,
        marketing=row.purpose in MARKETING,
    )


@dataclass(frozen=True, slots=True)
class Methods:
    """Our accounts in order, at least one; the mail server if there is one. Methods raise `CarrierError`."""

    accounts: tuple[Carrier, ...]
    doors: Doors
    mailer: Mailer | None = None
    leg_ring_s: int = RING_SECONDS  # how long a CSR's telephone rings before the next one does
    marketing: Carrier | None = None  # the first account with the sender of marketing
    numbers: tuple[str, ...] = ()  # of the accounts, in order, E.164: callers ring them

    def account_of(self, number: str) -> int:
        """The account that calls to this number of ours come in at; the first has all others that we know of."""
        return self.numbers.index(number) if number in self.numbers else 0

    def following(self, account: int) -> int | None:
        """The account after this one, or None when it is the last."""
        return account + 1 if account + 1 < len(self.accounts) else None

    def send(self, errand: Errand) -> str:
        """Carry it out and give its SID; for an e-mail its Message-ID."""
        if errand.channel is Channel.EMAIL:
            if self.mailer is None:
                raise Refused(None, permanent=True, what="no mail server is set")
            return self.mailer.send(errand.key, errand.to, errand.body)
        carrier = self._account(errand.account)
        if errand.marketing and self.marketing is not None:
            carrier = self.marketing
        if errand.channel is Channel.TEXT:
            return carrier.send_text(errand.to, errand.body, self.doors.text_status(errand.id))
        if errand.key.startswith(LEG_KEY):
            words, status = self.doors.leg(errand.id), self.doors.leg_status(errand.id)
            return carrier.place_call(errand.to, words, status, self.leg_ring_s)
        if errand.key.startswith(ATTEMPT_KEY):
            attempt = errand.key.removeprefix(ATTEMPT_KEY)
            words, status = self.doors.attempt(attempt), self.doors.attempt_status(attempt)
            return carrier.place_call(errand.to, words, status, RING_SECONDS)
        page, status = self.doors.page(errand.id), self.doors.page_status(errand.id)
        return carrier.place_call(errand.to, page, status, RING_SECONDS)

    def look_for(self, errand: Errand) -> tuple[str, ...] | None:
        """SIDs that an interrupted errand may have at the account it was sent through; None: nobody can be asked."""
        if errand.channel is Channel.EMAIL:
            return None
        carrier, since = self._account(errand.account), errand.created_at - CLOCKS_APART
        try:
            if errand.channel is Channel.TEXT:
                return carrier.find_texts(errand.to, errand.body, since)
            return carrier.find_calls(errand.to, since)
        except Refused:
            return None

    def news(self, channel: Channel, account: int, sid: str) -> News:
        """How something that was accepted stands."""
        carrier = self._account(account)
        return carrier.text_news(sid) if channel is Channel.TEXT else carrier.call_news(sid)

    def final_status(self, account: int, sid: str) -> str | None:
        """How a call ended, `completed` for one that the account does not know; None while it goes on."""
        try:
            status = self.news(Channel.CALL, account, sid).status
        except CarrierError as error:
            if meaning(error.code) is not Meaning.OVER:
                raise
            return "completed"
        return status if status in FINAL else None

    def arrived(self, account: int, since: datetime) -> tuple[Arrived, ...]:
        """Calls to this account's number since then, oldest first."""
        return self._account(account).arrived(since)

    def written(self, account: int, since: datetime) -> tuple[Written, ...]:
        """Texts to this account's number since then, oldest first."""
        return self._account(account).written(since)

    def joined_s(self, account: int, sid: str) -> int:
        """Seconds for which a call was joined to somebody whom its TwiML dialled."""
        return self._account(account).joined_s(sid)

    def recording(self, sid: str) -> bytes:
        """A recording's WAV, from the first account that has it."""
        for account in self.accounts[:-1]:
            try:
                return account.recording(sid)
            except Refused as refused:
                if meaning(refused.code) is not Meaning.OVER:
                    raise
        return self.accounts[-1].recording(sid)

    def call_off(self, account: int, sid: str) -> bool:
        """Stop a call that waits or rings; False when somebody picked up or it is over."""
        return self._account(account).call_off(sid)

    def redirect(self, account: int, sid: str, url: str) -> bool:
        """Let a call that is in progress go on with the TwiML at `url`; False when it rings, or is over."""
        return self._account(account).redirect_call(sid, url)

    def end(self, account: int, sid: str) -> None:
        """Hang up."""
        self._account(account).end_call(sid)

    def delete_recording(self, sid: str) -> None:
        """Delete a recording, whichever account has it; that another account refuses us does not keep it."""
        refused: CarrierError | None = None
        for account in self.accounts:
            try:
                if account.delete_recording(sid):
                    return
            except CarrierError as error:
                refused = error
        if refused is not None:
            raise refused

    def _account(self, account: int) -> Carrier:
        """One account; after the last comes the first, also when a configuration has lost one."""
        return self.accounts[account % len(self.accounts)]
