"""The profile's `[callbacks]`: how missed callers are called back."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.company import Callbacks

Minutes = Annotated[int, Field(ge=1, le=1440)]


class CallbacksTable(BaseModel):
    """[callbacks]: who rings whom, and when again."""

    model_config = ConfigDict(extra="forbid")

    ring: bool = True
    ring_after_seconds: int = Field(default=60, ge=0, le=3600)
    retry_minutes: list[Minutes] = Field(default=[5, 30, 120], min_length=1, max_length=6)
    hold_minutes: int = Field(default=10, ge=2, le=120)

    def to_callbacks(self) -> Callbacks:
        """The same, frozen."""
        return Callbacks(self.ring, self.ring_after_seconds, tuple(self.retry_minutes), self.hold_minutes)
