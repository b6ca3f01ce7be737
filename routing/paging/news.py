"""News of pages, and news for those who were paged."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, func, select

from carrier import timers
from models.company import Company
from models.enums import Channel, MessageStatus, Purpose, RunStatus
from models.tables import Job, Message, PageRun
from routing import jobs, words
from routing.paging import customer, joining, story
from routing.paging.run import ACCEPTANCE, RUNG_TIMER, climb, methods_of, of_job, page, rung

CALL_ONLY = (Channel.CALL,)
UNREACHED = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.NO_ANSWER, MessageStatus.REFUSED})


def page_news(session: Session, message: Message, company: Company, now: datetime) -> None:
    """What became of a page: accepted, its rung's window begins; unreached, the same person's next method is due now.

    When no method of anybody on the rung is left, the next rung is.
    """
    if message.run_id is None or message.purpose is not Purpose.PAGE:
        return
    run = session.get_one(PageRun, message.run_id)
    if run.status != RunStatus.RUNNING or message.step != run.step:
        return
    if not _spent(message):
        _begin_window(session, run, now)
    elif not _next_method(session, run, message, company, now):
        if nobody_left(session, run, company):
            climb(session, run, company, now)


def nobody_left(session: Session, run: PageRun, company: Company) -> bool:
    """Whether everybody on the run's present rung has passed or can be reached by no method.

    Called again, a heavy sleeper still has the text of the first call: a call that rings out climbs no faster then.
    Where calls are all they get, each leaves the next to the timer.
    """
    steps = _called_again(run)
    sent = session.exec(select(Message).where(Message.run_id == run.id, col(Message.step).in_(steps))).all()
    only_calls = len(steps) > 1 and all(rung(run, one).channels == CALL_ONLY for one in steps)
    waiting = {one.person_id for one in sent if not _spent(one) or (only_calls and _rang_out(one))}
    return all(one in run.passed or one not in waiting for one in rung(run, run.step).people if company.find(one))


def _called_again(run: PageRun) -> list[int]:
    """The steps from the first call of the present rung's people to the last of those that only repeat it."""
    here, ladder = rung(run, run.step).people, range(len(run.policy))
    first = end = min(run.step, ladder[-1])
    while first > 0 and rung(run, first).channels == CALL_ONLY and rung(run, first - 1).people == here:
        first -= 1
    while end + 1 in ladder and rung(run, end + 1).channels == CALL_ONLY and rung(run, end + 1).people == here:
        end += 1
    return [*range(first, end + 1)] if run.step in ladder else [run.step]


def _rang_out(message: Message) -> bool:
    """Whether a call met nobody, or a voicemail."""
    return message.channel == Channel.CALL and message.status in (MessageStatus.NO_ANSWER, MessageStatus.DELIVERED)


def _spent(message: Message) -> bool:
    """Whether nothing can come of a page any more. A call that ended met a voicemail, or somebody pressed no key."""
    over = message.channel == Channel.CALL and message.status == MessageStatus.DELIVERED
    return over or message.status in UNREACHED or message.status == MessageStatus.CANCELLED


def _begin_window(session: Session, run: PageRun, now: datetime) -> None:
    """The rung's wait runs from the latest acceptance, and never past its cap."""
    pages = select(func.min(Message.created_at), func.max(Message.accepted_at))
    began, accepted = session.exec(pages.where(Message.run_id == run.id, Message.step == run.step)).one()
    wait = timedelta(seconds=rung(run, run.step).wait_s)
    due = min((accepted or now) + wait, (began or now) + wait + ACCEPTANCE)
    timers.put_off(session, RUNG_TIMER, run.id, due, run.step)


def _next_method(session: Session, run: PageRun, message: Message, company: Company, now: datetime) -> bool:
    """Page the same person by the rung's next method, if there is one that was not tried."""
    person = company.find(message.person_id)
    if person is None or person.id in run.passed:
        return False
    sent = select(Message.channel).where(
        Message.run_id == run.id, Message.step == run.step, Message.person_id == person.id
    )
    tried = set(session.exec(sent))
    left = [one for one in methods_of(person, rung(run, run.step)) if one not in tried]
    if not left:
        return False
    story.note(session, run, story.NEXT_METHOD, now, person.id, f"{message.channel} {message.status}: {left[0]}")
    page(session, run, session.get_one(Job, run.job_id), company, person, left[0], now)
    return True


def brief(session: Session, job: Job, company: Company, now: datetime) -> None:
    """Tell everyone already paged by text what was learned since: the address, mostly. Once for the same news.

    Whoever took the job gets everything; the others no more than a page holds.
    """
    run = of_job(session, job)
    if run is None:
        return
    job = joining.first_of(session, run, job)
    if not (run.acknowledged_by or jobs.place(job) or jobs.known_answers(job) or job.callback != job.caller):
        return
    messages = session.exec(select(Message).where(Message.run_id == run.id, Message.channel == Channel.TEXT)).all()
    linked = company.links is not None and run.acknowledged_by is None
    said = words.gist(job, linked=linked)
    told = {one.person_id for one in messages if one.body.startswith(said)}  # by their own page, already
    people = {run.acknowledged_by} if run.acknowledged_by else {one.person_id for one in messages}
    for person in (found for one in sorted(one for one in people - told if one) if (found := company.find(one))):
        link = company.links.url(run.id, person.id, run.created_at) if company.links else None
        news = words.learned(job, link) if linked and link else words.brief(job, link)
        key = f"{customer.brief_key(run)}{person.id}:{sha256(news.encode()).hexdigest()[:16]}"
        customer.tell_staff(session, job, person, key, news, now)


def reached(session: Session, job: Job) -> list[str]:
    """Ids of the staff whom the job's run has paged so far, first to last."""
    run = of_job(session, job)
    if run is None:
        return []
    people = session.exec(select(Message).where(Message.run_id == run.id).order_by(col(Message.created_at))).all()
    return list(dict.fromkeys(one.person_id for one in people if one.person_id))
