"""Who writes, and from which telephone: what one number tells is not read back to another."""

from typing import Any

import pytest
from sqlmodel import Session

from callbacks import owing
from callbacks.replies import record
from models.tables import Call, Job, Message, PageRun, Utterance
from routing import jobs
from tests.callbacks.callers import CALLER
from tests.callbacks.followups_rig import Rig, asking
from tests.callbacks.test_replies import Line, line, shop_area, triage  # noqa: F401  fixtures
from triage.assessment import Context
from triage.triage import Utterance as Said

LEFT = "+15125550177"
"""The number that the caller left to be called at."""

ASKED_FOR = "hi my water heater is not heating call me back at 512 555 0177"


def leaves_a_number(line: Line, number: str | None = CALLER, outcome: str | None = None, **facts: Any) -> str:  # noqa: F811
    """A call in which another number than the caller's is left."""
    call_id = line.rings(number, status="ended", ended_at=line.clock(), outcome=outcome, **facts)
    heard = line.triage.assess([Said(ASKED_FOR)], Context(caller=number, month=11))
    assert heard.entities.callback and heard.entities.callback.value == LEFT

    def write(session: Session) -> None:
        call = session.get_one(Call, call_id)
        jobs.write(session, call, heard, line.clock())
        owing.owe(session, call, line.company, "visit", line.clock(), number=LEFT, priority="P3", missed=False)

    line.work(write)
    line.clock.turn(minutes=1)
    return call_id


def read_to(line: Line, number: str) -> str:  # noqa: F811
    return " ".join(one.body for one in line.rows(Message, Message.to == number))


def address_of(line: Line, number: str) -> list[dict[str, str] | None]:  # noqa: F811
    return [one.address for one in line.rows(Job, Job.caller == number)]


def test_a_stranger_who_leaves_somebodys_number_does_not_read_their_address(line: Line) -> None:  # noqa: F811
    leaves_a_number(line)
    assert "1204 Pecan Street" in line.writes("the toilet keeps running, 1204 Pecan Street 78704", LEFT)
    line.writes("apartment 5")
    line.writes("R")
    assert "Pecan" not in read_to(line, CALLER)
    assert [one and one["number"] for one in address_of(line, LEFT)] == ["1204"]


def test_a_stranger_does_not_overwrite_it_either(line: Line) -> None:  # noqa: F811
    leaves_a_number(line)
    line.writes("the toilet keeps running, 1204 Pecan Street 78704", LEFT)
    line.writes("R 9 Oak Street 78704")
    assert [one and one["number"] for one in address_of(line, LEFT)] == ["1204"]


def test_whoever_has_a_story_of_their_own_goes_on_with_it(line: Line) -> None:  # noqa: F811
    own = line.missed(LEFT)
    line.writes("1204 Pecan Street 78704, toilet keeps running", LEFT)
    line.clock.turn(minutes=40)
    theirs = leaves_a_number(line)
    assert "Unit 5" in line.writes("apartment 5", LEFT)
    assert line.rows(Utterance, Utterance.call_id == theirs) == [] != line.rows(Utterance, Utterance.call_id == own)


def test_the_number_that_was_left_is_expected_and_owed_one_call(line: Line) -> None:  # noqa: F811
    leaves_a_number(line, language="es")
    assert "favor llame" not in line.writes("the toilet keeps running", LEFT)
    assert [one.number for one in line.callbacks()] == [LEFT]
    assert {one.language for one in line.rows(Call)} == {"es"}
    line.clock.turn(hours=26)
    line.writes("1204 Pecan Street 78704", LEFT)
    line.writes("apartment 5", LEFT)
    assert len(line.rows(Call)) == 2


def test_a_withheld_caller_is_as_strange(line: Line) -> None:  # noqa: F811
    leaves_a_number(line, None)
    line.writes("apartment 5, 9 Oak Street 78704", LEFT)
    assert len(line.rows(Call, Call.caller == LEFT)) == 1


@pytest.mark.parametrize("number", [CALLER, LEFT])
def test_a_cry_for_help_is_heard_from_either_telephone_and_a_place_told_by_one_is_not_read_to_the_other(
    line: Line,  # noqa: F811
    number: str,
) -> None:
    leaves_a_number(line, outcome="let_go")
    assert "911" in line.writes("2", number)
    line.writes("2 we are at 1204 Pecan Street 78704", LEFT)
    line.clock.turn(hours=2)
    line.writes("apartment 5")
    assert "Pecan" not in read_to(line, CALLER)


# ---- how much is read ------------------------------------------------------------------------------------------------
def test_of_a_long_story_the_last_is_read_and_a_flood_is_only_looked_through_for_danger(line: Line) -> None:  # noqa: F811
    line.missed()
    read: list[int] = []
    assess = line.triage.assess

    class Counted:
        def assess(self, said: Any, context: Context) -> Any:
            read.append(len(said))
            return assess(said, context)

    line.triage = Counted()  # type: ignore[assignment]
    for at in range(45):
        line.writes(f"the sink drips a little more {at}")
        line.clock.turn(seconds=5)
    assert max(read) == 20 and read[-1] == 1 and len(line.rows(Utterance)) == 30
    line.writes("now I smell gas in the kitchen")
    assert len(line.rows(PageRun)) == 1
    line.clock.turn(minutes=61)
    line.writes("hello?")
    assert 11 <= read[-2] <= 20


def test_long_texts_are_read_within_their_length(line: Line) -> None:  # noqa: F811
    line.missed()
    for _ in range(5):
        line.writes("my sink is leaking a little " * 57)
    call = line.rows(Call)[0]

    def said(session: Session) -> int:
        return sum(len(one.text) for one in record.said(session, session.merge(call)))

    assert 1500 < line.work(said) <= 4000


# ---- after a job -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rating", ["5", "5!", "Great job, 5 stars"])
def test_a_bare_rating_is_an_answer_to_our_asking(line: Line, rating: str) -> None:  # noqa: F811
    rig = Rig(line.database, asking(line.company), line.clock)
    job = rig.done()
    rig.passes(days=1, hours=8)
    assert rig.state(job)[0] == "asked"
    assert "thank you for telling us" in line.writes(rating)
    assert rig.row(job).rating == 5 and rig.state(job)[0] == "answered"
    assert line.rows(PageRun) == [] and line.callbacks() == []
