"""Utterances read in the light of the question before them."""

import pytest

from triage.assessment import Context


@pytest.mark.parametrize(
    ("asked", "said", "question", "answer"),
    [
        ("Q_INSIDE", "no", "Q_INSIDE", "no"),
        ("Q_INSIDE", "i'm outside", "Q_INSIDE", "no"),
        ("Q_INSIDE", "yes we are all outside now", "Q_INSIDE", "no"),
        ("Q_INSIDE", "yes", "Q_INSIDE", "yes"),
        ("Q_INSIDE", "i'm still in the kitchen", "Q_INSIDE", "yes"),
        ("Q_INSIDE", "estamos afuera", "Q_INSIDE", "no"),
        ("Q_OUTSIDE", "yes", "Q_INSIDE", "no"),
        ("Q_OUTSIDE", "no not yet", "Q_INSIDE", "yes"),
        ("Q_OUTSIDE", "we're in the driveway", "Q_INSIDE", "no"),
        ("Q_FLOW", "it stopped", "Q_FLOW", "no"),
        ("Q_FLOW", "it's still pouring out", "Q_FLOW", "yes"),
        ("Q_FLOW", "no it hasn't stopped", "Q_FLOW", "yes"),
        ("Q_SHUT", "i can't find it", "Q_SHUT", "no"),
        ("Q_SHUT", "i tried to turn it off but it's stuck", "Q_SHUT", "no"),
        ("Q_SHUT", "yes my husband turned it off", "Q_SHUT", "yes"),
        ("Q_SMOKE", "no there is no smoke", "Q_SMOKE", "no"),
        ("Q_SMOKE", "there are black marks", "Q_SMOKE", "yes"),
        ("Q_NEARELEC", "no it's nowhere near anything", "Q_NEARELEC", "no"),
        ("Q_ALT", "we only have one", "Q_ALT", "no"),
        ("Q_SYMP", "i feel a little dizzy", "Q_SYMP", "yes"),
        ("Q_VULN", "no just me", "Q_VULN", "no"),
        ("Q_VULN", "my mother is eighty five", "Q_VULN", "yes"),
        ("Q_NEIGH", "no they have power", "Q_NEIGH", "no"),
        ("Q_FEE", "that's fine", "Q_FEE", "yes"),
        ("Q_FEE", "sí claro", "Q_FEE", "yes"),
        ("Q_SAFE", "no nobody is hurt", "Q_SAFE", "no"),
        ("Q_SAFE", "i don't know", "Q_SAFE", "unsure"),
        ("Q_OWN", "i rent", "Q_OWN", "rent"),
        ("Q_TYPE", "it's a restaurant", "Q_TYPE", "business"),
    ],
)
def test_answer_is_understood(hear, asked: str, said: str, question: str, answer: str) -> None:
    assert hear((asked, said)).answers[question] == answer


@pytest.mark.parametrize(
    ("said", "asked_after"),
    [
        ("no", "Q_INSIDE"),
        ("there's water everywhere", "Q_SAFE"),
        ("there's gas everywhere in here", "Q_INSIDE"),
    ],
)
def test_what_was_said_before_a_question_does_not_answer_it(hear, said: str, asked_after: str) -> None:
    assert asked_after not in hear(said, context=Context(asked=asked_after)).answers


def test_a_no_to_nothing_answers_nothing(hear) -> None:
    assert hear("no").answers == {}


def test_what_is_answered_or_told_is_not_asked(hear) -> None:
    first = hear("pipe burst")
    assert first.ask == ("Q_SAFE", "Q_CB", "Q_ADDR", "Q_FLOW", "Q_SHUT", "Q_NEARELEC", "Q_NAME", "Q_OWN", "Q_ACCESS")
    later = hear(
        "pipe burst at four twelve maple street",
        ("Q_SAFE", "no everybody is fine"),
        ("Q_FLOW", "still running"),
        ("Q_NAME", "dana whitfield"),
        ("Q_ACCESS", "the gate code is four four one one"),
        context=Context(caller="+15125550142"),
    )
    assert later.ask == ("Q_CB", "Q_SHUT", "Q_NEARELEC", "Q_OWN")


def test_a_number_not_understood_is_still_to_be_asked(hear) -> None:
    assert "Q_CB" in hear("pipe burst", ("Q_CB", "it's um hold on")).ask


def test_asking_what_is_no_answer(hear) -> None:
    assert "Q_OWN" in hear("faucet drips", ("Q_OWN", "what")).ask


@pytest.mark.parametrize("asked", ["Q_CB_OK", "Q_ADDR_OK", "anything_else", "Q_FEE"])
def test_yes_and_no_are_signals_to_whatever_yes_no_question_was_asked(hear, asked: str) -> None:
    assert "confirmation_yes" in hear((asked, "yes that is right")).signals
    assert "confirmation_no" in hear((asked, "no that's wrong")).signals


def test_an_open_question_has_no_yes_or_no(hear) -> None:
    assert not {"confirmation_yes", "confirmation_no"} & hear(("Q_NAME", "no idea who is asking")).signals
