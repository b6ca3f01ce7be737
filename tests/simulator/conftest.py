"""A small product and an exchange that knows its numbers; a minute on the phone takes three seconds."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from twilio.rest import Client

from simulator import Exchange, Phone
from tests.simulator.product import ACCOUNT, CALLER, CSR, SHOP, TECH, TOKEN, Product, serving, twiml


@dataclass
class World:
    """Everything a story needs."""

    exchange: Exchange
    product: Product
    base_url: str

    @property
    def caller(self) -> Phone:
        return self.exchange.phone(CALLER)

    @property
    def tech(self) -> Phone:
        return self.exchange.phone(TECH)

    @property
    def csr(self) -> Phone:
        return self.exchange.phone(CSR)

    def voice(self, inside: str) -> None:
        """What the shop's number answers with."""
        self.product.answers["/voice"] = twiml(inside)

    def stream_then(self, after: str = "", attributes: str = "") -> None:
        """The shop's number answers with a media stream, and with `after` when that is over."""
        url = f"{self.product.ws}/media"
        self.voice(f'<Connect><Stream url="{url}" {attributes}><Parameter name="token" value="t"/></Stream></Connect>'
                   + after)  # fmt: skip

    def url(self, path: str) -> str:
        return self.product.url + path

    def sdk(self) -> Client:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = client.lookups.base_url = self.base_url
        return client

    def paths(self) -> list[str]:
        return [got.path for got in self.product.got]


@pytest.fixture
def speed() -> float:
    return 20.0


@pytest.fixture
def exchange(speed: float) -> Exchange:
    return Exchange(ACCOUNT, TOKEN, speed=speed)


@pytest.fixture
async def world(exchange: Exchange) -> AsyncIterator[World]:
    async with serving(Product()) as product, exchange.serve() as base_url:
        exchange.number(
            SHOP, voice_url=product.url + "/voice", status_callback=product.url + "/status",
            sms_url=product.url + "/sms",
        )  # fmt: skip
        yield World(exchange, product, base_url)
    assert all(got.signed for got in product.got)


Codes = Callable[[], list[int]]


@pytest.fixture
def codes(exchange: Exchange) -> Codes:
    """The codes of all complaints, each test taking back the ones it provoked."""

    def take() -> list[int]:
        found = [complaint.code for complaint in exchange.complaints]
        exchange.complaints.clear()
        return found

    return take


@pytest.fixture(autouse=True)
async def quiet(exchange: Exchange) -> AsyncIterator[None]:
    """At the end nothing may be left that the test did not speak of."""
    yield
    assert exchange.complaints == []
    assert exchange.faults.pending == 0
