"""A call is over: was its caller missed, and what do they get? And the look at a call whose end nobody told."""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks import missed, owing, texts
from callbacks.missed import Missed
from carrier import outbox, timers
from models.company import Company
from models.enums import CallStatus, Channel, Priority, Purpose, RunStatus, Trade, TransferStatus
from models.moves import move
from models.tables import Call, Job, PageRun
from routing import jobs, paging, policies, transfers
from triage.assessment import Assessment

CALL_CHECK = "call_check"
CHECK_SOON = timedelta(seconds=60)
"""No news of a call's end so long after its last frame: then Twilio is asked (docs/carrier.md, "Missed calls")."""


def end(session: Session, company: Company, call_id: str, final_status: str | None, now: datetime) -> str | None:
    """The call is over: judge whether the caller was missed, and see to it that nobody is left with nothing.

    May be called more than once and with news in any order (socket, status callback, a message's recording, a look at
    Twilio): what is written is written once, and the verdict is that of all that is known. Gives the rule by which the
    caller was missed, or None.
    """
    call = session.get_one(Call, call_id)
    job, run = _emergency_of(session, company, call, now)
    if job is not None:
        paging.brief(session, job, company, now)
    if final_status is not None:
        transfers.caller_left(session, call_id, company, now)
    elif transfers.live(session, call_id):  # only the stream's end was told: the caller may be on hold
        check_soon(session, call_id, now)
        return None
    transfer = transfers.of_call(session, call_id)
    if final_status is None and call.missed == Missed.NEVER_ANSWERED:
        final_status = "no-answer"
    rule = missed.judge(
        missed.Ending(
            final_status=final_status,
            streamed=call.stream_at is not None,
            outcome=call.outcome,
            transfer=TransferStatus(transfer.status) if transfer else None,
            recording_s=call.recording_s,
        )
    )
    if call.status != CallStatus.ENDED:
        move(session, call, CallStatus(call.status), CallStatus.ENDED, ended_at=call.ended_at or now)
    call.missed = rule.value if rule else None
    session.add(call)
    session.flush()
    if rule is not None:
        _make_good(session, company, call, job, run, rule, now)
    helped = transfer is not None and transfer.status in missed.SPOKE
    owing.call_over(session, call, company, now, helped=helped)
    return call.missed


def check_soon(session: Session, call_id: str, now: datetime) -> None:
    """News of the end may never come: ask Twilio in a minute, unless the call is served here (voice/unended.py)."""
    at = now + CHECK_SOON
    set_before = not timers.schedule(session, kind=CALL_CHECK, ref=call_id, due_at=at)
    if set_before and not timers.put_off(session, CALL_CHECK, call_id, at, step=0):
        timers.schedule(session, kind=CALL_CHECK, ref=call_id, due_at=at, step=1)  # it was taken for over before


def _emergency_of(session: Session, company: Company, call: Call, now: datetime) -> tuple[Job | None, PageRun | None]:
    """The call's job and page run; an emergency that was understood and never paged, why ever, is paged now.

    So is a job below an emergency where the profile has a policy for it.
    """
    job = jobs.of_call(session, call.id)
    understood = (call.assessment or {}).get("priority") == Priority.P1
    if job is None and understood:
        job = jobs.write_emergency(session, call, Assessment(), call.assessment.get("situation"), "see the call", now)  # type: ignore[union-attr]
    if job is None or not (job.priority == Priority.P1 or _paged_by_day(company, job)):
        return job, None
    return job, paging.start(session, job, company, now)


def _paged_by_day(company: Company, job: Job) -> bool:
    if job.priority is None:
        return False
    trade = Trade(job.trade) if job.trade else None
    return policies.for_jobs_of(company, Priority(job.priority), trade, job.situation)


def _make_good(
    session: Session, company: Company, call: Call, job: Job | None, run: PageRun | None, rule: Missed, now: datetime
) -> None:
    """A missed caller gets a text: how it stands where an emergency was paged, now or lately; else a time."""
    number = reached_at(call, job)
    if job is None and number is not None and rule is not Missed.VOICEMAIL:
        run = paging.in_hand(session, number, now)
        if run is not None:
            paging.rings_again(session, run, company, call.id, now)
    if run is None or not (job is None or job.priority == Priority.P1):
        owing.owe(session, call, company, rule, now, number=number, priority=job.priority if job else None)
    elif number is not None:
        _how_it_stands(session, company, call, run, number, now)


def _how_it_stands(session: Session, company: Company, call: Call, run: PageRun, number: str, now: datetime) -> None:
    """Once a run, whatever is redialled: the page is out, or who has the job, if the call before did not say so."""
    paged_for = session.get_one(Call, session.get_one(Job, run.job_id).call_id)
    holder = company.find(run.acknowledged_by)
    if run.status == RunStatus.RUNNING:
        on_it(session, company, paged_for, number, now)
    elif run.status == RunStatus.ACKNOWLEDGED and holder is not None and paged_for.id != call.id:
        paging.still_held(session, run, holder, company, now)


def reached_at(call: Call, job: Job | None) -> str | None:
    """Where a caller can be called back: at the number they gave, else at the one they rang from."""
    spoken = ((call.assessment or {}).get("entities") or {}).get("callback") or {}
    return (job.callback if job else None) or spoken.get("value") or call.caller


def on_it(session: Session, company: Company, call: Call, number: str, now: datetime) -> None:
    """Tell a caller who is not on the line any more, once, that the page is out; nobody has taken it yet."""
    outbox.enqueue(
        session,
        key=f"on_it:{call.id}",
        channel=Channel.TEXT,
        purpose=Purpose.RECEIPT,
        to=number,
        body=texts.say(company, "on_it", call.language),
        now=now,
        call_id=call.id,
    )
