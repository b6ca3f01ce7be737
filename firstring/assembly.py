"""Putting the house together: every room gets what it needs, here and nowhere else."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlmodel import Session, col, select

from callbacks import episode, followups, keeping, owing, promise, queue, replies, safety
from callbacks.unwatched import Unwatched
from carrier import alarms, retention, timers
from carrier.asking import ASKERS
from carrier.calling_off import CallingOff
from carrier.client import Carrier, TwilioCarrier
from carrier.delivery import WORKERS, Delivery
from carrier.doors import Doors
from carrier.email import SmtpMailer
from carrier.engine import Engine, Pass
from carrier.heartbeat import Heartbeat
from carrier.methods import Methods
from carrier.notify import Listener
from carrier.signature import Signatures
from carrier.unheard import Unheard
from carrier.watch import Glance, Watch
from firstring.settings import Settings, derived_key
from models.clock import Clock, system_clock
from models.company import Company
from models.database import Database
from models.tables import Call, Job, Message, PageRun, Timer
from routing import paging, transfers
from routing.links import Links
from routing.rota import changes, check
from routing.transfers.alive import Alive
from routing.transfers.errands import AT_ONCE
from routing.transfers.onward import Onward
from triage.triage import Triage
from voice import ending
from voice.dialogue.dialogue import Dialogue
from voice.ears.activity import Model
from voice.house import House
from voice.lines import Lines
from voice.prompts.bank import PromptBank
from voice.recogniser import choose
from voice.recogniser.pool import PoolLimits, RecogniserPool
from voice.sweep import Sweep
from voice.texts_sweep import TextSweep
from voice.unended import Unended
from voice.webhooks import delivery_news

WHISPER_STALL_S = 30.0
"""Whisper pays for thirty seconds of audio whatever was said: a large model on a slow CPU needs so long."""


def carrier_for(settings: Settings, company: Company, service: str | None = None) -> Carrier:
    """The telephone company by the settings; texts leave through a messaging service where there is one."""
    return TwilioCarrier(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        company.phone,
        messaging_service_sid=service,
        api_url=settings.twilio_api_url,
    )


def methods_for(settings: Settings, company: Company, carrier: Carrier | None = None) -> Methods:
    """The ways out, in order: the first account, the second, a mail server."""
    accounts, numbers = [carrier or carrier_for(settings, company, company.texting.service)], [company.phone]
    sid, token, number = settings.second_account_sid, settings.second_auth_token, settings.second_number
    if sid and token and number:
        accounts.append(TwilioCarrier(sid, token.get_secret_value(), number, api_url=settings.second_api_url))
        numbers.append(number)
    smtp, sender = settings.smtp_url, settings.smtp_from
    mailer = SmtpMailer(smtp.get_secret_value(), sender) if smtp and sender else None
    service = company.texting.marketing_service
    marketing = carrier_for(settings, company, service) if service else None
    doors, ring_s = Doors(settings.public_url), company.transfers.ring_s
    return Methods(tuple(accounts), doors, mailer, ring_s, marketing, tuple(numbers))


def with_links(settings: Settings, company: Company) -> Company:
    """The company with what only the settings know: the technician's page's addresses, the second account's number."""
    key = bytes.fromhex(derived_key(settings.secret_key.get_secret_value(), "technician"))
    own = company.own_numbers | {number for number in (settings.second_number,) if number}
    return replace(company, links=Links(settings.public_url, key), own_numbers=own, spare=promise.spare)


