"""What can go wrong at Twilio, and what it means for a request that may or may not have been carried out.

    CarrierError
    ├── Refused          Twilio said no; `permanent` when the same request can never succeed
    ├── Throttled        Twilio said "not now"; nothing was done
    ├── Unreachable      the request never left this machine; nothing was done
    └── UnknownOutcome   it may have been done: look before doing it again
        └── TimedOut     it may even be done later: wait before looking

No text here holds a number, a name or a message: errors end up in logs.
"""

from pathlib import Path


class CarrierError(Exception):
    """Anything that Twilio, or the way to it, did to a request. `code` is Twilio's, where it gave one."""

    def __init__(self, what: str, code: int | None = None) -> None:
        super().__init__(what if code is None else f"{what} ({code})")
        self.code = code


class Refused(CarrierError):
    """Twilio said no. Not permanent: the account is at fault (credentials, suspended), and somebody may mend it."""

    def __init__(self, code: int | None, *, permanent: bool, what: str = "refused by Twilio") -> None:
        super().__init__(what, code)
        self.permanent = permanent


class Throttled(CarrierError):
    """Too many requests, or a full queue: back off and try again."""


class Unreachable(CarrierError):
    """No connection was made, so nothing was asked for."""


class UnknownOutcome(CarrierError):
    """A broken connection, a 5xx or an answer that makes no sense: it may have happened."""


class TimedOut(UnknownOutcome):
    """No answer in time: Twilio may still be working on it."""


def fault(error: BaseException) -> dict[str, str]:
    """An unexpected error for the log: its kind and where it arose, not its words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return {"error": type(error).__name__, "at": at}
