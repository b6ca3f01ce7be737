"""What the REST resources share: reading forms, and lists with their filters and pages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from fastapi import Request

from simulator import shapes
from simulator.shapes import Shape
from simulator.strict import Form, RestError, check

if TYPE_CHECKING:
    from simulator.exchange import Exchange


class Dated(Protocol):
    """What the account has, and since when."""

    created: datetime


R = TypeVar("R")
D = TypeVar("D", bound=Dated)
PAGING = frozenset({"PageSize", "Page", "PageToken"})


async def form(request: Request, rules: dict[str, str]) -> Form:
    """The checked form of a request. Raises RestError."""
    async with request.form() as fields:
        return check([(name, str(value)) for name, value in fields.multi_items()], rules)


def not_found() -> RestError:
    """The resource is not there (or gone)."""
    return RestError(404, 20404, "The requested resource was not found")


def _moment(text: str) -> tuple[datetime, bool]:
    """A date or a moment, and whether it was a whole day."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise RestError(400, 20001, "a date filter is neither a date nor a moment", blame=True) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), len(text) == 10


def in_time(request: Request, name: str, value: datetime | None) -> bool:
    """Whether `value` passes the filters `name`, `name<` and `name>` (both inclusive) of the query."""
    query = request.query_params
    for sign in ("", "<", ">"):
        if name + sign not in query:
            continue
        if value is None:
            return False
        wanted, day = _moment(query[name + sign])
        first, last = wanted, wanted + (timedelta(days=1) if day else timedelta(seconds=1))
        if (sign == "" and not first <= value < last) or (sign == "<" and value >= last):
            return False
        if sign == ">" and value.replace(microsecond=999_999) < first:
            return False
    return True


def same(request: Request, name: str, value: str | None) -> bool:
    """Whether `value` passes the filter `name` of the query, if it is there."""
    return name not in request.query_params or request.query_params[name] == value


def listed(exchange: "Exchange", records: Sequence[D]) -> list[D]:
    """Those that a list shows already: see `Faults.lag_s`."""
    lag = timedelta(seconds=exchange.faults.lag_s / exchange.core.clock.speed)
    return [record for record in records if exchange.core.clock.utc() - record.created >= lag]


def listing(
    request: Request, name: str, records: Sequence[R], shape: Callable[[R], Shape], filters: frozenset[str]
) -> Shape:
    """A page of `records`, newest first. Raises RestError for a filter that is not one of `filters`."""
    query = dict(request.query_params)
    unknown = query.keys() - filters - PAGING
    if unknown:
        raise RestError(400, 20001, f"filter {min(unknown)} is unknown", blame=True)
    size = min(1000, max(1, int(query.pop("PageSize", "50"))))
    number = max(0, int(query.pop("Page", "0")))
    query.pop("PageToken", None)
    shown = [shape(record) for record in reversed(records)]
    return shapes.page(request.url.path, query, name, shown, number, size)
