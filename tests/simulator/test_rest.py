"""REST as the real SDK speaks it: answers like the official samples, and no mistake overlooked."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from twilio.base.exceptions import TwilioRestException

from simulator import Exchange, Leg
from tests.simulator.conftest import Codes, World
from tests.simulator.product import ACCOUNT, CALLER, CSR, SHOP, TECH, TOKEN, twiml

OFFICIAL = Path(__file__).parents[3] / "shared" / "twilio"
SERVICE = "MG" + "0" * 31 + "7"
EVENTS = ["initiated", "ringing", "answered", "completed"]
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"

needs_official = pytest.mark.skipif(
    not (OFFICIAL / "twilio_api_v2010.subset.strict.json").exists(), reason=f"official API files are not in {OFFICIAL}"
)


class Client:
    """Bare HTTP with the right credentials."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.AsyncClient(base_url=base_url, auth=(ACCOUNT, TOKEN))

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        data = {name.replace("__", "."): value for name, value in fields.items()}
        return await self.http.post(f"{BASE}/{path}.json", data=data)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(f"{BASE}/{path}.json", params=query)


@pytest.fixture
async def rest(world: World) -> Any:
    client = Client(world.base_url)
    yield client
    await client.http.aclose()


async def test_call_runs_its_twiml_on_whoever_answers_and_tells_every_step(world: World) -> None:
    world.tech.on_call(press="1")
    world.product.answers["/page"] = twiml('<Gather numDigits="1" action="/key"><Say>No heat</Say></Gather>')
    world.product.answers["/key"] = twiml("<Say>It is yours</Say>")
    sdk = world.sdk()
    created = await asyncio.to_thread(
        lambda: sdk.calls.create(
            to=TECH, from_=SHOP, url=world.url("/page"), timeout=25,
            status_callback=world.url("/progress"), status_callback_event=EVENTS,
        )
    )  # fmt: skip
    assert created.status == "queued" and created.direction == "outbound-api"
    leg = await world.tech.expect_call()
    await leg.ended()
    await world.exchange.settle()
    assert leg.said == ["No heat", "It is yours"]
    told = world.product.at("/progress")
    assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert world.product.at("/page")[0]["CallStatus"] == "in-progress"
    fetched = await asyncio.to_thread(lambda: sdk.calls(created.sid or "").fetch())
    assert fetched.status == "completed" and int(fetched.duration or "") >= 1
    assert world.paths().count("/status") == 0
    world.exchange.assert_quiet()


@pytest.mark.parametrize(
    ("way", "status"), [("ring_out", "no-answer"), ("busy", "busy"), ("decline", "busy"), ("unreachable", "failed")]
)
async def test_call_that_is_not_answered_ends_with_its_reason(world: World, way: str, status: str) -> None:
    getattr(world.tech, way)()
    sdk = world.sdk()
    created = await asyncio.to_thread(
        lambda: sdk.calls.create(
            to=TECH, from_=SHOP, twiml=twiml("<Say>Hello</Say>"), timeout=10, status_callback=world.url("/progress")
        )
    )
    await world.exchange.settle()
    assert [form["CallStatus"] for form in world.product.at("/progress")] == [status]
    fetched = await asyncio.to_thread(lambda: sdk.calls(created.sid or "").fetch())
    assert fetched.status == status and fetched.duration is None


async def test_ringing_call_can_be_cancelled_and_an_ended_one_not(world: World) -> None:
    world.tech.ring_out()
    sdk = world.sdk()
    created = await asyncio.to_thread(lambda: sdk.calls.create(to=TECH, from_=SHOP, twiml=twiml("<Say>Hi</Say>")))
    leg = await world.tech.expect_call()
    await asyncio.to_thread(lambda: sdk.calls(created.sid or "").update(status="canceled"))
    assert (await leg.ended()).status == "canceled"
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(lambda: sdk.calls(created.sid or "").update(twiml=twiml("<Say>Hi</Say>")))
    assert refused.value.code == 21220


