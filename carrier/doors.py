"""Where Twilio finds us: the URLs that go out with a message. The row's id in each names the row it is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doors:
    """Our public base URL, and the doors behind it."""

    base: str

    def text_status(self, message_id: str) -> str:
        """News of a text."""
        return f"{self.base.rstrip('/')}/twilio/sms/status?message={message_id}"

    def page(self, message_id: str) -> str:
        """What somebody who picks up our call hears."""
        return f"{self.base.rstrip('/')}/twilio/pages/{message_id}/answer"

    def page_status(self, message_id: str) -> str:
        """News of a call."""
        return f"{self.base.rstrip('/')}/twilio/pages/{message_id}/status"