def build_engine(
    settings: Settings,
    company: Company,
    database: Database,
    clock: Clock,
    live_calls: Mapping[str, Any] | None,
    carrier: Carrier | None = None,
    triage: Triage | None = None,
) -> Engine:
    """The loop that delivers the outbox and runs the timers.

    `live_calls` are those served in this process, by SID, and `triage` what understands them; None when another
    process serves them.
    """
    company = with_links(settings, company)

    def reached_or_not(session: Session, message: Message) -> None:
        delivery_news.react(session, message, company, clock())

    methods = methods_for(settings, company, carrier)
    threads = ThreadPoolExecutor(WORKERS + 2 * ASKERS + 5 * AT_ONCE, thread_name_prefix="delivery")
    delivery = Delivery(database, methods, company, clock, threads, on_outcome=reached_or_not)
    asking = [each(database, methods, clock, reached_or_not).pass_over(threads) for each in (CallingOff, Unheard)]
    handlers: dict[str, timers.Handler] = {
        **{kind: partial(_with_company, look, company) for kind, look in paging.LOOKS.items()},
        paging.RUNG_TIMER: partial(_rung_due, company),
        changes.ROTA_CHECK: partial(_with_company, check.rota_check_due, company),
        keeping.PROMISE_TIMER: partial(_with_company, keeping.look, company),
        safety.ALL_OUT_TIMER: partial(_with_company, safety.ask, company),
        replies.URGENT_TIMER: partial(_with_company, replies.silence, company),
        followups.FOLLOW_UP: partial(_with_company, followups.look, company),
        **transfers.handlers(company),
        **queue.handlers(company),
        retention.RETENTION: partial(_with_company, retention.due, company),
    }
    gone = partial(_caller_gone, company)
    onward = Onward(database, methods, clock, threads, gone)
    alive = Alive(database, methods, company, clock, threads, gone)
    unended = Unended(database, methods, company, clock, threads, live_calls)
    sweep = Sweep(database, methods, company, clock, threads)
    tapes = retention.Tapes(database, methods, company, threads)
    alone = Unwatched(database, company)
    passes: list[Pass] = [delivery, timers.TimerPass(database, handlers), onward, alive, unended, sweep, tapes, alone]
    passes += [TextSweep(database, methods, company, clock, threads, cache(lambda: triage or triage_of(company)))]
    passes += asking
    engine = Engine(passes, clock, glance=Glance(database))
    watch = Watch(database, clock, lambda: engine.beat)
    engine.companions = (Listener(database, engine.wake), Heartbeat(watch, settings.heartbeat_url))
    delivery.woken = engine.wake
    return engine


def begin(session: Session, company: Company, now: datetime) -> None:
    """What an engine does first, as often as it starts: timers that set themselves, and what the owner must know."""
    check.begin(session, company, now)
    retention.begin(session, now)
    alarms.customers_get_no_texts(session, company, now)


def triage_of(company: Company) -> Triage:
    """What understands callers, with the company's area loaded."""
    return Triage.load(zips=company.zips, city=company.city, state=company.state, streets=company.streets)


def build_house(
    settings: Settings, company: Company, clock: Clock = system_clock, carrier: Carrier | None = None
) -> House:
    """The house, not yet started: the recognisers start with the application."""
    company = with_links(settings, company)
    choice = choose.pick(settings.stt)
    database = Database(settings.database_url)
    sessions: dict[str, Any] = {}
    triage = triage_of(company)
    engine = build_engine(settings, company, database, clock, sessions, carrier, triage)
    limits = PoolLimits(stall_floor_s=WHISPER_STALL_S) if choice.name == "whisper" else PoolLimits()
    pool = RecogniserPool(partial(choose.load, choice.name), workers=settings.recognisers, limits=limits)
    return House(
        company=company,
        public_url=settings.public_url,
        stream_url=settings.stream_url,
        database=database,
        signatures=Signatures(
            settings.twilio_auth_token.get_secret_value(),
            second_token=settings.second_auth_token.get_secret_value() if settings.second_auth_token else None,
        ),
        triage=triage,
        dialogue=Dialogue(company),
        fetch=methods_for(settings, company, carrier).recording,
        bank=PromptBank.load(company, settings.recordings, settings.prompts),
        pool=pool,
        recogniser=choice.name,
        hearing=Model(),
        lines=Lines(settings.lines),
        engine=engine,
        clock=clock,
        sessions=sessions,
        wake=engine.wake,
    )


def _with_company(handler: Any, company: Company, session: Session, timer: Timer, now: datetime) -> None:
    handler(session, timer, company, now)


def _rung_due(company: Company, session: Session, timer: Timer, now: datetime) -> None:
    """The caller's number is held before the run: whoever gives up owes them a call, and texts hold both so."""
    mine = select(Job.callback).join(PageRun, col(PageRun.job_id) == col(Job.id)).where(PageRun.id == timer.ref)
    number = session.exec(mine).first()
    if number is not None:
        episode.hold(session, number, now)
    paging.rung_due(session, timer, company, now, given_up=partial(_owed_by_a_person, company))


def _owed_by_a_person(company: Company, session: Session, job: Job, now: datetime) -> None:
    """Everybody was paged and nobody has taken the job: its caller is owed a call, by a time that they are told."""
    call = session.get_one(Call, job.call_id)
    number, priority = job.callback, job.priority
    owing.owe(session, call, company, "nobody_took", now, number=number, priority=priority, missed=False)


def _caller_gone(company: Company, session: Session, call_id: str, now: datetime) -> None:
    """A caller who was to be told something has left, and nobody had said so."""
    ending.end(session, company, call_id, "completed", now)
