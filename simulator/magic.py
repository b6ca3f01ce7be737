"""Numbers that always fail in the same way, as the test credentials of Twilio have them."""

from simulator.strict import RestError

_TO = {
    "+15005550001": (21211, "The 'To' number is not a valid phone number."),
    "+15005550002": (21612, "The 'To' number cannot be reached by this sender."),
    "+15005550003": (21408, "Permission to reach the region of the 'To' number is not enabled."),
    "+15005550004": (21610, "The recipient has sent STOP to this sender."),
    "+15005550009": (21614, "The 'To' number cannot receive SMS."),
}
_FROM = {
    "+15005550007": (21606, "The 'From' number is not one that may send."),
    "+15005550008": (21611, "The queue of this 'From' number is full."),
}
GOOD_FROM = "+15005550006"


def check_magic(to: str, from_: str) -> None:
    """Raises RestError for the numbers that are there to fail."""
    for table, number in ((_TO, to), (_FROM, from_)):
        if number in table:
            code, message = table[number]
            raise RestError(400, code, message)
