"""Chat: which addresses of incoming webhooks we talk to, how they are shown, and how long we try.

An address that somebody types makes this machine connect somewhere, so it may only be a public one. The name
is checked when it is typed and again before each message; the number behind it when the connection is made.
"""

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Collection
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

from accounts.rules.text import Message, gettext_noop

_ = gettext_noop

KINDS = ("slack", "teams", "json")
PORTS = (443,)
LONGEST_URL = 2000
# After the n-th failed try; the first is made at once. With the last one it is nearly three days in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(days=1),
    timedelta(days=1),
)
GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_WISH = timedelta(days=1)  # how long we let a receiver keep us waiting

HTTPS = Message(_("Enter an address that begins with https://."))
NO_HOST = Message(_("This address names no host. Copy it once more from the chat program."))
NO_SIGN_IN = Message(_("The address must not hold a user name or a password before the host."))
NO_NUMBER = Message(_("Enter the host’s name, not its number: we only connect to public names."))
NOT_PUBLIC = Message(_("This host is not on the public internet; we do not connect to it."))
TOO_LONG = Message(_("This address is too long."))
BAD_SIGNS = Message(_("There is a sign in this address that no address has. Copy it once more."))

# Names that never lead to the public internet (RFC 6761, RFC 6762, RFC 8375, ICANN's "internal").
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "corp", "home", "private")
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
# Ranges that ipaddress counts as global although they lead elsewhere: IPv4 dressed as IPv6, and relays.
_DRESSED = tuple(
    ipaddress.ip_network(net)
    for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16",
                "2001::/32", "192.88.99.0/24", "100.64.0.0/10", "5f00::/16", "3fff::/20", "fec0::/10")
)  # fmt: skip


def problem_of(url: str, *, ports: Collection[int] = PORTS) -> Message | None:
    """Why we do not talk to this address, in words for whoever typed it; None: we do."""
    if len(url) > LONGEST_URL:
        return TOO_LONG
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\\"<>^`{|}]", url):
        return BAD_SIGNS
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return NO_HOST
    if parts.scheme != "https":
        return HTTPS
    if "@" in parts.netloc:
        return NO_SIGN_IN
    host = (parts.hostname or "").removesuffix(".")
    if not host:
        return NO_HOST
    if (port or 443) not in ports:
        return Message(_("Port %(port)s is not one we connect to. Leave it out."), {"port": port})
    return _problem_of_host(host)


def _problem_of_host(host: str) -> Message | None:
    # What a resolver may take for a number: 127.1, 0x7f.1, 2130706433, 017700000001, [::1].
    if ":" in host or re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]*))*", host):
        return NO_NUMBER
    if any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        return NOT_PUBLIC
    if not _HOST.fullmatch(host):
        return NOT_PUBLIC if "." not in host else NO_HOST
    return None


def is_public(number: str) -> bool:
    """Whether the IP address `number`, which a host's name led to, is on the public internet."""
    try:
        ip = ipaddress.ip_address(number.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if any(ip in net for net in _DRESSED if net.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def masked(url: str) -> str:
    """The address as it may be shown: enough to know it again, not enough to use it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "…"
    secret = _after_host(parts)
    shown = secret[-4:] if len(secret) >= 20 else ""
    return f"{parts.hostname or ''}/…{shown}"


def same(url: str, other: str) -> bool:
    """Whether two addresses lead to the same chat."""
    return _bare(url) == _bare(other)


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removesuffix("."), parts.path, parts.query


def _after_host(parts: SplitResult) -> str:
    return parts.path.strip("/") + parts.query


def signature(*, secret: str, message_id: str, stamp: int, body: bytes) -> str:
    """The header by which a receiver knows that a message is ours (Standard Webhooks 1.0.0)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def secret_of(*, key: str, endpoint: str) -> str:
    """The secret that an endpoint's owner gives to their receiver; made again whenever it is asked for."""
    code = hmac.new(b"webhook secret\x00" + key.encode(), endpoint.encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(code).decode()


def wish_of(header: str, *, now_at: float) -> timedelta | None:
    """How long a receiver asks us to wait (Retry-After: seconds or a date); None where it says nothing.

    `now_at`: seconds since 1970. Never more than LONGEST_WISH, never less than nothing.
    """
    header = header.strip()
    seconds: float
    if re.fullmatch(r"[0-9]{1,9}", header):
        seconds = int(header)
    else:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - now_at
        except (TypeError, ValueError, OverflowError, OSError):
            return None
    return min(max(timedelta(seconds=seconds), timedelta(0)), LONGEST_WISH)
