"""What is a no, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrier.law import law
from carrier.revoking import Wish, hear

NO = [
    *("Stop.", "STOP STOP", "please stop", "cancel", "END", "revoke", "Opt out", "quit!", "Alto"),
    *("please stop texting me", "leave me alone", "take me off your list", "don't text this number"),
    *(
        "I want to opt out of your messages",
        "unsubscribe me please",
        "stop sending me these texts",
        "no more texts please",
    ),
    *("Don\u2019t message me any more", "stop contacting us", "I do not want any more texts", "remove my number"),
    *("no me manden mensajes", "Ya no me escriban m\u00e1s", "dejen de mandarme mensajes", "qu\u00edtenme de su lista"),
]
NO_CALLS = [
    *("do not call or text me", "no me llamen ni me escriban", "don't call me now or ever again"),
    *("no me llame ahora ni nunca", "stop calling me, text me", "Don't call me right now. Stop calling me!"),
    *("Don't call me, I'm on the do not call list", "No me llamen ni manden mensajes"),
    "stop calling me",
    "do not call me again",
    "never call this number",
    "no me llamen m\u00e1s",
]
NEAR = [
    *("please stop the leak", "it won't stop", "stop by tomorrow", "cancel my appointment", "can you end the call"),
    *("don't text me before 8", "don't call me until after 5", "stop the water", "the alarm won't stop calling me"),
    *("please don't leave me alone with this leak", "I never got your message", "my sump pump quit", "can't stop it"),
    *("the toilet will not stop running", "no me llamen antes de las 5", "end of the hallway", "don't call, text"),
    *("take me off the schedule", "no me manden al tecnico hasta el lunes", "do not call me back, I fixed it"),
    *(
        "No me llame, escr\u00edbame por favor",
        "No me llamen ahorita, estoy en el trabajo",
        "no me llamen todav\u00eda",
    ),
    *("Don't call me, I'm calling you", "Dont call right now, I'm driving", "don't call me, text me", "end of message"),
    *("Remove my number from the appointment? use 512 555 0100", "No me llame, mejor m\u00e1ndeme un texto"),
    *(
        "we opt out of the maintenance plan",
        "stop in anytime",
        "need help",
        "yes please come",
        "I need you to start today",
    ),
]


@pytest.mark.parametrize("text", NO)
def test_a_no_in_any_words_is_heard(text: str) -> None:
    heard = hear(text)
    assert heard is not None and heard.wish is Wish.STOP and not heard.about_calls and heard.alone


@pytest.mark.parametrize("text", NO_CALLS)
def test_who_names_the_telephone_is_not_called_either(text: str) -> None:
    heard = hear(text)
    assert heard is not None and heard.wish is Wish.STOP and heard.about_calls


@pytest.mark.parametrize("text", NEAR)
def test_what_only_looks_like_a_no_opts_nobody_out(text: str) -> None:
    assert hear(text) is None


def test_a_no_beside_other_words_leaves_those_to_be_read() -> None:
    heard = hear("Stop messaging me. My water heater is leaking badly")
    assert heard is not None and heard.wish is Wish.STOP and not heard.alone


def test_what_twilio_says_of_a_text_counts_before_its_words() -> None:
    heard = hear("anything", "STOP")
    assert heard is not None and heard.wish is Wish.STOP and heard.keyword


@given(st.text(max_size=60))
def test_any_text_at_all_can_be_read(text: str) -> None:
    hear(text)


def test_no_answer_of_ours_asks_for_a_word_that_opts_out() -> None:
    for words in law().answers.values():
        for text in words.values():
            assert not {"YES", "CANCEL", "END"} & set(text.replace(",", " ").replace(".", " ").split())
            assert text.isascii() and len(text) <= 160
