"""REST: the account's numbers, the account itself, and looking a number up."""

from typing import TYPE_CHECKING

import phonenumbers
from fastapi import APIRouter, Request

from simulator import shapes
from simulator.records import Number
from simulator.rest_common import form, listing, not_found, same
from simulator.shapes import Shape
from simulator.strict import NUMBER_UPDATE, RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange

_REASONS = {
    phonenumbers.ValidationResult.TOO_SHORT: "TOO_SHORT",
    phonenumbers.ValidationResult.TOO_LONG: "TOO_LONG",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "INVALID_COUNTRY_CODE",
    phonenumbers.ValidationResult.INVALID_LENGTH: "INVALID_LENGTH",
    phonenumbers.ValidationResult.IS_POSSIBLE: "INVALID_BUT_POSSIBLE",
}
_EXTRAS = (
    "caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence", "identity_match",
    "reassigned_number", "sms_pumping_risk", "phone_number_quality_score", "pre_fill",
)  # fmt: skip
_OFFERED = frozenset({"caller_name", "line_type_intelligence", ""})


def routes(exchange: "Exchange") -> APIRouter:
    """The routes of these resources."""
    router = APIRouter()
    account = exchange.core.account_sid
    base = shapes.account_path(account) + "/IncomingPhoneNumbers"

    def shape(record: Number) -> Shape:
        return shapes.number(account, record)

    def find(sid: str) -> Number:
        for record in exchange.switch.numbers.values():
            if record.sid == sid:
                return record
        raise not_found()

    @router.get(shapes.account_path(account) + ".json")
    async def whole_account() -> Shape:
        return shapes.account(account, exchange.created)

    @router.get(base + ".json")
    async def index(request: Request) -> Shape:
        every = exchange.switch.numbers.values()
        found = [record for record in every if same(request, "PhoneNumber", record.phone_number)]
        filters = frozenset({"PhoneNumber"})
        return listing(request, "incoming_phone_numbers", found, shape, filters)

    @router.get(base + "/{sid}.json")
    async def fetch(sid: str) -> Shape:
        return shape(find(sid))

    @router.post(base + "/{sid}.json")
    async def update(sid: str, request: Request) -> Shape:
        record = find(sid)
        fields = await form(request, NUMBER_UPDATE)
        record.settings.update({name: fields.one(name) for name in fields})
        return shape(record)

    @router.get("/v2/PhoneNumbers/{number}")
    async def look_up(number: str, request: Request) -> Shape:
        wanted = frozenset(request.query_params.get("Fields", "").split(","))
        if wanted - _OFFERED:
            raise RestError(400, 20001, "a look-up field is unknown, or not done by this exchange", blame=True)
        return _look_up(exchange, number, wanted)

    return router


def _look_up(exchange: "Exchange", number: str, wanted: frozenset[str]) -> Shape:
    answer: Shape = {
        "calling_country_code": None, "country_code": None, "phone_number": number, "national_format": None,
        "valid": False, "validation_errors": [], **dict.fromkeys(_EXTRAS),
        "url": f"https://lookups.twilio.com/v2/PhoneNumbers/{number}",
    }  # fmt: skip
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return {**answer, "validation_errors": ["NOT_A_NUMBER"]}
    if not phonenumbers.is_valid_number(parsed):
        reason = phonenumbers.is_possible_number_with_reason(parsed)
        return {**answer, "validation_errors": [_REASONS.get(reason, "INVALID_BUT_POSSIBLE")]}
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    line = exchange.phone(number).line
    answer |= {
        "calling_country_code": str(parsed.country_code),
        "country_code": phonenumbers.region_code_for_number(parsed),
        "phone_number": number,
        "national_format": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL),
        "valid": True,
    }
    if "line_type_intelligence" in wanted:
        answer["line_type_intelligence"] = {
            "type": line.type, "carrier_name": line.carrier, "mobile_country_code": "310",
            "mobile_network_code": "000", "error_code": None,
        }  # fmt: skip
    if "caller_name" in wanted:
        answer["caller_name"] = {
            "caller_name": line.caller_name,
            "caller_type": "CONSUMER" if line.caller_name else None,
            "error_code": None,
        }
    return answer