async def test_person_who_answers_can_do_anything_a_test_can(world: World) -> None:
    async def talk(call: Leg) -> None:
        await call.wait_for_words("press one")
        await call.press("2")
        await call.wait_for_words("passed on")
        await call.hang_up()

    world.tech.on_call(talk)
    world.product.answers["/key"] = twiml("<Say>It is passed on</Say><Pause length='600'/>")
    page = f'<Gather numDigits="1" action="{world.url("/key")}"><Say>To accept press one</Say></Gather>'
    sdk = world.sdk()
    await asyncio.to_thread(lambda: sdk.calls.create(to=TECH, from_=SHOP, twiml=twiml(page)))
    await world.exchange.settle()
    assert world.product.at("/key")[0]["Digits"] == "2" and world.tech.calls[0].status == "completed"


async def test_relative_action_in_given_twiml_is_refused(world: World, codes: Codes) -> None:
    world.tech.on_call(press="1")
    page = '<Gather numDigits="1" action="/key"><Say>To accept press one</Say></Gather>'
    sdk = world.sdk()
    await asyncio.to_thread(lambda: sdk.calls.create(to=TECH, from_=SHOP, twiml=twiml(page)))
    await world.exchange.settle()
    assert codes() == [11100]


async def test_time_limit_ends_the_call(world: World) -> None:
    world.tech.on_call()
    sdk = world.sdk()
    await asyncio.to_thread(
        lambda: sdk.calls.create(to=TECH, from_=SHOP, twiml=twiml("<Pause length='600'/>"), time_limit=5)
    )
    await world.exchange.settle()
    assert world.tech.calls[0].record.duration in (5, 6)


async def test_voicemail_is_told_from_a_person_when_the_product_asks(world: World) -> None:
    world.tech.voicemail(answer_after=3)
    world.csr.on_call()
    world.product.answers["/page"] = twiml("<Say>Hello</Say>")
    sdk = world.sdk()
    for to in (TECH, CSR):
        await asyncio.to_thread(
            lambda to=to: sdk.calls.create(to=to, from_=SHOP, url=world.url("/page"), machine_detection="Enable")
        )
    await world.exchange.settle()
    assert {form["To"]: form["AnsweredBy"] for form in world.product.at("/page")} == {
        TECH: "machine_start", CSR: "human"
    }  # fmt: skip


async def test_verdict_comes_by_callback_when_the_call_should_not_wait(world: World) -> None:
    world.tech.voicemail(answer_after=1)
    sdk = world.sdk()
    await asyncio.to_thread(
        lambda: sdk.calls.create(
            to=TECH, from_=SHOP, twiml=twiml("<Pause length='10'/>"), machine_detection="DetectMessageEnd",
            async_amd="true", async_amd_status_callback=world.url("/amd"),
        )
    )  # fmt: skip
    await world.exchange.settle()
    assert world.product.at("/amd")[0]["AnsweredBy"] == "machine_end_beep"
    assert world.product.at("/amd")[0]["MachineDetectionDuration"] == "3500"


async def test_calls_leave_one_a_second_when_asked_to(world: World) -> None:
    world.exchange.switch.calls_per_second = 1.0
    sdk = world.sdk()

    def create(to: str) -> Any:
        return sdk.calls.create(to=to, from_=SHOP, twiml=twiml("<Say>Hi</Say>"), status_callback=world.url("/progress"))

    numbers = [f"+1904555{index:04}" for index in range(3)]
    for number in numbers:
        world.exchange.phone(number).busy()
    started = world.exchange.core.clock.now()
    sids = [(await asyncio.to_thread(create, number)).sid for number in numbers]
    await world.exchange.settle()
    assert world.exchange.core.clock.now() - started >= 2
    assert len(sids) == 3


async def test_text_is_listed_for_whoever_must_find_out_whether_it_left(world: World) -> None:
    sdk = world.sdk()
    before = datetime.now(UTC) - timedelta(seconds=5)
    await asyncio.to_thread(lambda: sdk.messages.create(to=TECH, from_=SHOP, body="Page A4821"))
    await world.tech.expect_text("A4821")
    found = await asyncio.to_thread(lambda: sdk.messages.list(to=TECH, from_=SHOP, date_sent_after=before))
    assert [message.body for message in found] == ["Page A4821"]
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert await asyncio.to_thread(lambda: sdk.messages.list(to=TECH, date_sent_after=later)) == []
    assert await asyncio.to_thread(lambda: sdk.messages.list(to=CSR)) == []


