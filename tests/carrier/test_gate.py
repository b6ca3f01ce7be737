from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from carrier import outbox
from carrier.errors import Refused
from carrier.gate import CAPPED, PAGES_AN_HOUR, RULES, Facts, Verdict, judge, may_send
from carrier.gate.rules import TO_STAFF
from models.company import Company, Person
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose
from models.tables import Call, Callback, Consent, Message
from tests.carrier.conftest import TurnedClock
from tests.carrier.test_outbox import page_run
from tests.carrier.world import World

SAM, CALLER = "+15125550101", "+15125550777"
STAFF = (Person("sam", "Sam", SAM, frozenset({"technician"}), opted_in=True),)
TO_CALLER = Facts(CALLER, Channel.TEXT, Purpose.MISSED, "Sorry we missed you.", frozenset({"+15125550100"}), STAFF)
TO_SAM = Facts(SAM, Channel.CALL, Purpose.PAGE, "Burst pipe.", frozenset({"+15125550100"}), STAFF)


def reason(facts: Facts) -> str:
    return judge(facts).reason


@pytest.mark.parametrize("facts", [TO_CALLER, TO_SAM, replace(TO_SAM, channel=Channel.TEXT)])
def test_what_is_in_order_may_leave(facts: Facts) -> None:
    assert judge(facts) == Verdict(allowed=True)


@pytest.mark.parametrize(
    "number",
    [
        *("911", "+911", "+1911", "1911", "9-1-1", "933", "112", "+112", "999", "+44999", "000", "988", "211", "411"),
        *("811", "72345", "262966", "+1262966", "+18002221222", "1-800-222-1222", "+19115550100", "", "+1", "+"),
    ],
)
def test_emergency_lines_and_service_codes_are_never_dialled_or_texted(number: str) -> None:
    # not even when somebody writes one into the profile as a technician's telephone
    staff = (Person("x", "X", number, frozenset({"technician"}), opted_in=True),)
    for channel in Channel:
        for purpose in Purpose:
            facts = Facts(number, channel, purpose, "Burst pipe.", frozenset(), staff, granted=True)
            assert reason(facts).startswith("L2")


@pytest.mark.parametrize(
    "number",
    [
        *("+19005551234", "+19765551234", "+15129761234"),  # they earn by being called
        *("+18765551234", "+18095551234", "+447012345678", "+2250123456789"),  # Jamaica and the like
        *("+8821612345678", "+979123456789", "+525512345678"),
    ],
)
def test_no_customer_is_a_number_that_costs_more_or_lies_abroad(number: str) -> None:
    for purpose in set(Purpose) - TO_STAFF:
        facts = replace(TO_CALLER, to=number, purpose=purpose, granted=True)
        assert "costs more" in reason(facts) or "not served" in reason(facts)
    staff = (replace(STAFF[0], phone=number),)
    assert judge(replace(TO_SAM, to=number, staff=staff)).allowed  # whom a shop employs, it knows


@pytest.mark.parametrize("number", [CALLER, "+14165550123", "+18005550123", "+13265550123"])
def test_a_customer_has_a_number_of_the_countries_that_are_served(number: str) -> None:
    assert judge(replace(TO_CALLER, to=number)).allowed
    mexico = replace(TO_CALLER, to="+525512345678", countries=frozenset({"US", "MX"}))
    assert judge(mexico).allowed and not judge(replace(mexico, to="+14165550123")).allowed


@given(st.text(alphabet="0123456789+-(). #*", max_size=9), st.sampled_from(Channel), st.sampled_from(Purpose))
def test_nothing_short_ever_passes(number: str, channel: Channel, purpose: Purpose) -> None:
    staff = (Person("x", "X", number, frozenset(), opted_in=True),)
    verdict = judge(Facts(number, channel, purpose, "Burst pipe.", frozenset(), staff, granted=True))
    digits = "".join(filter(str.isdigit, number))
    assert not verdict.allowed or len(digits) >= 7


