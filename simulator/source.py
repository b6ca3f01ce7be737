"""Where TwiML comes from: a URL to ask, or a document given through REST."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The next document. Either `url` or `twiml`; `params` go with the request after the standard ones."""

    url: str | None = None
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