async def test_calls_are_listed_by_number_status_and_time_over_several_pages(world: World) -> None:
    sdk = world.sdk()
    for _ in range(3):
        world.tech.busy()
        await asyncio.to_thread(lambda: sdk.calls.create(to=TECH, from_=SHOP, twiml=twiml("<Say>Hi</Say>")))
    await world.exchange.settle()
    listed = await asyncio.to_thread(
        lambda: sdk.calls.list(
            to=TECH, from_=SHOP, status="busy", start_time_after=datetime.now(UTC) - timedelta(minutes=1), page_size=2
        )
    )
    assert len(listed) == 3
    assert await asyncio.to_thread(lambda: sdk.calls.list(to=TECH, status="completed")) == []


async def test_numbers_can_be_found_and_given_webhooks(world: World) -> None:
    sdk = world.sdk()
    number = (await asyncio.to_thread(lambda: sdk.incoming_phone_numbers.list(phone_number=SHOP)))[0]
    await asyncio.to_thread(lambda: number.update(voice_url=world.url("/other")))
    world.product.answers["/other"] = twiml("<Say>Other</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Other"]


async def test_look_up_knows_mobiles_landlines_and_nonsense(world: World) -> None:
    world.caller.landline()
    sdk = world.sdk()

    def look_up(number: str) -> Any:
        return sdk.lookups.v2.phone_numbers(number).fetch(fields="line_type_intelligence,caller_name")

    landline = await asyncio.to_thread(look_up, CALLER)
    assert landline.valid and landline.line_type_intelligence["type"] == "landline"
    assert (await asyncio.to_thread(look_up, TECH)).line_type_intelligence["type"] == "mobile"
    wrong = await asyncio.to_thread(look_up, "+1904555")
    assert not wrong.valid and wrong.validation_errors == ["TOO_SHORT"]


async def test_wrong_credentials_are_refused(world: World, codes: Codes) -> None:
    async with httpx.AsyncClient(base_url=world.base_url, auth=(ACCOUNT, "wrong")) as client:
        refused = await client.get(f"{BASE}/Calls.json")
        other = await client.get("/2010-04-01/Accounts/AC00000000000000000000000000000000/Calls.json")
    assert refused.status_code == other.status_code == 401 and refused.json()["code"] == 20003
    assert codes() == [20003, 20003]


CALL = {"To": TECH, "From": SHOP, "Twiml": "<Response/>"}
TEXT = {"To": TECH, "From": SHOP, "Body": "Hello"}


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("Calls", {**CALL, "StatusCalback": "https://x.example/"}, 20001),
        ("Calls", {**CALL, "Timeout": "soon"}, 20001),
        ("Calls", {**CALL, "StatusCallback": "/relative"}, 20001),
        ("Calls", {**CALL, "StatusCallbackEvent": "finished"}, 20001),
        ("Calls", {**CALL, "Url": "https://x.example/"}, 21205),
        ("Calls", {"To": TECH, "From": SHOP}, 21205),
        ("Calls", {**CALL, "Twiml": "<Response>" + " " * 4000 + "</Response>"}, 21205),
        ("Calls", {**CALL, "Twiml": "<Response><Sya/></Response>"}, 12200),
        ("Calls", {**CALL, "To": "911"}, 21211),
        ("Calls", {**CALL, "To": "904-555-0111"}, 21211),
        ("Calls", {**CALL, "From": "5550100"}, 21212),
        ("Calls", {**CALL, "From": "+12125550000"}, 21210),
        ("Calls", {**CALL, "AsyncAmd": "true", "MachineDetection": "Enable"}, 21262),
        ("Messages", {**TEXT, "Boddy": "x"}, 20001),
        ("Messages", {**TEXT, "Body": "x" * 1601}, 21617),
        ("Messages", {"To": TECH, "From": SHOP}, 21602),
        ("Messages", {"To": TECH, "Body": "Hello"}, 21603),
        ("Messages", {**TEXT, "MessagingServiceSid": SERVICE}, 21603),
        ("Messages", {"To": TECH, "Body": "Hello", "MessagingServiceSid": SERVICE}, 21701),
        ("Messages", {**TEXT, "From": "+12125550000"}, 21606),
        ("Messages", {**TEXT, "To": "5550111"}, 21211),
        ("Messages", {**TEXT, "SendAt": "2030-01-01T00:00:00Z", "ScheduleType": "fixed"}, 35114),
    ],
)
async def test_mistakes_are_refused_and_written_down(
    rest: Client, codes: Codes, path: str, form: dict[str, str], code: int
) -> None:
    refused = await rest.post(path, **form)
    assert refused.status_code == 400
    assert refused.json()["code"] == code and refused.json()["status"] == 400
    assert codes() == [code]


