"""What a technician may write, and what the links in their pages carry."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company
from models.tables import Job
from routing import jobs, paging, words
from routing.links import LENGTH, Links
from routing.paging import Reply, texts
from tests.conftest import Clock
from triage.situations import SITUATIONS

RUN = "0123456789abcdef0123456789abcdef"
PEOPLE = profiles.load(EXAMPLE_PROFILE).staff
LINKS = Links("https://phone.hometown-plumbing.example.com", b"k" * 32)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("A4821", Reply("accept", 4821)),
        ("a 4821", Reply("accept", 4821)),
        ("D4821", Reply("decline", 4821)),
        ("a", Reply("accept")),
        ("A.", Reply("accept")),
        (" d. ", Reply("decline")),
        ("A4821 40", Reply("accept", 4821, 40, going=True)),
        ("a #4821, 25 min", Reply("accept", 4821, 25, going=True)),
        ("a 40", Reply("accept", None, 40, going=True)),
        ("40 min", Reply("on_way", None, 40, going=True)),
        ("40", Reply("on_way", None, 40, going=True)),
        ("omw", Reply("on_way", None, None, going=True)),
        ("On my way, about 15 minutes", Reply("on_way", None, 15, going=True)),
        ("A 4821 omw", Reply("accept", 4821, None, going=True)),
        ("D4821 sorry, kid is ill", Reply("decline", 4821)),
        ("ok d4821 sorry", None),
        ("Can't do A4821", None),
        ("not a4821", None),
        ("A4821 or D4821?", None),
        ("A4821? no", None),
        ("👎 a4821", None),
        ("a 👎", None),
        ("omw can't make it", None),
        ("HERE", Reply("arrived")),
        ("I'm here.", Reply("arrived")),
        ("arrived", Reply("arrived")),
        ("on site", Reply("arrived")),
        ("here we go again", None),
        ("not here", None),
        ('Disliked "P1 #4821 Burst pipe. Maple Street. Reply A4821 accept / D4821 pass."', None),
        ("👎 to \u201cP1 #4821 Burst pipe. Reply A4821 accept / D4821 pass.\u201d", None),
        ("d 40", Reply("decline")),
        ("A4821 999", Reply("accept", 4821)),
        ("0 min", None),
        ("a lot of water here", None),
        ("on a job till 40 past", None),
        ("yes", None),
        ("YES!", None),
        ("cancel", None),
        ("end", None),
        ("stop", None),
        ("", None),
    ],
)
def test_how_a_technician_may_answer(text: str, read: Reply | None) -> None:
    assert paging.read_reply(text) == read


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("gas smell at 12 Oak St", "gas smell at 12 Oak St"),
        ('3/4" line burst in my own basement', '3/4" line burst in my own basement'),
        ("A4821", ""),
        ("40 min", ""),
        ('Disliked "P1 #4821 Burst pipe. Maple Street. Reply A4821 accept / D4821 pass."', "Disliked"),
        ("\U0001f44d to \u201cGas smell. #4821 is yours. Are you on the way?\u201d", "\U0001f44d to"),
        ("P1 #4821 Burst pipe. Maple Street. Reply A4821", ""),
    ],
)
def test_what_somebody_tells_us_in_their_own_words_is_not_the_page_that_their_telephone_quotes(
    text: str, own: str
) -> None:
    assert paging.own_words(text) == own


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    reply = paging.read_reply(text)
    assert reply is None or reply.minutes is None or 1 <= reply.minutes <= 240


# ---- links -----------------------------------------------------------------------------------------------------------
def token(person: str, clock: Clock) -> str:
    return LINKS.url(RUN, person, clock()).rpartition("/")[2]


def test_a_link_opens_for_whom_it_was_made_and_names_nobody(shop: Company, wednesday: Clock) -> None:
    made = token("marcus", wednesday)
    assert LINKS.read(made, shop.staff, wednesday()) == (RUN, shop.person("marcus"))
    assert len(made) == LENGTH and made.isalnum() and "marcus" not in LINKS.url(RUN, "marcus", wednesday())
    assert made != token("walt", wednesday)


def test_a_link_is_good_for_a_day(shop: Company, wednesday: Clock) -> None:
    made = token("marcus", wednesday)
    assert LINKS.read(made, shop.staff, wednesday() + timedelta(hours=23, minutes=58)) is not None
    assert LINKS.read(made, shop.staff, wednesday() + timedelta(hours=24, minutes=1)) is None


def test_a_link_of_somebody_who_left_or_of_another_secret_opens_nothing(shop: Company, wednesday: Clock) -> None:
    made = token("marcus", wednesday)
    others = tuple(one for one in shop.staff if one.id != "marcus")
    assert LINKS.read(made, others, wednesday()) is None
    assert Links(LINKS.base, b"other" * 8).read(made, shop.staff, wednesday()) is None


@given(at=st.integers(0, LENGTH - 1), into=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_link_with_one_letter_changed_opens_nothing(at: int, into: str) -> None:
    clock = Clock("2026-11-18T10:15:00-06:00")
    made = token("marcus", clock)
    forged = made[:at] + into + made[at + 1 :]
    assert forged == made or LINKS.read(forged, PEOPLE, clock()) is None


@given(st.text(max_size=80))
def test_nonsense_opens_nothing(text: str) -> None:
    assert LINKS.read(text, PEOPLE, Clock("2026-11-18T10:15:00-06:00")()) is None


# ---- words -----------------------------------------------------------------------------------------------------------
def job_of(situation: str, street: str = "Maple Street", **details: str) -> Job:
    return Job(
        number=4821,
        call_id="c",
        intent="emergency",
        priority="P1",
        situation=situation,
        callback="+15125550199",
        name="Jane Miller",
        address={"number": "412", "street": street, "unit": "2B", "zip": "78704"},
        details=details,
        created_at=Clock("2026-11-18T10:15:00-06:00")(),
    )


def test_a_page_with_a_link_says_what_is_needed_to_decide_and_nothing_personal(wednesday: Clock) -> None:
    link = LINKS.url(RUN, "marcus", wednesday())
    text = words.page_text(job_of("P01", Q_FLOW="yes"), link)
    assert text == (
        f"P1 #4821 Burst pipe, water flowing, water ON. Maple Street, 78704. {link} Reply A4821 accept / D4821 pass."
    )
    spoken = words.page_spoken(job_of("P01"))
    assert not any(private in text + spoken for private in ("412", "5550199", "Jane", "2B"))


@pytest.mark.parametrize("situation", sorted(SITUATIONS))
def test_every_page_fits_two_segments_and_is_gsm(situation: str, wednesday: Clock) -> None:
    everything = {question: answer for question, said in jobs._ANSWERS.items() for answer in said}
    job = job_of(situation, street="Calle de la Señora Martínez “del Río” – Norte", **everything)
    text = words.page_text(job, LINKS.url(RUN, "marcus", wednesday()))
    assert len(text) <= words.TWO_SEGMENTS and set(text) <= words.GSM_7
    assert LINKS.url(RUN, "marcus", wednesday()) in text and text.endswith("Reply A4821 accept / D4821 pass.")


@given(st.text(max_size=300))
def test_whatever_is_written_becomes_gsm(text: str) -> None:
    assert set(words.gsm(text)) <= words.GSM_7


def test_no_text_asks_for_a_word_that_switches_texts_off(shop: Company, wednesday: Clock) -> None:
    marcus, job = shop.person("marcus"), job_of("P01")
    said = [
        words.how_to_answer(4821),
        words.which_job(4822, 4821),
        words.still_asked(job),
        texts.send_somebody([marcus, shop.person("elena"), shop.person("walt"), shop.person("tom")]),
        texts.send_somebody([]),
        texts.still_to_send(job, texts.send_somebody([marcus, shop.person("elena"), shop.person("walt")])),
        texts.silent(job, 5),
        texts.silent(job, 5, texts.send_somebody([marcus])),
        texts.not_arrived(job),
        texts.not_heard_of(job, marcus),
        texts.arrived_noted(job),
        words.paged_again(job),
        words.nobody_took(job),
        words.part_missing(job, marcus, "ball valve 3/4 in"),
    ]
    for text in said:
        assert len(text) <= words.TWO_SEGMENTS and set(text) <= words.GSM_7, text
        assert not any(f"eply {word}" in text for word in ("YES", "CANCEL", "END")), text
