"""Is this request really from Twilio? Rules: docs/carrier.md, "Signatures". Nothing a stranger sends makes this raise.

The URL given here is the one that Twilio was told to call: our configured public base and the request's raw path and
query, never anything out of Host or X-Forwarded-* headers.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"


class MultiDict(Protocol):
    """A form with repeated names, as Starlette's `FormData` is one."""

    def multi_items(self) -> Iterable[tuple[str, Any]]:
        """Every name and value, repeated names included."""
        ...


Form = MultiDict | Mapping[str, str] | Iterable[tuple[str, str]]

_URL = re.compile(
    r"(?P<scheme>[a-z]+)://(?:(?P<login>[^/?#@]*)@)?(?P<host>\[[^]]*\]|[^:/?#]*)(?::(?P<port>\d+))?(?P<rest>.*)", re.S
)
_DEFAULT_PORT = {"https": "443", "wss": "443", "http": "80", "ws": "80"}


class Signatures:
    """Checks signatures made with an account's primary auth token, or with a shared key where one is configured.

    `second_token` is the second account's, where there is one: either account may knock at any door.
    """

    def __init__(self, auth_token: str, shared_key: str | None = None, *, second_token: str | None = None) -> None:
        self._tokens = tuple(token.encode() for token in (auth_token, second_token) if token)
        self._shared_key = shared_key.encode() if shared_key else None

    def http(self, url: str, form: Form | None, header: str | None, settings: str | None = None) -> bool:
        """Whether a GET (no form) or a form POST is signed. `settings` is the settings header, if there was one."""
        pairs = _pairs(form)
        if pairs is None:
            return False
        fields = "".join(name + value for name, value in sorted(set(pairs)))
        return self._any((candidate + fields for candidate in _spellings(url)), header, settings)

    def json(self, url: str, body: bytes, header: str | None, settings: str | None = None) -> bool:
        """Whether a JSON POST is signed: the URL is, and its `bodySHA256` is that of the raw body."""
        claimed = parse_qs(url.partition("?")[2]).get("bodySHA256", [""])[0]
        intact = hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), _bytes(claimed))
        return intact and self._any(_spellings(url), header, settings)

    def websocket(self, wss_url: str, header: str | None, settings: str | None = None) -> bool:
        """Whether a handshake is signed. `wss_url` is what stood in the TwiML; a trailing slash may have been added."""
        bare = wss_url.rstrip("/")
        return self._any((each for url in (bare, bare + "/") for each in _spellings(url)), header, settings)

    def _any(self, messages: Iterable[str], header: str | None, settings: str | None) -> bool:
        secrets, digest = _keys_for(settings, self._tokens, self._shared_key)
        if not header or not secrets:
            return False
        given = _bytes(header)
        signed = (_sign(secret, message, digest) for message in messages for secret in secrets)
        return any(hmac.compare_digest(each, given) for each in signed)


def sign(auth_token: str, url: str, form: Form | None = None) -> str:
    """The signature that Twilio would send for this URL and form."""
    fields = "".join(name + value for name, value in sorted(set(_pairs(form) or [])))
    return _sign(auth_token.encode(), url + fields, "sha1").decode()


def _sign(key: bytes, message: str, digest: str) -> bytes:
    return base64.b64encode(hmac.digest(key, _bytes(message), digest))


def _keys_for(settings: str | None, tokens: tuple[bytes, ...], shared: bytes | None) -> tuple[tuple[bytes, ...], str]:
    """Keys and hash for the settings header; no keys when it names what we do not have."""
    named = dict(part.strip().partition("=")[::2] for part in (settings or "").split(","))
    algorithm = named.get("algorithm", "").strip().upper() or "HMAC_SHA1"
    if algorithm == "HMAC_SHA1":
        return tokens, "sha1"
    if algorithm == "HMAC_SHA256" and shared is not None:
        return (shared,), "sha256"
    return (), ""


def _spellings(url: str) -> Iterator[str]:
    """The URL as Twilio may have signed it: as given, without login, without a port, with the default port.

    Twilio drops the port for https voice and keeps it for https messages. A quote in the query may have been
    escaped before it was signed (Twilio's own node library tries that too).
    """
    parts = _URL.fullmatch(url)
    if parts is None:
        yield url
        return
    scheme, host = parts["scheme"], parts["host"]
    ports = dict.fromkeys([parts["port"] or "", "", parts["port"] or _DEFAULT_PORT.get(scheme, "")])
    logins = dict.fromkeys([f"{parts['login']}@" if parts["login"] is not None else "", ""])
    for login in logins:
        for port in ports:
            start = f"{scheme}://{login}{host}{':' + port if port else ''}"
            yield start + parts["rest"]
            path, mark, query = parts["rest"].partition("?")
            if "'" in query:
                yield start + path + mark + query.replace("'", "%27")


def _pairs(form: Form | None) -> list[tuple[str, str]] | None:
    """Name and value of every field; None when something in it is not text (an uploaded file)."""
    if form is None:
        return []
    if isinstance(form, Mapping) and not hasattr(form, "multi_items"):
        pairs = list(form.items())
    else:
        pairs = list(form.multi_items() if hasattr(form, "multi_items") else form)
    return pairs if all(isinstance(name, str) and isinstance(value, str) for name, value in pairs) else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
