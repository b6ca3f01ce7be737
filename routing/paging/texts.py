"""What staff read when a job that was taken goes no further. GSM-7, short, as all in routing/words.py."""

from collections.abc import Sequence

from models.company import Person
from models.tables import Job
from routing import jobs
from routing.words import gsm, spaced, still_asked

NAMED = 3
"""So many people in one sentence."""


def send_somebody(able: Sequence[Person]) -> str:
    """To somebody who took a job that their licences do not cover: who may do it."""
    if not able:
        return "You may not do this work yourself, and nobody else here may: find somebody who is licensed, or pass."
    return gsm(f"You may not do this work yourself: send {' or '.join(one.name for one in able[:NAMED])}, or pass.")


def still_to_send(job: Job, send: str) -> str:
    """The same, later, to one who has let the customer know and sent nobody yet. `send` is what they were told."""
    return gsm(f"#{job.number} {jobs.title(job)} is still yours. {send}")


def silent(job: Job, minutes: int, send: str = "") -> str:
    """To a technician who took a job and has not been heard of since; `minutes` to answer; `send` as above."""
    question = f"#{job.number} is yours. {send} A{job.number} keeps it." if send else still_asked(job)
    return gsm(f"{jobs.title(job)}. {question} Without an answer it is paged again in {minutes} minutes.")


def silent_spoken(job: Job) -> str:
    """The same on the phone; the keys are added by the door that speaks it."""
    return f"You took job {spaced(str(job.number))}, {jobs.title(job)}. We have not heard that you are on the way."


def not_arrived(job: Job) -> str:
    """To a technician whose own time of arrival passed half an hour ago."""
    return gsm(f"#{job.number} {jobs.title(job)}: are you there? Reply HERE, or the minutes you still need: 20 min.")


def not_heard_of(job: Job, person: Person | None) -> str:
    """To those who answer for the shop: the technician set out, and nothing more was heard."""
    who = person.name if person else "whoever took it"
    call = f" Call {person.phone}." if person else ""
    customer = f" Customer: {job.callback}." if job.callback else ""
    return gsm(f"#{job.number} {jobs.title(job)}: {who} is overdue there and does not answer.{call}{customer}")


def arrived_noted(job: Job) -> str:
    """To the technician who wrote that they are there."""
    return f"#{job.number}: arrived, noted. Thank you."


def rings_again(job: Job) -> str:
    """To whoever has the job: its caller is on the telephone once more."""
    call = f" Call {job.callback} when you can." if job.callback else ""
    return gsm(f"#{job.number} {jobs.title(job)}: the caller has rung again. The job is still yours.{call}")


def needs_help_spoken(job: Job) -> str:
    """The cry of a caller who was sent outside, as it is read out on the phone."""
    return f"Job {spaced(str(job.number))}. {jobs.title(job)}. The caller writes that they need help. Call them now."


def insists(job: Job) -> str:
    """To whoever has the job: its caller writes URGENT, or that it has got no better."""
    call = f"Call {job.callback} now." if job.callback else "Number withheld."
    return gsm(f"#{job.number} {jobs.title(job)}: the caller writes again that it is URGENT. {call}")


def insists_spoken(job: Job) -> str:
    """The same, as it is read out on the phone."""
    return (
        f"Job {spaced(str(job.number))}. {jobs.title(job)}. The caller writes again that it is urgent. Call them now."
    )
