"""Logs: one JSON object a line (or colour in a terminal), ids and kinds only.

A number, a name, an address or a word that was said never goes into a log line; a processor masks what slips through.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

import structlog

_LONG_DIGITS = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_SAFE = {"timestamp", "level", "event", "call", "run", "message", "timer", "sid"}


def mask(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace anything that looks like a telephone number; ids of our own rows and times stay."""
    for name, value in entry.items():
        if name not in _SAFE and isinstance(value, str):
            entry[name] = _LONG_DIGITS.sub("[number]", value)
    return entry


def _without_values(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its kind and place: its text and locals may hold what a caller said."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple) and error[1] is not None:
        entry["error"], entry["at"] = type(error[1]).__name__, places(error[2])
    return entry


def places(trace: TracebackType | None) -> str:
    """The innermost lines of a traceback, newest first: file and line, nothing of what was in them."""
    steps = [f"{frame.f_code.co_filename.rsplit('/', 1)[-1]}:{line}" for frame, line in walk_tb(trace)]
    return " < ".join(reversed(steps[-6:]))


class _PlainFormatter(logging.Formatter):
    """Lines of libraries, with the same discretion."""

    def formatException(self, ei: Any) -> str:
        return f"{ei[0].__name__} at {places(ei[2])}"

    def format(self, record: logging.LogRecord) -> str:
        return _LONG_DIGITS.sub("[number]", super().format(record))


def configure(level: str = "info", *, colour: bool | None = None, sink: Path | None = None) -> None:
    """Set logging up for this process; to stderr, or to a file."""
    stream = sink.open("a", encoding="utf-8") if sink else sys.stderr
    terminal = stream.isatty() if colour is None else colour
    renderer: Any = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_PlainFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Access logs hold URLs with query strings, SQL echoes hold values, a socket's debug lines hold the caller's voice.
    for name in (
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "websockets",
        "sqlalchemy",
        "httpx",
        "httpcore",
        "twilio",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
