"""The render server: what it draws, what it refuses, and what it survives; F12 in short.

The long form is `tests.drills.packets`.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader

from transitions.rendering import pdf as rendering
from transitions.rendering import renderserver
from transitions.rendering.pdf import Limits, RenderFailed, RenderServer

LIMITS = Limits(cpu_seconds=20, wall_seconds=30, memory_mb=1500)
STATIC = Path(settings.BASE_DIR) / "static"
# Columns without end: WeasyPrint works on this for far longer than any limit here.
ENDLESS = "<table>" + "<tr><td colspan=65534>x</td></tr>" * 400 + "</table>"


def document(body, head=""):
    return (
        f"<!doctype html><html lang=en><head><title>A packet</title>{head}</head><body>{body}</body></html>"
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def server(scratch):
    server = RenderServer(static=STATIC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        server.render(document("<p>Warm.</p>"), limits=LIMITS)
        yield server
        server.stop()


def children(server):
    """Pids of the server's children, zombies included."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, text=True
    )
    return [int(pid) for pid in listed.stdout.split()]


def one_child(server):
    for _try in range(200):
        if pids := children(server):
            return pids[0]
        time.sleep(0.02)
    raise AssertionError("the server started no child")


def settled(server, scratch=None):
    """Wait until the server has buried every child, and emptied its folder, which it does last."""
    for _try in range(500):
        if not children(server) and not (scratch and list(scratch.iterdir())):
            return True
        time.sleep(0.02)
    return False


# --- What it draws --------------------------------------------------------------------------------
def test_equal_html_gives_equal_bytes(server):
    html = document("<h1>Halvorsen</h1><p>Text</p>", '<meta name="dcterms.created" content="2027-03-02">')

    assert server.render(html, limits=LIMITS) == server.render(html, limits=LIMITS)


def test_the_pdf_is_tagged_and_carries_its_title_language_and_font(server):
    drawn = server.render(document("<h1>Halvorsen</h1><p>Žluťoučký Παπαδόπουλος Мельник</p>"), limits=LIMITS)

    reader = PdfReader(BytesIO(drawn.content))
    catalogue = reader.trailer["/Root"]
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/Lang"] == "en"
    assert reader.metadata.title == "A packet"
    assert drawn.pages == len(reader.pages) == 1
    assert {str(font.get_object()["/BaseFont"]).split("+")[1] for font in fonts} == {"Plex", "Plex-Semi-Bold"}
    assert "Παπαδόπουλος Мельник" in reader.pages[0].extract_text()


@pytest.mark.skipif(
    shutil.which("pdftoppm") is None,
    reason="Poppler is not installed (Debian: apt-get install poppler-utils)",
)
def test_poppler_and_pdfium_draw_the_same_page(server, tmp_path):
    drawn = server.render(document('<h1>Halvorsen</h1><p class="eyebrow">Handover</p>'), limits=LIMITS)
    (tmp_path / "one.pdf").write_bytes(drawn.content)

    subprocess.run(
        ["pdftoppm", "-r", "72", "-png", "-gray", "-singlefile", "one.pdf", "poppler"],
        cwd=tmp_path,
        check=True,
    )
    poppler = Image.open(tmp_path / "poppler.png").convert("L")
    pdfium = pypdfium2.PdfDocument(drawn.content)[0].render(scale=1).to_pil().convert("L")
    inked = ImageStat.Stat(ImageChops.invert(poppler)).mean[0]
    difference = ImageStat.Stat(ImageChops.difference(poppler, pdfium.resize(poppler.size))).mean[0]
    assert inked > 0.2
    assert difference < 0.5


# --- What it refuses to load ----------------------------------------------------------------------
@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("CANARY-OF-THE-DISK " * 50)
    return path


def svg_with(inner):
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {names} width="99" height="99">{inner}</svg>'


