"""A real receiver of webhooks on 127.0.0.1, with TLS, that keeps what it gets and fails as it is told to."""

import contextlib
import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.services import webhook
from accounts.services.webhook import Reach

HOST = "hooks.chat.example"
HANG = "hang"  # takes the request and says nothing
DROP = "drop"  # takes the request and closes
DROP_HALF = "drop half"  # closes before it has said whether it took it
TRICKLE = "trickle"  # one byte now and then
FLOOD = "flood"  # ten megabytes of answer
DEAF = "deaf"  # accepts the connection and never shakes hands


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """`answers` are given in turn, the last one for ever: a fault, or a whole HTTP answer."""

    certificate: Path
    key: Path
    authority: Path
    answers: list[str | bytes] = field(default_factory=lambda: [ok()])
    posted: list[Posted] = field(default_factory=list)
    connections: int = 0
    sent: int = 0  # bytes of answers

    def __enter__(self) -> "Receiver":
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate, self.key)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()

    @property
    def reach(self) -> Reach:
        return Reach(ports=(self.port,), loopback=True, authorities=str(self.authority))

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/services/T0001/B0001/abcdefghijklmnop"

    def _serve(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError):
                plain, _address = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(plain,), daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        answer = self.answers[min(self.connections, len(self.answers)) - 1]
        with contextlib.suppress(OSError), plain:
            plain.settimeout(5)
            if answer == DEAF:
                self._stop.wait(5)
                return
            with self._tls.wrap_socket(plain, server_side=True) as line:
                self.posted.append(self._read(line))
                self._give(line, answer)

    def _read(self, line: ssl.SSLSocket) -> Posted:
        content = b""
        while b"\r\n\r\n" not in content:
            content += line.recv(65536) or self._cut()
        head, _blank, body = content.partition(b"\r\n\r\n")
        first, *rows = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _colon, value in (row.partition(": ") for row in rows)}
        while len(body) < int(headers.get("content-length", 0)):
            body += line.recv(65536) or self._cut()
        return Posted(first.split(" ")[1], headers, body)

    def _cut(self) -> bytes:
        raise ConnectionError

    def _give(self, line: ssl.SSLSocket, answer: str | bytes) -> None:
        if answer == HANG:
            self._stop.wait(5)
        elif answer == DROP_HALF:
            line.sendall(b"HTTP/1.1 2")
        elif answer == TRICKLE:
            for byte in b"HTTP/1.1 " + b" " * 5000:
                line.sendall(bytes([byte]))
                if self._stop.wait(0.02):
                    break
        elif answer == FLOOD:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n")
            for _ in range(160):
                line.sendall(b"x" * 65536)
                self.sent += 65536
        elif isinstance(answer, bytes):
            line.sendall(answer)


def ok(said: str = "ok") -> bytes:
    return answer(200, said)


def answer(code: int, said: str = "", **headers: str) -> bytes:
    body = said.encode()
    rows = [f"HTTP/1.1 {code} Because", f"Content-Length: {len(body)}", "Connection: close"]
    rows += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(rows).encode() + b"\r\n\r\n" + body


def certificate(folder: Path, host: str = HOST) -> tuple[Path, Path]:
    """A certificate for `host` that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9000))
        .not_valid_after(now + dt.timedelta(days=9000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{host}.pem", folder / f"{host}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths


@contextlib.contextmanager
def receiver(folder: Path, monkeypatch: pytest.MonkeyPatch, *answers: str | bytes) -> Iterator[Receiver]:
    """A receiver that the sender reaches under `HOST`, and nothing else does."""
    pem, key = certificate(folder)
    resolve(monkeypatch, {HOST: ["127.0.0.1"]})
    with Receiver(pem, key, pem, list(answers) or [ok()]) as running:
        monkeypatch.setattr(webhook, "REACH", running.reach)
        yield running


def resolve(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> list[str]:
    """Let names lead where they are told to: to the first number when asked first, then to the next.

    Returns the names that were asked for, in a list that grows. Other names lead nowhere.
    """
    asked: list[str] = []
    real = socket.getaddrinfo

    def found(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host in names:
            numbers = names[host]
            number = numbers[min(asked.count(host), len(numbers) - 1)]
            asked.append(host)
            return real(number, port, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})
        asked.append(host)
        return real(host, port, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked
