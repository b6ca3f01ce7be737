"""Telephone numbers as they stand in rows: E.164, whole, of their country's plan."""

import phonenumbers


def whole(number: str) -> phonenumbers.PhoneNumber | None:
    """A number that is written in E.164 and that its country's plan allows; None for anything else."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return parsed if written == number and phonenumbers.is_possible_number(parsed) else None


def country_of(number: phonenumbers.PhoneNumber) -> str | None:
    """Two capitals, 001 for one of no country; None where the plan does not say, as for the newest area codes."""
    region: str | None = phonenumbers.region_code_for_number(number)
    return region
