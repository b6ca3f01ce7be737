"""The storm's short form: one case of kills on each database. The whole of it is `make faults`."""

from collections.abc import Iterator

import pytest

from tests import pg
from tests.faults import storm
from tests.faults.cases import AFTER, BEFORE, CASES, LATE, Case, plan
from tests.faults.engines import Nursery, nursery

SEED = 4821


def short(kind: pg.Kind) -> Case:
    return Case(
        f"short-{kind}", kind, 2, moments=(AFTER, BEFORE, LATE), deaths=3, random=1, escalations=20, spread_s=1.5,
        ladder=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def kept() -> Iterator[Nursery]:
    with nursery("--hurry") as made:
        yield made


async def test_no_page_is_lost_or_doubled_while_engines_on_sqlite_are_killed(kept: Nursery) -> None:
    figures = await storm.run(short("sqlite"), SEED, kept)
    assert (figures.lost, figures.deaths, figures.broken) == (0, 4, ()), figures


@pytest.mark.postgres
async def test_no_page_is_lost_or_doubled_while_engines_on_postgresql_are_killed(kept: Nursery) -> None:
    if pg.cluster() is None:
        pytest.skip(pg.MISSING)
    figures = await storm.run(short("postgres"), SEED, kept)
    assert (figures.lost, figures.deaths, figures.broken) == (0, 4, ()), figures


def test_the_same_seed_makes_the_same_plan() -> None:
    for case in CASES:
        assert plan(case, SEED) == plan(case, SEED)
        assert plan(case, SEED) != plan(case, SEED + 1)


def test_the_whole_storm_kills_a_hundred_engines() -> None:
    killed = sum(case.deaths + case.random + case.leaves for case in CASES)
    assert killed >= 100
    assert all(case.escalations >= 150 for case in CASES)