@pytest.mark.parametrize(
    "number",
    ["anonymous", "client:desk", "sip:a@b.example", "15125550777", "+1512555077", "+1 512 555 0777", "+2666966877777"],
)
def test_only_whole_numbers_in_e164_are_sent_to(number: str) -> None:
    assert reason(replace(TO_CALLER, to=number)) in ("not a telephone number", "L2: an emergency line or service code")


def test_we_do_not_text_ourselves() -> None:
    assert reason(replace(TO_CALLER, to="+15125550100")) == "one of our own numbers"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_number_that_opted_out_gets_no_text_of_any_purpose(purpose: Purpose) -> None:
    for facts in (TO_CALLER, replace(TO_SAM, channel=Channel.TEXT)):
        assert reason(replace(facts, purpose=purpose, granted=False)).startswith("L4")


@pytest.mark.parametrize("purpose", [Purpose.PAGE, Purpose.STAFF])
def test_staff_are_paged_only_with_their_consent(purpose: Purpose) -> None:
    silent = (replace(STAFF[0], opted_in=False),)
    assert reason(replace(TO_SAM, purpose=purpose, staff=silent)).startswith("L3")
    assert reason(replace(TO_SAM, purpose=purpose, to=CALLER)).startswith("L3")


@pytest.mark.parametrize("granted", [None, True])
def test_an_automated_voice_rings_a_customer_only_with_a_stored_yes(granted: bool | None) -> None:
    assert judge(replace(TO_CALLER, channel=Channel.CALL, granted=granted)).allowed is bool(granted)


def test_the_caps() -> None:
    assert not judge(replace(TO_CALLER, missed_lately=1)).allowed
    assert judge(replace(TO_CALLER, purpose=Purpose.REPLY, missed_lately=1)).allowed
    assert judge(replace(TO_SAM, pages_lately=PAGES_AN_HOUR - 1)).allowed
    assert reason(replace(TO_SAM, pages_lately=PAGES_AN_HOUR)) == CAPPED
    assert judge(replace(TO_SAM, pages_lately=PAGES_AN_HOUR, first_of_run=True)).allowed


@pytest.mark.parametrize("body", ["", " \n", "x" * 1601])
def test_a_text_has_words_that_fit(body: str) -> None:
    assert not judge(replace(TO_CALLER, body=body)).allowed
    assert judge(replace(TO_SAM, body=body)).allowed


def test_every_rule_can_refuse_by_itself_and_says_its_line_of_the_law() -> None:
    assert [rule.__name__ for rule in RULES] == [
        "emergency_line",
        "not_a_number",
        "dear_or_abroad",
        "our_own",
        "blocked",
        "opted_out",
        "goodbye_once",
        "staff_opted_in",
        "voice_to_customers",
        "marketing_consent",
        "campaign_registered",
        "missed_once",
        "pages_capped",
        "dead_number",
        "time_has_passed",
        "text_fits",
    ]


# ---- with the facts looked up ---------------------------------------------------------------------------------------
Ask = Callable[[Message], Verdict]


def write(
    session: Session, clock: TurnedClock, key: str, to: str = CALLER, purpose: Purpose = Purpose.MISSED
) -> Message:
    return outbox.enqueue(
        session, key=key, channel=Channel.TEXT, purpose=purpose, to=to, body="Sorry we missed you.", now=clock()
    )


def say(session: Session, clock: TurnedClock, granted: bool, channel: Channel = Channel.TEXT) -> None:
    session.add(Consent(number=CALLER, channel=channel, granted=granted, source="keyword", at=clock()))
    session.flush()
    clock.turn(1)


def test_the_latest_word_for_the_channel_wins(database: Database, clock: TurnedClock, company: Company) -> None:
    with database.transaction() as session:
        row = write(session, clock, "a")
        for granted in (True, False, True, False):
            say(session, clock, granted)
            say(session, clock, not granted, Channel.CALL)
            assert may_send(session, row, company, clock()).allowed is granted


