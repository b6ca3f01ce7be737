"""Mail, against a server on a real socket that answers as it is told."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from carrier.email import SmtpMailer
from carrier.errors import CarrierError, Refused, Throttled, UnknownOutcome, Unreachable

KEY, SAM = "page:1:0:sam:email", "sam@shop.example"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.answers: dict[str, str] = {}
        self.mails: list[str] = []


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode():
            verb = line.split()[0].upper()
            answer = self.server.answers.get(verb, "354 go on" if verb == "DATA" else "250 ok")
            if answer == "cut":
                return
            self.say(answer)
            if answer.startswith("354"):
                mail = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                if self.server.answers.get(".") == "cut":
                    return
                self.server.mails.append(mail)
                self.say("250 taken")
            if verb == "QUIT":
                return


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mailer(server: _Server) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{server.server_address[1]}", "pages@shop.example")


def test_a_mail_carries_its_words_and_the_same_id_for_the_same_row(mailer: SmtpMailer, server: _Server) -> None:
    first = mailer.send(KEY, SAM, "P1 #4821 Burst pipe\n\nA4821 accepts")
    assert mailer.send(KEY, SAM, "(repeat) P1 #4821 Burst pipe") == first
    assert mailer.send("another", SAM, "P1 #4822") != first
    mail = server.mails[0].splitlines()
    assert f"Message-ID: {first}" in mail and "Subject: P1 #4821 Burst pipe" in mail and "A4821 accepts" in mail
    assert first.endswith("@shop.example>") and "sam" not in first


@pytest.mark.parametrize(
    ("verb", "answer", "error", "permanent"),
    [
        ("RCPT", "550 no such user", Refused, True),
        ("RCPT", "451 later", Throttled, None),
        ("DATA", "554 no", Refused, True),
        (".", "cut", UnknownOutcome, None),
        ("MAIL", "421 busy", Throttled, None),
        ("EHLO", "cut", Unreachable, None),
    ],
)
def test_what_an_answer_means(
    mailer: SmtpMailer, server: _Server, verb: str, answer: str, error: type[CarrierError], permanent: bool | None
) -> None:
    server.answers[verb] = answer
    with pytest.raises(error) as caught:
        mailer.send(KEY, SAM, "P1 #4821 Burst pipe")
    assert getattr(caught.value, "permanent", None) is permanent
    assert "sam" not in str(caught.value) and server.mails == []


def test_wrong_credentials_are_the_accounts_fault(server: _Server) -> None:
    server.answers |= {"EHLO": "250-hello\r\n250 AUTH PLAIN", "AUTH": "535 no"}
    mailer = SmtpMailer(f"smtp://user:p%40ss@127.0.0.1:{server.server_address[1]}", "pages@shop.example")
    with pytest.raises(Refused) as caught:
        mailer.send(KEY, SAM, "P1 #4821")
    assert (caught.value.code, caught.value.permanent) == (535, False)


def test_a_server_that_is_not_there_was_asked_nothing() -> None:
    with pytest.raises(Unreachable):
        SmtpMailer("smtp://127.0.0.1:1", "pages@shop.example").send(KEY, SAM, "P1 #4821")
