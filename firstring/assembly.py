"""Putting the house together: every room gets what it needs, here and nowhere else."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from callbacks import safety
from carrier import timers
from carrier.client import Carrier, TwilioCarrier
from carrier.delivery import WORKERS, Delivery
from carrier.doors import Doors
from carrier.engine import Engine
from carrier.signature import Signatures
from firstring.settings import Settings
from models.clock import Clock, system_clock
from models.company import Company
from models.database import Database
from models.enums import CallStatus
from models.tables import Call, Message, Timer
from routing import paging
from triage.triage import Triage
from voice import ledger
from voice.dialogue.dialogue import Dialogue
from voice.ears.activity import Model
from voice.house import House
from voice.lines import Lines
from voice.prompts.bank import PromptBank
from voice.recogniser import choose
from voice.recogniser.pool import PoolLimits, RecogniserPool

WHISPER_STALL_S = 30.0
"""Whisper pays for thirty seconds of audio whatever was said: a large model on a slow CPU needs so long."""

CHECK_AGAIN = timedelta(minutes=10)
LONGEST_CALL = timedelta(hours=4)
"""Twilio ends a call after so long (docs/carrier.md)."""


def carrier_for(settings: Settings, company: Company) -> Carrier:
    """The telephone company by the settings."""
    return TwilioCarrier(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        company.phone,
        api_url=settings.twilio_api_url,
    )


def build_engine(
    settings: Settings,
    company: Company,
    database: Database,
    clock: Clock,
    live_calls: Mapping[str, Any] | None,
    carrier: Carrier | None = None,
) -> Engine:
    """The loop that delivers the outbox and runs the timers.

    `live_calls` are those served in this process, by SID; None when another process serves them.
    """

    def reached_or_not(session: Session, message: Message) -> None:
        paging.page_news(session, message, company, clock())

    delivery = Delivery(
        database,
        carrier or carrier_for(settings, company),
        company,
        Doors(settings.public_url),
        clock,
        ThreadPoolExecutor(WORKERS, thread_name_prefix="delivery"),
        on_outcome=reached_or_not,
    )
    handlers = {
        paging.RUNG_TIMER: partial(_with_company, paging.rung_due, company),
        safety.ALL_OUT_TIMER: partial(_with_company, safety.ask, company),
        ledger.CALL_CHECK: partial(_call_check, company, live_calls),
    }
    engine = Engine([delivery, timers.TimerPass(database, handlers)], clock)
    delivery.woken = engine.wake
    return engine


def build_house(
    settings: Settings, company: Company, clock: Clock = system_clock, carrier: Carrier | None = None
) -> House:
    """The house, not yet started: the recognisers start with the application."""
    choice = choose.pick(settings.stt)
    database = Database(settings.database_url)
    sessions: dict[str, Any] = {}
    engine = build_engine(settings, company, database, clock, sessions, carrier)
    limits = PoolLimits(stall_floor_s=WHISPER_STALL_S) if choice.name == "whisper" else PoolLimits()
    pool = RecogniserPool(partial(choose.load, choice.name), workers=settings.recognisers, limits=limits)
    return House(
        company=company,
        public_url=settings.public_url,
        stream_url=settings.stream_url,
        database=database,
        signatures=Signatures(settings.twilio_auth_token.get_secret_value()),
        triage=Triage.load(zips=company.zips, city=company.city, state=company.state, streets=company.streets),
        dialogue=Dialogue(company),
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


def _call_check(
    company: Company, live: Mapping[str, Any] | None, session: Session, timer: Timer, now: datetime
) -> None:
    """A call whose end nobody told us: settle it, unless it is still being served here."""
    call = session.get_one(Call, timer.ref)
    if call.status == CallStatus.ENDED:
        return
    talking = call.status == CallStatus.TALKING and (live is None or call.sid in live)
    if talking and now - call.received_at < LONGEST_CALL:
        timers.schedule(session, kind=ledger.CALL_CHECK, ref=call.id, due_at=now + CHECK_AGAIN, step=timer.step + 2)
    else:
        ledger.end(session, company, call.id, None, now)
