"""Where Twilio finds us: the URLs that go out with a message. The row's id in each names the row it is about."""

from dataclasses import dataclass

LEG_KEY = "transfer:"
"""How the keys of the outbox begin whose messages are calls to a CSR who may take a caller."""

ATTEMPT_KEY = "callback:"
"""The same of calls to somebody who is to call a customer back; the attempt's id follows."""


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

    def leg(self, message_id: str) -> str:
        """What a CSR hears who may take a caller."""
        return f"{self.base.rstrip('/')}/twilio/rooms/legs/{message_id}/answer"

    def leg_status(self, message_id: str) -> str:
        """News of the call to a CSR."""
        return f"{self.base.rstrip('/')}/twilio/rooms/legs/{message_id}/status"

    def leg_gone(self, message_id: str) -> str:
        """What a CSR hears when there is nothing to take any more."""
        return f"{self.base.rstrip('/')}/twilio/rooms/legs/{message_id}/gone"

    def attempt(self, attempt_id: str) -> str:
        """What somebody hears who is to call a customer back."""
        return f"{self.base.rstrip('/')}/twilio/callbacks/{attempt_id}/answer"

    def attempt_status(self, attempt_id: str) -> str:
        """News of the call to them."""
        return f"{self.base.rstrip('/')}/twilio/callbacks/{attempt_id}/status"

    def onward(self, transfer_id: str) -> str:
        """What comes next for a caller who is being handed over."""
        return f"{self.base.rstrip('/')}/twilio/transfers/{transfer_id}/next"