VECTORS = {
    "image by file": '<img src="{url}" alt="x">',
    "image by path": '<img src="{path}" alt="x">',
    "image by srcset": '<img srcset="{url} 1x" alt="x">',
    "image over http": '<img src="{http}" alt="x">',
    "image in capitals": '<img src="HTTP{http_rest}" alt="x">',
    "object": '<object data="{url}" type="image/svg+xml"></object>',
    "embed": '<embed src="{url}">',
    "frame": '<iframe src="{url}"></iframe>',
    "style attribute": '<p style="background:url({http})">x</p>',
    "list image": '<ul style="list-style:url({url})"><li>x</li></ul>',
    "content": '<p style="content:url({url})">x</p>',
    "import": "<style>@import url({http});@import '{url}';</style>",
    "font face": "<style>@font-face{{font-family:x;src:url({url})}}p{{font-family:x}}</style><p>x</p>",
    "stylesheet link": '<link rel="stylesheet" href="{http}">',
    "attachment link": '<link rel="attachment" href="{url}" title="x">',
    "attachment anchor": '<a rel="attachment" href="{url}">x</a>',
    "base and relative image": '<base href="{folder}"><img src="secret.txt" alt="x">',
    "base and relative attachment": '<base href="{folder}"><a rel="attachment" href="secret.txt">x</a>',
    "svg image": svg_with('<image xlink:href="{url}" width="9" height="9"/>'),
    "svg plain image": svg_with('<image href="{http}" width="9" height="9"/>'),
    "svg use": svg_with('<use xlink:href="{url}#a"/>'),
    "svg style": svg_with("<style>@import '{http}';</style>"),
    "data svg with inner file": '<img alt="x" src="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{url}'/%3E%3C/svg%3E\">",
    "background attribute": '<body background="{http}"><table background="{url}"><tr><td>x</table>',
    "fonts by css": '<p style="font-family:x;src:url({http})">x</p>',
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_a_document_loads_nothing_and_carries_nothing_away(server, secret, vector):
    with Listener() as listener:
        body = vector.format(
            url=secret.as_uri(),
            path=secret,
            folder=secret.parent.as_uri() + "/",
            http=f"http://127.0.0.1:{listener.port}/x",
            http_rest=f"://127.0.0.1:{listener.port}/x",
        )

        drawn = server.render(document("<p>Before.</p>" + body), limits=LIMITS)

        reader = PdfReader(BytesIO(drawn.content))
        assert carried(reader) == []
        assert "CANARY" not in "".join(page.extract_text() for page in reader.pages)
        assert b"CANARY" not in drawn.content
        assert listener.calls == 0


class Listener:
    """Counts who connects to a port of this machine."""

    def __enter__(self):
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.open = True
        self.thread = threading.Thread(target=self.count)
        self.thread.start()
        return self

    def count(self):
        while self.open:
            try:
                connection, _ = self.socket.accept()
            except TimeoutError:
                continue
            self.calls += 1
            connection.close()

    def __exit__(self, *_):
        self.open = False
        self.thread.join()
        self.socket.close()


@pytest.mark.parametrize("vector", ["attachment link", "attachment anchor"])
def test_without_its_door_the_renderer_would_carry_the_file_away(secret, vector):
    """The control: what the vectors try does work where nobody stands in the way."""
    from weasyprint import HTML

    body = VECTORS[vector].format(url=secret.as_uri())
    drawn = HTML(string=document(f"<p>{body}</p>")).write_pdf()

    assert carried(PdfReader(BytesIO(drawn))) != []


def carried(reader):
    """Everything attached to a PDF, to the whole or to a spot on a page."""
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    return [*reader.attachments, *(note for note in notes if note.get("/Subtype") == "/FileAttachment")]


def test_links_lead_only_to_the_web_and_to_mail(server):
    hrefs = (
        "https://example.com/a",
        "http://example.com/b",
        "mailto:olga@example.com",
        "#here",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "JaVaScRiPt:alert(1)",
        " file:///etc/hosts",
        "ftp://example.com/",
        "data:text/html,x",
        "relative/path",
    )
    body = "<h1 id=here>Here</h1>" + "".join(f'<p><a href="{href}">link</a></p>' for href in hrefs)

    drawn = server.render(document(body), limits=LIMITS)

    links = [
        annotation.get_object().get("/A", {}).get("/URI")
        for page in PdfReader(BytesIO(drawn.content)).pages
        for annotation in page.get("/Annots", [])
    ]
    assert sorted(str(link) for link in links if link) == [
        "http://example.com/b",
        "https://example.com/a",
        "mailto:olga@example.com",
    ]


def test_a_child_may_open_no_socket_and_read_no_foreign_file(tmp_path, secret):
    """Even code that ran inside the renderer would find its hands tied."""
    script = f"""
import socket, subprocess, sys
sys.path.insert(0, {str(settings.BASE_DIR)!r})
from transitions.rendering.renderserver import confine
confine({str(tmp_path / "own")!r})
def refused(deed):
    try:
        deed()
    except PermissionError:
        return True
    return False
print(refused(lambda: open({str(secret)!r})), refused(lambda: open("/etc/passwd")),
      refused(lambda: socket.socket()), refused(lambda: subprocess.run(["true"])),
      refused(lambda: open({str(tmp_path / "new")!r}, "w")),
      refused(lambda: open({str(tmp_path / "own" / "fine")!r}, "w")))
"""
    (tmp_path / "own").mkdir()

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["True"] * 5 + ["False"]


def test_the_server_holds_no_secret_of_ours(server):
    environment = Path(f"/proc/{server.process.pid}/environ").read_bytes()

    assert b"VAR_DIR" in b"".join(name.encode() for name in os.environ)
    assert b"VAR_DIR" not in environment
    assert b"SECRET" not in environment
    assert b"DATABASE" not in environment


# --- What it survives -----------------------------------------------------------------------------
def test_a_document_that_takes_too_much_processor_time_is_stopped(server):
    with pytest.raises(RenderFailed) as refused:
        server.render(document(ENDLESS), limits=Limits(1, 30, 1500))

    assert refused.value.code == "cpu"


def test_a_document_that_takes_too_long_is_stopped_by_the_asker(server):
    began = time.monotonic()

    with pytest.raises(RenderFailed) as refused:
        server.render(document(ENDLESS), limits=Limits(20, 0.6, 1500))

    assert refused.value.code == "wall"
    assert time.monotonic() - began < 10  # its processor time would last for twenty
    assert settled(server)


def test_a_child_that_stands_still_is_stopped_too(server):
    failures = []

    def ask():
        try:
            server.render(document(ENDLESS), limits=Limits(20, 1.5, 1500))
        except RenderFailed as failure:
            failures.append(failure.code)

    asking = threading.Thread(target=ask)
    asking.start()
    os.kill(one_child(server), signal.SIGSTOP)
    asking.join(10)

    assert failures == ["wall"]
    assert settled(server)


def huge_picture():
    """A few hundred kilobytes that become two hundred megabytes once they are unpacked."""
    png = BytesIO()
    Image.new("RGBA", (7000, 7000), (9, 9, 9, 200)).save(png, "PNG", compress_level=1)
    return png.getvalue()


def test_a_document_that_takes_too_much_memory_is_stopped(server):
    """With its controls: a small document fits into the same limit, and the same one into a larger."""
    greedy, logo = document('<p><img src="asset:logo" alt="x">'), huge_picture()

    with pytest.raises(RenderFailed) as refused:
        server.render(greedy, logo=logo, limits=Limits(20, 30, 400))

    assert refused.value.code == "memory"
    assert server.render(document("<p>Small.</p>"), limits=Limits(20, 30, 400)).pages == 1
    assert server.render(greedy, logo=logo, limits=Limits(60, 120, 1500)).pages == 1
    assert settled(server)


def test_the_wall_is_what_stops_an_endless_document(server):
    """The control: within wider limits the same document is still being drawn when the first has ended."""
    with pytest.raises(RenderFailed) as short:
        server.render(document(ENDLESS), limits=Limits(20, 0.5, 1500))
    began = time.monotonic()
    with pytest.raises(RenderFailed) as longer:
        server.render(document(ENDLESS), limits=Limits(2, 60, 1500))

    assert (short.value.code, longer.value.code) == ("wall", "cpu")
    assert time.monotonic() - began > 1.5


def test_deep_nesting_is_drawn_or_refused_but_harms_nobody(server):
    with contextlib.suppress(RenderFailed):
        server.render(document("<div>" * 2000 + "deep"), limits=Limits(5, 10, 1500))

    assert server.render(document("<p>Still here.</p>"), limits=LIMITS).pages == 1


def test_a_killed_child_is_reported_and_the_server_goes_on(server):
    assert settled(server)  # what was drawn before is buried: the next child is ours
    pid = server.process.pid
    failures = []

    def ask():
        try:
            server.render(document(ENDLESS), limits=Limits(20, 10, 1500))
        except RenderFailed as failure:
            failures.append(failure.code)

    asking = threading.Thread(target=ask)
    asking.start()
    os.kill(one_child(server), signal.SIGKILL)
    asking.join(10)

    assert failures == ["died"]
    assert server.render(document("<p>Still here.</p>"), limits=LIMITS).pages == 1
    assert server.process.pid == pid


def test_nothing_is_left_behind(server, scratch):
    """After a death: no zombie, no folder, no thread."""
    with pytest.raises(RenderFailed):
        server.render(document(ENDLESS), limits=Limits(20, 0.5, 1500))

    assert settled(server, scratch)
    assert len(os.listdir(f"/proc/{server.process.pid}/task")) == 1


def test_a_dead_server_is_started_again_for_the_same_document(server):
    before = server.process.pid
    os.kill(before, signal.SIGKILL)

    drawn = server.render(document("<p>Again.</p>"), limits=LIMITS)

    assert drawn.pages == 1
    assert server.process.pid != before


def test_many_threads_get_each_their_own(server):
    def ask(number):
        drawn = server.render(document(f"<p>Number {number} of many.</p>"), limits=LIMITS)
        return PdfReader(BytesIO(drawn.content)).pages[0].extract_text().splitlines()[0]

    with ThreadPoolExecutor(5) as pool:
        texts = list(pool.map(ask, range(10)))

    assert texts == [f"Number {number} of many." for number in range(10)]


def test_a_forked_worker_has_a_server_of_its_own(settings):
    """As in Celery's process pool: the parent has drawn before the fork."""
    rendering.render_pdf(document("<p>Parent.</p>"))
    parent = rendering.server().process.pid
    reader, writer = os.pipe()

    child = os.fork()
    if child == 0:
        try:
            pages = rendering.render_pdf(document("<p>Child.</p>")).pages
            os.write(writer, f"{pages} {rendering.server().process.pid != parent}".encode())
            rendering.server().stop()
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reader, 100) == b"1 True"
    assert rendering.server().process.poll() is None
    assert rendering.render_pdf(document("<p>Parent again.</p>")).pages == 1


