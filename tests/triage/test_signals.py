"""What changes the conversation itself: heard in the last utterance only."""

import pytest

from models.enums import Language


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ("can i talk to a person", "person"),
        ("representative", "person"),
        ("let me speak to a manager", "person"),
        ("quiero hablar con alguien", "person"),
        ("are you a robot", "robot_question"),
        ("am i talking to a real person", "robot_question"),
        ("stop texting me", "opt_out"),
        ("take me off your list", "opt_out"),
        ("sorry wrong number", "wrong_number"),
        ("we have been trying to reach you about your car's extended warranty", "robocall"),
        ("can you say that again", "repeat"),
        ("i didn't catch that", "repeat"),
        ("okay thank you bye", "goodbye"),
        ("español por favor", "spanish"),
        ("hola necesito ayuda con mi baño", "spanish"),
        ("my card number is", "card_number"),
        ("i do not consent to being recorded", "recording_refused"),
        ("I don't consent to this call being recorded.", "recording_refused"),
        ("stop recording me", "recording_refused"),
        ("please turn off the recording", "recording_refused"),
        ("don't record this", "recording_refused"),
        ("please don't record", "recording_refused"),
        ("you do not have my permission to record me", "recording_refused"),
        ("i don't want to be recorded", "recording_refused"),
        ("i'd rather not be recorded", "recording_refused"),
        ("i'm not comfortable with being recorded", "recording_refused"),
        ("no quiero que me graben", "recording_refused"),
        ("no me graben", "recording_refused"),
    ],
)
def test_signal_is_heard(hear, said: str, signal: str) -> None:
    assert signal in hear(said).signals


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ("can you send someone out today", "person"),
        ("i need a guy to fix my sink", "person"),
        ("my property manager told me to call", "person"),
        ("this is a real emergency", "robot_question"),
        ("the washing machine is leaking", "robot_question"),
        ("it won't stop leaking", "opt_out"),
        ("the wrong part was installed", "wrong_number"),
        ("press the reset button did nothing", "robocall"),
        ("no gas smell here", "spanish"),
        ("la casa apartments building two", "spanish"),
        ("can i pay by card", "card_number"),
        ("is this call being recorded", "recording_refused"),
        ("i don't mind being recorded", "recording_refused"),
        ("yes you can record this", "recording_refused"),
        ("my doorbell camera does not record anything", "recording_refused"),
        ("i don't want to wait it's a record cold night", "recording_refused"),
    ],
)
def test_what_only_sounds_like_it_is_no_signal(hear, said: str, signal: str) -> None:
    assert signal not in hear(said).signals


@pytest.mark.parametrize("said", ["stop recording me", "i don't agree to the recording", "turn off the recording"])
def test_who_refuses_the_recording_is_no_recorded_voice(hear, said: str) -> None:
    assert "robocall" not in hear(said).signals


def test_a_signal_is_dealt_with_once(hear) -> None:
    assert "repeat" not in hear("what did you say", "my faucet drips").signals


def test_spanish_once_is_spanish_for_the_call(hear) -> None:
    assert hear("hola se rompió un tubo en mi casa", "four twelve maple street").language is Language.ES
    assert hear("a pipe burst").language is Language.EN