@pytest.mark.parametrize(
    ("path", "to", "from_", "code"),
    [
        ("Messages", "+15005550001", SHOP, 21211),
        ("Messages", "+15005550002", SHOP, 21612),
        ("Messages", "+15005550003", SHOP, 21408),
        ("Messages", "+15005550004", SHOP, 21610),
        ("Messages", "+15005550009", SHOP, 21614),
        ("Messages", TECH, "+15005550007", 21606),
        ("Messages", TECH, "+15005550008", 21611),
        ("Calls", "+15005550003", SHOP, 21408),
    ],
)
async def test_magic_numbers_fail_without_blame(rest: Client, path: str, to: str, from_: str, code: int) -> None:
    rest_of = {"Body": "Hello"} if path == "Messages" else {"Twiml": "<Response/>"}
    refused = await rest.post(path, To=to, From=from_, **rest_of)
    assert refused.json()["code"] == code


async def test_what_is_gone_or_not_there_is_404(rest: Client, codes: Codes) -> None:
    missing = await rest.get("Calls/CA" + "0" * 32)
    assert (missing.status_code, missing.json()["code"]) == (404, 20404)
    nowhere = await rest.get("Applications")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, 20404)
    assert codes() == [20404]


async def test_unknown_filter_is_refused(rest: Client, codes: Codes) -> None:
    assert (await rest.get("Messages", Too=TECH)).status_code == 400
    assert codes() == [20001]


# ---- the official files ---------------------------------------------------------------------------------------------
def valid(api: OpenAPI, answer: httpx.Response, host: str, patterned: str) -> None:
    """Raises when the answer does not satisfy the official description of the path."""
    request = MockRequest(host, answer.request.method.lower(), patterned)
    response = MockResponse(answer.content, answer.status_code)
    errors = [str(error.__cause__ or error) for error in api.iter_apicall_response_errors(request, response)]
    assert errors == []


def kinds(value: Any) -> Any:
    """Keys and rough types, null standing for any."""
    if isinstance(value, dict):
        return {name: kinds(item) for name, item in value.items()}
    return type(value).__name__


def same_kinds(ours: Any, official: Any, where: str = "") -> list[str]:
    """Where keys differ, or types do and neither is null."""
    if isinstance(official, dict) and isinstance(ours, dict):
        odd = [f"{where}.{name}" for name in sorted(ours.keys() ^ official.keys()) if "subresource" not in where]
        shared = ours.keys() & official.keys()
        return odd + [line for name in shared for line in same_kinds(ours[name], official[name], f"{where}.{name}")]
    if ours is None or official is None or type(ours) is type(official):
        return []
    return [where]


