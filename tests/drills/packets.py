"""F12: documents that hang, eat memory, or whose process dies, again and again, among ones that are fine.

    python -m tests.drills.packets [--rounds 20] [--control]

After every bad document a good one must be drawn by the same server; at the end no child, no zombie and no
folder may be left. The control widens the limits so far that nothing is stopped: it must fail.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from io import BytesIO
from pathlib import Path

from PIL import Image

STATIC = Path(__file__).resolve().parents[2] / "static"
PAGE = "<!doctype html><html lang=en><head><title>Drill</title></head><body>{}</body></html>"
FINE = PAGE.format("<h1>Halvorsen</h1><p>Still here.</p>")
# Columns without end: WeasyPrint works on this for far longer than any limit here.
ENDLESS = PAGE.format("<table>" + "<tr><td colspan=65534>x</td></tr>" * 60 + "</table>")
GREEDY = PAGE.format('<p><img src="asset:logo" alt="x"></p>')
WALL, CPU, MEMORY = 1.0, 2, 400


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--control", action="store_true")
    wanted = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from transitions.rendering.pdf import Limits, RenderServer

    folder = tempfile.mkdtemp()
    os.environ["TMPDIR"] = folder
    server = RenderServer(static=STATIC)
    wide = Limits(60, 120, 4000)
    server.render(FINE, limits=wide)
    pid = server.process.pid if server.process else 0
    picture = huge_picture()
    ends: Counter[str] = Counter()
    for _ in range(wanted.rounds):
        hang, eat = (wide, wide) if wanted.control else (Limits(20, WALL, 1500), Limits(20, 30, MEMORY))
        burn = wide if wanted.control else Limits(CPU, 60, 1500)
        ends[f"hangs: {end_of(server, ENDLESS, hang)}"] += 1
        ends[f"burns: {end_of(server, ENDLESS, burn)}"] += 1
        ends[f"eats: {end_of(server, GREEDY, eat, picture)}"] += 1
        ends[f"dies: {end_of(server, ENDLESS, wide, kill=not wanted.control)}"] += 1
        if server.render(FINE, limits=wide).pages != 1:
            ends["the good one was lost"] += 1
        if wanted.control:
            break
    right = {f"{what}: {why}": wanted.rounds for what, why in RIGHT.items()}
    left = leftovers(pid, Path(folder))
    same = server.process is not None and server.process.pid == pid
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
    print(dict(ends), "left behind:", left, "same server:", same)
    return 0 if ends == Counter(right) and not left and same else 1


RIGHT = {"hangs": "wall", "burns": "cpu", "eats": "memory", "dies": "died"}


def huge_picture() -> bytes:
    png = BytesIO()
    Image.new("RGBA", (7000, 7000), (9, 9, 9, 200)).save(png, "PNG", compress_level=1)
    return png.getvalue()


def end_of(server, html, limits, logo=b"", *, kill=False) -> str:  # type: ignore[no-untyped-def]
    from transitions.rendering.pdf import RenderFailed

    hunter = threading.Thread(target=kill_one, args=(server.process.pid,)) if kill else None
    if hunter:
        hunter.start()
    try:
        server.render(html, logo=logo, limits=limits)
    except RenderFailed as failure:
        return failure.code
    finally:
        if hunter:
            hunter.join()
    return "drawn"


def kill_one(server: int) -> None:
    for _ in range(500):
        if pids := children(server):
            time.sleep(0.1)
            os.kill(pids[-1], signal.SIGKILL)
            return
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """Zombies included."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(one) for one in listed.stdout.split()]


def leftovers(pid: int, folder: Path) -> list[str]:
    for _ in range(250):
        found = [*map(str, children(pid)), *map(str, folder.iterdir())]
        if not found:
            return []
        time.sleep(0.02)
    return found


if __name__ == "__main__":
    sys.exit(main())
