"""One finished message at a time to an incoming webhook: to a public host, once, and not for long.

The name is resolved once and the connection goes to that very number, after it was found public: a name that
leads elsewhere a moment later gains nothing (requests-hardened, and `accounts.rules.chat.is_public` on top).
No redirect is followed, no proxy of the environment used, and little of the answer is read.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from accounts.rules import chat as rules
from accounts.rules.deliveries import Answer, Outcome
from accounts.rules.text import gettext_noop, tame

SECONDS = 10.0  # for all of it, from the name to the last byte that we read
READ_MOST = 64 * 1024
SAID_MOST = 300
AGENT = "Throughline"
NOT_PUBLIC = gettext_noop("The host is not on the public internet.")
TOO_SLOW = gettext_noop("There was no answer in time.")
NOT_REACHED = gettext_noop("There was no connection to the host, or it was cut off.")
NOT_BELIEVED = gettext_noop("The connection is not secure: the host has no valid certificate.")
REDIRECTED = gettext_noop("It led to another address, and we follow none.")
# Answers to this very message; trying it again would be answered the same. Only "gone" is about the address.
_FINAL = (400, 413, 414, 415, 422)
GONE = 410


@dataclass(frozen=True, slots=True)
class Reach:
    """Where we may connect to. Tests let it reach a listener of their own, and nothing else does."""

    ports: tuple[int, ...] = rules.PORTS
    loopback: bool = False
    authorities: str = ""  # a file with certificates that are believed besides


REACH = Reach()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A finished body, where it goes, and by which id the receiver knows that it has come before."""

    url: str
    body: bytes
    message_id: str
    secret: str = ""  # signs it, where the receiver is to know that it is ours
    failed_text: str = ""  # an answer of 200 with these words is none


class Overtaken(Exception):
    """The lease was lost before anything was sent."""


def hand_over(
    parcel: Parcel, *, commit: Callable[[], bool], now_at: float, reach: Reach | None = None
) -> Outcome:
    """Post the parcel; return what came of it.

    `commit` is asked when the connection stands and nothing is sent yet; False stops it there.

    `now_at`: seconds since 1970, for the signature and for a Retry-After that is a date. Whatever failed may
    be tried again under the same id; only an answer about the message itself, or "gone", is final.
    """
    reach = reach or REACH
    if problem := rules.problem_of(parcel.url, ports=reach.ports):
        return Outcome(Answer.REFUSED, problem.msgid)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Accept-Encoding": "identity",  # what is not unpacked cannot burst
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(int(now_at)),
    }
    if parcel.secret:
        headers["webhook-signature"] = rules.signature(
            secret=parcel.secret, message_id=parcel.message_id, stamp=int(now_at), body=parcel.body
        )
    line = _Line()
    with line.cut_after(SECONDS), _session(commit, line, reach) as session:
        try:
            answer = session.post(parcel.url, data=parcel.body, headers=headers, stream=True)
            with answer:
                said = _read(answer)
        except Overtaken:
            return Outcome(Answer.OVERTAKEN)
        except InvalidIPAddress:
            return Outcome(Answer.LATER, NOT_PUBLIC)
        except (requests.RequestException, OSError, ValueError) as error:
            if line.is_cut or isinstance(error, requests.Timeout):
                return Outcome(Answer.LATER, TOO_SLOW)
            return Outcome(Answer.LATER, _failure(error))
    return _meaning(answer, said, parcel, now_at)


def _meaning(answer: requests.Response, said: str, parcel: Parcel, now_at: float) -> Outcome:
    code = answer.status_code
    words = tame(f"{code} {said}", most=SAID_MOST)
    if 200 <= code < 300:
        failed = parcel.failed_text and parcel.failed_text in said
        return Outcome(Answer.LATER if failed else Answer.SENT, words)
    if 300 <= code < 400:
        return Outcome(Answer.LATER, REDIRECTED)
    if code == GONE or code in _FINAL:
        return Outcome(Answer.REFUSED, words)
    return Outcome(Answer.LATER, words, rules.wish_of(answer.headers.get("Retry-After", ""), now_at=now_at))


def _failure(error: Exception) -> str:
    """Why nothing was handed over, for whoever looks after the chat."""
    if isinstance(error, requests.exceptions.SSLError):
        return NOT_BELIEVED
    if isinstance(error, OSError):  # as every exception of requests is
        return NOT_REACHED
    return tame(type(error).__name__, most=SAID_MOST)


def _read(answer: requests.Response) -> str:
    raw = answer.raw.read(READ_MOST, decode_content=False)
    return raw[: 4 * SAID_MOST].decode(errors="replace")


def _session(commit: Callable[[], bool], line: "_Line", reach: Reach) -> HTTPSession:
    session = HTTPSession(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=reach.loopback,
            never_redirect=True,
            default_timeout=(SECONDS / 2, SECONDS / 2),
            user_agent_override=AGENT,
        )
    )
    session.trust_env = False  # neither proxies nor passwords out of files
    session.adapters.clear()  # so that nothing but https has a way out
    session.mount("https://", _Adapter(commit, line, reach))
    session.verify = reach.authorities or True
    return session


class _Adapter(IPFilterAdapter):
    def __init__(self, commit: Callable[[], bool], line: "_Line", reach: Reach) -> None:
        self._reach = reach
        super().__init__(is_https_proto=True, allow_loopback=reach.loopback)
        self.poolmanager.pool_classes_by_scheme = {"https": _pool(commit, line)}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if not (self._reach.loopback or rules.is_public(host["host"])):
            raise InvalidIPAddress(host["host"])
        return host, pool


def _pool(commit: Callable[[], bool], line: "_Line") -> type[HTTPSConnectionPool]:
    """Connections that ask before they send, and that a watchdog can cut."""

    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            plain = super()._new_conn()
            line.hold(plain)
            return plain

        def connect(self) -> None:
            super().connect()
            if not commit():
                raise Overtaken

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


class _Line:
    """A second handle on the connection, by which the watchdog ends it even under encryption."""

    def __init__(self) -> None:
        self.is_cut = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def hold(self, plain: socket.socket) -> None:
        with self._lock:
            self._socket = plain.dup()
            if self.is_cut:  # the watchdog looked before there was a line
                self._shut()

    @contextlib.contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        watchdog = threading.Timer(seconds, self._cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()
            watchdog.join()
            if self._socket is not None:
                self._socket.close()

    def _cut(self) -> None:
        with self._lock:
            self.is_cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
