"""F12: documents that hang, eat memory, or whose process dies, again and again, among ones that are fine.

    python -m tests.drills.packets [--rounds 20] [--control]

Each bad one must end for its own reason and in time, and after it a good one must be drawn by the same
server; at the end no child, no zombie and no folder may be left. The control widens the limits so far that
nothing is stopped, and kills nobody: it must fail.
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
# Columns without end: WeasyPrint works on this for some ten seconds, far longer than any limit here.
ENDLESS = PAGE.format("<table><tr><td colspan=40000>x</td></tr></table>")
GREEDY = PAGE.format('<p><img src="asset:logo" alt="x"></p>')
WALL, CPU, MEMORY = 1.0, 2, 400
IN_TIME = 2.5  # times the limit, on a machine that does other work too
RIGHT = {"hangs": "wall", "burns": "cpu", "eats": "memory", "dies": "died"}


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
    wide = Limits(60, 60, 4000)
    server.render(FINE, limits=wide)
    pid = server.process.pid if server.process else 0
    narrow = {
        "hangs": Limits(20, WALL, 1500),
        "burns": Limits(CPU, 60, 1500),
        "eats": Limits(20, 30, MEMORY),
        "dies": wide,
    }
    picture = huge_picture()
    ends: Counter[str] = Counter()
    longest = dict.fromkeys(RIGHT, 0.0)
    for _ in range(wanted.rounds):
        for what in RIGHT:
            html, logo = (GREEDY, picture) if what == "eats" else (ENDLESS, b"")
            limits = wide if wanted.control else narrow[what]
            kill = what == "dies" and not wanted.control
            began = time.monotonic()
            ends[f"{what}: {end_of(server, html, limits, logo, kill=kill)}"] += 1
            longest[what] = max(longest[what], round(time.monotonic() - began, 1))
            if server.render(FINE, limits=wide).pages != 1:
                ends["the good one was lost"] += 1
    right = {f"{what}: {why}": wanted.rounds for what, why in RIGHT.items()}
    left = leftovers(pid, Path(folder))
    same = server.process is not None and server.process.pid == pid
    in_time = longest["hangs"] <= IN_TIME * WALL and longest["burns"] <= IN_TIME * CPU
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
    print(dict(ends), "seconds, at most:", longest, "left behind:", left, "same server:", same)
    return 0 if ends == Counter(right) and in_time and not left and same else 1


def huge_picture() -> bytes:
    png = BytesIO()
    Image.new("RGBA", (7000, 7000), (9, 9, 9, 200)).save(png, "PNG", compress_level=1)
    return png.getvalue()


def end_of(server, html, limits, logo=b"", *, kill=False) -> str:  # type: ignore[no-untyped-def]
    from transitions.rendering.pdf import RenderFailed

    hunter = threading.Thread(target=kill_next, args=(server.process.pid,)) if kill else None
    if hunter:
        leftovers(server.process.pid)  # or the one before this one would be killed in its stead
        hunter.start()
    try:
        server.render(html, logo=logo, limits=limits)
    except RenderFailed as failure:
        return failure.code
    finally:
        if hunter:
            hunter.join()
    return "drawn"


def kill_next(server: int) -> None:
    """Kill the next child of the server when it has begun to draw."""
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


def leftovers(pid: int, folder: Path | None = None) -> list[str]:
    """What is left of documents after five seconds at most."""
    for _ in range(250):
        found = [*map(str, children(pid)), *map(str, folder.iterdir() if folder else ())]
        if not found:
            return []
        time.sleep(0.02)
    return found


if __name__ == "__main__":
    sys.exit(main())
