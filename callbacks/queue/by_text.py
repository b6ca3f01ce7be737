"""What staff write to us about the queue: NEXT rings them with the next caller, IN and OUT sign them in and out,
TALKED says that they have talked with the caller whom they were asked about.

Never YES, CANCEL or END: carriers take those for an opt-in or an opt-out (docs/domain/legal.md L5).
"""

from datetime import datetime

from sqlmodel import Session

from callbacks.queue import beginning, outcome, ringing
from callbacks.queue.order import for_ringing
from callbacks.queue.signing import passed_lately, sign
from callbacks.queue.taking import Answer
from models.company import Company, Person

DESK = frozenset({"csr", "manager", "owner"})
"""Roles of those who call customers back."""

SAID = {
    Answer.YOURS: "Your phone rings now with the next caller.",
    Answer.HOLDING: "You have a caller already. Finish that call first.",
    Answer.NOT_AGREED: "You have not agreed to be rung by us. Call from the desk.",
}


def by_text(session: Session, person: Person, body: str, company: Company, now: datetime) -> str | None:
    """The answer to a text of somebody on the staff; None when it is not about the queue."""
    word = body.strip().rstrip(".!").upper()
    if not person.roles & DESK:
        return None
    match word:
        case "IN" | "OUT":
            sign(session, person, word == "IN", now)
            ringing.look(session, company, now)
            count = len(for_ringing(session, company, now))
            return f"Signed in. Callers waiting: {count}. NEXT calls one." if word == "IN" else "Signed out."
        case "NEXT":
            return _next(session, person, company, now)
        case "TALKED":
            done = outcome.says_talked(session, person, company, now)
            return "Thank you, noted: talked." if done else "No call of yours waits for that word."
    return None


def _next(session: Session, person: Person, company: Company, now: datetime) -> str:
    """The first whom this person may call; whom they have just passed comes last."""
    passed = passed_lately(session, person, now)
    for callback in sorted(for_ringing(session, company, now), key=lambda one: one.id in passed):
        answer = beginning.begin(session, callback, person, company, now).answer
        if answer in SAID and callback.number != person.phone:
            return SAID[answer]
    return "Nobody is waiting for a call right now."
