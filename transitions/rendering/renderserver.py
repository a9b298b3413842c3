"""Makes PDFs apart from everything else: one process that only waits, and one limited child per document.

    python -I renderserver.py CONTROL_FD STATIC_FOLDER

Started by `transitions.rendering.pdf`, which speaks to it and is the only one who can. It imports nothing
of the product: no settings, no database, no secret is in its memory. WeasyPrint is loaded once and never
used in this process itself, which so stays single-threaded; a fork of it starts in milliseconds.

Each message on the control socket carries one end of a new socket pair. The child that is forked for it
reads a request from there and writes an answer; each is a frame of `HEADER` (two lengths), JSON, bytes.
When the asker closes its end, the child is killed: that is how the asker keeps its own time limit.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

HEADER = struct.Struct("!II")  # length of the JSON, length of the bytes after it
MOST_BYTES = 64 * 1024 * 1024

STYLESHEET = "css/print.css"
FONTS = "vendor/ibm-plex-sans"

# Of a document's HTML these never reach the renderer: each can load, attach, or restyle.
FORBIDDEN_ELEMENTS = frozenset(
    {"base", "link", "style", "script", "object", "embed", "iframe", "frame", "audio", "video", "source"}
)
FORBIDDEN_ATTRIBUTES = frozenset({"style", "srcset", "background", "download"})
LINKS = ("http:", "https:", "mailto:", "#")

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_libc = ctypes.CDLL(None, use_errno=True)


class Gone(Exception):
    """The other end closed before a whole frame was read."""


def send_frame(connection: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    said = json.dumps(head).encode()
    connection.sendall(HEADER.pack(len(said), len(body)) + said + body)


def read_exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise Gone
        parts += part
    return bytes(parts)


def read_frame(connection: socket.socket) -> tuple[dict[str, Any], bytes]:
    said, body = HEADER.unpack(read_exactly(connection, HEADER.size))
    if said > MOST_BYTES or body > MOST_BYTES:
        raise Gone
    return json.loads(read_exactly(connection, said)), read_exactly(connection, body)


def cut_off_network() -> bool:
    """Move into a network namespace without a way out. Returns whether the host permits it."""
    return any(_libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def bundled(static: Path) -> dict[str, tuple[bytes, str]]:
    """What a document may load, by address: our fonts, as TrueType, so that no child unpacks them again."""
    from fontTools.ttLib import woff2

    assets = {}
    for path in sorted((static / FONTS).glob("*.woff2")):
        unpacked = BytesIO()
        woff2.decompress(BytesIO(path.read_bytes()), unpacked)
        assets[f"asset:{path.stem}"] = (unpacked.getvalue(), "font/ttf")
    return assets


def fetcher(assets: dict[str, tuple[bytes, str]]) -> Any:
    """WeasyPrint's door to the world: it opens for bundled assets and for nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Bundled(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in assets:
                raise ValueError("only bundled assets may be loaded")
            body, kind = assets[url]
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    return Bundled(allowed_protocols=(), allow_redirects=False)


def harmless(root: Any) -> None:
    """Take out of a parsed document whatever can load, attach or restyle, and links to odd places."""
    for parent in list(root.iter()):
        for element in list(parent):
            if isinstance(element.tag, str) and element.tag.rpartition("}")[2].lower() in FORBIDDEN_ELEMENTS:
                parent.remove(element)
    for element in root.iter():
        for name in list(element.attrib):
            local = name.rpartition("}")[2].lower()
            value = element.attrib[name].strip()
            if (
                local in FORBIDDEN_ATTRIBUTES
                or (local == "href" and not value.lower().startswith(LINKS))
                or (local == "src" and not value.startswith("asset:"))
                or (local == "rel" and "attachment" in value.lower())
            ):
                del element.attrib[name]


def make_pdf(html: str, stylesheet: str, assets: dict[str, tuple[bytes, str]]) -> tuple[bytes, int]:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    door, fonts = fetcher(assets), FontConfiguration()
    document = HTML(string=html, url_fetcher=door)
    harmless(document.etree_element)
    style = CSS(string=stylesheet, font_config=fonts, url_fetcher=door)
    pages = document.render(font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1")
    return pages.write_pdf(pdf_variant="pdf/ua-1"), len(pages.pages)


def limit(head: dict[str, Any]) -> None:
    memory = head["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (head["cpu_seconds"], head["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))


