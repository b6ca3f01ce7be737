"""The door itself."""

from concurrent.futures import ThreadPoolExecutor

from models.enums import Intent
from triage.assessment import Assessment, Context
from triage.triage import DATA, Triage, Utterance


def test_nothing_said_is_nothing_understood(engine) -> None:
    assert engine.assess([], Context()) == Assessment(version=engine.version)


def test_version_is_the_same_for_the_same_rules() -> None:
    assert Triage.load().version == Triage.load(city="Austin").version
    assert "hazards.toml" in DATA and "intents.npz" in DATA


def test_many_threads_may_share_one(engine) -> None:
    texts = ["i smell gas", "my faucet drips", "i want to pay my bill", "a pipe burst"] * 10
    alone = [engine.assess([Utterance(text)], Context()) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: engine.assess([Utterance(text)], Context()), texts)) == alone


def test_without_a_row_the_classifier_speaks_and_may_raise(hear) -> None:
    heard = hear("there is water where it should not be and it is getting worse fast please hurry send help")
    assert heard.intent is Intent.EMERGENCY
    assert heard.trade == "plumbing"
    assert any(evidence.rule.startswith("model:") for evidence in heard.evidence)


def test_an_answer_to_a_question_does_not_change_what_the_call_is_about(hear) -> None:
    heard = hear("the remote for my gas logs quit", ("Q_NAME", "john price"), ("Q_ADDR", "nine billings road"))
    assert heard.intent is not Intent.BILLING
