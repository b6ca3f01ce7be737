"""The lines of docs/domain/legal.md, one test each; the stories behind them are in tests/carrier and tests/voice."""

import ast
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlmodel import Session, select

from callbacks import texts, voicemail
from carrier import blocked, consent, gate, outbox, retention, twiml
from carrier.doors import Doors
from carrier.gate import RULES
from carrier.law import MARKETING, law
from carrier.methods import Methods
from firstring import profile_law
from models.company import Company
from models.database import Database
from models.enums import CallStatus, Channel, ConsentScope, Language, Purpose
from models.lawful import Texting
from models.tables import Call, Decision, Message, Utterance
from routing import transfers
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from tests.voice.conversation import Conversation, hazard
from triage.assessment import Assessment
from triage.situations import SCRIPTS
from voice import ending, ledger
from voice.dialogue.dialogue import Dialogue
from voice.dialogue.moves import Answered, ForgetWords, Listen, Move, OptOut, PageNow, Say, TransferToPerson
from voice.house import House
from voice.recogniser import choose
from voice.recogniser.measure import load_pcm
from voice.webhooks import overflow
from voice.webhooks import transfers as doors

ROOT = Path(__file__).parents[2]
ANN = "+15125550777"
_TABLE = re.findall(r"^\| (L\d+) \| .* \| (`.+`) \|$", (ROOT / "docs" / "law.md").read_text("utf-8"), re.MULTILINE)
KEPT = {line: re.findall(r"`([^`]+)`", files) for line, files in _TABLE}
"""The files that keep each line, as docs/law.md has it."""


