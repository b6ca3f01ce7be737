"""The short form of the storm of missed callers: one case of kills on each database. The whole is `make faults`."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import pg
from tests.faults import missed
from tests.faults.cases import AFTER, BEFORE, LAG_S, LATE
from tests.faults.engines import Nursery, nursery
from tests.faults.missed_cases import MISSED, MissedCase, plan

SEED = 4821


def short(kind: pg.Kind, engines: int) -> MissedCase:
    return MissedCase(
        f"missed-short-{kind}", kind, engines, moments=(AFTER, BEFORE, LATE), deaths=3, doors=2, cuts=0.1, lag_s=LAG_S,
        callers=20, spread_s=3.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def kept() -> Iterator[Nursery]:
    with nursery("--hurry") as made:
        yield made


async def test_every_missed_caller_gets_one_text_while_the_server_on_sqlite_is_killed(kept: Nursery) -> None:
    figures = await missed.run(short("sqlite", 1), SEED, kept)
    assert (figures.lost, figures.doubled, figures.broken) == (0, 0, ()), figures
    assert figures.deaths >= 4 and figures.texts == figures.callers < figures.calls


@pytest.mark.postgres
async def test_every_missed_caller_gets_one_text_while_web_and_engines_on_postgresql_are_killed(kept: Nursery) -> None:
    if pg.cluster() is None:
        pytest.skip(pg.MISSING)
    figures = await missed.run(short("postgres", 3), SEED, kept)
    assert (figures.lost, figures.doubled, figures.broken) == (0, 0, ()), figures
    assert figures.deaths >= 4 and figures.texts == figures.callers < figures.calls


def test_the_same_seed_makes_the_same_plan() -> None:
    for case in MISSED:
        assert plan(case, SEED) == plan(case, SEED)
        assert plan(case, SEED) != plan(replace(case, name="another"), SEED) != plan(case, SEED + 1)


def test_the_whole_storm_has_enough_callers_and_kills_in_every_way() -> None:
    assert all(case.callers >= 150 for case in MISSED)
    assert {moment for case in MISSED for moment in case.moments} == {BEFORE, LATE, AFTER}
    assert {case.database for case in MISSED} == {"sqlite", "postgres"}
