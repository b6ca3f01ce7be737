"""The words of the trade as enums; the moves a status may make are in `models.moves`."""

from enum import StrEnum


class Intent(StrEnum):
    """What the caller wants, in the owner's five words and `other`."""

    EMERGENCY = "emergency"
    ROUTINE = "routine"
    QUOTE = "quote"
    MEMBERSHIP = "membership"
    BILLING = "billing"
    OTHER = "other"


class Priority(StrEnum):
    """P1 wakes somebody, P2 is today, P3 is the next opening. Sorts by urgency: `min` is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Trade(StrEnum):
    """Whose hands are needed."""

    PLUMBING = "plumbing"
    HVAC = "hvac"
    ELECTRICAL = "electrical"
    GAS = "gas"
    OFFICE = "office"


class Language(StrEnum):
    """What the caller speaks."""

    EN = "en"
    ES = "es"


class CallStatus(StrEnum):
    """A telephone call, from the webhook to its end."""

    RINGING = "ringing"  # claimed, TwiML given
    TALKING = "talking"  # the media stream is open
    AFTER = "after"  # the stream is over, the call may go on: a transfer, or a socket that broke
    OVERFLOW = "overflow"  # no line or no recogniser: staff ring, keys, a message
    ENDED = "ended"


class JobStatus(StrEnum):
    """Work for the company."""

    NEW = "new"
    PAGED = "paged"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class RunStatus(StrEnum):
    """A page run: the ladder being climbed for one job."""

    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """How a message travels."""

    TEXT = "text"
    CALL = "call"
    EMAIL = "email"


class Purpose(StrEnum):
    """Why a message leaves. The send gate decides by it (docs/domain/legal.md)."""

    PAGE = "page"  # staff, emergency
    STAFF = "staff"  # staff, not urgent
    MISSED = "missed"  # transactional: a time for a caller we missed
    RECEIPT = "receipt"  # transactional: what was taken down, who will call
    REPLY = "reply"  # transactional: an answer to their own text
    SLIPPED = "slipped"  # transactional: the time that was given will not be kept, here is the new one
    GOODBYE = "goodbye"  # the one confirmation of an opt-out (docs/domain/legal.md L4)
    CHECK = "check"  # after a job: were you satisfied? Treated as marketing, to be safe
    REVIEW = "review"  # marketing: the review link, the same for everybody who was asked
    REFERRAL = "referral"  # marketing: do you know somebody


class MessageStatus(StrEnum):
    """A row of the outbox on its way through Twilio."""

    PENDING = "pending"
    SENDING = "sending"  # leased by one engine
    ACCEPTED = "accepted"  # Twilio gave a SID
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    REFUSED = "refused"  # by our own send gate; the reason is in the row
    CANCELLED = "cancelled"


class TransferStatus(StrEnum):
    """A call being handed to a person."""

    WAITING = "waiting"  # nobody rings yet
    RINGING = "ringing"
    BRIEFING = "briefing"  # somebody or something picked up and hears what it is about
    BRIDGED = "bridged"  # a key was pressed: caller and CSR talk
    REFUSED = "refused"  # this person passed or did not answer
    FAILED = "failed"  # nobody took it
    LEFT = "left"  # the caller hung up before anybody took it
    OVER = "over"  # they have talked


class DutyKind(StrEnum):
    """A change of the rota for some hours."""

    COVER = "cover"  # somebody stands in for somebody
    ADD = "add"  # somebody more
    OFF = "off"  # somebody cannot


class CallbackStatus(StrEnum):
    """A caller who is owed a call."""

    OPEN = "open"  # waiting, or waiting for the next try
    TAKEN = "taken"  # somebody is calling them back now
    DONE = "done"  # a person has spoken with them
    CLOSED = "closed"  # by a person or by the last try, with a reason


class AttemptStatus(StrEnum):
    """One try to call somebody back: our own person's telephone first, then the caller's."""

    ASKED = "asked"  # the call to our person is in the outbox
    BRIEFING = "briefing"  # somebody or something picked up, and hears whom they are about to call
    DIALLING = "dialling"  # a key was pressed: the caller's telephone rings
    TALKING = "talking"  # the caller picked up
    OVER = "over"  # they have talked
    NO_ANSWER = "no_answer"  # the caller did not pick up, or a machine did
    NOT_BEGUN = "not_begun"  # our person did not pick up or pressed no key: the caller's telephone never rang


class ConsentScope(StrEnum):
    """What a yes or a no is about (docs/domain/legal.md L4)."""

    ALL = "all"
    SERVICE = "service"  # transactional: answers to what the customer asked for
    MARKETING = "marketing"
    PAGING = "paging"  # staff


class JobEventKind(StrEnum):
    """What another system tells of a job."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    COMPLAINT = "complaint"
    NOTE = "note"


class FollowUpStatus(StrEnum):
    """The asking after a completed job."""

    WAITING = "waiting"  # until the day after
    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    STOPPED = "stopped"  # a complaint, an opt-out, no consent, or it came too late; the reason is in the row
    OVER = "over"  # nothing more will be asked


class TimerStatus(StrEnum):
    """Something to look at when its time comes."""

    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"
