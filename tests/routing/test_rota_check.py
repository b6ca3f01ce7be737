"""The look at tonight's rota: who cannot be paged, which trade nobody can be sent for, and who is told."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from carrier.timers import TimerPass
from models.company import Company, Credential, Turn
from models.database import Database
from models.enums import Channel, DutyKind, TimerStatus, Trade
from models.tables import Consent, DeadNumber, DutyChange, Message, Timer
from routing.rota import changes, check
from routing.rota.turns import instant
from tests.conftest import Clock

AUSTIN = ZoneInfo("America/Chicago")


def at(text: str) -> datetime:
    return instant(AUSTIN, datetime.fromisoformat(text))


def found(session: Session, company: Company, now: datetime) -> list[str]:
    return [one for concern in check.concerns(session, company, now) for one in concern.findings]


def with_person(company: Company, person_id: str, **other: object) -> Company:
    staff = tuple(replace(one, **other) if one.id == person_id else one for one in company.staff)  # type: ignore[arg-type]
    return replace(company, staff=staff)


def test_the_example_shop_is_in_order(session: Session, shop: Company, wednesday: Clock) -> None:
    assert found(session, shop, wednesday()) == []


def test_the_electricians_licence_expired_yesterday(session: Session, shop: Company, wednesday: Clock) -> None:
    licence = Credential("electrician", "master", "TX", "E-1", expires=date(2026, 11, 17))
    (finding,) = found(session, with_person(shop, "tom", credentials=(licence,)), wednesday())
    assert finding.startswith("nobody on duty for electrical (Tom Okafor")


def test_a_licence_that_ends_at_midnight_does_not_last_the_night(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    licence = Credential("electrician", "master", "TX", "E-1", expires=date(2026, 11, 18))
    assert found(session, with_person(shop, "tom", credentials=(licence,)), wednesday.turn(hours=8))


def test_somebody_who_never_agreed_is_named_and_covers_nothing(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    assert found(session, with_person(shop, "elena", opted_in=False), wednesday()) == [
        "nobody on duty for hvac",
        "Elena Ruiz has not opted in",
    ]


def test_each_way_that_is_out_is_named_and_both_are_nobody(session: Session, shop: Company, wednesday: Clock) -> None:
    phone = shop.person("tom").phone
    session.add(DeadNumber(number=phone, channel=Channel.TEXT, error_code=30006, at=wednesday()))
    assert found(session, shop, wednesday()) == ["Tom Okafor can have no texts: dead or stopped"]
    session.add(Consent(number=phone, channel=Channel.CALL, granted=False, source="keyword", at=wednesday()))
    assert "Tom Okafor cannot be reached by text or call" in found(session, shop, wednesday())
    later = wednesday.turn(minutes=1)
    session.add(Consent(number=phone, channel=Channel.CALL, granted=True, source="keyword", at=later))
    assert found(session, shop, later) == ["Tom Okafor can have no texts: dead or stopped"]


def test_nobody_answers_for_the_shop(session: Session, shop: Company, wednesday: Clock) -> None:
    wrong = found(session, with_person(shop, "walt", opted_in=False), wednesday())
    assert wrong[0] == "nobody who answers for the shop can be paged"
    assert "only Tom Okafor for electrical" in wrong  # and so there is nobody behind him


def test_a_trade_without_a_turn_at_night(session: Session, shop: Company, wednesday: Clock) -> None:
    days = tuple(replace(one, opens=time(7), closes=time(19)) if one.id == "wires" else one for one in shop.turns)
    (concern,) = check.concerns(session, replace(shop, turns=days), wednesday(), nights=2)
    assert concern.findings == ("nobody on duty for electrical",)
    assert (concern.starts, concern.ends) == (at("2026-11-17T19:00"), at("2026-11-19T07:00"))
    assert check.concerns(session, replace(shop, turns=days), wednesday()) == ()  # last night is over


def test_the_warning_is_short_plain_and_counts_the_rest(shop: Company) -> None:
    findings = ("nobody on duty for electrical", "Zoë has not opted in", "only Łukasz for gas", "x", "y")
    concern = check.Concern(at("2026-11-18T17:00"), at("2026-11-19T07:00"), findings)
    assert check.words(shop, concern) == (
        "Rota Wed 5:00 PM to Thu 7:00 AM: nobody on duty for electrical; Zoe has not opted in; only ukasz for gas; "
        "and 2 more. Please mend it."
    )


# ---- the timer ------------------------------------------------------------------------------------------------------
class Night:
    """The engine's pass over timers, with a clock that is turned."""

    def __init__(self, books: Database, company: Company, clock: Clock) -> None:
        self.books, self.company, self.clock = books, company, clock
        books.work(check.begin, company, clock())
        self.passes = TimerPass(books, {changes.ROTA_CHECK: self.due})

    def due(self, session: Session, timer: Timer, now: datetime) -> None:
        check.rota_check_due(session, timer, self.company, now)

    def until(self, text: str) -> list[str]:
        """Let time pass; the local times of the looks."""
        looks = []
        while self.clock() < at(text):
            if self.passes(self.clock()):
                looks.append(f"{self.clock().astimezone(AUSTIN):%d %H:%M}")
            self.clock.turn(minutes=5)
        return looks

    def texts(self) -> list[tuple[str, str]]:
        with self.books.read() as session:
            sent = session.exec(select(Message).order_by(col(Message.created_at), col(Message.person_id))).all()
        return [(one.person_id or "", one.body) for one in sent]