async def everything(world: World, rest: Client) -> list[tuple[str, str, httpx.Response]]:
    """One answer of every kind: official path, sample name, answer."""
    world.tech.on_call(hang_up_after=600)
    world.voice('<Enqueue waitUrl="/wait">csr</Enqueue>')
    world.product.answers["/wait"] = twiml("<Pause length='600'/>")
    waiting = await world.caller.dial(SHOP)
    call = await rest.post("Calls", To=TECH, From=SHOP, Twiml=twiml("<Dial><Conference>job-9</Conference></Dial>"))
    sid = call.json()["sid"]
    while "job-9" not in world.exchange.switch.rooms or "csr" not in world.exchange.switch.queues:
        await world.exchange.core.clock.sleep(0.1)
    room = world.exchange.switch.rooms["job-9"].sid
    queue = world.exchange.switch.queues["csr"].sid
    text = await rest.post("Messages", To=CSR, From=SHOP, Body="Hello")
    text_sid, number = text.json()["sid"], world.exchange.switch.numbers[SHOP].sid
    account = "/2010-04-01/Accounts/{AccountSid}/"
    answers = [
        (account + "Calls.json", "create", call),
        (account + "Calls.json", "readFullPage1", await rest.get("Calls")),
        (account + "Calls/{Sid}.json", "fetch", await rest.get(f"Calls/{sid}")),
        (account + "Calls/{Sid}.json", "update", await rest.post(f"Calls/{sid}", TimeLimit="3600")),
        (account + "Messages.json", "create", text),
        (account + "Messages.json", "readFullPage1", await rest.get("Messages")),
        (account + "Messages/{Sid}.json", "fetch", await rest.get(f"Messages/{text_sid}")),
        (account + "Messages/{Sid}.json", "redactBody", await rest.post(f"Messages/{text_sid}", Body="")),
        (account + "IncomingPhoneNumbers.json", "readFull", await rest.get("IncomingPhoneNumbers")),
        (account + "IncomingPhoneNumbers/{Sid}.json", "fetch", await rest.get(f"IncomingPhoneNumbers/{number}")),
        (account + "IncomingPhoneNumbers/{Sid}.json", "update",
         await rest.post(f"IncomingPhoneNumbers/{number}", SmsMethod="POST")),
        (account + "Conferences/{ConferenceSid}/Participants.json", "readFull",
         await rest.get(f"Conferences/{room}/Participants")),
        (account + "Conferences/{ConferenceSid}/Participants.json", "createWithSid",
         await rest.post(f"Conferences/{room}/Participants", From=SHOP, To=TECH)),
        (account + "Conferences/{ConferenceSid}/Participants/{CallSid}.json", "fetch",
         await rest.get(f"Conferences/{room}/Participants/{sid}")),
        (account + "Queues.json", "readFull", await rest.get("Queues")),
        (account + "Queues/{Sid}.json", "fetch", await rest.get(f"Queues/{queue}")),
        (account + "Queues/{QueueSid}/Members.json", "readFull", await rest.get(f"Queues/{queue}/Members")),
        ("/2010-04-01/Accounts/{Sid}.json", "fetch", await rest.http.get(f"{BASE}.json")),
        (account + "Conferences/{Sid}.json", "updateEndConference",
         await rest.post(f"Conferences/{room}", Status="completed")),
        (account + "Conferences/{Sid}.json", "fetchValidMixerZone", await rest.get(f"Conferences/{room}")),
        (account + "Conferences.json", "readFull", await rest.get("Conferences")),
    ]  # fmt: skip
    await waiting.hang_up()
    return answers


@needs_official
async def test_answers_satisfy_the_official_description_and_look_like_its_samples(world: World, rest: Client) -> None:
    api = OpenAPI.from_dict(json.loads((OFFICIAL / "twilio_api_v2010.subset.strict.json").read_text()))
    samples = json.loads((OFFICIAL / "official_response_examples.json").read_text())
    for path, name, answer in await everything(world, rest):
        assert answer.status_code in (200, 201), path
        valid(api, answer, "https://api.twilio.com", answer.request.url.path)
        sample = samples[f"{answer.request.method} {path} {answer.status_code}"][name]
        ours = answer.json()
        for lists in [key for key, value in sample.items() if isinstance(value, list)]:
            assert same_kinds(ours[lists][0], sample[lists][0], path) == []
        assert same_kinds(ours, sample, f"{answer.request.method} {path}") == []


@needs_official
async def test_look_up_looks_like_the_official_samples(rest: Client, exchange: Exchange) -> None:
    """The official schema forbids the nulls that the official samples are full of: the samples decide."""
    samples = json.loads((OFFICIAL / "official_response_examples.json").read_text())
    official = samples["GET /v2/PhoneNumbers/{PhoneNumber} 200"]
    exchange.phone(CALLER).landline()
    names = {
        (CALLER, "line_type_intelligence"): "fetchLineTypeIntelligence",
        (CALLER, "caller_name"): "fetchCallerName",
        (CALLER, ""): "fetch",
        ("+1904555", ""): "fetchInvalid",
    }
    for (number, fields), name in names.items():
        answer = await rest.http.get(f"/v2/PhoneNumbers/{number}", params={"Fields": fields} if fields else {})
        assert same_kinds(answer.json(), official[name], name) == []
