"""The figures of a score, worked out by hand."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from models.enums import Intent
from tests.triage.labels import danger, label, outcome, perfect
from triage.scoring.faults import fault_of, worst
from triage.scoring.figures import HazardFigures, Outcome, calibration, score
from triage.scoring.shares import Share, precision_recall, share
from triage.situations import SITUATIONS

INTENTS = [intent.value for intent in Intent]


def answered(*pairs: tuple[str, str]) -> list[Outcome]:
    """Outcomes of (label, answer)."""
    return [outcome(label(intent=right), answer) for right, answer in pairs]


def test_the_interval_of_eight_in_ten_is_wilsons() -> None:
    # z = 1.96, z² = 3.8415: middle (0.8 + 0.19207) / 1.38415 = 0.71674,
    # reach 1.96 · √(0.016 + 0.0096036) / 1.38415 = 0.22657
    eight = share(8, 10)
    assert (eight.low, eight.share, eight.high) == pytest.approx((0.4902, 0.8, 0.9433), abs=1e-4)


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_an_interval_holds_its_point_and_stays_a_share(hits: int, more: int) -> None:
    one = share(hits, hits + more)
    assert one.low is not None and one.share is not None and one.high is not None
    assert 0.0 <= one.low <= one.share <= one.high <= 1.0
    assert one.low < one.high
    twice = share(2 * hits, 2 * (hits + more))
    assert twice.low is not None and twice.high is not None
    assert twice.high - twice.low < one.high - one.low  # more texts, surer


def test_a_share_of_nothing_is_no_share() -> None:
    assert share(0, 0) == Share(0, 0, None, None, None)
    with pytest.raises(ValueError, match="3 of 2"):
        share(3, 2)


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    found = precision_recall(3, 4, 6)  # 0.75 and 0.5: 2 · 0.375 / 1.25
    assert (found.precision.share, found.recall.share, found.f1) == pytest.approx((0.75, 0.5, 0.6))
    assert precision_recall(0, 0, 0).f1 is None


def test_a_small_confusion_comes_out_as_by_hand() -> None:
    emergencies = [("emergency", "emergency")] * 3 + [("emergency", "routine")]
    routines = [("routine", "routine")] * 2 + [("routine", "emergency")] * 2
    figures = score(answered(*emergencies, *routines, ("quote", "other")))
    assert figures.confusion["emergency"] == {name: {"emergency": 3, "routine": 1}.get(name, 0) for name in INTENTS}
    assert figures.confusion["quote"]["other"] == 1
    assert (figures.accuracy.hits, figures.accuracy.of) == (5, 9)
    emergency, routine = figures.intents["emergency"], figures.intents["routine"]
    assert (emergency.precision.share, emergency.recall.share, emergency.f1) == pytest.approx((3 / 5, 3 / 4, 2 / 3))
    assert (routine.precision.share, routine.recall.share, routine.f1) == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert (figures.intents["quote"].f1, figures.intents["other"].f1, figures.intents["billing"].f1) == (0, 0, None)
    assert figures.macro_f1 == pytest.approx((2 / 3 + 4 / 7 + 0 + 0) / 4)  # two intents do not occur


@given(st.lists(st.tuples(st.sampled_from(INTENTS), st.sampled_from(INTENTS)), min_size=1, max_size=40))
def test_macro_f1_is_what_scikit_learn_says(pairs: list[tuple[str, str]]) -> None:
    labels, answers = zip(*pairs, strict=True)
    theirs = f1_score(labels, answers, average="macro", zero_division=0)
    assert score(answered(*pairs)).macro_f1 == pytest.approx(theirs)


@given(st.sets(st.sampled_from(sorted(SITUATIONS)), min_size=1), st.randoms(use_true_random=False))
def test_perfect_answers_give_one_everywhere_in_any_order(rows: set[str], chance: random.Random) -> None:
    outcomes = [_perfect_row(row) for row in sorted(rows)]
    figures = score(outcomes)
    shares = (figures.accuracy, figures.priority, figures.situation, figures.situation_among, figures.trade)
    assert {one.share for one in shares} == {1.0}
    assert figures.macro_f1 == 1.0
    assert figures.calibration.ece == 0.0
    assert {one.share for one in (figures.life_safety, figures.life_safety_or_asked)} <= {1.0, None}
    assert all(one.heard == one.there and not one.missed and not one.false_alarms for one in figures.hazards.values())
    assert worst(outcomes, 20) == []
    chance.shuffle(outcomes)
    assert score(outcomes) == figures


def _perfect_row(row: str) -> Outcome:
    found = SITUATIONS[row]
    return perfect(
        label(row, found.owner_intent, situation=row, priority=found.priority, trade=found.trade)  # the id as its text
    )


@given(
    st.lists(st.tuples(st.sampled_from(INTENTS), st.sampled_from(INTENTS), st.floats(0, 1)), min_size=2, max_size=30),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_texts_changes_nothing(rows: list[tuple[str, str, float]], chance: random.Random) -> None:
    outcomes = [
        outcome(label(f"text {n % 7}", right), answer, confidence=sure) for n, (right, answer, sure) in enumerate(rows)
    ]
    other = chance.sample(outcomes, len(outcomes))
    assert score(other) == score(outcomes)
    assert [(one.rank, one.outcome.heard) for one in worst(other, 5)] == [
        (one.rank, one.outcome.heard) for one in worst(outcomes, 5)
    ]


def test_calibration_comes_out_as_by_hand() -> None:
    # 0.9 to 1.0: three sure of 0.95, 0.95 and 1.0 (mean 0.9667), two right; 0.5 to 0.6: one of 0.5, right.
    found = calibration([(0.95, True), (0.95, True), (1.0, False), (0.5, True)])
    assert found.ece == pytest.approx((3 * (2.9 / 3 - 2 / 3) + 1 * 0.5) / 4)
    last, middle = found.bins[9], found.bins[5]
    assert (last.confidence, last.right.hits, last.right.of) == (pytest.approx(2.9 / 3), 2, 3)
    assert (middle.low, middle.high, middle.right.share) == (0.5, 0.6, 1.0)
    assert found.bins[0].confidence is None


def test_confidence_that_tells_the_truth_is_calibrated() -> None:
    chance = random.Random(1)
    answers = [(sure, chance.random() < sure) for sure in (chance.random() for _ in range(20_000))]
    assert calibration(answers).ece < 0.015
    assert calibration([(1 - sure, right) for sure, right in answers]).ece > 0.4


def test_danger_to_life_counts_when_p1_and_apart_when_that_danger_is_asked_about() -> None:
    gas = label("i smell gas", "emergency", situation="G01")
    figures = score(
        [
            outcome(gas, "emergency", "P1"),
            outcome(gas, "routine", "P2", unsure=danger("G01")),
            outcome(gas, "routine", "P2", unsure=danger("P01")),  # asks about water: no help
            outcome(gas, "other"),
            outcome(label("drip", "routine", situation="P16"), "routine", "P1"),  # no danger to life: not counted
        ]
    )
    assert (figures.life_safety.hits, figures.life_safety_or_asked.hits, figures.life_safety.of) == (1, 2, 4)


def test_near_misses_raised_are_those_that_should_not_be_p1() -> None:
    def near(priority: str | None) -> object:
        return label("gas stove", "routine", near_miss="gas", priority=priority)

    raised = [outcome(near("P3"), "emergency", "P1"), outcome(near("P3"), "routine", "P3")]
    meant = [outcome(near("P1"), "emergency", "P1"), outcome(label(), "emergency", "P1")]
    figures = score([*raised, *meant])
    assert (figures.near_misses_raised.hits, figures.near_misses_raised.of) == (1, 2)


def test_labels_that_are_not_given_are_not_scored_and_null_is_a_label() -> None:
    figures = score(
        [
            outcome(label(), "other", "P1", situation="G01", hazards=(danger("G01"),)),
            outcome(label(priority=None, situation=None, trade=None), "other"),
            outcome(label(priority=None, situation=None), "other", "P3", situation="P16", situations=("P16",)),
        ]
    )
    assert [(one.hits, one.of) for one in (figures.priority, figures.situation, figures.trade)] == [
        (1, 2), (1, 2), (1, 1)
    ]  # fmt: skip
    assert figures.hazards == {}
    assert figures.entities is None


def test_a_situation_is_among_the_first_three_or_not() -> None:
    text = label(situation="P16")
    rows = ("P01", "P02", "P16"), ("P01", "P02", "P03", "P16")
    figures = score([outcome(text, situation=heard[0], situations=heard) for heard in rows])
    assert (figures.situation.hits, figures.situation_among.hits) == (0, 1)


def test_dangers_are_counted_by_name() -> None:
    gas, drip = label(intent="emergency", situation="G01"), label(intent="routine", situation="P16")
    none = label(situation=None)
    figures = score(
        [
            outcome(gas, hazards=(danger("G02"),)),  # another row of the same danger
            outcome(gas, unsure=danger("G01")),
            outcome(gas, hazards=(danger("P01"),)),
            outcome(drip, hazards=(danger("P01"),)),
            outcome(none, hazards=(danger("G01"),)),
        ]
    )
    assert figures.hazards == {
        "gas": HazardFigures(there=3, heard=1, asked=1, missed=1, false_alarms=1, on_safe=1),
        "water": HazardFigures(false_alarms=2, on_safe=1),
    }


def test_the_worst_errors_are_those_that_cost_a_life() -> None:
    gas = label("gas", "emergency", situation="G01", priority="P1")
    burst = label("burst", "emergency", situation="P01", priority="P1")
    rows = {"situation": "G01", "situations": ("G01",)}
    faults = [
        outcome(label("drip", "routine", trade="plumbing"), "routine"),
        outcome(label("drip", "routine"), "quote", confidence=0.6),
        outcome(label("drop", "routine"), "quote", confidence=0.9),
        outcome(label("stove", "routine", priority="P3"), "routine", "P1"),
        outcome(gas, "emergency", "P2", unsure=danger("G01"), **rows),
        outcome(burst, "emergency", "P2", situation="P01"),
        outcome(gas, "routine", "P2", **rows),
        outcome(gas, "emergency", "P1", **rows),
    ]
    found = worst(faults, 7)
    assert [one.wrong for one in found] == [
        ("danger to life missed", "intent routine instead of emergency"),
        ("priority P2 instead of P1",),
        ("danger to life only asked about",),
        ("priority P1 instead of P3",),
        ("intent quote instead of routine",),
        ("intent quote instead of routine",),
        ("trade none instead of plumbing",),
    ]
    assert [one.outcome.heard for one in found[4:6]] == ["drop", "drip"]  # the surer, the worse
    assert worst(faults, 2) == found[:2]
    right = replace(faults[-1], heard="gas again")
    assert fault_of(right) is None