@pytest.fixture(autouse=True)
def what_keeps_the_line_is_run(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test of a line runs a file that is said to keep it."""
    line = re.match(r"test_(L\d+)_", request.node.name)
    ran: set[str] = set()
    sys.setprofile(lambda frame, event, _: ran.add(frame.f_code.co_filename) if event == "call" else None)
    yield
    sys.setprofile(None)
    assert line is None or ran & {str(ROOT / path) for path in KEPT[line[1]]}


def a_call(session: Session, clock: Clock, **facts: Any) -> Call:
    call = Call(sid="CA1", caller=ANN, received_at=clock(), **facts)
    session.add(call)
    session.flush()
    return call


def may(
    session: Session,
    shop: Company,
    clock: Clock,
    purpose: Purpose,
    to: str = ANN,
    channel: Channel = Channel.TEXT,
) -> gate.Verdict:
    row = outbox.enqueue(
        session, key=f"{purpose}:{to}:{channel}", channel=channel, purpose=purpose, to=to, body="Words.", now=clock()
    )
    return gate.may_send(session, row, shop, clock())


def said(moves: object) -> list[str]:
    return [line.id for move in moves if isinstance(move, Say) for line in move.lines]  # type: ignore[attr-defined]


def test_every_line_is_kept_somewhere_and_has_a_test_of_its_name() -> None:
    domain = (ROOT / "docs" / "domain" / "legal.md").read_text("utf-8")
    assert list(KEPT) == re.findall(r"^\| (L\d+) \|", domain, re.MULTILINE)
    names = [one.name for one in ast.parse(Path(__file__).read_text("utf-8")).body if isinstance(one, ast.FunctionDef)]
    for line in KEPT:
        assert any(name.startswith(f"test_{line}_") for name in names), line


def test_L1_an_artificial_voice_rings_a_customer_only_after_their_stored_yes(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    """ "consent needed for calls that initiate with such voice"."""
    assert may(session, shop, wednesday, Purpose.REPLY, channel=Channel.CALL).reason.startswith("L1")
    assert gate.may_dial(session, ANN, shop, wednesday()).allowed  # a person dials
    consent.note(session, ANN, Channel.CALL, ConsentScope.SERVICE, True, "voice", wednesday(), "RE1")
    assert may(session, shop, wednesday, Purpose.REPLY, channel=Channel.CALL).allowed


@pytest.mark.parametrize("number", ["911", "+1911", "+933", "112", "+18002221222", "+15125550190"])
def test_L2_emergency_lines_are_never_dialled(session: Session, shop: Company, wednesday: Clock, number: str) -> None:
    """ "hard block on dialling 911/933/112 and fire/police/hospital emergency lines"."""
    shop = replace(shop, consenting=replace(shop.consenting, emergency_lines=frozenset({"+15125550190"})))
    assert gate.may_dial(session, number, shop, wednesday()).reason.startswith("L2")
    assert may(session, shop, wednesday, Purpose.REPLY, number).reason.startswith("L2")


@pytest.mark.parametrize("number", ["+19005551234", "+19765551234", "+15129761234", "+18765551234", "+8821612345678"])
def test_L2_neither_is_a_number_that_earns_by_being_called(
    session: Session, shop: Company, wednesday: Clock, number: str
) -> None:
    """A caller's number is easily forged; whoever forges one of these wants to be called back."""
    assert not gate.may_dial(session, number, shop, wednesday()).allowed
    assert not may(session, shop, wednesday, Purpose.MISSED, number).allowed


def test_L3_staff_are_paged_only_once_they_have_joined(session: Session, shop: Company, wednesday: Clock) -> None:
    """ "staff opt-in record (JOIN) before a number can be on the rota"."""
    tom = shop.person("tom")
    staff = tuple(replace(one, opted_in=False) if one == tom else one for one in shop.staff)
    shop = replace(shop, staff=staff)
    assert may(session, shop, wednesday, Purpose.PAGE, tom.phone).reason.startswith("L3")
    consent.opt_out(session, shop, tom.phone, "JOIN", None, "SM1", wednesday())
    assert may(session, shop, wednesday, Purpose.PAGE, tom.phone).allowed


@pytest.mark.parametrize(
    ("words", "by_us"),
    [
        *(("stop", 0), ("quit", 0), ("end", 0), ("cancel", 0), ("unsubscribe", 0)),  # Twilio confirms these
        *(("revoke", 1), ("opt out", 1), ("leave me alone", 1)),
    ],
)
def test_L4_a_no_in_any_reasonable_words_counts_at_once_and_is_confirmed_once(
    session: Session, shop: Company, wednesday: Clock, words: str, by_us: int
) -> None:
    """ "any reasonable means; per se valid: stop, quit, end, revoke, opt out, cancel, unsubscribe"."""
    assert consent.opt_out(session, shop, ANN, words, None, "SM1", wednesday())
    assert all(may(session, shop, wednesday, one).reason == "L4: opted out" for one in (Purpose.REPLY, Purpose.MISSED))
    goodbyes = session.exec(select(Message).where(Message.purpose == Purpose.GOODBYE)).all()
    assert len(goodbyes) == by_us
    assert all(gate.may_send(session, one, shop, wednesday()).allowed for one in goodbyes)


def test_L4_a_no_said_aloud_counts_too(session: Session, shop: Company, wednesday: Clock) -> None:
    """ "oral and e-mail count": the dialogue writes it down in the same turn."""
    call, moves = a_call(session, wednesday), Conversation().says("opt_out")
    assert OptOut() in moves
    ledger.write_turn(session, shop, call.id, ledger.Turn(1, "Heard", moves), wednesday())
    assert may(session, shop, wednesday, Purpose.MISSED).reason == "L4: opted out"


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
def test_L5_what_twilio_calls_a_keyword_is_one(session: Session, shop: Company, wednesday: Clock, kind: str) -> None:
    """ "read Twilio OptOutType if present and own parser; never use YES/CANCEL/END in flows"."""
    assert consent.opt_out(session, shop, ANN, "in any words", kind, "SM1", wednesday())
    word = consent.latest(session, ANN, Channel.TEXT, ConsentScope.SERVICE)
    assert word is {"STOP": False, "START": True, "HELP": None}[kind]
    ours = " ".join(words for texts_ in law().answers.values() for words in texts_.values())
    assert not {"YES", "CANCEL", "END"} & set(re.findall(r"\w+", ours))  # the others: tests/callbacks/test_texts.py


def test_L6_no_text_leaves_before_a_campaign_is_registered(session: Session, shop: Company, wednesday: Clock) -> None:
    """ "refuse SMS until a2p_campaign_sid set (or sandbox); separate messaging services for T and M"."""
    bare = replace(shop, texting=Texting(sandbox=False))
    assert may(session, bare, wednesday, Purpose.MISSED).reason.startswith("L6")
    assert may(session, bare, wednesday, Purpose.PAGE, shop.person("tom").phone).allowed
    assert profile_law.warnings(bare) and profile_law.warnings(shop)
    registered = replace(shop, texting=Texting(campaign="CM123456", sandbox=False))
    assert may(session, registered, wednesday, Purpose.MISSED).allowed
    consent.opt_out(session, shop, ANN, "JOIN", None, "SM1", wednesday())
    assert "marketing" in may(session, registered, wednesday, Purpose.REVIEW).reason


def test_L7_marketing_waits_for_the_hours_of_their_state_and_is_not_dropped(
    session: Session, shop: Company, night: Clock
) -> None:
    """ "8 AM-9 PM called party's local time; stricter by state; queue, never drop"."""
    consent.opt_out(session, shop, ANN, "JOIN", None, "SM1", night())
    verdict = may(session, shop, night, Purpose.REVIEW)
    assert not verdict.allowed and verdict.until is not None
    assert verdict.until.astimezone(shop.timezone).strftime("%a %H:%M") == "Thu 09:00"  # Texas


def test_L8_the_do_not_call_list_is_kept_and_nobody_is_imported_without_proof(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    """ "DNC list + export; block imports without consent proof"."""
    blocked.block(session, ANN, "asked us", "priya", wednesday())
    assert may(session, shop, wednesday, Purpose.REPLY).reason.startswith("L8")
    assert gate.may_dial(session, ANN, shop, wednesday()).reason.startswith("L8")
    assert f"{ANN},asked us,priya," in blocked.as_csv(session)
    lines = "number,channel,scope,proof,given_at\n"
    lines += "+15125550778,text,marketing,,2026-05-04T10:00:00-05:00\n"
    lines += "+15125550779,text,marketing,form 12,2026-05-04T10:00:00-05:00\n"
    assert blocked.import_consents(session, lines, wednesday()) == (1, ["line 2: no proof"])
    assert consent.written(session, "+15125550779", Channel.TEXT)


def test_L9_the_first_sentence_says_automated_assistant_and_that_it_was_said_is_stored(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    """ "always say 'automated assistant' in the first sentence, store disclosure event per call; cannot be off"."""
    dialogue = Dialogue(shop)
    _, moves = dialogue.step(dialogue.begin(), Answered(ANN, True, True))
    assert said(moves)[0] == "greeting"
    call = a_call(session, wednesday)
    ledger.write_turn(session, shop, call.id, ledger.Turn(1, "Answered", moves), wednesday())
    stored = session.exec(select(Decision)).one()
    assert stored.event == "Answered" and "greeting" in str(stored.moves)
    assert "robot_yes" in said(Conversation().says("robot_question"))


def test_L10_recording_is_announced_before_anything_is_heard() -> None:
    """ "announce before recording and before STT"."""
    lines = (ROOT / "voice" / "prompts" / "lines.toml").read_text("utf-8")
    assert "This call is recorded and transcribed" in lines and "se graba y se transcribe" in lines
    call = Conversation(open_now=True)
    call.says("none")
    kinds: list[type[Move]] = [type(move) for move in call.done]
    assert said(call.done)[0] == "greeting" and kinds.index(Say) < kinds.index(Listen)


def test_L10_whoever_objects_is_answered_handed_on_and_not_taped(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    """ "if caller objects: stop recording, keep only structured notes, offer a person": no door of theirs records."""
    moves = Conversation(open_now=True).says("recording_refused")
    assert said(moves)[0] == "recording_refused" and moves[-1] == TransferToPerson("recording_refused")
    house = cast(House, SimpleNamespace(url=lambda path: f"https://x.test{path}", company=shop, clock=wednesday))
    for reason, taped in (("recording_refused", False), ("person", True)):
        call = Call(sid=reason, caller=ANN, received_at=wednesday(), status=CallStatus.AFTER)
        session.add(call)
        session.flush()
        transfer = transfers.begin(session, call, shop, None, reason, wednesday())
        heard = ""
        for attempt in range(1, 9):
            heard = doors.go_on(session, house, call)
            if "<Dial" not in heard:
                break
            transfers.leg_over(session, transfer, attempt, shop, wednesday(), spoke=False)
        assert ("<Record" in heard) is taped, heard


def test_L11_speech_is_understood_here_and_by_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "default no remote AI": the recogniser that is there by default hears a caller with every line out cut."""

    def cut(*_: object, **__: object) -> None:
        raise AssertionError("speech goes to another machine")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, cut)
    monkeypatch.setattr(socket, "getaddrinfo", cut)
    engine = choose.load(choose.pick("sphinx").name)
    leak = load_pcm(ROOT / "fixtures" / "audio" / "utterances" / "gas_leak_short.wav")
    assert "gas leak" in engine.decode(leak).text


def test_L12_a_card_number_is_interrupted_and_forgotten(session: Session, shop: Company, wednesday: Clock) -> None:
    """ "no card by voice/DTMF/SMS: interrupt, delete last window, human"."""
    call, moves = a_call(session, wednesday), Conversation().says("card_number")
    assert moves[0] == ForgetWords() and "card_stop" in said(moves)
    for position, text in enumerate(("my card is", "four one one one one one", "one one one one"), 1):
        heard = Utterance(call_id=call.id, position=position, start_ms=0, end_ms=1, text=text)
        turn = ledger.Turn(position, "Heard", moves if position == 3 else (), utterance=heard, forget=position == 3)
        ledger.write_turn(session, shop, call.id, turn, wednesday())
    assert {one.text for one in session.exec(select(Utterance)).all()} == {"[removed]"}


def test_L12_the_sound_of_a_card_number_goes_with_its_words(books: Database, shop: Company, wednesday: Clock) -> None:
    """ "recordings count": the tape is deleted at Twilio at the next look, not after thirty days."""
    carrier, sid = FakeCarrier(wednesday), "RE" + "0" * 32
    carrier.tapes[sid] = b"RIFF"
    tapes = retention.Tapes(books, Methods((carrier,), Doors("https://firstring.test/")), shop, Inline())
    with books.transaction() as session:
        call = a_call(session, wednesday, status=CallStatus.OVERFLOW, recording_url=f"https://twilio/{sid}")
        call_id = call.id
    spoken = [voicemail.Spoken("four one one one", 0.9, 0, 900, 10)]
    heard = Assessment(signals=frozenset({"card_number"}))
    tell = (call_id, spoken, "sphinx", lambda *_: heard, ending.on_it, wednesday())
    books.work(voicemail.heard, shop, *tell)
    assert tapes(wednesday()) == 1 and carrier.tapes == {}
    with books.transaction() as session:
        assert session.get_one(Call, call_id).recording_url is None
        assert {one.text for one in session.exec(select(Utterance)).all()} == {"[removed]"}


def test_L13_a_review_request_is_marketing_for_everybody_alike(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    """ "identical review link to every surveyed customer; M; stop on complaint or opt-out"."""
    assert {Purpose.CHECK, Purpose.REVIEW, Purpose.REFERRAL} == MARKETING
    assert all(may(session, shop, wednesday, one).reason.startswith("L8") for one in MARKETING)


@pytest.mark.parametrize("language", list(Language))
def test_L14_whoever_reaches_no_person_is_told_of_911(shop: Company, wednesday: Clock, language: Language) -> None:
    """ "not an emergency service: in voicemail, text-back, web; never promise response"."""
    house = cast(House, SimpleNamespace(url=lambda path: f"https://firstring.test{path}"))
    offered = twiml.response(*overflow.leave_message(house, language))
    assert SCRIPTS["S22"].text(language) in offered.partition("<Record")[0] and "<Record" in offered
    now, by = wednesday(), wednesday() + timedelta(hours=2)
    assert "911" in texts.missed(shop, now, by, now, language)
    assert "911" in texts.agreed(shop, now, by, now, language)


def test_L15_words_are_deleted_on_request_and_the_look_is_kept(
    session: Session, shop: Company, wednesday: Clock
) -> None:
    """ "retention job; right to delete; consent evidence kept; legal hold; access log"."""
    call = a_call(session, wednesday, status=CallStatus.ENDED)
    session.add(Utterance(call_id=call.id, position=1, start_ms=0, end_ms=1, text="412 Maple"))
    consent.opt_out(session, shop, ANN, "stop", None, "SM1", wednesday())
    done = retention.forget(session, ANN, "walt", wednesday(), really=True)
    session.expire_all()
    assert (done.calls, done.consents_kept) == (1, 2) and call.caller is None
    assert session.exec(select(Utterance)).one().text == ""


@pytest.mark.parametrize("row", ["A19", "A18"])
def test_L16_no_call_that_speaks_of_danger_is_dropped_as_spam(row: str) -> None:
    """ "never auto-drop when hazard words or background alarm heard"."""
    call = Conversation()
    call.says(row=row)
    call.says("robocall", row="G01", hazards=(hazard("G01", "gas"),))
    assert call.pages


def test_L17_despair_and_threats_get_the_line_that_helps_and_a_manager() -> None:
    """ "row A25: 911 line, manager alert, no diagnosis"."""
    call = Conversation()
    call.says(row="A25")
    assert call.pages == [PageNow("manager", "A25")]


def test_the_rules_say_which_line_they_keep() -> None:
    told = {(rule.__doc__ or "")[:2] for rule in RULES}
    assert {"L1", "L2", "L3", "L4", "L6", "L8"} <= told
