"""A run from the first page to somebody's yes."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from models.company import Company
from models.enums import Channel, JobStatus, MessageStatus, Purpose, RunStatus, TimerStatus, Trade
from models.tables import Call, Job, Message, PageRun, Timer
from routing import paging
from tests.conftest import Clock


@pytest.fixture
def job(session: Session, wednesday: Clock) -> Job:
    call = Call(sid="CA1", caller="+15125550199", received_at=wednesday())
    session.add(call)
    session.flush()
    job = Job(
        number=1001,
        call_id=call.id,
        intent="emergency",
        priority="P1",
        trade=Trade.PLUMBING,
        situation="P01",
        caller=call.caller,
        callback=call.caller,
        address={"number": "412", "street": "Maple Street", "zip": "78704"},
        created_at=wednesday(),
    )
    session.add(job)
    session.flush()
    return job


def pages(session: Session, run: PageRun, step: int | None = None) -> list[tuple[str, str, str]]:
    found = session.exec(select(Message).where(Message.run_id == run.id)).all()
    return sorted((one.person_id or "", one.channel, one.status) for one in found if step in (None, one.step))


def test_the_first_rung_leaves_by_text_and_call_in_one_piece_with_the_run(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    assert pages(session, run) == [("marcus", "call", "pending"), ("marcus", "text", "pending")]
    assert job.status == JobStatus.PAGED
    text = session.exec(select(Message).where(Message.channel == Channel.TEXT)).one()
    assert text.body == (
        "P1 #1001 Burst pipe, water flowing. 412 Maple Street, 78704. Call +15125550199. "
        "Reply A1001 accept / D1001 pass."
    )  # without a link to hold the rest


def test_a_job_is_paged_once(session: Session, job: Job, shop: Company, wednesday: Clock) -> None:
    assert paging.start(session, job, shop, wednesday()).id == paging.start(session, job, shop, wednesday()).id
    assert len(session.exec(select(Message)).all()) == 2


def test_a_yes_takes_the_job_cancels_the_rest_and_tells_the_customer_who(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    reply = paging.answer_text(session, shop.person("marcus"), " a 1001 ", shop, wednesday())
    assert reply is not None and reply.startswith("#1001 is yours")
    assert run.status == RunStatus.ACKNOWLEDGED and job.status == JobStatus.ACCEPTED
    assert {status for _, _, status in pages(session, run)} == {MessageStatus.CANCELLED}
    told = session.exec(select(Message).where(Message.key == f"accepted:{run.id}:0")).one()
    assert told.to == "+15125550199" and "Marcus" in told.body and "10:30 AM" in told.body
    timers = {one.kind: one.status for one in session.exec(select(Timer)).all()}
    assert timers == {paging.RUNG_TIMER: TimerStatus.CANCELLED, paging.SILENT_TIMER: TimerStatus.PENDING}


def test_a_late_yes_hears_who_took_it_and_when(session: Session, job: Job, shop: Company, wednesday: Clock) -> None:
    run = paging.start(session, job, shop, wednesday())
    paging.decline(session, run, shop.person("marcus"), shop, wednesday())
    paging.answer_text(session, shop.person("walt"), "A1001", shop, wednesday.turn(minutes=2))
    late = paging.answer_text(session, shop.person("marcus"), "a", shop, wednesday.turn(minutes=1))
    assert late == "#1001 was taken by Walt Kowalski at 10:17 AM. Thank you."


def test_a_pass_pages_the_next_person_at_once(session: Session, job: Job, shop: Company, wednesday: Clock) -> None:
    run = paging.start(session, job, shop, wednesday())
    reply = paging.answer_text(session, shop.person("marcus"), "D1001", shop, wednesday())
    assert reply == "#1001 passed on. Thank you."
    assert pages(session, run, step=run.step) == [("walt", "call", "pending"), ("walt", "text", "pending")]


def test_silence_climbs_the_ladder_rung_by_rung_to_the_end(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    minute = 60  # the carrier took no page, so that every rung lasts to its cap
    climbed = []
    while timer := session.exec(select(Timer).where(Timer.status == TimerStatus.PENDING)).first():
        timer.status = TimerStatus.DONE
        session.add(timer)
        session.flush()
        paging.rung_due(session, timer, shop, timer.due_at)
        climbed.append((timer.due_at - job.created_at).total_seconds())
    ladder = [180 + minute, 240 + 2 * minute, 480 + 3 * minute, 1080 + 4 * minute]
    last = 600 + minute
    assert climbed == [*ladder, *range(ladder[-1] + last, ladder[-1] + 6 * last + 1, last)]  # then everybody, again
    assert run.status == RunStatus.EXHAUSTED
    assert len(pages(session, run)) == 2 + 1 + 2 + 4 * (1 + paging.LAST_REPEATS)


def test_one_of_several_who_passes_does_not_end_the_rung_for_the_others(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    run.step = 3  # everybody
    session.flush()
    paging.decline(session, run, shop.person("marcus"), shop, wednesday())
    assert (run.step, run.passed) == (3, ["marcus"])
    paging.decline(session, run, shop.person("walt"), shop, wednesday())
    assert run.step == 3  # everybody has said no: they are asked again in ten minutes, not in this second
    told = session.exec(select(Message).where(Message.key == f"unreached:{run.id}")).one()
    assert "could not reach a technician yet" in told.body


def test_two_who_climb_at_once_climb_once(session: Session, job: Job, shop: Company, wednesday: Clock) -> None:
    run = paging.start(session, job, shop, wednesday())
    timer = session.exec(select(Timer)).one()
    for _ in range(2):
        paging.rung_due(session, timer, shop, wednesday())
    assert run.step == 1
    pending = session.exec(select(Timer).where(Timer.status == TimerStatus.PENDING)).all()
    assert [one.step for one in pending] == [1]


def test_somebody_who_left_the_company_does_not_stop_the_ladder(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    left = replace(shop, staff=tuple(one for one in shop.staff if one.id != "marcus"))
    paging.rung_due(session, session.exec(select(Timer)).one(), left, wednesday.turn(minutes=3))
    assert {one.person_id for one in session.exec(select(Message).where(Message.step == run.step)).all()} == {"walt"}


def test_a_yes_after_the_ladder_has_ended_still_counts(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    run.status = RunStatus.EXHAUSTED
    session.flush()
    assert paging.acknowledge(session, run, shop.person("marcus"), shop, wednesday()) == "yours"


def test_when_neither_text_nor_call_can_reach_somebody_the_next_rung_is_now(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    run = paging.start(session, job, shop, wednesday())
    text, call = session.exec(select(Message).order_by(Message.channel.desc())).all()
    text.status = MessageStatus.UNDELIVERED
    session.flush()
    paging.page_news(session, text, shop, wednesday())
    assert run.step == 0  # the call may still get through
    call.status = MessageStatus.NO_ANSWER
    session.flush()
    paging.page_news(session, call, shop, wednesday())
    assert run.step == 1


def test_the_address_that_came_later_is_sent_after_the_page(
    session: Session, job: Job, shop: Company, wednesday: Clock
) -> None:
    address, job.address = job.address, None
    run = paging.start(session, job, shop, wednesday())
    job.address = address
    paging.brief(session, job, shop, wednesday())
    paging.brief(session, job, shop, wednesday())
    job.details = {"Q_FLOW": "yes", "Q_SAFE": "no"}
    paging.brief(session, job, shop, wednesday())
    sent = session.exec(select(Message).where(Message.purpose == Purpose.STAFF).order_by(Message.body)).all()
    assert {one.person_id for one in sent} == {"marcus"} and run.id in sent[0].key
    assert [one.body for one in sent] == [
        "#1001 Burst pipe, water flowing: 412 Maple Street, 78704. Call +15125550199.",
        "#1001 Burst pipe, water flowing: 412 Maple Street, 78704. water ON. Call +15125550199.",
    ]
