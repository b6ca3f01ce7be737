"""REST answers: the keys and types of the official samples, filled from the records."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from simulator.audio import RATE
from simulator.core import API_VERSION
from simulator.records import CallRecord, MessageRecord, Number, Recording
from simulator.segments import segments

Shape = dict[str, Any]
_CALL_PARTS = {
    "notifications": "Notifications", "recordings": "Recordings", "payments": "Payments", "events": "Events",
    "siprec": "Siprec", "streams": "Streams", "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}  # fmt: skip


def account_path(account_sid: str) -> str:
    """The path all resources of the account stand under."""
    return f"/{API_VERSION}/Accounts/{account_sid}"


def date(moment: datetime | None) -> str | None:
    """RFC 2822 in UTC, as REST and callbacks have it."""
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000") if moment else None


def national(number: str) -> str:
    """`(904) 555-0100` for a North American number, anything else as it is."""
    match = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return "({}) {}-{}".format(*match.groups()) if match else number


def call(record: CallRecord) -> Shape:
    """A call. `initiated` is a word of the callbacks only: REST says `queued` until it rings."""
    uri = f"{account_path(record.account_sid)}/Calls/{record.sid}"
    return {
        "account_sid": record.account_sid,
        "answered_by": record.answered_by,
        "api_version": API_VERSION,
        "caller_name": record.caller_name,
        "date_created": date(record.created),
        "date_updated": date(record.updated or record.created),
        "direction": record.direction,
        "duration": None if record.duration is None else str(record.duration),
        "end_time": date(record.ended),
        "forwarded_from": record.forwarded_from,
        "from": record.from_,
        "from_formatted": national(record.from_),
        "group_sid": None,
        "parent_call_sid": record.parent_sid,
        "phone_number_sid": record.number_sid,
        "price": None,
        "price_unit": "USD",
        "sid": record.sid,
        "start_time": date(record.started),
        "status": "queued" if record.status == "initiated" else record.status,
        "subresource_uris": {name: f"{uri}/{part}.json" for name, part in _CALL_PARTS.items()},
        "to": record.to,
        "to_formatted": national(record.to),
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "queue_time": "0",
    }


def message(record: MessageRecord) -> Shape:
    """A text; `from` is null until a messaging service has chosen the sender."""
    uri = f"{account_path(record.account_sid)}/Messages/{record.sid}"
    return {
        "account_sid": record.account_sid,
        "api_version": API_VERSION,
        "body": record.body,
        "date_created": date(record.created),
        "date_sent": date(record.sent),
        "date_updated": date(record.updated or record.created),
        "direction": record.direction,
        "error_code": record.error_code,
        "error_message": None,
        "from": record.from_,
        "num_media": str(len(record.media)),
        "num_segments": "0" if record.service_sid and record.status == "accepted" else str(segments(record.body)),
        "price": None,
        "price_unit": None,
        "messaging_service_sid": record.service_sid,
        "sid": record.sid,
        "status": record.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": record.to,
        "uri": f"{uri}.json",
    }


def account(account_sid: str, created: datetime) -> Shape:
    """The account; its token is not shown."""
    uri = account_path(account_sid)
    parts = ("Calls", "Conferences", "IncomingPhoneNumbers", "Messages", "Queues", "Recordings")
    names = ("calls", "conferences", "incoming_phone_numbers", "messages", "queues", "recordings")
    return {
        "auth_token": "[redacted]",
        "date_created": date(created),
        "date_updated": date(created),
        "friendly_name": "Simulated account",
        "owner_account_sid": account_sid,
        "sid": account_sid,
        "status": "active",
        "subresource_uris": {name: f"{uri}/{part}.json" for name, part in zip(names, parts, strict=True)},
        "type": "Full",
        "uri": f"{uri}.json",
    }


def number(account_sid: str, record: Number) -> Shape:
    """A number the account owns."""
    created = date(record.created)
    settings = record.settings
    return {
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "date_created": created,
        "date_updated": created,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "friendly_name": settings.get("FriendlyName", national(record.phone_number)),
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": record.phone_number,
        "sid": record.sid,
        "sms_application_sid": None,
        "sms_fallback_method": record.method("SmsFallbackMethod"),
        "sms_fallback_url": settings.get("SmsFallbackUrl", ""),
        "sms_method": record.method("SmsMethod"),
        "sms_url": settings.get("SmsUrl", ""),
        "status_callback": settings.get("StatusCallback", ""),
        "status_callback_method": record.method("StatusCallbackMethod"),
        "trunk_sid": None,
        "uri": f"{account_path(account_sid)}/IncomingPhoneNumbers/{record.sid}.json",
        "voice_application_sid": None,
        "voice_caller_id_lookup": settings.get("VoiceCallerIdLookup") == "true",
        "voice_fallback_method": record.method("VoiceFallbackMethod"),
        "voice_fallback_url": record.url("VoiceFallbackUrl"),
        "voice_method": record.method("VoiceMethod"),
        "voice_url": record.url("VoiceUrl"),
        "voice_receive_mode": "voice",
        "status": "in-use",
        "bundle_sid": None,
        "type": "local",
    }


def recording(record: Recording) -> Shape:
    """A recording; the sound itself is at the same URI without `.json`."""
    uri = f"{account_path(record.account_sid)}/Recordings/{record.sid}"
    return {
        "account_sid": record.account_sid,
        "api_version": API_VERSION,
        "call_sid": record.call_sid,
        "conference_sid": None,
        "channels": 1,
        "date_created": date(record.created),
        "date_updated": date(record.created),
        "start_time": date(record.created),
        "price": None,
        "price_unit": "USD",
        "duration": str(round(len(record.audio) / RATE)),
        "sid": record.sid,
        "source": record.source,
        "status": "completed",
        "error_code": None,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "add_on_results": f"{uri}/AddOnResults.json",
            "transcriptions": f"{uri}/Transcriptions.json",
        },
        "encryption_details": None,
        "media_url": f"https://api.twilio.com{uri}",
    }


def error(status: int, code: int, text: str) -> Shape:
    """What comes with a status of 400 and above."""
    return {"code": code, "message": text, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}


def page(path: str, query: Mapping[str, str], name: str, items: list[Shape], number: int, size: int) -> Shape:
    """One page of a list."""

    def at(index: int) -> str:
        return f"{path}?{urlencode({**query, 'PageSize': size, 'Page': index})}"

    start = number * size
    shown = items[start : start + size]
    return {
        name: shown,
        "end": start + max(0, len(shown) - 1),
        "first_page_uri": at(0),
        "next_page_uri": at(number + 1) if len(items) > start + size else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": at(number - 1) if number else None,
        "start": start,
        "uri": at(number),
    }
