"""What was sent, what was cleared, and what the caller really heard."""

import json

import pytest

from voice.mouth import Mouth

CLIP = b"\xff" * 8000  # one second


class Line:
    """A stream's far end: keeps what was sent, and a clock of samples."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.now = 0

    async def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    def events(self) -> list[object]:
        return [one["event"] for one in self.sent]


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def mouth(line: Line) -> Mouth:
    return Mouth("MZ1", line.send, lambda: line.now)


async def test_clips_queue_behind_each_other(mouth: Mouth, line: Line) -> None:
    first = await mouth.say([CLIP])
    second = await mouth.say([CLIP, CLIP])
    assert (first.ends, second.starts, second.ends) == (8000, 8000, 24000)
    assert line.events() == ["media", "media", "mark", "media", "media", "media", "media", "mark"]


async def test_a_mark_says_what_was_heard(mouth: Mouth) -> None:
    said = await mouth.say([CLIP])
    mouth.mark(said.name)
    assert said.heard == 8000 and not mouth.speaking


async def test_talked_over_only_the_beginning_was_heard_and_the_mark_that_returns_proves_nothing(
    mouth: Mouth, line: Line
) -> None:
    said = await mouth.say([CLIP])
    line.now = 3000
    await mouth.clear()
    mouth.mark(said.name)
    assert said.heard == 3000
    assert line.events()[-1] == "clear"


async def test_urgent_words_clear_what_is_being_said(mouth: Mouth, line: Line) -> None:
    await mouth.say([CLIP])
    line.now = 1000
    urgent = await mouth.say([CLIP], urgent=True)
    assert (urgent.starts, mouth.urgent) == (1000, True)
    assert "clear" in line.events()


async def test_a_client_without_marks_is_believed_by_the_clock(mouth: Mouth, line: Line) -> None:
    said = await mouth.say([CLIP])
    line.now = 8000
    assert mouth.speaking
    line.now = 8000 + 4001
    assert not mouth.speaking and said.heard == 8000


async def test_over_a_question_that_has_begun_an_answer_counts_before_it_has_begun_it_cannot(
    mouth: Mouth, line: Line
) -> None:
    await mouth.say([CLIP])
    await mouth.say([CLIP])  # the question: samples 8000 to 16000
    line.now = 5000
    assert mouth.yet_to_say(5000)
    line.now = 12000
    assert not mouth.yet_to_say(9000)


async def test_a_mark_that_is_not_ours_changes_nothing(mouth: Mouth) -> None:
    await mouth.say([CLIP])
    mouth.mark("say-99")
    assert mouth.speaking
