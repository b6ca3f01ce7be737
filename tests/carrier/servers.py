"""A peer on a real socket that answers as it is told."""

import json
import threading
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Answer = Callable[["_Handler"], None]


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        peer = self.server.peer
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        peer.heard.append((self.requestline, dict(self.headers), body))
        if peer.echo:
            say(201, json.dumps({"sid": "SM " + parse_qs(body)["Body"][0]}))(self)
        else:
            peer.plan.popleft()(self)

    do_GET = do_POST = _any

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that leaving waits for every answer
    peer: "Peer"


class Peer:
    """`plan` holds the answers to the next requests, `heard` what they were; with `echo` the SID tells the body."""

    def __init__(self) -> None:
        self.plan: deque[Answer] = deque()
        self.heard: list[tuple[str, dict[str, str], str]] = []
        self.echo = False
        self.leaving = threading.Event()

    def __enter__(self) -> "Peer":
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.peer = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.leaving.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def say(status: int, body: str) -> Answer:
    """This status and body."""

    def answer(handler: _Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body.encode())
        handler.close_connection = True

    return answer


def cut(handler: _Handler) -> None:
    """Take the request, and hang up."""
    handler.close_connection = True


def hold(handler: _Handler) -> None:
    """Take the request, and say nothing until the test is over."""
    handler.server.peer.leaving.wait(10)
    handler.close_connection = True


def drip(handler: _Handler) -> None:
    """One byte now and then, each in time for the read timeout."""
    handler.send_response(201)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(1000):
        if handler.server.peer.leaving.wait(0.05):
            break
        try:
            handler.wfile.write(b" ")
        except OSError:  # the caller has left
            break
    handler.close_connection = True
