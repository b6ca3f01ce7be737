"""How a job is paged: which policy fits, what the night changes, and what is wrong with a policy."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from models.company import Company, Policy, Step
from models.enums import Channel, Priority, Trade
from triage.situations import SITUATIONS

FIRST, SECOND, MANAGERS, EVERYONE = WHO = ("first", "second", "managers", "everyone")
AT_NIGHT = ("page", "text", "morning")
NIGHT_FROM, NIGHT_TO = time(22), time(7)
"""Local. Pages between them count as this night's, and `at_night` speaks of them."""

BOTH = (Channel.TEXT, Channel.CALL)
TEXT = (Channel.TEXT,)

DEFAULTS = (
    # docs/domain/intake.md section 10: text and call to the first; +3 min call again; +4 second; +8 managers; +12 all.
    Policy(
        "emergency",
        priorities=frozenset({Priority.P1}),
        steps=(
            Step(FIRST, BOTH, 240, repeat_calls=1, repeat_call_after_s=180),
            Step(SECOND, BOTH, 240),
            Step(MANAGERS, BOTH, 240),
            Step(EVERYONE, BOTH, 600),
        ),
    ),
    # Section 1: P2 is acknowledged within 30 minutes, in hours; nobody is woken for it.
    Policy(
        "by_day",
        priorities=frozenset({Priority.P2, Priority.P3}),
        steps=(Step(FIRST, TEXT, 1800), Step(MANAGERS, TEXT, 1800)),
        at_night="morning",
        head_within_s=1800,
    ),
)
"""What holds where the profile has no policy that fits."""


def choose(company: Company, priority: Priority, trade: Trade | None, situation: str | None) -> Policy:
    """The first policy that fits priority, trade and class of situation: the profile's, then the defaults."""
    row = SITUATIONS.get(situation or "")

    def fits(one: Policy) -> bool:
        return (
            (not one.priorities or priority in one.priorities)
            and (not one.trades or trade in one.trades)
            and (not one.classes or (row is not None and row.cls in one.classes))
        )

    return next(one for one in (*company.policies, *DEFAULTS) if fits(one))


def night(company: Company, at: datetime) -> tuple[datetime, datetime] | None:
    """The night that an instant falls into, from 22:00 up to 07:00 of the company's wall; None by day."""
    wall = at.astimezone(company.timezone)
    if NIGHT_TO <= wall.time() < NIGHT_FROM:
        return None
    evening = wall.date() - timedelta(days=wall.time() < NIGHT_TO)
    return (
        datetime.combine(evening, NIGHT_FROM, company.timezone),
        datetime.combine(evening + timedelta(days=1), NIGHT_TO, company.timezone),
    )


def without_ringing(policy: Policy) -> Policy:
    """The same by text only: nothing rings, nobody is called again."""
    return replace(policy, steps=tuple(Step(one.who, TEXT, one.wait_s) for one in policy.steps))


def for_jobs_of(company: Company, priority: Priority, trade: Trade | None, situation: str | None) -> bool:
    """Whether the profile has jobs below an emergency paged: by a policy of its own that names their priority."""
    policy = choose(company, priority, trade, situation)
    return policy in company.policies and priority in policy.priorities


def _mailless(step: Step, company: Company) -> list[str]:
    """Ids of those whom a step may mean and who have no e-mail address."""
    tools = {one.id for one in company.staff if "technician" in one.roles} | set(company.on_call)
    tools |= {one for turn in company.turns for one in turn.people}
    heads = {one.id for one in company.staff if one.is_head}
    meant = {FIRST: tools, SECOND: tools, MANAGERS: heads, EVERYONE: tools | heads}.get(step.who, {step.who})
    return [one.id for one in company.staff if one.id in meant and one.opted_in and one.email is None]


def faults(policy: Policy, company: Company) -> list[str]:
    """What is wrong with a policy, as complete sentences: checked when the profile is loaded."""
    wrong = []
    heads = {one.id for one in company.staff if one.is_head and one.opted_in}
    answering = {MANAGERS, EVERYONE} | heads
    if policy.steps[-1].who not in answering:
        wrong.append("must end with managers, everyone, or a manager or owner who has opted in")
    for one in policy.steps:
        person = company.find(one.who)
        if one.who not in WHO and person is None:
            wrong.append(f"{one.who} is neither first, second, managers, everyone nor the id of anyone in [[staff]]")
        elif person is not None and not person.opted_in:
            wrong.append(f"{one.who} has not opted in to be paged")
        if set(one.channels) == {Channel.EMAIL}:
            without = ", ".join(_mailless(one, company))
            wrong += [f"{one.who} is reached by e-mail alone, and {without} has no address"] if without else []
        if one.repeat_calls and one.repeat_calls * one.repeat_call_after_s >= one.wait_s:
            wrong.append(f"{one.who} is called again for longer than wait_s")
    first_head = next((n for n, one in enumerate(policy.steps) if one.who in answering), len(policy.steps))
    if (waited := sum(one.wait_s for one in policy.steps[:first_head])) > policy.head_within_s:
        wrong.append(
            f"nobody who answers for the shop is reached within {policy.head_within_s} s, but after {waited} s"
        )
    if policy.patience.asked_after_s >= policy.patience.paged_again_after_s:
        wrong.append("asked_after_s must be less than paged_again_after_s: they are asked before it is paged again")
    if policy.at_night != "page" and (not policy.priorities or Priority.P1 in policy.priorities):
        wrong.append("an emergency is paged at night too: leave at_night out, or name the other priorities")
    return wrong
