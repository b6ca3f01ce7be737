"""Changes of the rota as rows, on both databases: covers, swaps, absences, and what is refused."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from models.company import Company, Credential, Turn
from models.database import Database
from models.enums import DutyKind, Purpose, Trade
from models.tables import DutyChange, Message, Timer
from routing.rota import changes, check
from routing.rota.changes import Refused, Window, draft
from routing.rota.duty import Change, on_duty
from routing.rota.turns import instant
from tests.conftest import Clock

AUSTIN = ZoneInfo("America/Chicago")


@pytest.fixture
def books(database: Database) -> Database:
    return database


@pytest.fixture
def pair(shop: Company) -> Company:
    """Marcus and Walt do the plumbing, a week each; Tom stands behind them and does none."""
    monday = datetime(2026, 11, 16, 7)
    weeks = Turn("weeks", 1, ("marcus", "walt"), unit="weeks", since=monday)
    return replace(shop, turns=(weeks, Turn("behind", 2, ("tom",))), trades=frozenset({Trade.PLUMBING}))


def at(text: str) -> datetime:
    return instant(AUSTIN, datetime.fromisoformat(text))


def on(books: Database, company: Company, text: str) -> list[str]:
    with books.read() as session:
        written = changes.load(session, at(text), at("2027-01-01"))
    return [one.person for one in on_duty(company, written, at(text))]


def cover(person: str, covers: str, starts: str, ends: str, clock: Clock) -> Change:
    return draft(DutyKind.COVER, person, at(starts), at(ends), clock(), covers=covers)


def test_marcus_and_walt_swap_a_night(books: Database, pair: Company, wednesday: Clock) -> None:
    first = Window("marcus", at("2026-11-20T17:00"), at("2026-11-21T07:00"))
    second = Window("walt", at("2026-11-27T17:00"), at("2026-11-28T07:00"))
    books.work(changes.swap, pair, first, second, wednesday(), by="test")
    days = [f"2026-11-{day}T20:00" for day in (19, 20, 21, 26, 27, 28)]
    assert [on(books, pair, day)[0] for day in days] == ["marcus", "walt", "marcus", "walt", "marcus", "walt"]


def test_a_swap_with_somebody_who_does_no_plumbing_is_refused_with_the_reason_and_leaves_nothing(
    books: Database, pair: Company, wednesday: Clock
) -> None:
    first = Window("marcus", at("2026-11-20T17:00"), at("2026-11-21T07:00"))
    second = Window("tom", at("2026-11-27T17:00"), at("2026-11-28T07:00"))
    with pytest.raises(Refused) as no:
        books.work(changes.swap, pair, first, second, wednesday())
    assert no.value.reason.startswith("from 2026-11-20 17:00: plumbing would have nobody who may be sent (Tom Okafor")
    assert "Tom" not in str(no.value)  # the exception's text goes to logs
    with books.read() as session:
        assert not session.exec(select(DutyChange)).all() and not session.exec(select(Timer)).all()


def test_an_expired_licence_refuses_a_swap_from_its_first_bad_day(
    books: Database, pair: Company, wednesday: Clock
) -> None:
    licence = Credential("plumber", "master", "TX", "M-1", expires=date(2026, 11, 20))
    staff = tuple(replace(one, credentials=(licence,)) if one.id == "walt" else one for one in pair.staff)
    pair = replace(pair, staff=staff)
    day = cover("walt", "marcus", "2026-11-20T17:00", "2026-11-20T23:00", wednesday)
    books.work(changes.write, pair, [day], wednesday())
    next_day = cover("walt", "marcus", "2026-11-21T17:00", "2026-11-21T23:00", wednesday)
    with pytest.raises(Refused) as no:
        books.work(changes.write, pair, [next_day], wednesday.turn(minutes=1))
    assert "Walt Kowalski" in no.value.reason


def test_one_person_in_two_places_is_one_less_to_send(books: Database, pair: Company, wednesday: Clock) -> None:
    both = replace(pair, turns=(Turn("one", 1, ("marcus",)), Turn("two", 2, ("walt",))))
    with pytest.raises(Refused) as no:
        books.work(
            changes.write,
            both,
            [cover("walt", "marcus", "2026-11-20T17:00", "2026-11-21T07:00", wednesday)],
            wednesday(),
        )
    assert no.value.reason == "from 2026-11-20 17:00: plumbing would have 1 instead of 2 who may be sent"
    span = ("2026-11-20T17:00", "2026-11-21T07:00")
    places = [cover("walt", "marcus", *span, wednesday), cover("marcus", "walt", *span, wednesday)]
    books.work(changes.write, both, places, wednesday())
    assert on(books, both, "2026-11-20T20:00") == ["walt", "marcus"]


def test_a_cover_of_somebody_who_is_not_on_is_refused_not_forgotten(
    books: Database, pair: Company, wednesday: Clock
) -> None:
    with pytest.raises(Refused) as no:
        books.work(
            changes.write,
            pair,
            [cover("marcus", "walt", "2026-11-18T17:00", "2026-11-19T07:00", wednesday)],
            wednesday(),
        )
    assert no.value.reason.startswith("walt is not on duty in that time")


def test_ill_at_night_then_covered_then_well_again(books: Database, pair: Company, wednesday: Clock) -> None:
    off = draft(DutyKind.OFF, "marcus", at("2026-11-18T17:00"), at("2026-11-19T07:00"), wednesday())
    books.work(changes.write, pair, [off], wednesday())
    assert on(books, pair, "2026-11-18T20:00") == ["tom"]
    covered = cover("walt", "marcus", "2026-11-18T17:00", "2026-11-19T07:00", wednesday)
    covered = replace(covered, written=wednesday.turn(minutes=2))
    books.work(changes.write, pair, [covered], wednesday())
    assert on(books, pair, "2026-11-18T20:00") == ["walt", "tom"]
    for one in (off, covered):
        assert books.work(changes.withdraw, one.id, wednesday.turn(minutes=1))
    assert on(books, pair, "2026-11-18T20:00") == ["marcus", "tom"]
    assert not books.work(changes.withdraw, off.id, wednesday())


def test_who_is_covered_and_who_comes_in_are_told_once_each(books: Database, pair: Company, wednesday: Clock) -> None:
    first = Window("marcus", at("2026-11-20T17:00"), at("2026-11-21T07:00"))
    second = Window("walt", at("2026-11-27T17:00"), at("2026-11-28T07:00"))
    books.work(changes.swap, pair, first, second, wednesday())
    off = draft(DutyKind.OFF, "tom", at("2026-12-18T17:00"), at("2026-12-19T07:00"), wednesday())
    books.work(changes.write, pair, [off], wednesday())
    with books.read() as session:
        told = {one.person_id: one for one in session.exec(select(Message))}
    assert {one.purpose for one in told.values()} == {Purpose.STAFF}
    assert {name: one.body for name, one in told.items()} == {
        "marcus": "Rota: Walt Kowalski covers you Fri Nov 20 5:00 PM to Sat Nov 21 7:00 AM; "
        "you cover Walt Kowalski Fri Nov 27 5:00 PM to Sat Nov 28 7:00 AM.",
        "walt": "Rota: you cover Marcus Bell Fri Nov 20 5:00 PM to Sat Nov 21 7:00 AM; "
        "Marcus Bell covers you Fri Nov 27 5:00 PM to Sat Nov 28 7:00 AM.",
    }


def told(books: Database) -> list[tuple[str | None, str]]:
    with books.read() as session:
        return sorted((one.person_id, one.body) for one in session.exec(select(Message)))


def look(books: Database, company: Company, clock: Clock) -> None:
    """The look that follows a change, some minutes later."""

    def piece(session: Session) -> None:
        for timer in session.exec(select(Timer).where(Timer.due_at <= clock.turn(minutes=5, seconds=1))).all():
            check.rota_check_due(session, timer, company, clock())

    books.work(piece)


def test_whom_a_withdrawn_change_concerns_is_told_once(books: Database, pair: Company, wednesday: Clock) -> None:
    pair = replace(pair, trades=frozenset({Trade.OFFICE}))  # nothing for the look to complain of
    span = ("2026-11-20T17:00", "2026-11-21T07:00")
    covered = cover("walt", "marcus", *span, wednesday)
    off = draft(DutyKind.OFF, "tom", at(span[0]), at(span[1]), wednesday())
    more = draft(DutyKind.ADD, "tom", at("2026-11-24T17:00"), at("2026-11-25T07:00"), wednesday())
    books.work(changes.write, pair, [covered, off, more], wednesday())
    before = told(books)
    wednesday.turn(minutes=1)
    for one in (covered, off, more):
        assert books.work(changes.withdraw, one.id, wednesday())
        assert not books.work(changes.withdraw, one.id, wednesday())
    look(books, pair, wednesday)
    look(books, pair, wednesday)
    hours = "Fri Nov 20 5:00 PM to Sat Nov 21 7:00 AM"
    assert [one for one in told(books) if one not in before] == [
        ("marcus", f"Rota: Walt Kowalski does not cover you {hours}: you are on again."),
        (
            "tom",
            f"Rota: you are not off any more {hours}; "
            "withdrawn: you are on duty as well Tue Nov 24 5:00 PM to Wed Nov 25 7:00 AM.",
        ),
        ("walt", f"Rota: withdrawn: you cover Marcus Bell {hours}."),
    ]


def test_a_withdrawn_change_that_is_over_concerns_nobody(books: Database, pair: Company, wednesday: Clock) -> None:
    pair = replace(pair, trades=frozenset({Trade.OFFICE}))
    covered = cover("tom", "marcus", "2026-11-18T10:00", "2026-11-18T10:20", wednesday)
    books.work(changes.write, pair, [covered], wednesday())
    before = told(books)
    books.work(changes.withdraw, covered.id, wednesday.turn(minutes=2))
    look(books, pair, wednesday)
    assert told(books) == before


def test_a_change_has_the_rota_looked_at_once_for_its_instant(books: Database, pair: Company, wednesday: Clock) -> None:
    for person in ("marcus", "tom"):
        off = draft(DutyKind.OFF, person, at("2026-11-18T17:00"), at("2026-11-19T07:00"), wednesday())
        books.work(changes.write, pair, [off], wednesday())
    with books.read() as session:
        (timer,) = session.exec(select(Timer)).all()
    assert (timer.kind, timer.due_at) == ("rota_check", wednesday.turn(minutes=5))


@pytest.mark.parametrize(
    ("kind", "person", "covers", "span", "reason"),
    [
        ("off", "zoe", None, ("2026-11-18T17:00", "2026-11-19T07:00"), "zoe is not the id of anyone on the staff"),
        ("cover", "walt", "zoe", ("2026-11-18T17:00", "2026-11-19T07:00"), "zoe is not the id of anyone"),
        ("off", "tom", None, ("2026-11-19T07:00", "2026-11-19T07:00"), "it must begin before it ends"),
        ("off", "tom", None, ("2026-11-17T07:00", "2026-11-17T17:00"), "it is over already"),
        ("off", "tom", None, ("2026-11-17T07:00", "2028-11-17T17:00"), "it is longer than"),
        ("cover", "tom", None, ("2026-11-18T17:00", "2026-11-19T07:00"), "a cover, and nothing else"),
        ("add", "tom", "walt", ("2026-11-18T17:00", "2026-11-19T07:00"), "a cover, and nothing else"),
        ("cover", "tom", "tom", ("2026-11-18T17:00", "2026-11-19T07:00"), "tom cannot cover their own hours"),
    ],
)
def test_nonsense_is_refused_in_words(
    shop: Company, wednesday: Clock, kind: str, person: str, covers: str | None, span: tuple[str, str], reason: str
) -> None:
    one = draft(DutyKind(kind), person, at(span[0]), at(span[1]), wednesday(), covers=covers)
    assert (changes.refusal(shop, one, wednesday()) or "").startswith(reason)


def test_a_change_comes_back_from_the_row_as_it_was(books: Database, shop: Company, wednesday: Clock) -> None:
    one = draft(
        DutyKind.ADD, "tom", at("2026-11-18T17:00"), at("2026-11-19T07:00"), wednesday(), trades=frozenset({Trade.GAS})
    )
    books.work(changes.write, shop, [one], wednesday(), note="busy", by="test")
    with books.read() as session:
        assert changes.load(session, one.starts, one.ends) == (one,)
        assert changes.load(session, one.ends, at("2027-01-01")) == ()
