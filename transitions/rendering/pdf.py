"""HTML to PDF through the render server: this side asks, keeps the time, and restarts a dead server."""

import atexit
import contextlib
import hashlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from accounts.rules.text import Message, gettext_noop
from transitions.rendering import renderserver

logger = logging.getLogger(__name__)

START_SECONDS = 60  # loading WeasyPrint on a busy machine
# An agenda is drawn while a request waits, which the web server ends after 30 seconds: turn, start and
# drawing together take less. A page or two are drawn within one second.
AGENDA_TURN_SECONDS, AGENDA_START_SECONDS, AGENDA_SECONDS = 4, 12, 8
AT_ONCE = 2  # documents rendered at a time by one process of ours

# Why no PDF came, for the person who asked.
REASONS = {
    "cpu": gettext_noop("The packet took too long to draw and was stopped. Shorten its longest texts."),
    "wall": gettext_noop("The packet took too long to draw and was stopped. Shorten its longest texts."),
    "memory": gettext_noop(
        "The packet needed too much memory and was stopped. Shorten its longest texts and tables."
    ),
    "died": gettext_noop("Drawing the packet ended unexpectedly. Try again."),
    "failed": gettext_noop("The packet could not be drawn. Try again, or ask your administrator."),
    "busy": gettext_noop("Others are having documents drawn just now. Try again in a moment."),
    "start": gettext_noop(
        "The PDF renderer does not start. Ask your administrator to look at the worker's log."
    ),
}
# What the renderer needs of our environment: nothing that is secret.
_PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)


# The same of an agenda, for which somebody waits in front of the page.
AGENDA_REASONS = REASONS | {
    "cpu": gettext_noop("The agenda took too long to draw and was stopped. Shorten its longest texts."),
    "wall": gettext_noop("The agenda took too long to draw and was stopped. Shorten its longest texts."),
    "memory": gettext_noop("The agenda needed too much memory and was stopped. Shorten its longest texts."),
    "died": gettext_noop("Drawing the agenda ended unexpectedly. Try again."),
    "failed": gettext_noop("The agenda could not be drawn. Try again, or ask your administrator."),
}


class RenderFailed(Exception):
    """No PDF came. `code` is a key of REASONS; `reason` says it of a packet to a person."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.reason = Message(REASONS[code])


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use. Seconds of processor and of waiting; megabytes of address space.

    `turn_seconds` is how long it may wait for its turn (None: as long as it takes), `start_seconds` how long
    for a server that has to be started first.
    """

    cpu_seconds: int
    wall_seconds: float
    memory_mb: int
    turn_seconds: float | None = None
    start_seconds: float = START_SECONDS


@dataclass(frozen=True, slots=True)
class Pdf:
    content: bytes
    sha256: str
    pages: int