def test_the_rota_is_looked_at_at_five_and_an_hour_before_each_handoff(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    nights = Turn("nights", 1, ("marcus",), opens=time(19), closes=time(7))
    night = Night(books, replace(shop, turns=(*shop.turns, nights)), wednesday)
    assert night.until("2026-11-20T12:00") == ["18 17:00", "18 18:00", "19 06:00", "19 17:00", "19 18:00", "20 06:00"]
    assert night.texts() == []


def test_starting_twice_sets_one_timer(books: Database, shop: Company, wednesday: Clock) -> None:
    for _ in range(3):
        books.work(check.begin, shop, wednesday())
    with books.read() as session:
        (timer,) = session.exec(select(Timer)).all()
    assert timer.due_at == at("2026-11-18T17:00")


def test_the_same_trouble_is_told_once_a_night_to_each_who_answers_for_the_shop(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    hours = {"opens": time(19), "closes": time(7)}
    nights = replace(shop.turns[0], id="nights", **hours)  # handoffs, and with them more looks
    company = with_person(replace(shop, turns=(*shop.turns, nights)), "tom", opted_in=False)
    night = Night(books, company, wednesday)
    night.until("2026-11-19T16:00")
    texts = night.texts()
    assert [person for person, _ in texts] == ["priya", "walt"]
    assert "nobody on duty for electrical; Tom Okafor has not opted in" in texts[0][1]
    night.until("2026-11-20T12:00")
    assert len(night.texts()) == 4  # once more the next night


def test_somebody_called_off_at_the_last_minute_is_told_of_within_five_minutes(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    night = Night(books, shop, wednesday)
    night.until("2026-11-18T20:00")
    off = changes.draft(DutyKind.OFF, "tom", at("2026-11-18T20:30"), at("2026-11-19T07:00"), wednesday())
    books.work(changes.write, shop, [off], wednesday())
    assert night.until("2026-11-18T20:20") == ["18 20:05"]
    assert [body for _, body in night.texts()] == [
        "Rota Wed 8:30 PM to Thu 7:00 AM: nobody on duty for electrical. Please mend it."
    ] * 2


def test_an_engine_that_was_down_at_five_looks_when_it_is_back(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    night = Night(books, with_person(shop, "tom", opted_in=False), wednesday)
    wednesday.turn(hours=12)
    assert night.until("2026-11-18T23:00") == ["18 22:15"]
    assert len(night.texts()) == 2
    with books.read() as session:
        (timer,) = session.exec(select(Timer).where(Timer.status == TimerStatus.PENDING)).all()
    assert timer.due_at == at("2026-11-19T17:00")


def test_rows_of_changes_reach_the_look(session: Session, shop: Company, wednesday: Clock) -> None:
    session.add(
        DutyChange(
            kind=DutyKind.OFF,
            person_id="marcus",
            trades=[Trade.PLUMBING.value],
            starts_at=wednesday(),
            ends_at=wednesday() + timedelta(days=2),
            created_at=wednesday(),
        )
    )
    assert found(session, shop, wednesday()) == ["nobody on duty for plumbing"]
