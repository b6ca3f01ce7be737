"""Twilio without a network, and stricter than Twilio: every request of the SDK is held against the official OpenAPI
files, a list of known fields, and our own rules. Creates are remembered, so that lists give them back.

The OpenAPI files are not ours to ship; where they are absent, our own rules still run.
"""

import json
import logging
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from werkzeug.datastructures import Headers, ImmutableMultiDict

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "twilio"
FILES = {
    "https://api.twilio.com": "twilio_api_v2010.subset.strict.json",
    "https://messaging.twilio.com": "twilio_messaging_v1.subset.strict.json",
    "https://lookups.twilio.com": "twilio_lookups_v2.subset.strict.json",
}
E164 = re.compile(r"\+[1-9]\d{6,14}")
ABSENT = f"Twilio's OpenAPI files are not at {OFFICIAL}"


class NotTwilio(AssertionError):
    """Twilio would not take this request."""


@cache
def official(host: str) -> tuple[dict[str, Any], OpenAPI] | None:
    """The specification of this host, as it is and as a validator; None where it is absent."""
    file = OFFICIAL / FILES[host]
    if not file.exists():
        return None
    specification = json.loads(file.read_text())
    return specification, OpenAPI.from_dict(specification)


class SpokenRequest:
    """A request in the form that openapi-core reads."""

    def __init__(self, method: str, url: str, query: list[tuple[str, str]], form: list[tuple[str, str]]) -> None:
        parts = urlsplit(url)
        self.host_url = f"{parts.scheme}://{parts.netloc}"
        self.path = parts.path
        self.method = method.lower()
        self.content_type = "application/x-www-form-urlencoded"
        self.body = urlencode(form).encode() if form else None
        credentials = b64encode(b"AC:secret").decode()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(query), header=Headers({"Authorization": f"Basic {credentials}"})
        )


class StrictTwilio(HttpClient):  # type: ignore[misc]
    """An HTTP client for the SDK. `requests` holds what was asked: method, path and fields."""

    def __init__(self, now: datetime) -> None:
        super().__init__(logging.getLogger(__name__), False, None)
        self.now = now
        self.requests: list[tuple[str, str, dict[str, list[str]]]] = []
        self.resources: dict[str, list[dict[str, Any]]] = {"Messages": [], "Calls": []}

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002
    ) -> Response:
        query, form = _pairs(params), _pairs(data)
        spoken = SpokenRequest(method, url, query, form)
        if auth is None:
            raise NotTwilio("no credentials")
        _held_against_the_official_file(spoken, query, form)
        fields: dict[str, list[str]] = {}
        for name, value in query + form:
            fields.setdefault(name, []).append(value)
        _our_rules(spoken, fields)
        self.requests.append((method.upper(), spoken.path, fields))
        return self._answer(spoken, {name: values[0] for name, values in fields.items()})

    def _answer(self, spoken: SpokenRequest, fields: dict[str, str]) -> Response:
        kind = "Messages" if "/Messages" in spoken.path else "Calls"
        known = self.resources[kind]
        if spoken.method == "get":
            found = [each for each in known if all(each.get(key.lower(), fields[key]) == fields[key] for key in fields)]
            return Response(200, json.dumps({kind.lower(): found[::-1], "next_page_uri": None}))
        if not spoken.path.endswith(f"/{kind}.json"):
            return Response(200, json.dumps({"sid": "CA" + "0" * 32, "status": fields.get("Status")}))
        made = {
            "sid": ("SM" if kind == "Messages" else "CA") + f"{len(known):032x}",
            "to": fields["To"],
            "from": fields.get("From"),
            "body": fields.get("Body"),
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(self.now),
        }
        known.append(made)
        return Response(201, json.dumps(made))


def _pairs(fields: Mapping[str, object] | None) -> list[tuple[str, str]]:
    """As they go over the wire: repeated names for lists, true and false in small letters."""
    pairs = []
    for name, value in (fields or {}).items():
        for each in value if isinstance(value, list) else [value]:
            pairs.append((name, str(each).lower() if isinstance(each, bool) else str(each)))
    return pairs


def _held_against_the_official_file(
    spoken: SpokenRequest, query: list[tuple[str, str]], form: list[tuple[str, str]]
) -> None:
    if spoken.host_url not in FILES:
        raise NotTwilio(f"no such host: {spoken.host_url}")
    found = official(spoken.host_url)
    if found is None:
        return
    specification, validator = found
    validator.validate_apicall_request(spoken)
    pattern = next(path for path in specification["paths"] if _matches(path, spoken.path))
    operation = specification["paths"][pattern][spoken.method]
    known = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
    content = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    properties = set(content.get("schema", {}).get("properties", {}))
    unknown = ({name for name, _ in query} - known) | ({name for name, _ in form} - properties)
    if unknown:
        raise NotTwilio(f"{spoken.method} {pattern} knows no {sorted(unknown)}")


def _matches(pattern: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)), path) is not None


def _our_rules(spoken: SpokenRequest, fields: dict[str, list[str]]) -> None:
    for name in ("To", "From"):
        if name in fields and not all(E164.fullmatch(value) for value in fields[name]):
            raise NotTwilio(f"{name} is not E.164")
    for name in ("Url", "StatusCallback"):
        if not all(value.startswith("https://") for value in fields.get(name, [])):
            raise NotTwilio(f"{name} is not an https URL")
    if spoken.method == "post" and spoken.path.endswith("/Messages.json"):
        if ("From" in fields) == ("MessagingServiceSid" in fields):
            raise NotTwilio("a text needs exactly one of From and MessagingServiceSid")
        [body] = fields.get("Body", [""])
        if not 0 < len(body) <= 1600:
            raise NotTwilio(f"a text of {len(body)} characters")
    if spoken.method == "post" and spoken.path.endswith("/Calls.json"):
        if not {"To", "From", "Url"} <= fields.keys():
            raise NotTwilio("a call needs To, From and Url")
        if not 5 <= int(fields.get("Timeout", ["60"])[0]) <= 600:
            raise NotTwilio("Timeout is 5 to 600 seconds")
