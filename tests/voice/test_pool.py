"""The recogniser pool, with real worker processes that do what the test says."""

import asyncio
import functools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.voice.fakes import ScriptedEngine
from voice.dialogue.moves import Topic
from voice.recogniser import process
from voice.recogniser.pool import PoolLimits, RecogniserLost, RecogniserPool, RecogniserUnavailable
from voice.recogniser.protocol import Pcm8k

LIMITS = PoolLimits(stall_floor_s=5.0, stall_factor=0.0, load_s=20.0, respawn_s=0.0, respawn_most_s=0.0)
IMPATIENT = replace(LIMITS, stall_floor_s=0.5)
ROOT = Path(__file__).parents[2]

Pools = Callable[..., AbstractAsyncContextManager[RecogniserPool]]
Workers = list["subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """Every worker process started; all must be dead and reaped in the end."""
    started: Workers = []

    def spawn(descriptor: int) -> "subprocess.Popen[bytes]":
        started.append(_spawn(descriptor))
        return started[-1]

    _spawn = process._spawn
    monkeypatch.setattr(process, "_spawn", spawn)
    yield started
    assert all(worker.returncode is not None for worker in started)


@pytest.fixture
def pools(tmp_path: Path) -> Pools:
    """Opens pools that are closed again."""

    @asynccontextmanager
    async def opened(workers: int = 1, limits: PoolLimits = LIMITS) -> AsyncIterator[RecogniserPool]:
        pool = RecogniserPool(functools.partial(ScriptedEngine, tmp_path), workers=workers, limits=limits)
        await pool.start()
        try:
            yield pool
        finally:
            await pool.close()
            assert not pool.ready

    return opened


@pytest.fixture
def gate(tmp_path: Path) -> Callable[[], None]:
    """Lets a worker that is in `wait` go on; blocks until one is."""
    os.mkfifo(tmp_path / "gate")

    def opened() -> None:
        (tmp_path / "gate").write_bytes(b"")

    return opened


def asked(folder: Path) -> list[str]:
    """What the workers were asked, in order."""
    return (folder / "log").read_text().split("\n")[:-1]


def voice(seconds: float = 1.0, value: int = 1) -> Pcm8k:
    return np.full(round(seconds * 8000), value, np.int16)


async def until(true: Callable[[], bool]) -> None:
    """Let the event loop run until it is so."""
    async with asyncio.timeout(20):
        for _ in iter(true, True):
            await asyncio.sleep(0)


# ---- whole utterances ----
async def test_an_utterance_is_decoded_once_and_whole(pools: Pools, tmp_path: Path) -> None:
    async with pools() as pool:
        transcript = await pool.open("call").finish(voice(28, 3), Topic.ADDRESS)
    assert transcript.text == f"{28 * 8000} {28 * 8000 * 3}"
    assert asked(tmp_path) == ["address"]


async def test_what_comes_at_once_is_all_decoded_on_all_workers(pools: Pools) -> None:
    async with pools(workers=2) as pool:
        calls = [pool.open(f"call-{at}") for at in range(60)]
        texts = await asyncio.gather(*(call.finish(voice(0.1, at)) for at, call in enumerate(calls)))
        assert [text.text for text in texts] == [f"800 {800 * at}" for at in range(60)]
        stats = pool.stats()
    assert (stats.queued, stats.lost, stats.respawns) == (0, 0, 0)
    assert 0 <= stats.wait_p50_s <= stats.wait_p95_s


@pytest.mark.parametrize(
    ("mishap", "limits", "respawns"),
    [("die_once", LIMITS, 1), ("stall_once", IMPATIENT, 1), ("raise_once", LIMITS, 0)],
)
async def test_a_mishap_costs_nobody_their_words(
    pools: Pools, tmp_path: Path, mishap: str, limits: PoolLimits, respawns: int
) -> None:
    async with pools(limits=limits) as pool:
        call, other = pool.open("call"), pool.open("other")
        first, second = await asyncio.gather(call.finish(voice(1), mishap), other.finish(voice(2)))
        assert (first.text, second.text) == ("8000 8000", "16000 16000")
        await until(lambda: pool.ready)
        assert pool.stats().respawns == respawns
    assert asked(tmp_path) == [mishap, mishap, "general"]


@pytest.mark.parametrize(
    ("mishap", "limits", "why"),
    [("die", LIMITS, "the worker died"), ("stall", IMPATIENT, "the worker stalled"), ("raise", LIMITS, "RuntimeError")],
)
async def test_what_ends_two_workers_is_lost_and_the_next_is_not(
    pools: Pools, tmp_path: Path, mishap: str, limits: PoolLimits, why: str
) -> None:
    async with pools(limits=limits) as pool:
        call = pool.open("call")
        with pytest.raises(RecogniserLost, match=why) as lost:
            await call.finish(voice(), mishap)
        assert "555" not in str(lost.value)  # an engine's error may quote the caller
        assert (await call.finish(voice())).text == "8000 8000"
        assert pool.stats().lost == 1
    assert asked(tmp_path) == [mishap, mishap, "general"]


async def test_a_worker_killed_while_idle_is_replaced_before_anybody_asks(pools: Pools, workers: Workers) -> None:
    async with pools() as pool:
        workers[0].kill()
        await until(lambda: not pool.ready)
        await until(lambda: pool.ready)
        assert pool.stats().respawns == 1
        assert (await pool.open("call").finish(voice())).text == "8000 8000"


async def test_a_stopped_worker_is_replaced(pools: Pools, workers: Workers) -> None:
    async with pools(limits=IMPATIENT) as pool:
        workers[0].send_signal(signal.SIGSTOP)
        assert (await pool.open("call").finish(voice())).text == "8000 8000"
        assert pool.stats().respawns == 1


async def test_finish_waits_for_a_place_and_none_is_dropped(
    pools: Pools, tmp_path: Path, gate: Callable[[], None]
) -> None:
    async with pools(limits=replace(LIMITS, queued_per_worker=2)) as pool:
        calls = [pool.open(f"call-{at}") for at in range(6)]
        waiting = asyncio.gather(
            calls[0].finish(voice(), "wait"), *(call.finish(voice(1, at)) for at, call in enumerate(calls[1:]))
        )
        await until(lambda: (tmp_path / "log").exists())
        assert (pool.stats().queued, pool.stats().busy, pool.load) == (1, 1, 6.0)
        await asyncio.to_thread(gate)
        texts = await waiting
        assert [text.text for text in texts] == ["8000 8000", *(f"8000 {8000 * at}" for at in range(5))]
        assert pool.load == 0.0


async def test_a_caller_who_is_gone_is_not_decoded(pools: Pools, tmp_path: Path, gate: Callable[[], None]) -> None:
    async with pools() as pool:
        first = asyncio.create_task(pool.open("first").finish(voice(), "wait"))
        await until(lambda: (tmp_path / "log").exists())
        second = asyncio.create_task(pool.open("second").finish(voice(), "never"))
        await until(lambda: pool.stats().queued == 1)
        second.cancel()
        await asyncio.to_thread(gate)
        await first
        await pool.open("third").finish(voice(), "third")
        assert second.cancelled()
    assert asked(tmp_path) == ["wait", "third"]


# ---- partial text ----
async def test_partial_text_comes_while_the_caller_speaks(pools: Pools) -> None:
    async with pools() as pool:
        call = pool.open("call")
        heard: list[str] = []
        call.on_partial = heard.append
        call.begin(Topic.PHONE)
        for _ in range(16):
            call.feed(voice(0.02))
        await until(lambda: heard == ["phone 2560"])
        for _ in range(8):
            call.feed(voice(0.02))
        await until(lambda: heard == ["phone 2560", "phone 3840"])


async def test_nobody_hears_anothers_partial_text(pools: Pools) -> None:
    async with pools(workers=2) as pool:
        heard: dict[int, list[str]] = {}
        for at in range(6):
            call = pool.open(f"call-{at}")
            call.on_partial = heard.setdefault(at, []).append
            call.begin(f"topic{at}")
            call.feed(voice(0.3, at))
        await until(lambda: all(heard.values()))
    assert heard == {at: [f"topic{at} {2400 * at}"] for at in range(6)}


async def test_whole_utterances_go_before_partial_text(pools: Pools, tmp_path: Path, gate: Callable[[], None]) -> None:
    async with pools() as pool:
        first = asyncio.create_task(pool.open("first").finish(voice(), "wait"))
        await until(lambda: (tmp_path / "log").exists())
        speaking, done = pool.open("speaking"), pool.open("done")
        heard: list[str] = []
        speaking.on_partial = heard.append
        speaking.begin("partial")
        speaking.feed(voice(0.2))
        second = asyncio.create_task(done.finish(voice(), "final"))
        await until(lambda: pool.stats().queued == 1)
        await asyncio.to_thread(gate)
        await asyncio.gather(first, second)
        await until(lambda: len(heard) == 1)
    assert asked(tmp_path) == ["wait", "final", "feed partial"]


async def test_when_the_worker_is_behind_the_oldest_audio_is_dropped_and_counted(
    pools: Pools, tmp_path: Path, gate: Callable[[], None]
) -> None:
    async with pools() as pool:
        first = asyncio.create_task(pool.open("first").finish(voice(), "wait"))
        await until(lambda: (tmp_path / "log").exists())
        call = pool.open("call")
        heard: list[str] = []
        call.on_partial = heard.append
        call.begin("partial")
        call.feed(voice(1.0, 1))
        call.feed(voice(2.0, 2))
        assert pool.stats().dropped_partials == 1
        await asyncio.to_thread(gate)
        await first
        await until(lambda: len(heard) == 4)
    assert heard == [f"partial {8000 * at}" for at in range(1, 5)]  # half a second at a time, of the last two


async def test_partial_text_of_an_utterance_that_is_over_is_not_told(
    pools: Pools, tmp_path: Path, gate: Callable[[], None]
) -> None:
    async with pools() as pool:
        call = pool.open("call")
        heard: list[str] = []
        call.on_partial = heard.append
        call.begin("wait")
        call.feed(voice(0.2))
        await until(lambda: (tmp_path / "log").exists())
        finishing = asyncio.create_task(call.finish(voice(), "final"))
        call.begin("next")
        call.feed(voice(0.2, 5))
        await asyncio.to_thread(gate)
        await finishing
        await until(lambda: bool(heard))
        call.close()
        call.feed(voice(0.2))
        await call.finish(voice(), "last")
    assert heard == ["next 8000"]
    assert asked(tmp_path)[:5] == ["feed wait", "final", "close", "feed next", "last"]


async def test_partial_text_goes_on_after_its_worker_died(pools: Pools) -> None:
    async with pools() as pool:
        call = pool.open("call")
        heard: list[str] = []
        call.on_partial = heard.append
        call.begin("die_once")
        call.feed(voice(0.2))
        await until(lambda: pool.stats().respawns == 1 and pool.ready)
        call.feed(voice(0.2, 7))
        await until(lambda: bool(heard))
    assert heard == ["die_once 11200"]


async def test_no_decoder_free_and_an_engine_that_raises_cost_only_partial_text(pools: Pools) -> None:
    async with pools() as pool:
        for topic in ("deaf", "raise"):
            call = pool.open("call")
            call.begin(topic)
            call.feed(voice(0.2))
        await until(lambda: pool.stats().dropped_partials == 2)
        assert (await call.finish(voice())).text == "8000 8000"
        assert pool.stats().respawns == 0


async def test_a_listener_that_raises_does_not_cost_the_worker(pools: Pools) -> None:
    async with pools() as pool:
        call = pool.open("call")
        told = asyncio.Event()

        def fall(text: str) -> None:
            told.set()
            raise RuntimeError(text)

        call.on_partial = fall
        call.begin()
        call.feed(voice(0.2))
        await told.wait()
        assert (await call.finish(voice())).text == "8000 8000"
        assert pool.stats().respawns == 0


# ---- coming and going ----
async def test_an_engine_that_cannot_be_loaded_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    pool = RecogniserPool(functools.partial(ScriptedEngine, tmp_path), workers=2, limits=LIMITS)
    with pytest.raises(RecogniserUnavailable, match="no weights here"):
        await pool.start()
    assert not pool.ready


@pytest.mark.parametrize(
    ("factory", "load_s", "why"),
    [(functools.partial(os._exit, 3), 20.0, "died while loading"), (signal.pause, 0.3, "not loaded after 0.3 s")],
)
async def test_a_worker_that_does_not_come_to_loading_is_told(
    factory: Callable[[], ScriptedEngine], load_s: float, why: str
) -> None:
    pool = RecogniserPool(factory, workers=1, limits=replace(LIMITS, load_s=load_s))
    with pytest.raises(RecogniserUnavailable, match=why):
        await pool.start()


async def test_no_process_to_be_had_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    pool = RecogniserPool(functools.partial(ScriptedEngine, tmp_path), workers=1, limits=LIMITS)
    with pytest.raises(RecogniserUnavailable, match="No such file"):
        await pool.start()


async def test_without_a_worker_words_wait_then_are_lost_and_with_one_again_they_are_heard(
    pools: Pools, tmp_path: Path, workers: Workers
) -> None:
    async with pools(limits=replace(LIMITS, without_worker_s=0.05)) as pool:
        (tmp_path / "broken").touch()
        workers[0].kill()
        await until(lambda: not pool.ready)
        assert pool.load == float("inf")
        call = pool.open("call")
        for _ in range(2):
            with pytest.raises(RecogniserLost, match="no recogniser worker is left"):
                await call.finish(voice())
        (tmp_path / "broken").unlink()
        await until(lambda: pool.ready)
        assert (await call.finish(voice())).text == "8000 8000"


async def test_closing_fails_what_waits_and_kills_a_worker_in_the_middle_of_work(pools: Pools, tmp_path: Path) -> None:
    async with pools() as pool:
        waiting = [asyncio.create_task(pool.open("call").finish(voice(), "stall")) for _ in range(3)]
        await until(lambda: (tmp_path / "log").exists())
    for lost in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(lost, RecogniserLost)
    with pytest.raises(RecogniserLost, match="closed"):
        await pool.open("late").finish(voice())


async def test_starting_that_is_given_up_leaves_nothing(workers: Workers) -> None:
    pool = RecogniserPool(signal.pause, workers=2, limits=LIMITS)  # type: ignore[arg-type]
    starting = asyncio.create_task(pool.start())
    await until(lambda: len(workers) == 2)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting


async def test_a_worker_uses_one_thread_for_its_arithmetic(pools: Pools) -> None:
    async with pools() as pool:
        assert (await pool.open("call").finish(voice(), "threads")).text == "1"


def test_it_runs_on_uvloop_from_a_script_without_a_main_guard_and_prints_nothing_of_the_engines(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio, functools, pathlib, sys, numpy, uvloop\n"
        "from tests.voice.fakes import ScriptedEngine\n"
        "from voice.recogniser.pool import RecogniserPool\n"
        "async def main():\n"
        f"    factory = functools.partial(ScriptedEngine, pathlib.Path({str(tmp_path)!r}))\n"
        "    pool = RecogniserPool(factory, workers=2)\n"
        "    await pool.start()\n"
        "    try:\n"
        "        for topic in ('general', 'print'):\n"
        "            print((await pool.open('call').finish(numpy.ones(80, 'int16'), topic)).text)\n"
        "    finally:\n"
        "        await pool.close()\n"
        "uvloop.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "80 80\n80 80\n"), done.stderr


def test_workers_end_when_the_house_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, functools, pathlib, sys\n"
        "from tests.voice.fakes import ScriptedEngine\n"
        "from voice.recogniser.pool import RecogniserPool\n"
        "async def main():\n"
        "    factory = functools.partial(ScriptedEngine, pathlib.Path(sys.argv[1]))\n"
        "    await RecogniserPool(factory, workers=1).start()\n"
        "    print('ready', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    ours, theirs = os.pipe()  # the worker inherits the writing end; it reads empty once all who hold it are gone
    house = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    with house, os.fdopen(ours, "rb") as shared:
        assert house.stdout and house.stdout.readline() == b"ready\n"
        house.kill()
        assert shared.read() == b""
