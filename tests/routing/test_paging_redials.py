"""Who rings again about what somebody was woken for: one ladder, and its holder hears of it."""

from sqlmodel import Session, select

from models.company import Company
from models.database import Database
from models.enums import CallStatus, JobStatus, Priority, RunStatus
from models.tables import Call, Job, PageRun
from routing import paging
from tests.callbacks.callers import Desk
from tests.conftest import Clock
from tests.routing.paging_rig import CUSTOMER, Night, burst_pipe
from voice import ending

NUMBERS = iter(range(4900, 9999))


class Redials(Night):
    """A night in which the customer rings again."""

    def rings(self, number: str = CUSTOMER, **facts: object) -> str:
        """Another call that tells of an emergency, and its end; the job's id."""

        def write(session: Session) -> str:
            job = burst_pipe(session, self.clock(), next(NUMBERS), **facts)
            call = session.get_one(Call, job.call_id)
            job.caller = job.callback = call.caller = number
            call.stream_at, call.assessment = self.clock(), {"priority": job.priority, "situation": job.situation}
            paging.start(session, job, self.company, self.clock())
            ending.end(session, self.company, call.id, "completed", self.clock())
            return job.id

        job_id = self.database.work(write)
        self.deliver()
        return job_id

    def runs(self) -> list[PageRun]:
        return self.database.work(lambda session: list(session.exec(select(PageRun)).all()))

    def job(self, id_: str) -> Job:
        found: Job = self.database.work(lambda session: session.get_one(Job, id_))
        return found


def night(database: Database, shop: Company, clock: Clock) -> Redials:
    return Redials(database, shop, clock)


def test_five_redials_of_one_leak_are_one_ladder(database: Database, shop: Company, wednesday: Clock) -> None:
    shop_at_night = night(database, shop, wednesday)
    first = shop_at_night.rings()
    paged = shop_at_night.paged()
    for _ in range(4):
        shop_at_night.wait(seconds=20)
        again = shop_at_night.rings()
    assert len(shop_at_night.runs()) == 1 and shop_at_night.paged() == paged
    assert shop_at_night.job(again).details["joined"] == shop_at_night.job(first).number
    assert shop_at_night.job(again).status == JobStatus.CLOSED
    assert len([one for one in shop_at_night.told() if "alerting" in one]) == 1


def test_who_drives_there_reads_that_the_caller_rang_again_and_is_not_rung(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    shop_at_night = night(database, shop, wednesday)
    shop_at_night.rings()
    shop_at_night.writes("marcus", "A")
    paged, told = shop_at_night.paged(), len(shop_at_night.notices("marcus"))
    for _ in range(3):
        shop_at_night.wait(seconds=30)
        shop_at_night.rings()
    assert shop_at_night.paged() == paged
    news = [one for one in shop_at_night.notices("marcus")[told:] if "rung again" in one]
    assert len(news) == 1
    assert len([one for one in shop_at_night.told() if "you rang again" in one]) == 1


def test_the_address_of_the_second_call_reaches_whoever_took_the_first(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    shop_at_night = night(database, shop, wednesday)
    first = shop_at_night.rings(address=None, details={})
    shop_at_night.writes("marcus", "A")
    shop_at_night.rings(details={"Q_SHUT": "no"})
    known = shop_at_night.job(first)
    assert known.address is not None and known.address["street"] == "Maple Street"
    news = shop_at_night.notices("marcus")[-1]
    assert f"#{known.number}" in news and "412 Maple Street" in news and "main NOT shut" in news


def test_another_danger_is_another_ladder(database: Database, shop: Company, wednesday: Clock) -> None:
    shop_at_night = night(database, shop, wednesday)
    shop_at_night.rings()
    shop_at_night.writes("marcus", "A")
    shop_at_night.rings(situation="G01", trade="gas")
    assert len(shop_at_night.runs()) == 2


def test_a_danger_that_is_told_later_in_the_second_call_is_another_ladder(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    shop_at_night = night(database, shop, wednesday)
    shop_at_night.rings()
    again = shop_at_night.rings()

    def more(session: Session) -> None:
        job = session.get_one(Job, again)
        job.status, job.situation, job.trade = JobStatus.PAGED, "G01", "gas"
        session.add(job)
        paging.start(session, job, shop, wednesday())

    shop_at_night.database.work(more)
    assert len(shop_at_night.runs()) == 2 and "joined" not in shop_at_night.job(again).details


def test_after_the_ladder_has_ended_or_two_hours_a_new_call_pages_anew(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    shop_at_night = night(database, shop, wednesday)
    shop_at_night.rings()
    shop_at_night.wait(hours=3)
    assert shop_at_night.runs()[0].status == RunStatus.EXHAUSTED
    shop_at_night.rings()
    shop_at_night.writes("marcus", "A")
    wednesday.turn(hours=2, minutes=1)
    shop_at_night.rings()
    assert len(shop_at_night.runs()) == 3


def test_somebody_elses_leak_is_somebody_elses(database: Database, shop: Company, wednesday: Clock) -> None:
    shop_at_night = night(database, shop, wednesday)
    shop_at_night.rings()
    shop_at_night.rings("+15125550142")
    assert len(shop_at_night.runs()) == 2


def test_who_redials_and_hangs_up_in_the_greeting_is_not_promised_a_call_tomorrow(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    shop_at_night, desk = night(database, shop, wednesday), Desk(database, shop, wednesday)
    shop_at_night.rings(situation="G01", trade="gas")
    shop_at_night.writes("marcus", "A")
    wednesday.turn(minutes=5)
    call = desk.rings(CUSTOMER, status=CallStatus.TALKING, stream_at=wednesday())
    for _ in range(2):  # the stream's end, and Twilio's word of it
        desk.hangs_up(call)
    assert desk.callbacks() == []
    assert "you rang again" in shop_at_night.told()[-1]
    assert len([one for one in shop_at_night.notices("marcus") if "rung again" in one]) == 1


def test_who_redials_about_something_else_is_owed_a_call(database: Database, shop: Company, wednesday: Clock) -> None:
    shop_at_night, desk = night(database, shop, wednesday), Desk(database, shop, wednesday)
    shop_at_night.rings()
    call = desk.rings(CUSTOMER, status=CallStatus.TALKING, stream_at=wednesday())

    def quote(session: Session) -> None:
        session.add(Job(number=7001, call_id=call, intent="quote", priority=Priority.P3, created_at=wednesday()))

    desk.work(quote)
    desk.hangs_up(call)
    assert len(desk.callbacks()) == 1
