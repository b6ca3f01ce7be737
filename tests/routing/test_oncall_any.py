"""Any shop, duty and policy: who is woken may come, and the ladder ends at who answers for the shop."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as some

from models.company import Company, Credential, Person, Policy, Step
from models.enums import Channel, Priority, Trade
from routing import policies
from routing.licences import LICENCES, may_be_sent
from routing.oncall import plan
from triage.situations import SITUATIONS

BOTH = policies.BOTH
TRADES = (Trade.PLUMBING, Trade.HVAC, Trade.ELECTRICAL, Trade.GAS)
EMERGENCIES = ["G01", "P01", "P05", "H01", "E01"]
CREDENTIALS = some.one_of(
    *(
        some.builds(
            Credential,
            kind=some.just(kind),
            grade=some.sampled_from(one.grades),
            state=some.sampled_from(["TX", "OK"]),
            number=some.just("1"),
            expires=some.sampled_from([None, date(2026, 11, 17), date(2026, 11, 18)]),
            gas=some.booleans(),
        )
        for kind, one in LICENCES.items()
        if kind in {"electrician", "plumber", "hvac", "epa608", "gas"}
    )
)
PEOPLE = some.builds(
    Person,
    id=some.just(""),
    name=some.just("Kim Vo"),
    phone=some.just("+15125550177"),
    roles=some.sampled_from([{"technician"}, {"technician", "csr"}, {"manager"}, {"technician", "owner"}]).map(
        frozenset
    ),
    trades=some.frozensets(some.sampled_from(TRADES), min_size=1),
    gas_qualified=some.booleans(),
    opted_in=some.sampled_from([True, True, True, False]),
    credentials=some.just(()) | some.lists(CREDENTIALS, max_size=3).map(tuple),
)


def steps(who: list[str]) -> some.SearchStrategy[Step]:
    return some.builds(
        Step,
        who=some.sampled_from(who),
        channels=some.sampled_from([BOTH, policies.TEXT, (Channel.CALL, Channel.TEXT)]),
        wait_s=some.integers(100, 300),
        repeat_calls=some.integers(0, 3),
        repeat_call_after_s=some.integers(10, 30),
    )


@some.composite
def shops(draw: some.DrawFn) -> Company:
    found = [replace(one, id=f"p{n}") for n, one in enumerate(draw(some.lists(PEOPLE, min_size=1, max_size=5)))]
    answers = draw(some.sampled_from(found))
    found[found.index(answers)] = replace(answers, opted_in=True, roles=answers.roles | {"owner"})
    shop = Company(
        "S", "S", "+15125550100", ZoneInfo("America/Chicago"), frozenset(TRADES), tuple(found),
        on_call=tuple(draw(some.permutations([one.id for one in found]))), hours=(), state="TX",
        unlicensed=draw(some.frozensets(some.sampled_from(["hvac", "gas"]))),
    )  # fmt: skip
    named = [*policies.WHO, *(one.id for one in found if one.opted_in)]
    policy = Policy(
        "ours",
        (*draw(some.lists(steps(named), max_size=4)), draw(steps(["managers", "everyone", answers.id]))),
        pages_a_night=draw(some.integers(1, 3)),
        head_within_s=draw(some.integers(600, 1200)),
    )
    assume(not policies.faults(policy, shop))
    return replace(shop, policies=draw(some.sampled_from([(), (policy,)])))


@settings(max_examples=200, deadline=None)
@given(
    shop=shops(),
    situation=some.none() | some.sampled_from(EMERGENCIES) | some.sampled_from(sorted(SITUATIONS)),
    trade=some.none() | some.sampled_from(Trade),
    gas=some.booleans(),
    order=some.none() | some.lists(some.sampled_from(["p0", "p1", "p2", "p3", "gone"]), unique=True),
    priority=some.none() | some.sampled_from(Priority),
    pages=some.dictionaries(some.sampled_from(["p0", "p1", "p2"]), some.integers(0, 9)),
    at=some.datetimes(datetime(2026, 11, 18, 6), datetime(2026, 11, 19, 5), timezones=some.just(ZoneInfo("UTC"))),
)
def test_any_ladder_is_of_people_who_may_come_and_ends_in_time_at_one_who_answers_for_the_shop(
    shop: Company,
    situation: str | None,
    trade: Trade | None,
    gas: bool,
    order: list[str] | None,
    priority: Priority | None,
    pages: dict[str, int],
    at: datetime,
) -> None:
    found = plan(
        shop, trade, gas=gas, order=order, situation=situation, priority=priority, pages_tonight=pages, at=at
    )  # fmt: skip
    on = at.astimezone(shop.timezone).date()
    heads = {one.id for one in shop.staff if one.is_head and one.opted_in}
    about = None if trade is Trade.OFFICE else situation
    for rung in found.rungs:
        assert rung.wait_s > 0 and rung.people and rung.channels
        for person in map(shop.person, rung.people):
            verdict = may_be_sent(person, about, on, company=shop, trade=trade, gas=gas)
            assert person.opted_in and (verdict.allowed or person.id in heads)
    assert heads & {*found.rungs[-1].people}
    policy = next(one for one in (*shop.policies, *policies.DEFAULTS) if one.id == found.policy)
    first_head = next(n for n, one in enumerate(found.rungs) if heads & {*one.people})
    assert sum(one.wait_s for one in found.rungs[:first_head]) <= policy.head_within_s
    on_ladder = {person for rung in found.rungs for person in rung.people}
    assert not on_ladder & {one.person_id for one in found.passed_over}
    assert all(one.reasons for one in found.passed_over)
    assert found.starts_at is None or (priority is not None and priority is not Priority.P1 and found.starts_at > at)
    assert found == plan(
        shop, trade, gas=gas, order=order, situation=situation, priority=priority, pages_tonight=pages, at=at
    )
