"""One message at a time to a mail server, its phases kept apart, so that it is known what a failure means.

Until the last line of a message is sent, nothing can have been accepted: every failure is safe to try
again. Django's backend does not tell the phases apart; anything that is not SMTP goes through it.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import requests
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.utils import DNS_NAME
from urllib3.exceptions import ProtocolError

from accounts.documents.deliveries import Letter
from accounts.rendering.deliveries import FinishedMail, bare, bare_sender, bytes_of
from accounts.rules.deliveries import Answer, Outcome
from accounts.rules.text import tame

LAST_LINE = b".\r\n"
SAID_MOST = 400
# Refusals of us, whichever the recipient: not signed in, sign-in refused, encryption wanted.
_ABOUT_US = frozenset({454, 530, 534, 535, 538})
_SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class Post(Protocol):
    """A way out for letters."""

    def hand_over(self, letter: Letter, *, commit: Callable[[], bool]) -> Outcome:
        """Offer `letter`. `commit` is asked directly before the point of no return; False stops it there."""


def post_office() -> "SmtpPost | BackendPost":
    """Return the way out that the settings name."""
    return SmtpPost() if settings.EMAIL_BACKEND == _SMTP_BACKEND else BackendPost()


class BackendPost:
    """Django's mail backends: files, the console, memory, providers through anymail."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def hand_over(self, letter: Letter, *, commit: Callable[[], bool]) -> Outcome:
        try:
            mail = FinishedMail(letter, connection=self._connection)
        except ValueError as error:
            return Outcome(Answer.REFUSED, str(error))
        if not commit():
            return Outcome(Answer.OVERTAKEN)
        try:
            sent = mail.send()
        except (OSError, smtplib.SMTPException) as error:
            # A file that cannot be written, a provider that cannot be reached, says no, or says nothing.
            answer = Answer.SILENT if _fell_silent(error) else Answer.LATER
            return Outcome(answer, tame(f"{type(error).__name__}: {error}", most=SAID_MOST))
        return Outcome(Answer.SENT) if sent else Outcome(Answer.LATER, "The mail backend took nothing.")


def _fell_silent(error: Exception) -> bool:
    """Whether whoever was reached may have taken the message: the line broke, or no answer came in time."""
    first = error.__cause__ or error  # a provider's client wraps what happened to it
    if isinstance(first, requests.ConnectionError):
        # That of a timeout or a refusal while connecting says so; what is left broke off later.
        return bool(first.args) and isinstance(first.args[0], ProtocolError)
    return isinstance(
        first, (TimeoutError, ConnectionError, requests.ReadTimeout, smtplib.SMTPServerDisconnected)
    ) and not isinstance(first, ConnectionRefusedError)


