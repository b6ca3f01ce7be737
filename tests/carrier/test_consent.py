"""Stories of people who say no, yes again, and no once more."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from carrier import consent, gate, outbox
from models.company import Company, Person
from models.database import Database
from models.enums import Channel, ConsentScope, MessageStatus, Purpose
from models.lawful import Consenting, Texting
from models.tables import Call, Consent, Job, Message
from tests.carrier.conftest import TurnedClock
from tests.carrier.world import World

CALLER, SAM, MEG = "+15125550777", "+15125550101", "+15125550103"
TEXT, SERVICE, PAGING = Channel.TEXT, ConsentScope.SERVICE, ConsentScope.PAGING


@pytest.fixture
def company(company: Company) -> Company:
    """With a manager."""
    meg = Person("meg", "Meg", MEG, frozenset({"manager"}), opted_in=True)
    return replace(company, staff=(*company.staff, meg))


class Desk:
    """Texts that come in, and what is in the outbox after them."""

    def __init__(self, session: Session, company: Company, clock: TurnedClock) -> None:
        self.session, self.company, self.clock, self.sids = session, company, clock, 0

    def hears(self, number: str, body: str, kind: str | None = None) -> bool:
        self.sids += 1
        self.clock.turn(1)
        return consent.opt_out(self.session, self.company, number, body, kind, f"SM{self.sids}", self.clock())

    def may(self, purpose: Purpose, to: str = CALLER, channel: Channel = TEXT, **more: object) -> gate.Verdict:
        self.sids += 1
        row = outbox.enqueue(
            self.session, key=f"k{self.sids}", channel=channel, purpose=purpose, to=to, body="Words.",
            now=self.clock(), **more,  # type: ignore[arg-type]
        )  # fmt: skip
        return gate.may_send(self.session, row, self.company, self.clock())

    def answers(self) -> list[tuple[Purpose, str]]:
        rows = self.session.exec(select(Message).order_by(Message.created_at)).all()  # type: ignore[arg-type]
        return [(row.purpose, row.to) for row in rows if row.body != "Words."]


@pytest.fixture
def desk(database: Database, company: Company, clock: TurnedClock):  # type: ignore[no-untyped-def]
    with database.transaction() as session:
        yield Desk(session, company, clock)


def test_stop_ends_every_text_and_every_automated_call_and_twilio_confirms_it(desk: Desk) -> None:
    assert desk.hears(CALLER, "Stop")
    for purpose in (Purpose.MISSED, Purpose.RECEIPT, Purpose.REPLY, Purpose.SLIPPED, Purpose.REVIEW):
        assert desk.may(purpose).reason == "L4: opted out"
    assert desk.answers() == []
    assert gate.may_dial(desk.session, CALLER, desk.company, desk.clock()).allowed  # a person may


def test_free_words_are_confirmed_once_within_five_minutes(desk: Desk) -> None:
    assert desk.hears(CALLER, "please stop texting me")
    assert desk.hears(CALLER, "leave me alone")
    (only,) = desk.session.exec(select(Message)).all()
    assert only.purpose is Purpose.GOODBYE
    assert gate.may_send(desk.session, only, desk.company, desk.clock()).allowed
    desk.clock.turn(301)
    assert not gate.may_send(desk.session, only, desk.company, desk.clock()).allowed


def test_a_second_goodbye_does_not_leave(desk: Desk) -> None:
    desk.hears(CALLER, "opt out")
    (first,) = desk.session.exec(select(Message)).all()
    outbox.news(desk.session, first.id, "SM99", "sent", None, desk.clock())
    assert desk.may(Purpose.GOODBYE).reason.startswith("L4")


def test_start_brings_the_answers_back_but_not_marketing(desk: Desk) -> None:
    desk.hears(CALLER, "JOIN")
    assert desk.may(Purpose.REVIEW).reason in ("", "L7: quiet hours where they are")
    desk.hears(CALLER, "STOP")
    assert desk.hears(CALLER, "Start")
    assert desk.may(Purpose.REPLY).allowed
    assert desk.may(Purpose.REVIEW).reason.startswith("L8")


def test_yes_is_a_yes_only_from_who_has_said_no(desk: Desk) -> None:
    assert not desk.hears(CALLER, "yes")
    desk.hears(CALLER, "STOP")
    assert desk.hears(CALLER, "Yes")
    assert consent.latest(desk.session, CALLER, TEXT, SERVICE) is True


def test_who_said_do_not_call_is_rung_by_nobody(desk: Desk) -> None:
    assert desk.hears(CALLER, "Do not call me again")
    assert gate.may_dial(desk.session, CALLER, desk.company, desk.clock()).reason == "L8: asked not to be called"


def test_a_technician_who_stops_is_paged_no_more_and_the_manager_hears_at_once(desk: Desk) -> None:
    desk.hears(SAM, "STOP")
    for channel in (Channel.TEXT, Channel.CALL):
        assert desk.may(Purpose.PAGE, SAM, channel).reason.startswith("L4")
    assert desk.answers() == [(Purpose.STAFF, MEG)]
    desk.hears(SAM, "JOIN")
    assert desk.may(Purpose.PAGE, SAM, Channel.CALL).allowed


def test_who_joins_by_text_may_be_paged(desk: Desk) -> None:
    pat = "+15125550102"
    assert desk.may(Purpose.PAGE, pat).reason.startswith("L3")
    assert desk.hears(pat, "join")
    assert desk.may(Purpose.PAGE, pat).allowed and desk.may(Purpose.PAGE, pat, Channel.CALL).allowed


def test_help_names_the_company_where_twilio_does_not(desk: Desk) -> None:
    assert desk.hears(CALLER, "HELP") and desk.answers() == []
    desk.company = replace(desk.company, texting=Texting(twilio_answers=False))
    assert desk.hears(CALLER, "HELP")
    (answer,) = desk.session.exec(select(Message)).all()
    assert desk.company.name in answer.body and desk.company.phone in answer.body


def test_a_no_may_reach_only_what_the_last_text_was_about(desk: Desk) -> None:
    desk.company = replace(desk.company, consenting=Consenting(revoke_scope="purpose"))
    desk.hears(CALLER, "JOIN")
    review = outbox.enqueue(
        desk.session, key="r", channel=TEXT, purpose=Purpose.REVIEW, to=CALLER, body="Words.", now=desk.clock()
    )
    outbox.news(desk.session, review.id, "SM77", "sent", None, desk.clock())
    desk.hears(CALLER, "STOP")
    assert desk.may(Purpose.REPLY).allowed
    assert desk.may(Purpose.REVIEW).reason == "L4: opted out"


def test_an_emergency_after_stop_is_answered_and_nothing_else(desk: Desk) -> None:
    desk.hears(CALLER, "STOP")
    desk.clock.turn(60)
    call = Call(sid="CA1", caller=CALLER, received_at=desk.clock())
    desk.session.add(call)
    desk.session.flush()
    assert desk.may(Purpose.RECEIPT, call_id=call.id).reason == "L4: opted out"  # calling alone asks for no text
    desk.session.add(Job(number=1, call_id=call.id, intent="emergency", priority="P1", created_at=desk.clock()))
    desk.session.flush()
    assert desk.may(Purpose.RECEIPT, call_id=call.id).allowed
    assert desk.may(Purpose.REPLY, call_id=call.id).allowed
    for purpose in (Purpose.MISSED, Purpose.SLIPPED, Purpose.REVIEW):
        assert desk.may(purpose, call_id=call.id).reason == "L4: opted out"


def test_an_opt_out_by_voice_is_no_less(desk: Desk) -> None:
    consent.by_voice(desk.session, desk.company, CALLER, "quit calling me", "CA1", desk.clock())
    events = desk.session.exec(select(Consent)).all()
    assert {(one.channel, one.source, one.evidence) for one in events} == {
        (Channel.TEXT, "voice", "CA1"),
        (Channel.CALL, consent.DO_NOT_CALL, "CA1"),
    }
    assert desk.answers() == []  # they were answered aloud


def test_a_caller_who_shows_a_technicians_number_ends_none_of_their_pages(desk: Desk) -> None:
    for sid in ("CA1", "CA2"):  # whoever plays with it is told of once
        consent.by_voice(desk.session, desk.company, SAM, "stop calling me and stop texting me", sid, desk.clock())
    assert desk.session.exec(select(Consent)).all() == []
    assert consent.as_agreed(desk.session, desk.company).person("sam").opted_in
    assert sorted(desk.answers()) == [(Purpose.STAFF, SAM), (Purpose.STAFF, MEG)]
    (asked,) = desk.session.exec(select(Message).where(Message.to == SAM)).all()
    assert "Reply STOP" in asked.body and gate.may_send(desk.session, asked, desk.company, desk.clock()).allowed
    desk.hears(SAM, "STOP")
    assert not consent.as_agreed(desk.session, desk.company).person("sam").opted_in


def test_a_plain_stop_does_not_lift_do_not_call_me_and_a_yes_to_calls_does(desk: Desk) -> None:
    desk.hears(CALLER, "Stop calling me")
    desk.hears(CALLER, "STOP")
    assert gate.may_dial(desk.session, CALLER, desk.company, desk.clock()).reason == "L8: asked not to be called"
    desk.clock.turn(1)
    consent.note(desk.session, CALLER, Channel.CALL, SERVICE, True, "voice", desk.clock())
    assert gate.may_dial(desk.session, CALLER, desk.company, desk.clock()).allowed


def test_in_one_instant_the_no_counts(desk: Desk) -> None:
    for granted in (True, False, True):
        consent.note(desk.session, CALLER, TEXT, ConsentScope.ALL, granted, "keyword", desk.clock())
    assert consent.latest(desk.session, CALLER, TEXT, SERVICE) is False


def test_a_text_written_before_the_no_does_not_leave_after_it(world: World) -> None:
    world.page("soon", to=CALLER, purpose=Purpose.REPLY)
    with world.database.transaction() as session:
        consent.opt_out(session, world.company, CALLER, "stop", None, "SM1", world.clock())
    world.sweep()
    assert (world.row("soon").status, world.row("soon").reason) == (MessageStatus.REFUSED, "L4: opted out")
    assert world.carrier.sent == []


def calls_in(desk: Desk, caller: str = CALLER) -> None:
    desk.clock.turn(60)
    desk.session.add(Call(sid=f"CA{desk.clock():%H%M%S}", caller=caller, received_at=desk.clock()))
    desk.session.flush()


def may_ring(desk: Desk) -> bool:
    return gate.may_dial(desk.session, CALLER, desk.company, desk.clock()).allowed


def test_who_rings_again_after_a_no_may_be_called_back_and_no_machine_rings_them(desk: Desk) -> None:
    calls_in(desk)
    desk.hears(CALLER, "Stop calling me")
    assert not may_ring(desk)
    calls_in(desk)
    assert may_ring(desk)
    assert not desk.may(Purpose.REPLY, channel=Channel.CALL).allowed
    desk.hears(CALLER, "STOP")
    assert not may_ring(desk)


def test_start_lifts_a_do_not_call_until_the_next_stop(desk: Desk) -> None:
    desk.hears(CALLER, "Do not call me again")
    desk.hears(CALLER, "START")
    assert may_ring(desk)
    assert not desk.may(Purpose.REPLY, channel=Channel.CALL).allowed
    desk.hears(CALLER, "STOP")
    assert not may_ring(desk)
