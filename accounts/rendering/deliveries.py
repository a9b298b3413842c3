"""A letter as mail: the same bytes for the same letter, whatever names stand in it."""

import hashlib
import re
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from io import BytesIO
from typing import Any

from css_inline import CSSInliner
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.encoding import punycode

from accounts.documents.deliveries import Letter
from accounts.rules.text import tame

SUBJECT_MOST = 250
HEADER_MOST = 900  # a line of a mail holds 998 octets
# Written by `message_of` alone.
_OURS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
    }
)
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


def message_of(letter: Letter) -> Message:
    """Return the message. Raises ValueError for an address that no mail can be sent to."""
    parts = [_part(letter.text, "plain")] + ([_part(letter.html, "html")] if letter.html else [])
    if letter.calendar:
        # Last, since a program shows the last part that it understands: as an invitation, not as a file.
        parts.append(_part(letter.calendar, "calendar"))
        parts[-1].set_param("method", letter.calendar_method)
    if len(parts) == 1:
        message: Message = parts[0]
    else:
        # A fixed boundary: the library's own is drawn at random, and retries would differ.
        boundary = "=_" + hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]
        message = MIMEMultipart("alternative", boundary=boundary, _subparts=parts)
    message["Subject"] = _header("Subject", tame(letter.subject, most=SUBJECT_MOST))
    name, address = _name_and_address(letter.sender)
    message["From"] = formataddr((name, bare(address)))
    message["To"] = bare(letter.recipient)
    message["Date"] = format_datetime(letter.dated_at.replace(microsecond=0))
    message["Message-ID"] = letter.message_id
    for name, value in letter.headers.items():
        if _HEADER_NAME.fullmatch(name) and name.lower() not in _OURS:
            message[name] = _header(name, tame(value, most=HEADER_MOST))
    return message


def bytes_of(letter: Letter) -> bytes:
    """Return the message as it goes over the wire, lines ending in CRLF. Raises as `message_of` does."""
    buffer = BytesIO()
    # Long header lines are encoded words, folded by `_header`, or an address that must stay in one piece.
    policy = compat32.clone(linesep="\r\n", max_line_length=990)
    BytesGenerator(buffer, mangle_from_=False, policy=policy).flatten(message_of(letter))
    return buffer.getvalue()


def bare(address: str) -> str:
    """Return the address without a display name, its domain in ASCII. Raises ValueError."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"Invalid address {address!r}") from None
    local, _, domain = address.rpartition("@")
    if tame(local) != local:  # the standard allows control characters between quotes
        raise ValueError(f"Invalid address {address!r}")
    return f"{local}@{punycode(domain)}"


def bare_sender(sender: str) -> str:
    """Return the address alone of "Name <address>": what the mail server is told. Raises ValueError."""
    return bare(_name_and_address(sender)[1])


def _name_and_address(sender: str) -> tuple[str, str]:
    """Split "Name <address>". An administrator wrote it: a comma in the name is just a comma."""
    if not sender.endswith(">"):
        return "", sender
    name, _, address = sender[:-1].rpartition("<")
    return tame(name).strip('" '), address


class FinishedMail(EmailMultiAlternatives):
    """A letter for Django's mail backends, which would otherwise write a message of their own."""

    def __init__(self, letter: Letter, **kwargs: Any) -> None:
        headers = dict(letter.headers)
        headers["Message-ID"] = letter.message_id
        headers["Date"] = format_datetime(letter.dated_at.replace(microsecond=0))
        super().__init__(
            tame(letter.subject, most=SUBJECT_MOST),
            letter.text,
            letter.sender,
            [bare(letter.recipient)],
            headers=headers,
            **kwargs,
        )
        if letter.html:
            self.attach_alternative(letter.html, "text/html")
        if letter.calendar:
            self.attach_alternative(letter.calendar, f"text/calendar; method={letter.calendar_method}")
        self.letter = letter

    def message(self, **_kwargs: Any) -> Any:
        return message_of(self.letter)


def inlined(html: str) -> str:
    """Return mail HTML with its style sheet written into the elements; `@media` rules stay behind."""
    return _INLINER.inline(html)


def inlined_pattern(html: str) -> str:
    """The same for a pattern of `rows.drawn`: in what stays of the style sheet, braces are doubled.

    Of a piece of a mail, in the shell that "mail/piece.html" puts around it, only the piece is returned.
    """
    found = inlined(html)
    if _PIECE in found:
        return found.split(_PIECE)[1]
    return _STYLE.sub(lambda style: style[0].replace("{", "{{").replace("}", "}}"), found)


_PIECE = "<!--piece-->"
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def _part(content: str, subtype: str) -> MIMEText:
    charset = Charset("utf-8")
    charset.body_encoding = QP  # readable in the raw, 7 bit, and no line over 76
    return MIMEText(content, subtype, charset)  # type: ignore[arg-type]


def _header(name: str, value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=76, header_name=name).encode()
