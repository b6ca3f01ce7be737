"""What somebody hears before they call a customer back: who, what, since when; with its keys under eight seconds."""

from datetime import datetime, timedelta
from textwrap import shorten

from sqlmodel import Session, col, or_, select

from callbacks.promise import spoken_day
from models.company import Company
from models.enums import Priority
from models.tables import Call, Callback, Job
from routing import jobs
from routing.transfers.whisper import CHARACTERS_PER_SECOND, WHISPER_S

KEYS = "Press 1 to call them, 2 to pass."

LIMIT = int(WHISPER_S * CHARACTERS_PER_SECOND) - len(KEYS) - 1
"""Characters of the summary, so that it is over, keys and all, in time."""


def summary(session: Session, callback: Callback, company: Company, now: datetime) -> str:
    """What matters of a callback; the least important is left out first, until it fits."""
    job = job_of(session, callback)
    urgent = "Emergency. " if callback.priority == Priority.P1 else ""
    spanish = "Speaks Spanish. " if callback.language == "es" else ""
    who = job.name.strip() if job is not None and job.name and job.name.strip() else "A caller"
    street = str((job.address or {}).get("street") or "") if job else ""
    what = f"{who}: {jobs.title(job)}" if job else f"{who}, nothing is known yet"
    short = f"{who.split()[0]}: {jobs.title(job)}" if job and who != "A caller" else what
    at = f", {street}" if street else ""
    promised = _promised(callback, company, now)
    again = f" Called {callback.calls} times." if callback.calls > 1 else ""
    bodies = (f"{what}{at}.{promised}{again}", f"{what}.{promised}{again}", f"{what}.{promised}", f"{short}.")
    texts = [f"{urgent}{spanish}{body}" for body in bodies]
    return next((text for text in texts if len(text) <= LIMIT), shorten(texts[-1], LIMIT, placeholder="."))


def job_of(session: Session, callback: Callback) -> Job | None:
    """The latest job of the calls and texts that belong to the callback."""
    mine = or_(col(Call.callback_id) == callback.id, col(Call.id) == callback.call_id)
    found = select(Job).join(Call, col(Call.id) == col(Job.call_id)).where(mine)
    return session.exec(found.order_by(col(Job.created_at).desc())).first()


def _promised(callback: Callback, company: Company, now: datetime) -> str:
    """The time they were given, while their telephone has not rung."""
    at = callback.promised_at
    if at is None or callback.first_tried_at is not None or at < now - timedelta(hours=12):
        return ""
    return f" Promised by {spoken_day(company, at, now)}."
