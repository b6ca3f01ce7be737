"""What is known of each call, as plain facts: one a call, times only."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, func, select

from callbacks.owing import HELPED
from models.company import Company
from models.enums import MessageStatus, Priority, Purpose
from models.tables import Call, Callback, Job, Message, PageRun, RunEvent, Transfer
from routing.paging.story import ARRIVED, CALLED

UNSENT = frozenset({MessageStatus.REFUSED, MessageStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call. What belongs to an episode (text, promise, recovery) is told with the call that began it only."""

    received_at: datetime
    ended_at: datetime | None = None
    streamed: bool = False
    missed: str | None = None  # which of the five rules
    text_due: bool = False  # a missed caller's text was to leave
    texted_at: datetime | None = None  # when Twilio accepted it
    begins_missed: bool = False  # an episode of a missed caller begins here
    promised_at: datetime | None = None  # the promise that is measured
    tried_at: datetime | None = None  # when their telephone first rang, or they were spoken with
    slipped_at: datetime | None = None
    closed_at: datetime | None = None
    helped: bool = False  # closed because they called again and were helped
    recovered: bool = False  # a person has spoken with them after all
    human_at: datetime | None = None  # the first person: bridged, called back, or a technician who phoned or came
    emergency_at: datetime | None = None  # when the page began
    accepted_at: datetime | None = None


def days(company: Company, first: date, last: date) -> tuple[datetime, datetime]:
    """From the first midnight of `first` up to the one after `last`, on the company's wall."""
    return (
        datetime.combine(first, time(), company.timezone),
        datetime.combine(last + timedelta(days=1), time(), company.timezone),
    )


def read(session: Session, since: datetime, until: datetime) -> list[CallFacts]:
    """The facts of every call that came in from `since` up to `until`, oldest first; texts that began none are out."""
    inside = (col(Call.received_at) >= since, col(Call.received_at) < until)
    telephoned = col(Call.sid).startswith("CA")
    calls = session.exec(select(Call).where(*inside, telephoned).order_by(col(Call.received_at))).all()
    of_range = select(Call.id).where(*inside)
    owed = session.exec(select(Callback).where(col(Callback.call_id).in_(of_range))).all()
    begun = {one.call_id: one for one in owed}
    shared = select(Callback).where(col(Callback.id).in_(select(Call.callback_id).where(*inside)))
    episodes = {one.id: one for one in session.exec(shared).all()} | {one.id: one for one in owed}
    bridged = {
        one.call_id: one.bridged_at
        for one in session.exec(select(Transfer).where(col(Transfer.call_id).in_(of_range))).all()
    }
    paged = {
        job.call_id: run
        for job, run in session.exec(
            select(Job, PageRun)
            .join(PageRun, col(PageRun.job_id) == col(Job.id))
            .where(col(Job.call_id).in_(of_range), Job.priority == Priority.P1.value)
        ).all()
    }
    met = _met(session, [run.id for run in paged.values()])
    texts = {
        one.call_id: one
        for one in session.exec(
            select(Message).where(col(Message.call_id).in_(of_range), Message.purpose == Purpose.MISSED)
        ).all()
    }
    return [
        _facts(one, begun.get(one.id), texts.get(one.id), run, people)
        for one in calls
        for run in [paged.get(one.id)]
        for episode in [episodes.get(one.callback_id or "")]
        for people in [
            (bridged.get(one.id), episode.reached_at if episode else None, met.get(run.id) if run else None),
        ]
    ]


def _met(session: Session, runs: list[str]) -> dict[str, datetime]:
    """When the technician of each run first phoned the customer or was there, by run."""
    said = (RunEvent.run_id, func.min(col(RunEvent.at)))
    events = select(*said).where(col(RunEvent.run_id).in_(runs), col(RunEvent.what).in_((CALLED, ARRIVED)))
    return dict(session.exec(events.group_by(col(RunEvent.run_id))).all())


def _facts(
    call: Call,
    callback: Callback | None,
    text: Message | None,
    run: PageRun | None,
    people: tuple[datetime | None, ...],
) -> CallFacts:
    human = [one for one in people if one and one >= call.received_at]
    tried = [one for one in (callback.first_tried_at, callback.reached_at) if one] if callback else []
    return CallFacts(
        received_at=call.received_at,
        ended_at=call.ended_at,
        streamed=call.stream_at is not None,
        missed=call.missed,
        text_due=text is not None and text.status not in UNSENT,
        texted_at=text.accepted_at if text else None,
        begins_missed=callback is not None and call.missed is not None,
        promised_at=callback.first_promised_at if callback else None,
        tried_at=min(tried, default=None),
        slipped_at=callback.slipped_at if callback else None,
        closed_at=callback.closed_at if callback else None,
        helped=callback is not None and callback.closed_reason == HELPED,
        recovered=callback is not None and bool(callback.reached_at or callback.closed_reason == HELPED),
        human_at=min(human, default=None),
        emergency_at=run.created_at if run else None,
        accepted_at=run.acknowledged_at if run else None,
    )
