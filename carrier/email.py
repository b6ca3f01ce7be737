"""E-mail by SMTP: the last method in order. One connection a mail, in the delivery's thread, bounded in time."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha256
from typing import Protocol
from urllib.parse import unquote, urlsplit

from carrier.errors import CarrierError, Refused, Throttled, TimedOut, UnknownOutcome, Unreachable

SMTP_SECONDS = 3.0
"""For each step of a mail. There are about five, so that the lease (carrier/claims.py) outlasts a slow server."""

SUBJECT_LENGTH = 70
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class Mailer(Protocol):
    """A way to send mail."""

    def send(self, key: str, to: str, body: str) -> str:
        """Send a mail and give its Message-ID, the same for the same key. Raises `CarrierError`."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A mail server: smtp://user:password@host:587 (TLS is begun where it is offered) or smtps://...:465.

    A password is given to a server on another machine only through TLS.
    """

    url: str
    sender: str

    def send(self, key: str, to: str, body: str) -> str:
        """See `Mailer`. A mail of the same key that goes twice is one in most mailboxes: they have one Message-ID."""
        message = self._message(key, to, body)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise _before_the_mail(error) from None
        try:
            server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise _at_the_mail(error) from None
        finally:
            _leave(server)
        return str(message["Message-ID"])

    def _message(self, key: str, to: str, body: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, to
        message["Subject"] = body.splitlines()[0][:SUBJECT_LENGTH]
        name = sha256(key.encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{name}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message.set_content(body)
        return message

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SMTP_SECONDS)
        try:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.scheme == "smtp" and parts.username and host not in LOCAL:
                raise smtplib.SMTPNotSupportedError
            if parts.username is not None:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            _leave(server)
            raise
        return server


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _before_the_mail(error: Exception) -> CarrierError:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Refused(error.smtp_code, permanent=False, what="refused by the mail server")
    return Unreachable("the mail server cannot be reached")


def _at_the_mail(error: Exception) -> CarrierError:
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), None)
    if isinstance(code, int) and code >= 500:
        return Refused(code, permanent=True, what="refused by the mail server")
    if isinstance(code, int) and code >= 400:
        return Throttled("the mail server asks us to wait", code)
    if isinstance(error, TimeoutError):
        return TimedOut("the mail server did not answer in time")
    return UnknownOutcome("the connection to the mail server broke")
