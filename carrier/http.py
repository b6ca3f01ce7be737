"""The network behind the Twilio SDK: one thread-safe HTTP client whose every request ends in bounded time.

Not the SDK's own `TwilioHttpClient`: it passes each answer through an attribute of the client, so two threads that
share one can be given each other's answer (twilio 9.13.0, http_client.py) - and each other's message SID.
"""

import logging
import time
from typing import Any

import httpx
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

CONNECT_SECONDS = 3.0
"""To open a connection; a healthy one takes a tenth of a second."""


FILE_BYTES = 8 * 2**20
"""The most that is taken of a file: four minutes of two channels at 8 kHz and 16 bits; messages end after 90 s."""


def fetch(url: str, login: tuple[str, str], seconds: float) -> bytes:
    """A file behind a login, which other hosts that we are sent on to are not told.

    Raises httpx's errors, and TwilioRestException (without Twilio's words) for any answer but 200.
    """
    deadline = time.monotonic() + seconds
    timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    with httpx.stream("GET", url, auth=login, timeout=timeout, follow_redirects=True) as answer:
        if answer.status_code != 200:
            code = 20404 if answer.status_code == 404 else 20003 if answer.status_code in (401, 403) else None
            raise TwilioRestException(answer.status_code, "", code=code)
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the file took too long")
            if len(body) > FILE_BYTES:
                raise ValueError("the file is too long")
        return bytes(body)


class BoundedHttpClient(HttpClient):  # type: ignore[misc]
    """Sends a request once. Raises httpx's errors; never retries, never follows a redirect."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(logging.getLogger(__name__), False, timeout_s)
        self._seconds = timeout_s
        self._client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=min(CONNECT_SECONDS, timeout_s)))
        for name in ("httpx", "httpcore"):  # they log whole URLs, and ours hold numbers (?To=...)
            logging.getLogger(name).setLevel(logging.WARNING)

    def request(  # noqa: D102 - the SDK's own seam
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - one bound for all
        allow_redirects: bool = False,  # noqa: ARG002 - never
    ) -> Response:
        deadline = time.monotonic() + self._seconds
        query: Any = params or None
        form: Any = data or None
        with self._client.stream(method, url, params=query, data=form, headers=headers, auth=auth) as answer:
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:  # a peer that drips bytes holds us no longer than this
                    raise httpx.ReadTimeout("the answer took too long")
            return Response(answer.status_code, body.decode("utf-8", "replace"), dict(answer.headers))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
