"""How digits, letters, numbers and times are put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.prompts import atoms
from voice.prompts.atoms import GROUP_GAP_MS

ENGLISH = atoms.english()


def _said(joints: tuple[atoms.Joint, ...]) -> str:
    return " ".join(ENGLISH[joint.id] for joint in joints)


def _value(words: str) -> int:
    """The number that a listener writes down: the other way round, and by another rule than the code's."""
    tens = {word: value for value, word in atoms.TENS.items()}
    total = current = 0
    pairs: list[int] = []
    for word in words.split():
        if word == "thousand":
            total, current = current * 1000, 0
        elif word == "hundred":
            total, current = total + (sum(pairs) + current) * 100, 0
            pairs = []
        elif word in tens:
            if current:
                pairs.append(current)
            current = tens[word]
        else:
            ones = atoms.ONES.index(word)
            if current >= 20 and current % 10 == 0 and ones < 10:
                current += ones
            else:
                if current:
                    pairs.append(current)
                current = ones
    if pairs:  # "eleven forty"
        return pairs[0] * 100 + current
    return total + current


@given(st.integers(0, 9999))
def test_a_number_is_read_out_so_that_a_listener_writes_down_the_same_number(value: int) -> None:
    assert _value(_said(atoms.number(str(value)))) == value


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "zero"),
        ("18", "eighteen"),
        ("75", "seventy five"),
        ("100", "one hundred"),
        ("412", "four hundred twelve"),
        ("1140", "eleven forty"),
        ("2300", "twenty three hundred"),
        ("2005", "two thousand five"),
        ("9000", "nine thousand"),
        ("12345", "one two three four five"),
    ],
)
def test_numbers_are_said_as_houses_and_sums_are_said(number: str, words: str) -> None:
    assert _said(atoms.number(number)) == words


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="twelve"):
        atoms.number("twelve")


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_is_never_said_earlier_than_it_is_and_at_most_four_minutes_later(hour: int, minute: int) -> None:
    (joint,) = atoms.time_of_day(f"{hour:02}:{minute:02}")
    assert joint.id in ENGLISH
    said = int(joint.id[1:3]) * 60 + int(joint.id[3:])
    assert 0 <= (said - (hour * 60 + minute)) % (24 * 60) < 5


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("14:30", "two thirty PM"),
        ("09:05", "nine oh five AM"),
        ("12:00", "noon"),
        ("00:00", "midnight"),
        ("00:15", "twelve fifteen AM"),
        ("23:58", "midnight"),
        ("12:45", "twelve forty five PM"),
        ("14:33", "two thirty five PM"),
    ],
)
def test_times_are_said_as_people_say_them(time: str, words: str) -> None:
    assert _said(atoms.time_of_day(time)) == words


@pytest.mark.parametrize("time", ["25:00", "12:60", "noon", "-1:00"])
def test_what_is_no_time_is_refused(time: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        atoms.time_of_day(time)


def _groups(joints: tuple[atoms.Joint, ...]) -> list[str]:
    groups = [""]
    for joint in joints:
        groups[-1] += joint.id[1:]
        if joint.gap_ms == GROUP_GAP_MS:
            groups.append("")
    return [group for group in groups if group]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("5125550142", ["512", "555", "0142"]),
        ("+15125550142", ["1", "512", "555", "0142"]),
        ("512-555-0142", ["512", "555", "0142"]),
        ("5550142", ["555", "0142"]),
        ("78704", ["78704"]),
        ("48 21", ["48", "21"]),
    ],
)
def test_digits_are_read_in_the_groups_of_a_phone_number(text: str, groups: list[str]) -> None:
    assert _groups(atoms.digits(text)) == groups


@given(st.text(max_size=30))
def test_whatever_is_to_be_spelled_only_known_atoms_are_played_and_no_letter_is_lost(text: str) -> None:
    joints = atoms.spell(text)
    assert all(joint.id in ENGLISH for joint in joints)
    assert [joint.id[1:] for joint in joints] == [c for c in text.lower() if c in atoms.LETTERS + "0123456789"]


def test_two_words_are_spelled_apart() -> None:
    assert _groups(atoms.spell("Van Dyke")) == ["van", "dyke"]


def test_every_day_of_a_month_has_its_ordinal() -> None:
    said = [ENGLISH[f"ord{day}"] for day in range(1, 32)]
    assert len(set(said)) == 31
    assert (said[0], said[11], said[22], said[29], said[30]) == (
        "first",
        "twelfth",
        "twenty third",
        "thirtieth",
        "thirty first",
    )