@dataclass
class RenderServer:
    """One render server process, started when first asked and again whenever it is found dead."""

    static: Path
    process: subprocess.Popen[bytes] | None = None
    control: socket.socket | None = None
    sealed: bool = False  # whether the host lets it cut off its network
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def render(self, html: str, *, logo: bytes = b"", limits: Limits) -> Pdf:
        """Return the PDF of `html`. Raises RenderFailed; waits at most the wall limit once it is its turn."""
        if not self._places.acquire(timeout=limits.turn_seconds):
            raise RenderFailed("busy")
        try:
            try:
                return self._ask(html, logo, limits)
            except RenderFailed as failure:
                if failure.code != "died" or self._alive():
                    raise
            # The server itself had died, which is no fault of this document.
            return self._ask(html, logo, limits)
        finally:
            self._places.release()

    def stop(self) -> None:
        with self._lock:
            self._forget()

    def _alive(self) -> bool:
        try:
            return self.process is not None and self.process.wait(0.2) is None
        except subprocess.TimeoutExpired:
            return True

    def _ask(self, html: str, logo: bytes, limits: Limits) -> Pdf:
        text = html.encode()
        head = {
            "html_bytes": len(text),
            "cpu_seconds": limits.cpu_seconds,
            "memory_mb": limits.memory_mb,
        }
        with self._connection(limits.start_seconds) as connection:
            deadline = time.monotonic() + limits.wall_seconds
            reader = _Timed(connection, deadline)
            try:
                reader.hurry()
                renderserver.send_frame(connection, head, text + logo)
                answer, content = renderserver.read_frame(reader)  # type: ignore[arg-type]
            except TimeoutError:
                raise RenderFailed("wall") from None
            except (OSError, ValueError, renderserver.Gone):
                raise RenderFailed("died") from None
        if "error" in answer:
            logger.warning("No PDF: %s", answer)
            raise RenderFailed(answer["error"], answer.get("detail", ""))
        if hashlib.sha256(content).hexdigest() != answer["sha256"]:
            raise RenderFailed("died")
        return Pdf(content=content, sha256=answer["sha256"], pages=answer["pages"])

    def _connection(self, start_seconds: float) -> socket.socket:
        """One end of a new socket pair, whose other end a fresh child of the server reads."""
        ours, theirs = socket.socketpair()
        with theirs:
            for _try in range(2):
                with self._lock:
                    control = self._running(start_seconds)
                    try:
                        socket.send_fds(control, [b"+"], [theirs.fileno()])
                        return ours
                    except OSError:
                        self._forget()
        ours.close()
        raise RenderFailed("start")

    def _running(self, start_seconds: float) -> socket.socket:
        if self.process is not None and self.process.poll() is None and self.control is not None:
            return self.control
        self._forget()
        # A packet socket keeps messages apart, so threads need no lock to write to it whole.
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", renderserver.__file__, str(theirs.fileno()), str(self.static)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                start_new_session=True,  # Ctrl-C in a terminal ends the worker, which then ends this
            )
        self.control = ours
        ours.settimeout(start_seconds)
        try:
            word = ours.recv(16)
        except OSError:
            word = b""
        if not word:
            self._forget()
            raise RenderFailed("start")
        ours.settimeout(10)
        self.sealed = word == b"sealed"
        logger.info("Render server %s runs, network %s", self.process.pid, word.decode())
        return ours

    def _forget(self) -> None:
        if self.control is not None:
            self.control.close()  # the server ends when it reads this
            self.control = None
        if self.process is not None:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


class _Timed:
    """A socket that reads against one deadline, however the bytes trickle."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection = connection
        self.deadline = deadline

    def hurry(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)

    def recv(self, count: int) -> bytes:
        self.hurry()
        return self.connection.recv(count)


_server: RenderServer | None = None


def server() -> RenderServer:
    """This process's render server."""
    global _server
    if _server is None:
        _server = RenderServer(static=Path(settings.BASE_DIR) / "static")
        atexit.register(_server.stop)
    return _server


def _start_anew_in_child() -> None:
    """A forked worker must not share its parent's server: the first to end would end it for both."""
    global _server
    if _server is not None and _server.control is not None:
        with contextlib.suppress(OSError):
            _server.control.close()
    _server = None


os.register_at_fork(after_in_child=_start_anew_in_child)


def render_pdf(html: str, *, logo: bytes = b"") -> Pdf:
    """Return the PDF of one whole HTML document within the limits of the settings. Raises RenderFailed."""
    limits = Limits(
        cpu_seconds=settings.PACKET_CPU_SECONDS,
        wall_seconds=settings.PACKET_WALL_SECONDS,
        memory_mb=settings.PACKET_MEMORY_MB,
    )
    return server().render(html, logo=logo, limits=limits)


def render_agenda(html: str, *, logo: bytes = b"") -> Pdf:
    """The same for a page or two while somebody waits: within seconds, or not at all. Raises RenderFailed."""
    limits = Limits(
        cpu_seconds=min(AGENDA_SECONDS, settings.PACKET_CPU_SECONDS),
        wall_seconds=min(AGENDA_SECONDS, settings.PACKET_WALL_SECONDS),
        memory_mb=settings.PACKET_MEMORY_MB,
        turn_seconds=AGENDA_TURN_SECONDS,
        start_seconds=AGENDA_START_SECONDS,
    )
    return server().render(html, logo=logo, limits=limits)