class SmtpPost:
    """Our own conversation with a mail server, over one connection as long as it lasts.

    `settings.DELIVERY_SMTP_SECONDS` bound the whole of one message, connecting included, however slowly
    the server talks: a watchdog cuts the line.
    """

    def __init__(self) -> None:
        self._smtp: _Smtp | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._hang_up()

    def hand_over(self, letter: Letter, *, commit: Callable[[], bool]) -> Outcome:
        try:
            sender, recipient = bare_sender(letter.sender), bare(letter.recipient)
            content = _stuffed(bytes_of(letter))
        except ValueError as error:
            return Outcome(Answer.REFUSED, tame(str(error), most=SAID_MOST))
        with self._deadline() as deadline:
            try:
                return self._converse(sender, recipient, content, commit, deadline)
            except BaseException:
                # Between two lines of a message: the next one must not continue this one.
                self._hang_up()
                raise

    def _converse(
        self, sender: str, recipient: str, content: bytes, commit: Callable[[], bool], deadline: "Deadline"
    ) -> Outcome:
        try:
            self._connect(deadline)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Outcome(Answer.UNREACHABLE, _said(error, deadline))
        try:
            refusal = self._offer(sender, recipient, content)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Outcome(Answer.LATER, _said(error, deadline))
        return refusal or self._finish(commit, deadline)

    def _connect(self, deadline: "Deadline") -> None:
        """Reuse the connection if the server still answers on it, else open another."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._smtp.rset()[0] == 250:
                    return
            self._hang_up()
        smtp = _SmtpOverTls(deadline) if settings.EMAIL_USE_SSL else _Smtp(deadline)
        self._smtp = smtp
        code, said = smtp.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            # Raises where the server offers none: never go on in plain text.
            code, said = smtp.starttls(context=_tls_context())
            if code != 220:
                raise smtplib.SMTPResponseException(code, said)
            smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER and settings.EMAIL_HOST_PASSWORD:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _offer(self, sender: str, recipient: str, content: bytes) -> Outcome | None:
        """Send everything but the last line; return the refusal, if any. Nothing is accepted yet."""
        assert self._smtp is not None
        code, said = self._smtp.mail(sender)
        if code != 250:
            # About us or the server, so that others need not be tried now; a size limit is the exception.
            return self._refusal(code, said, Answer.REFUSED if code == 552 else Answer.UNREACHABLE)
        code, said = self._smtp.rcpt(recipient)
        if code not in (250, 251):
            return self._refusal(code, said)
        code, said = self._smtp.docmd("DATA")
        if code != 354:
            return self._refusal(code, said)
        self._smtp.send(content)
        return None

    def _finish(self, commit: Callable[[], bool], deadline: "Deadline") -> Outcome:
        assert self._smtp is not None
        if not commit():
            self._hang_up()
            return Outcome(Answer.OVERTAKEN)
        if deadline.left <= 0:
            self._hang_up()
            return Outcome(Answer.LATER, _TOO_SLOW)
        try:
            self._smtp.send(LAST_LINE)
            code, said = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Outcome(Answer.SILENT, _said(error, deadline))
        if 200 <= code < 300:
            return Outcome(Answer.SENT, _words(code, said))
        if code < 400:  # no answer that means anything
            self._hang_up()
            return Outcome(Answer.SILENT, _words(code, said))
        return self._refusal(code, said)

    def _refusal(self, code: int, said: bytes, final: Answer = Answer.REFUSED) -> Outcome:
        """Return what `code` means; `final` is what a 5xx means here."""
        if code == 421 or code < 0:  # the server's goodbye; nonsense
            self._hang_up()
        if code in _ABOUT_US:
            return Outcome(Answer.UNREACHABLE, _words(code, said))
        return Outcome(final if code >= 500 else Answer.LATER, _words(code, said))

    @contextlib.contextmanager
    def _deadline(self) -> "Iterator[Deadline]":
        deadline = Deadline(settings.DELIVERY_SMTP_SECONDS)
        watchdog = threading.Timer(settings.DELIVERY_SMTP_SECONDS, self._cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield deadline
        finally:
            watchdog.cancel()
            watchdog.join()  # or it could still cut the next message's line

    def _cut(self) -> None:
        """End the conversation from the watchdog's thread: whatever waits for the server fails at once."""
        line = self._smtp.line if self._smtp is not None else None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


class Deadline:
    """The time that one message may take, by a clock that nobody can set."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._until - time.monotonic()


_TOO_SLOW = "The mail server took too long."


class _Smtp(smtplib.SMTP):
    """Keeps a second handle on the connection, by which the watchdog can cut it even under encryption."""

    line: socket.socket | None = None

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        timeout = min(settings.EMAIL_TIMEOUT or settings.DELIVERY_SMTP_SECONDS, max(deadline.left, 0.1))
        super().__init__(local_hostname=DNS_NAME.get_fqdn(), timeout=timeout)
        self._host = settings.EMAIL_HOST  # the name that the certificate must show

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        # The last line must not wait for the server to acknowledge the lines before it: that would
        # stretch, forty times over, the moment in which nobody knows whether the message was accepted.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line = plain.dup()
        if self._deadline.left <= 0:  # the watchdog looked before there was a line
            plain.close()
            raise TimeoutError
        return plain

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()

    def close(self) -> None:
        super().close()
        if self.line is not None:
            self.line.close()


class _WholeLines:
    """Replies whose line was cut off are no replies: "2" and nothing more is not a yes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readline(self, most: int) -> bytes:
        line = self._file.readline(most)
        if line and len(line) < most and not line.endswith(b"\n"):
            raise ConnectionError("The answer was cut off.")
        return line

    def close(self) -> None:
        self._file.close()


class _SmtpOverTls(_Smtp):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _tls_context().wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def _tls_context() -> ssl.SSLContext:
    if settings.EMAIL_SSL_CERTFILE:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
        context.load_cert_chain(settings.EMAIL_SSL_CERTFILE, settings.EMAIL_SSL_KEYFILE)
        return context
    return ssl.create_default_context()


def _stuffed(content: bytes) -> bytes:
    """Double each dot that begins a line (RFC 5321, section 4.5.2); end with a whole line."""
    lines = content.replace(b"\r\n.", b"\r\n..")
    if lines.startswith(b"."):
        lines = b"." + lines
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _words(code: int, said: bytes) -> str:
    return tame(f"{code} {said.decode(errors='replace')}", most=SAID_MOST)


def _said(error: Exception, deadline: Deadline) -> str:
    if deadline.left <= 0 or isinstance(error, TimeoutError):
        return _TOO_SLOW
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _words(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return tame(f"{type(error).__name__}: {error}", most=SAID_MOST)
