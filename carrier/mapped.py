"""What the SDK and the network raise, as our own errors."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from carrier.codes import Meaning, meaning
from carrier.errors import Refused, Throttled, TimedOut, UnknownOutcome, Unreachable


@contextmanager
def mapped() -> Iterator[None]:
    """Turn what the SDK and the network raise into our own tree, leaving their texts behind."""
    try:
        yield
    except TwilioException as error:
        raise _answered(*_told(error)) from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
        raise Unreachable("Twilio cannot be reached") from None
    except httpx.TimeoutException:
        raise TimedOut("Twilio did not answer in time") from None
    except httpx.TransportError as error:
        raise UnknownOutcome(f"the connection to Twilio broke: {type(error).__name__}") from None
    except (ValueError, KeyError, TypeError, AttributeError):  # a 2xx whose body is not what it should be
        raise UnknownOutcome("Twilio's answer could not be read") from None


def _told(error: TwilioException) -> tuple[int | None, int | None]:
    """HTTP status and Twilio's code. Of a list that it refuses the SDK tells neither, but carries the whole answer."""
    answer = next((one for one in error.args if isinstance(one, Response)), None)
    if answer is None:
        return getattr(error, "status", None), getattr(error, "code", None)
    try:
        return answer.status_code, int(json.loads(answer.text)["code"])
    except (ValueError, KeyError, TypeError):
        return answer.status_code, None


def _answered(status: int | None, code: int | None) -> Refused | Throttled | UnknownOutcome:
    if status == 429 or meaning(code) is Meaning.LATER:
        return Throttled("Twilio asks us to wait", code)
    if status is None or not 400 <= status < 500:
        return UnknownOutcome(f"Twilio answered {status}", code)
    at_fault = status == 401 or meaning(code) is Meaning.ACCOUNT
    return Refused(code, permanent=not at_fault)
