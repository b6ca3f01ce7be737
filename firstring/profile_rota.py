"""The rota in `business.toml`: [[turn]] and [[holiday]], and what must hold between them and the rest of the file."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from firstring.profile_reading import rows, tables
from models.company import Holiday, Turn
from models.enums import Trade

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Mistake = tuple[tuple[str | int, ...], str]
"""Where in the file, and what is wrong."""

LEAP_YEAR = 2028  # for a day of every year: 29 February is one


class TurnTable(BaseModel):
    """[[turn]]: who is on duty in some hours of the week, in turn (`unit`, `every`, `since`) or all at once."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    level: Literal[1, 2] = 1
    people: list[str] = Field(min_length=1, max_length=100)
    unit: Literal["", "hours", "days", "weeks"] = ""
    every: int = Field(default=1, ge=1, le=1000)
    since: datetime | None = None
    days: list[Day] = Field(default=list(get_args(Day)), min_length=1)
    opens: time = time(0)
    closes: time = time(0)
    trades: list[Trade] = []
    holidays: Literal["as_usual", "only", "never"] = "as_usual"

    @model_validator(mode="after")
    def _turns_from_some_day(self) -> Self:
        if self.unit and self.since is None:
            raise ValueError(
                "a turn with a unit needs since: when the first person begins, such as 2026-11-16T07:00:00"
            )
        if self.since and self.since.tzinfo:
            raise ValueError("since is the time on the company's wall: write it without an offset")
        return self

    def to_turn(self) -> Turn:
        """The same rule, frozen."""
        return Turn(
            id=self.id,
            level=self.level,
            people=tuple(self.people),
            unit=self.unit,
            every=self.every,
            since=self.since,
            days=frozenset(get_args(Day).index(day) for day in self.days),
            opens=self.opens,
            closes=self.closes,
            trades=frozenset(self.trades),
            holidays=self.holidays,
        )


class HolidayTable(BaseModel):
    """[[holiday]]: a day off of the rota; every year without `year`, everywhere without `location`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=2, max_length=60)
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    year: int | None = Field(default=None, ge=2020, le=2200)
    location: str = ""

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        try:
            date(self.year or LEAP_YEAR, self.month, self.day)
        except ValueError:
            raise ValueError("there is no such day") from None
        return self

    def to_holiday(self) -> Holiday:
        """The same day, frozen."""
        return Holiday(name=self.name, month=self.month, day=self.day, year=self.year, location=self.location)


def across(data: dict[str, Any]) -> Iterable[Mistake]:
    """Mistakes between the rota and the rest of the file. Tolerant of data that is wrong in other ways."""
    turns, staff = tables(data, "turn"), tables(data, "staff")
    company = data.get("company")
    trades = rows(company, "trades") if isinstance(company, dict) else []
    agreed = {str(one.get("id")): one.get("opted_in") is True for one in staff}
    ids = [one.get("id") for one in turns]
    for place, turn in enumerate(turns):
        where = ("turn", place)
        if ids.index(turn.get("id")) != place:
            yield (*where, "id"), "a turn above has this id already"
        for name in dict.fromkeys(map(str, rows(turn, "people"))):
            if name not in agreed:
                yield (*where, "people"), f"{name} is not the id of anyone in [[staff]]"
            elif not agreed[name]:
                yield (*where, "people"), f"{name} has not opted in to be paged: record the consent first"
        for trade in rows(turn, "trades"):
            if trade not in trades:
                yield (*where, "trades"), f"{trade} is not among company.trades"
    first = [one for one in turns if one.get("level", 1) == 1]
    for trade in trades if turns else []:
        if trade != Trade.OFFICE and not any(trade in (rows(one, "trades") or [trade]) for one in first):
            yield ("turn",), f"no turn of level 1 is for {trade}: whom would it wake?"
