"""Processes for the storm: `firstring engine` or `firstring serve`, forked from one that has imported them already.

    python -m tests.faults.worker      reads one JSON object of environment variables a line, answers with a process id

Forked, because a storm kills a hundred of them and a cold start takes more than a second of CPU. With `--hurry` their
times are `cases.HURRY` times shorter, and every request to Twilio says which process sent it and when it left.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

import psycopg  # noqa: F401 - imported before the fork
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401
from twilio.http.response import Response  # type: ignore[import-untyped]

import carrier.client
import firstring.application
import firstring.assembly
import firstring.cli
import firstring.logs
import models.migrate  # noqa: F401
from carrier.http import BoundedHttpClient
from tests.faults.cases import HURRY
from triage.triage import Triage
from voice import ending, lookback, unended
from voice.recogniser.pool import RecogniserPool

ENGINE, LEFT = "x-storm-engine", "x-storm-left"
"""Headers: the process id of the engine, and the second (of the machine's clock) at which the request left it."""

KEPT = frozenset({"POLL_SECONDS", "STOP_SECONDS", "RING_SECONDS", "BUSY_SECONDS"})
"""Every other constant of the carrier that is named ..._SECONDS is shortened: these are about the machine itself, or
are told to Twilio, which is in a hurry of its own."""


PORT = "STORM_PORT"
"""A variable: whoever has it is a web process on this port, the others are engines."""


class Stamped(BoundedHttpClient):
    """The product's HTTP client, in a hurry and with the two headers."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(timeout_s / HURRY)

    def request(self, *args: Any, **rest: Any) -> Response:
        """As the product's, and stamped."""
        stamps = {ENGINE: str(os.getpid()), LEFT: repr(time.time())}
        return super().request(*args, **(rest | {"headers": {**(rest.get("headers") or {}), **stamps}}))


def hurry() -> None:
    """Shorten the carrier's times in this process and in those forked from it."""
    for module in [module for name, module in list(sys.modules.items()) if name.startswith("carrier.")]:
        for name, value in list(vars(module).items()):
            if name.endswith("_SECONDS") and name not in KEPT:
                setattr(module, name, _shorter(value))
    carrier.client.BoundedHttpClient = Stamped  # type: ignore[attr-defined]
    ending.CHECK_SOON /= HURRY
    unended.AGAIN /= HURRY
    lookback.AGAIN /= HURRY


def _shorter(value: Any) -> Any:
    match value:
        case tuple():
            return tuple(one / HURRY for one in value)
        case dict():
            return {key: one / HURRY for key, one in value.items()}
        case _:
            return value / HURRY


def main() -> None:
    """Fork an engine for every line; at the end of the lines kill what is left of them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    if "--hurry" in sys.argv:
        hurry()
    Triage.load()  # what it reads stays in memory, and every web process has it from the start
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    os.killpg(os.getpgrp(), signal.SIGKILL)  # a group of our own: the storm starts us as its leader


def become(environment: dict[str, str]) -> NoReturn:
    """Run the command with these variables; what it says goes to the file STORM_LOG."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    port = environment.pop(PORT, None)
    os.environ.update(environment)
    log = Path(os.environ.pop("STORM_LOG"))
    os.chdir(log.parent)  # away from anybody's .env
    nothing, out = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    if port is None:
        firstring.cli.engine()
    else:
        serve(int(port))
    threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter does first on its way out
    os._exit(0)  # and not the rest: a library's own threads stayed behind in the fork's parent


def serve(port: int) -> None:
    """`firstring serve` without recognisers, which take seconds to load: every caller gets the overflow's words."""
    firstring.assembly.RecogniserPool = Deaf  # type: ignore[attr-defined]
    firstring.cli.silent = lambda *_: []  # nothing of ours is spoken, so nothing needs a sound
    firstring.cli.serve("127.0.0.1", port)


class Deaf(RecogniserPool):
    """A pool whose recognisers are down."""

    async def start(self) -> None:
        """None come."""


if __name__ == "__main__":
    main()