def confine(folder: str) -> None:
    """From here on this process opens no socket, starts no program and reads no foreign file."""
    readable = tuple(
        os.path.realpath(place) + os.sep
        for place in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), folder)
    )
    own = os.path.realpath(folder) + os.sep
    never = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "urllib.")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(never):
            raise PermissionError(event)
        if event == "open" and not isinstance(args[0], int):
            path = os.path.realpath(os.fsdecode(args[0]))
            writes = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if not path.startswith(own if writes else readable):
                raise PermissionError(path)

    sys.addaudithook(hook)


def serve_one(connection: socket.socket, stylesheet: str, assets: dict[str, Any], folder: str) -> None:
    head, body = read_frame(connection)
    texts = head["html_bytes"]
    html, rest = body[:texts].decode(), body[texts:]
    if rest:
        assets = assets | {"asset:logo": (rest, "image/png")}
    os.chdir(folder)
    tempfile.tempdir = folder
    limit(head)
    confine(folder)
    try:
        pdf, pages = make_pdf(html, stylesheet, assets)
        answer: dict[str, Any] = {"pages": pages, "sha256": hashlib.sha256(pdf).hexdigest()}
    except MemoryError:
        pdf, answer = b"", {"error": "memory"}
    except Exception as error:
        pdf, answer = b"", {"error": "failed", "detail": f"{type(error).__name__}: {error}"[:300]}
    send_frame(connection, answer, pdf)


class Server:
    """The waiting parent."""

    def __init__(self, control: socket.socket, static: Path) -> None:
        self.control = control
        self.children: dict[int, tuple[socket.socket, str]] = {}
        self.stylesheet = (static / STYLESHEET).read_text()
        self.assets = bundled(static)
        self.woken, self.waker = os.pipe()
        for end in (self.woken, self.waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)
        self.poller = select.poll()
        self.poller.register(control, select.POLLIN)
        self.poller.register(self.woken, select.POLLIN)

    def run(self) -> None:
        """Until the asker closes its end of the control socket."""
        while True:
            ready = dict(self.poller.poll())
            if self.woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.woken, 4096)
                self.reap()
            for pid, (connection, _) in list(self.children.items()):
                if connection.fileno() in ready:
                    os.kill(pid, signal.SIGKILL)  # the asker went away; the pid is ours until reaped
                    self.poller.unregister(connection)
            if self.control.fileno() in ready and not self.accept():
                break
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        while self.children:
            self.poller.poll(1000)
            self.reap()

    def accept(self) -> bool:
        try:
            message, ends, _, _ = socket.recv_fds(self.control, 1, 1)
        except OSError:
            return False
        if not message:
            return False
        connection = socket.socket(fileno=ends[0])
        folder = tempfile.mkdtemp(prefix="packet-")
        pid = os.fork()
        if pid == 0:
            self.become_child(connection, folder)
        self.children[pid] = (connection, folder)
        self.poller.register(connection, select.POLLRDHUP)
        return True

    def become_child(self, connection: socket.socket, folder: str) -> None:
        status = 1
        try:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other, _ in self.children.values():
                other.close()
            self.control.close()
            os.close(self.woken)
            os.close(self.waker)
            serve_one(connection, self.stylesheet, self.assets, folder)
            status = 0
        except BaseException:
            status = 1
        finally:
            os._exit(status)  # no clean-up of what belongs to the parent

    def reap(self) -> None:
        while self.children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            connection, folder = self.children.pop(pid)
            with contextlib.suppress(KeyError):
                self.poller.unregister(connection)
            if status:
                over = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
                connection.setblocking(False)
                with contextlib.suppress(OSError):
                    send_frame(connection, {"error": "cpu" if over else "died"})
            connection.close()
            shutil.rmtree(folder, ignore_errors=True)


def main(control_fd: int, static: Path) -> None:
    control = socket.socket(fileno=control_fd)
    sealed = cut_off_network()
    import weasyprint  # noqa: F401  slow: this is what the children find loaded

    server = Server(control, static)
    control.send(b"sealed" if sealed else b"open")
    server.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
