"""Opening the websocket of a media stream: URL, signature, and the error each failure has (Media Streams)."""

import ssl
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, WebSocketException

from simulator.leg import Leg
from simulator.sign import signature
from simulator.webhooks import CONNECT_S

CLOSE_S = 2.0  # real seconds for the closing handshake
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class StreamError(Exception):
    """The stream could not be opened, or broke. `code` is Twilio's, 319xx."""

    def __init__(self, code: int, what: str) -> None:
        super().__init__(f"{code} {what}")
        self.code, self.what = code, what


async def shake_hands(leg: Leg, given_url: str) -> ClientConnection:
    """Connect as Twilio does: no origin, no subprotocol, no compression. Raises StreamError."""
    url = _checked(leg, given_url)
    headers = {}
    if leg.style.handshake != "unsigned":
        signed = url if leg.style.handshake == "signed" else url.rstrip("/") + "/"
        headers["X-Twilio-Signature"] = signature(leg.core.auth_token, signed)
    try:
        return await connect(
            leg.core.place(url), additional_headers=headers, user_agent_header="Twilio.TmeWs/1.0",
            compression=None, proxy=None, open_timeout=CONNECT_S, close_timeout=CLOSE_S, ping_interval=None,
        )  # fmt: skip
    except TimeoutError:
        raise StreamError(31901, "connection timeout") from None
    except InvalidMessage:
        raise StreamError(31924, "no HTTP answer") from None
    except InvalidHandshake as error:
        raise StreamError(31920, f"handshake refused: {type(error).__name__}") from None
    except ssl.SSLError:
        raise StreamError(31910, "TLS problem") from None
    except (OSError, WebSocketException) as error:
        raise StreamError(31902, f"connection failed: {type(error).__name__}") from None


def _checked(leg: Leg, url: str) -> str:
    """The URL as it is asked for. Raises StreamError."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise StreamError(31923, "malformed stream URL")
    insecure = parts.scheme == "ws" and parts.hostname in _LOOPBACK and leg.core.allow_insecure_loopback
    if parts.scheme != "wss" and not insecure:
        raise StreamError(31922, "stream URL is not wss")
    if parts.query or parts.fragment:
        leg.core.complain(31923, "query strings of stream URLs are dropped", leg.sid)
    return urlunsplit(parts._replace(query="", fragment=""))
