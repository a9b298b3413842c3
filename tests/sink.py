"""A real mail server on 127.0.0.1 that keeps what it accepts, and fails exactly where it is told to."""

import asyncio
import email
import email.policy
import random
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

HANG = "hang"
DROP = "drop"
TRICKLE = "trickle"  # one byte now and then, for ever
PHASES = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "body", "end", "accepted")


@dataclass(frozen=True)
class Received:
    sender: str
    recipient: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        return self.mail["Message-ID"]


class Sink:
    """Use as `with Sink(faults) as sink`. A fault is an SMTP answer, HANG, DROP or TRICKLE.

    `faults` maps a phase, or (phase, recipient), to a fault. "body": after 354, while the message comes in;
    "end": in place of the last answer, nothing kept; "accepted": the message is kept, then the fault.
    """

    def __init__(
        self,
        faults: dict[Any, str] | None = None,
        *,
        keep: Callable[[Received], None] | None = None,
        slow: float = 0,
        **options: Any,
    ) -> None:
        """`keep` is told of each accepted mail; `slow` is the longest pause, in seconds, before an answer."""
        self.faults = faults or {}
        self.slow = slow
        self.keep = keep or (lambda received: None)
        self.accepted: list[Received] = []
        self.commands: list[str] = []
        self.connections = 0
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Sink":
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._talker, "127.0.0.1", 0)

    def _talker(self) -> SMTP:
        return _Faulty(self, loop=self._loop, **self._options)

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def fault(self, phase: str, recipient: str = "") -> str | None:
        return self.faults.get((phase, recipient)) or self.faults.get(phase)

    def mails_to(self, recipient: str) -> list[Received]:
        return [one for one in self.accepted if one.recipient == recipient]

    async def pause(self) -> None:
        if self.slow:
            await asyncio.sleep(random.uniform(0, self.slow))

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        recipient = envelope.rcpt_tos[0]
        if fault := self.fault("end", recipient):
            return await server.misbehave(fault)
        await self.pause()
        for each in envelope.rcpt_tos:
            received = Received(envelope.mail_from, each, envelope.original_content)
            self.accepted.append(received)
            self.keep(received)
        await self.pause()
        if fault := self.fault("accepted", recipient):
            return await server.misbehave(fault)
        return "250 Kept"


class _Faulty(SMTP):
    """Asks the sink before each phase whether to fail there."""

    async def misbehave(self, fault: str) -> str:
        if fault == DROP:
            self.transport.abort()
            await asyncio.sleep(30)
        if fault == HANG:
            await asyncio.sleep(30)
        while fault == TRICKLE:
            self._writer.write(b"2")
            await asyncio.sleep(0.05)
        return fault

    async def _fails(self, phase: str, recipient: str = "") -> bool:
        self.event_handler.commands.append(phase)
        await self.event_handler.pause()
        fault = self.event_handler.fault(phase, recipient)
        if fault is None:
            return False
        await self.push(await self.misbehave(fault))
        return True

    async def _handle_client(self) -> None:
        self.event_handler.connections += 1
        if await self._fails("connect"):
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self._fails("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        if not await self._fails("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._fails("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        recipient = (arg or "").partition("<")[2].rpartition(">")[0]
        if not await self._fails("RCPT", recipient):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        recipient = (self.envelope.rcpt_tos or [""])[0]
        if await self._fails("DATA", recipient):
            return
        if fault := self.event_handler.fault("body", recipient):
            await self.push("354 Go on")
            if fault == DROP:
                self.transport.abort()
                return
            await self.push(await self.misbehave(fault))
            return
        await super().smtp_DATA(arg)


class DeadPort:
    """An address where nobody listens."""

    def __enter__(self) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1]

    def __exit__(self, *error: object) -> None:
        pass


class Raw:
    """A server that sends `banner` and says nothing more: for what no SMTP library would send."""

    def __init__(self, banner: bytes) -> None:
        self._banner = banner
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> "Raw":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
                line.sendall(self._banner)
            except OSError:
                return
            self._held.append(line)

    def __exit__(self, *error: object) -> None:
        for line in (*self._held, self._listener):
            line.close()
