"""One worker process as the pool sees it: start it, ask it, see it die, end it."""

import asyncio
import os
import pickle
import socket
import subprocess
from collections.abc import Callable
from typing import Self

from voice.recogniser import worker
from voice.recogniser.choose import RecogniserUnavailable
from voice.recogniser.protocol import Engine
from voice.recogniser.wire import HEADER, Failed, Ready, Reply, Request, pack

EngineFactory = Callable[[], Engine]

_ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
_REAP_S = 5.0  # SIGKILL takes milliseconds; a process in an uninterruptible disk wait is left to the system


class WorkerLost(Exception):
    """The process died, or gave no answer in time."""


class WorkerProcess:
    """A running worker. One request at a time; `gone` once it has died, when `on_gone` is called too."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_gone: Callable[[], None],
    ) -> None:
        self._process = process
        self._writer = writer
        self._on_gone = on_gone
        self._answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen(reader))
        self.gone = False

    @classmethod
    async def start(cls, factory: EngineFactory, load_s: float, on_gone: Callable[[], None]) -> Self:
        """Start a process and wait until its engine is loaded; RecogniserUnavailable when it does not come to that."""
        ours, theirs = socket.socketpair()
        with theirs:
            reader, writer = await asyncio.open_unix_connection(sock=ours)
            try:
                process = _spawn(theirs.fileno())
            except OSError as error:
                writer.transport.abort()
                raise RecogniserUnavailable(f"no worker process: {error.strerror}") from None
        self = cls(process, reader, writer, on_gone)
        try:
            writer.write(pack(factory))
            async with asyncio.timeout(load_s):
                reply = await self._answer
        except WorkerLost:
            await self.end()
            raise RecogniserUnavailable("the worker process died while loading") from None
        except TimeoutError:
            await self.end()
            raise RecogniserUnavailable(f"the engine was not loaded after {load_s:g} s") from None
        except BaseException:
            await self.end()
            raise
        if not isinstance(reply, Ready):
            await self.end()
            raise RecogniserUnavailable(reply.what if isinstance(reply, Failed) else "the worker spoke out of turn")
        return self

    async def ask(self, request: Request, seconds: float) -> Reply:
        """Its answer. Raises WorkerLost when it died or needs longer than `seconds`: then `end` it."""
        if self.gone:
            raise WorkerLost("died")
        self._answer = asyncio.get_running_loop().create_future()
        self._writer.write(pack((seconds, request)))
        try:
            async with asyncio.timeout(seconds):
                return await self._answer
        except TimeoutError:
            raise WorkerLost("stalled") from None

    async def end(self) -> None:
        """Kill it, at once and for good; leaves no zombie, even when cancelled on the way."""
        self._process.kill()
        self._listening.cancel()
        self._writer.transport.abort()
        reaping = asyncio.create_task(asyncio.to_thread(self._reap))
        try:
            await asyncio.shield(reaping)
        except asyncio.CancelledError:
            await reaping
            raise

    def _reap(self) -> None:
        try:
            self._process.wait(_REAP_S)
        except subprocess.TimeoutExpired:
            return

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                (size,) = HEADER.unpack(await reader.readexactly(HEADER.size))
                reply: Reply = pickle.loads(await reader.readexactly(size))
                if not self._answer.done():
                    self._answer.set_result(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.gone = True
            if not self._answer.done():
                self._answer.set_exception(WorkerLost("died"))
            self._on_gone()


def _spawn(descriptor: int) -> "subprocess.Popen[bytes]":
    """A few milliseconds of the event loop's time (vfork and exec), at start and when a worker is replaced."""
    return subprocess.Popen(
        worker.command(descriptor),
        stdin=subprocess.DEVNULL,
        stdout=2,  # what an engine prints must not get between the lines that a command prints
        pass_fds=(descriptor,),
        env=os.environ | _ONE_THREAD,
    )
