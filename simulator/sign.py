"""Request signatures as Twilio computes them; written apart from the product's own check."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit


def signed_url(url: str, *, drop_https_port: bool) -> str:
    """The URL as it goes into the signature: no user, password or fragment; for https voice no port either."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    if drop_https_port and parts.scheme == "https" and parts.port is not None:
        netloc = netloc[: -len(f":{parts.port}")]
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def signature(auth_token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """Base64 of HMAC-SHA1 over the URL and, for a form POST, every name and value in order of name.

    A name that comes more than once contributes its distinct values, sorted, each after the name.
    """
    pairs = sorted(set(params))
    message = url + "".join(name + value for name, value in pairs)
    digest = hmac.new(auth_token.encode(), message.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
