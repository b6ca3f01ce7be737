import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData, UploadFile
from twilio.request_validator import HMAC_SHA256, RequestValidator  # type: ignore[import-untyped]

from carrier.signature import Signatures, sign

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "twilio" / "signature_vectors.json"
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
GOOD = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
SHARED = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(TOKEN)


@pytest.mark.skipif(not VECTORS.exists(), reason=f"Twilio's vectors are not at {VECTORS}")
def test_every_vector() -> None:
    vectors: list[dict[str, Any]] = json.loads(VECTORS.read_text())
    assert len(vectors) == 30
    for vector in vectors:
        signatures, url, header = Signatures(vector["auth_token"]), vector["request_url"], vector["signature"]
        if vector["json_body"] is not None:
            good = signatures.json(url, vector["json_body"].encode(), header)
        else:
            form = [(name, value) for name, values in vector["params"].items() for value in values]
            good = signatures.http(url, FormData(form), header)
            assert good == signatures.http(url, form, header), vector["name"]
        assert good == vector["valid"], vector["name"]


def test_a_signed_post_in_every_kind_of_form(signatures: Signatures) -> None:
    for form in (FORM, FormData(FORM), list(FORM.items()), list(reversed(FORM.items()))):
        assert signatures.http(URL, form, GOOD)


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", GOOD),  # https: the port is dropped
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),  # http: it is kept
        (URL, "kvajT1Ptam85bY51eRf/AJRuM3w="),  # signed with :443
        ("https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", GOOD),  # the login is not signed
    ],
)
def test_ports_and_logins(signatures: Signatures, url: str, signature: str) -> None:
    assert signatures.http(url, FORM, signature)


def test_an_ipv6_address_keeps_its_colons(signatures: Signatures) -> None:
    assert signatures.http("https://[::1]:8443/x", {}, sign(TOKEN, "https://[::1]/x"))
    assert signatures.http("https://[::1]/x", {}, sign(TOKEN, "https://[::1]:443/x"))


def test_the_query_is_signed_byte_for_byte(signatures: Signatures) -> None:
    for url in ("https://h.example/x?", "https://h.example/x?a=%7E&b=+", "https://h.example/x?a=1&a=0"):
        assert signatures.http(url, None, sign(TOKEN, url))
    assert not signatures.http("https://h.example/x", None, sign(TOKEN, "https://h.example/x?"))


def test_repeated_values_count_once_and_blank_ones_count(signatures: Signatures) -> None:
    form = FormData(
        [("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"), ("Sid", "CA123"), ("SidAccount", "AC123")]
    )
    assert signatures.http(URL, form, "IK+Dwps556ElfBT0I3Rgjkr1wJU=")
    assert signatures.http(URL, {"a": "", "b": " x "}, sign(TOKEN, URL + "ab x "))


@pytest.mark.parametrize("header", [None, "", "WRONG", GOOD + "=", GOOD[:-1], "ü", "\ud800", "\x00"])
def test_what_is_not_signed_is_refused_and_raises_nothing(signatures: Signatures, header: str | None) -> None:
    assert not signatures.http(URL, FORM, header)
    assert not signatures.http(URL, None, header)
    assert not signatures.json(URL, b"{}", header)
    assert not signatures.websocket("wss://h.example/media", header)


def test_a_changed_field_is_refused(signatures: Signatures) -> None:
    assert not signatures.http(URL, FORM | {"Digits": "1235"}, GOOD)
    assert not signatures.http(URL, FORM | {"New": ""}, GOOD)
    assert not Signatures("12346").http(URL, FORM, GOOD)


def test_an_uploaded_file_is_refused(signatures: Signatures) -> None:
    assert not signatures.http(URL, FormData([("file", UploadFile(None))]), sign(TOKEN, URL))  # type: ignore[arg-type]


def test_a_json_body_must_be_the_one_whose_hash_was_signed(signatures: Signatures) -> None:
    body = b'{"property": "value", "boolean": true}'
    url = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    assert signatures.json(url, body, "a9nBmqA0ju/hNViExpshrM61xv4=")
    assert not signatures.json(url, body + b" ", "a9nBmqA0ju/hNViExpshrM61xv4=")
    assert not signatures.json(URL, body, GOOD)  # no hash in the URL


@pytest.mark.parametrize("signed", ["wss://h.example/media", "wss://h.example/media/", "wss://h.example:443/media"])
@pytest.mark.parametrize("ours", ["wss://h.example/media", "wss://h.example/media/"])
def test_a_handshake_may_be_signed_with_a_slash_or_a_port(signatures: Signatures, ours: str, signed: str) -> None:
    assert signatures.websocket(ours, sign(TOKEN, signed))
    assert not signatures.websocket(ours, sign(TOKEN, "wss://h.example/other"))


def test_a_shared_key_is_used_only_where_there_is_one() -> None:
    signed = RequestValidator("shared").compute_signature(URL, FORM, HMAC_SHA256)
    assert Signatures(TOKEN, shared_key="shared").http(URL, FORM, signed, SHARED)
    assert not Signatures(TOKEN, shared_key="other").http(URL, FORM, signed, SHARED)
    assert not Signatures(TOKEN).http(URL, FORM, signed, SHARED)
    with_token = RequestValidator(TOKEN).compute_signature(URL, FORM, HMAC_SHA256)
    assert not Signatures(TOKEN).http(URL, FORM, with_token, SHARED)
    assert not Signatures(TOKEN, shared_key="shared").http(URL, FORM, GOOD, "key=1,algorithm=MD5")
    assert Signatures(TOKEN, shared_key="shared").http(URL, FORM, GOOD, None)


@given(
    st.dictionaries(st.text(), st.text()),
    st.from_regex(r"https?://[a-z]{1,9}\.example(:[1-9][0-9]{0,3})?(/[!-~]*)?", fullmatch=True),
)
def test_we_agree_with_twilios_own_library_on_what_it_signs(form: dict[str, str], url: str) -> None:
    signed = RequestValidator(TOKEN).compute_signature(url, form)
    assert sign(TOKEN, url, form) == signed
    assert Signatures(TOKEN).http(url, form, signed)


@given(st.text(), st.text(), st.text(), st.binary())
def test_nothing_a_stranger_sends_raises(url: str, header: str, settings: str, body: bytes) -> None:
    signatures = Signatures(TOKEN)
    assert not signatures.http(url, {header: url}, header, settings)
    assert not signatures.json(url, body, header, settings)
    assert not signatures.websocket(url, header, settings)


def test_either_account_may_knock() -> None:
    both = Signatures("another token", second_token=TOKEN)
    assert both.http(URL, FORM, GOOD)
    assert not Signatures("another token", second_token="a third").http(URL, FORM, GOOD)