def test_one_text_about_missed_calls_in_half_an_hour(database: Database, clock: TurnedClock, company: Company) -> None:
    with database.transaction() as session:
        first = write(session, clock, "first")
        outbox.news(session, first.id, "SM1", "sent", None, clock())
        clock.turn(29 * 60)
        again = write(session, clock, "again")
        assert not may_send(session, again, company, clock()).allowed
        assert may_send(session, write(session, clock, "b", to="+15125550778"), company, clock()).allowed
        assert may_send(session, write(session, clock, "c", purpose=Purpose.REPLY), company, clock()).allowed
        clock.turn(61)
        assert may_send(session, again, company, clock()).allowed


def test_of_two_texts_claimed_together_the_older_leaves(
    database: Database, clock: TurnedClock, company: Company
) -> None:
    with database.transaction() as session:
        older = write(session, clock, "older")
        clock.turn(1)
        newer = write(session, clock, "newer")
        older.owner = newer.owner = "an engine"
        session.flush()
        assert may_send(session, older, company, clock()).allowed
        assert not may_send(session, newer, company, clock()).allowed


def test_pages_to_one_telephone_are_capped_by_the_hour(
    database: Database, clock: TurnedClock, company: Company
) -> None:
    with database.transaction() as session:
        for number in range(PAGES_AN_HOUR):
            row = write(session, clock, f"page {number}", SAM, Purpose.PAGE)
            outbox.news(session, row.id, f"SM{number}", "sent", None, clock())
        one_more = write(session, clock, "one more", SAM, Purpose.PAGE)
        assert not may_send(session, one_more, company, clock()).allowed
        assert may_send(session, one_more, company, clock() + timedelta(hours=1)).allowed


def test_after_a_night_of_false_alarms_a_new_emergency_still_reaches_everybody_once(
    database: Database, clock: TurnedClock, company: Company
) -> None:
    with database.transaction() as session:
        for number in range(PAGES_AN_HOUR):
            row = write(session, clock, f"page {number}", SAM, Purpose.PAGE)
            outbox.news(session, row.id, f"SM{number}", "sent", None, clock())
        run_id = page_run(session, clock)
        first, again = (write(session, clock, f"step {step}", SAM, Purpose.PAGE) for step in (0, 1))
        first.run_id = again.run_id = run_id
        session.flush()
        assert may_send(session, first, company, clock()).allowed
        outbox.news(session, first.id, "SM_first", "sent", None, clock())
        assert may_send(session, again, company, clock()).reason == CAPPED


def test_both_our_numbers_are_ours(database: Database, clock: TurnedClock, company: Company) -> None:
    with database.transaction() as session:
        for number in (company.phone, *company.own_numbers):
            row = write(session, clock, number, to=number)
            assert may_send(session, row, company, clock()).reason == "one of our own numbers"


# ---- words that name a time ------------------------------------------------------------------------------------------
def test_a_promise_leaves_until_its_time_and_never_after_it(world: World) -> None:
    with world.database.transaction() as session:
        call = Call(sid="CA1", caller=CALLER, received_at=world.clock())
        session.add(call)
        session.flush()
        owed = Callback(call_id=call.id, number=CALLER, reason="missed", created_at=world.clock())
        owed.promised_at = world.clock() + timedelta(hours=2)
        session.add(owed)
        call_id, key = call.id, f"promise:{owed.id}"
    world.page(key, to=CALLER, body="A person will call you back by 5 PM.", purpose=Purpose.MISSED, call_id=call_id)
    world.carrier.plan += [Refused(20003, permanent=False)] * 2
    world.sweep()
    assert world.row(key).status is MessageStatus.PENDING
    world.clock.turn(2 * 3600 + 1)
    world.sweep()
    assert (world.row(key).status, world.row(key).reason) == (
        MessageStatus.REFUSED,
        "the time that it names has passed",
    )
    assert world.carrier.sent == []


@pytest.mark.parametrize(("minutes", "status"), [(14, MessageStatus.ACCEPTED), (16, MessageStatus.REFUSED)])
def test_who_will_phone_by_ten_fifteen_is_not_told_nine_hours_later(
    world: World, minutes: int, status: MessageStatus
) -> None:
    world.page("accepted:run:0", to=CALLER, body="Sam will phone you by 10:15 AM.", purpose=Purpose.RECEIPT)
    world.clock.turn(minutes * 60)
    world.sweep()
    assert world.row("accepted:run:0").status is status