def test_the_server_ends_with_its_asker():
    script = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from transitions.rendering.pdf import Limits, RenderServer
server = RenderServer(static=Path(sys.argv[1]) / "static")
server.render("<html lang=en><title>x</title><p>x", limits=Limits(20, 30, 1500))
print(server.process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    said = subprocess.run(
        [sys.executable, "-c", script, str(settings.BASE_DIR)], capture_output=True, text=True, timeout=60
    )

    pid = int(said.stdout)
    for _try in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)
    raise AssertionError("the render server outlived its asker")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "HTTPS://example.com/",
        "data:text/plain,x",
        "ftp://x/",
        "asset:other",
    ],
)
def test_the_door_opens_for_bundled_assets_only(url):
    door = renderserver.fetcher({"asset:logo": (b"png", "image/png")})

    with pytest.raises(ValueError, match="bundled"):
        door.fetch(url)
    assert door.fetch("asset:logo").read() == b"png"


def test_whoever_cannot_wait_is_told_that_others_are_at_it():
    busy = RenderServer(static=STATIC)
    for _place in range(rendering.AT_ONCE):
        busy._places.acquire()

    with pytest.raises(RenderFailed) as caught:
        busy.render("", limits=Limits(cpu_seconds=1, wall_seconds=1, memory_mb=1500, turn_seconds=0.01))

    assert caught.value.code == "busy"
    assert busy.process is None
