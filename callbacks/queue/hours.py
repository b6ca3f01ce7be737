"""Minutes that count only while the shop is open: when a caller who did not answer is tried again."""

from datetime import UTC, datetime, timedelta

from callbacks.promise.hours import spans
from models.company import Company


def open_minutes_later(company: Company, start: datetime, minutes: int) -> datetime:
    """When the shop has been open for so many minutes since `start`, in UTC; a shop without hours counts as open."""
    begun, left = start.timestamp(), minutes * 60.0
    for opens, closes in spans(company, company.hours, start):
        begins = max(opens, begun)
        if begins + left < closes:
            return datetime.fromtimestamp(begins + left, UTC)
        left -= max(0.0, closes - begins)
    return start.astimezone(UTC) + timedelta(minutes=minutes)
