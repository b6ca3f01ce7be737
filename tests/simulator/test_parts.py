"""The parts that need no network: signatures, audio, the playback buffer, segments, lateness."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from simulator import ulaw_encode
from simulator.audio import Timeline, parse_wav, wav_file
from simulator.lateness import Lateness
from simulator.playback import LIMIT, Playback
from simulator.segments import segments
from simulator.sign import signature, signed_url
from simulator.webhooks import split_overrides

VECTORS = Path(__file__).parents[3] / "shared" / "twilio" / "signature_vectors.json"
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@pytest.mark.skipif(not VECTORS.exists(), reason=f"no signature vectors at {VECTORS}")
def test_signatures_are_those_of_the_published_vectors() -> None:
    vectors = [v for v in json.loads(VECTORS.read_text()) if v["valid"] and not v["json_body"]]
    vectors = [v for v in vectors if v["twilio_python_9_13_0"] and not v["note"]]
    assert vectors
    for vector in vectors:
        params = [(name, value) for name, values in vector["params"].items() for value in values]
        asked = vector["request_url"]
        with_port = asked.replace("mycompany.com/", "mycompany.com:443/").replace(
            "mycompany.com?", "mycompany.com:443?"
        )
        urls = {asked, signed_url(asked, drop_https_port=True), with_port, with_port.replace(":443", ":80")}
        assert vector["signature"] in {signature(vector["auth_token"], url, params) for url in urls}, vector["name"]


@given(st.dictionaries(NAMES, st.text(st.characters(codec="utf-8"), max_size=8), max_size=6))
def test_every_form_passes_the_sdks_own_check(params: dict[str, str]) -> None:
    url = "https://shop.example/twilio/voice?x=1"
    assert RequestValidator("t").validate(url, params, signature("t", url, params.items()))


@pytest.mark.parametrize(
    ("url", "drop", "signed"),
    [
        ("https://a:b@h.example:8443/x?y=1#rc=2", True, "https://h.example/x?y=1"),
        ("https://h.example:8443/x", False, "https://h.example:8443/x"),
        ("http://127.0.0.1:8000/x", True, "http://127.0.0.1:8000/x"),
    ],
)
def test_what_of_a_url_is_signed(url: str, drop: bool, signed: str) -> None:
    assert signed_url(url, drop_https_port=drop) == signed


def test_overrides_of_a_url_are_read_and_not_sent() -> None:
    url, policy = split_overrides("https://h.example/x?a=1#rc=3&rp=5xx,ct&e=ashburn")
    assert url == "https://h.example/x?a=1"
    assert (policy.retries, policy.on) == (3, {"5xx", "ct"})


def test_ulaw_has_the_reference_values() -> None:
    pcm = np.array([0, 1, -1, 1000, -1000, 32767, -32768], dtype=np.int16)
    assert ulaw_encode(pcm) == bytes([0xFF, 0xFF, 0x7F, 0xCE, 0x4E, 0x80, 0x00])


@given(st.binary(max_size=300))
def test_wav_files_come_back_as_they_were(audio: bytes) -> None:
    assert parse_wav(wav_file(audio)) == audio


@given(st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=1, max_size=40)), max_size=8), st.data())
def test_timeline_is_the_sound_where_it_was_laid_and_silence_elsewhere(
    pieces: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    timeline, whole = Timeline(), bytearray()
    for gap, audio in pieces:
        whole += b"\xff" * gap
        timeline.lay(len(whole), audio)
        whole += audio
    whole += b"\xff" * 20
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    assert timeline.between(start, end) == whole[start:end]
    timeline.cut(start)
    assert timeline.between(0, len(whole)) == whole[:start] + b"\xff" * (len(whole) - start)


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=400), st.just("mark")), max_size=12), st.integers(1, 200))
def test_playback_plays_everything_in_order_and_passes_each_mark_right_after_its_audio(
    items: list[bytes | str], size: int
) -> None:
    playback, due, played = Playback(), list[int](), 0
    for item in items:
        if isinstance(item, str):
            if playback.mark(item):
                assert played == 0
            else:
                due.append(played)
        else:
            assert playback.add(item)
            played += len(item)
    heard, passed = b"", list[int]()
    while not playback.empty:
        audio, marks = playback.take(size)
        heard += audio
        passed += [len(heard)] * len(marks)
    assert heard == b"".join(item for item in items if isinstance(item, bytes))
    assert all(0 <= at - wanted < size for at, wanted in zip(passed, due, strict=True))
    assert playback.waiting == 0


def test_playback_refuses_more_than_it_may_hold() -> None:
    playback = Playback()
    assert playback.add(b"\x00" * LIMIT) and not playback.add(b"\x00")
    playback.mark("end")
    assert playback.clear() == ["end"] and playback.empty and playback.add(b"\x00")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("’" * 70, 1),
        ("’" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_segments_of_a_text(body: str, count: int) -> None:
    assert segments(body) == count


def test_lateness_percentiles() -> None:
    lateness = Lateness()
    assert lateness.percentile(0.99) == 0
    for ms in range(100):
        lateness.add(float(ms))
    assert lateness.percentile(0.5) == pytest.approx(49.25)
    assert lateness.percentile(0.99) == pytest.approx(98.25)
    assert (lateness.frames, lateness.worst_ms) == (100, 99.0)
