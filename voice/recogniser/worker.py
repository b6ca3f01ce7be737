"""The inside of a recogniser process: loads one engine, then answers requests one at a time until the pool goes away.

It keeps nothing but the partial streams, so it can be killed at any moment. It outlives neither the pool (the socket
ends) nor a request (an alarm ends the process when the pool, itself dead, no longer can).
"""

import pickle
import signal
import socket
import sys
from collections.abc import Callable
from io import BufferedRWPair
from typing import Any

from voice.recogniser.choose import RecogniserUnavailable
from voice.recogniser.protocol import Engine, Stream
from voice.recogniser.wire import HEADER, Decode, Failed, Feed, Forget, Partial, Ready, Reply, Request, pack

_GRACE_S = 2.0  # the pool's own deadline comes first


def main(descriptor: int) -> None:
    """Serve the pool at the other end of this socket. The first frame is the engine's factory, then come requests."""
    # Ctrl-C and a service manager's stop reach the whole group; the pool ends us when its calls are over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as link, link.makefile("rwb") as wire:
        try:
            if engine := _load(wire):
                _serve(wire, engine)
        except (EOFError, ConnectionError):
            return


def _load(wire: BufferedRWPair) -> Engine | None:
    try:
        factory: Callable[[], Engine] = _read(wire)
        engine = factory()
    except RecogniserUnavailable as error:  # says how to mend it
        failed = Failed(str(error))
    except Exception as error:  # whatever it is, the pool has to be told
        failed = Failed(f"{type(error).__name__}: {error}")
    else:
        _write(wire, Ready(engine.name))
        return engine
    _write(wire, failed)
    return None


def _serve(wire: BufferedRWPair, engine: Engine) -> None:
    streams: dict[int, Stream] = {}
    while True:
        seconds, request = _read(wire)
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_S)
        try:
            reply = _answer(engine, streams, request)
        except Exception as error:  # the engine's, whatever it is; its text could quote the caller
            reply = Failed(f"{type(error).__name__} at {_place(error)}")
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(wire, reply)


def _answer(engine: Engine, streams: dict[int, Stream], request: Request) -> Reply:
    match request:
        case Decode(pcm, topic):
            return engine.decode(pcm, topic)
        case Feed(number, topic, pcm):
            stream = streams[number] if number in streams else engine.stream(topic)
            if stream is None:
                return Partial(unheard=True)
            streams[number] = stream
            return Partial(stream.feed(pcm))
        case Forget(numbers):
            for number in numbers:
                if over := streams.pop(number, None):
                    over.close()
            return Partial()


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"


def _read(wire: BufferedRWPair) -> Any:
    (size,) = HEADER.unpack(_exactly(wire, HEADER.size))
    return pickle.loads(_exactly(wire, size))


def _exactly(wire: BufferedRWPair, size: int) -> bytes:
    data = wire.read(size)
    if len(data) < size:
        raise EOFError("the pool is gone")
    return data


def _write(wire: BufferedRWPair, reply: Reply) -> None:
    wire.write(pack(reply))
    wire.flush()


def command(descriptor: int) -> list[str]:
    """The command line of a worker on this socket.

    Not multiprocessing: that would import the parent's main program again in the child, whatever it is.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}\nfrom voice.recogniser.worker import main\nmain({descriptor})"
    return [sys.executable, "-c", code]
