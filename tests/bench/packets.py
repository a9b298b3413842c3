"""Measure packets: the render server beside a bare WeasyPrint, many in one run, and Chromium as comparison.

    python -m tests.bench.packets [--rounds 9] [--packets 200] [--chromium /usr/bin/chromium]

Runs on a SQLite of its own and leaves nothing behind but var/bench-packets.json. The two renderers take turns
on the same HTML, and the ratio is the median of pairs that followed each other, so that a busy machine
disturbs both alike. Wanted: six pages through the server in at most 1.3 times the bare run.
"""

import argparse
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGES = 6
MOST_RATIO = 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--packets", type=int, default=200, help="0: leave the run of many out")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="empty: leave it out")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        html = six_pages()
        figures = compare(html, rounds=wanted.rounds)
        if wanted.chromium and Path(wanted.chromium).exists():
            figures |= printed_by_chromium(html, wanted.chromium, Path(folder), rounds=wanted.rounds)
        if wanted.packets:
            figures |= many(wanted.packets)
    for name, value in figures.items():
        print(f"{name:<44}{value:>12}")
    out = ROOT / "var" / "bench-packets.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2))
    print(f"\nwritten to {out.relative_to(ROOT)}")
    return 0 if figures["ratio, server to bare"] <= MOST_RATIO else 1


def prepare(folder: Path) -> None:
    """An empty product on a database of its own."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "SECRET_KEY": "for-measuring-only-" * 4,
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "CACHE_URL": "locmemcache://",
        "HTTPS": "0",
        "LOG_LEVEL": "ERROR",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def cast() -> SimpleNamespace:
    from accounts.models import Organisation, Role
    from tests import factories

    Organisation.objects.create(pk=1, name="Northwind Care", currency="USD", country="US")
    company = factories.make_team("Northwind")
    east = factories.make_team("East", under=company)
    people = {name: factories.make_rep(full, team=east) for name, full in PEOPLE.items()}
    east.lead = people["vera"]
    east.save()
    factories.make_user(people["vera"], Role.LEADER)
    return SimpleNamespace(company=company, east=east, **people)


PEOPLE = {
    "olga": "Olga Ortiz",
    "ivan": "Ivan Ilic",
    "bea": "Bea Brandt",
    "sam": "Sam Sato",
    "vera": "Vera Voss",
}


def six_pages() -> str:
    """The told packet of a standard account, with as many contacts as make it six pages."""
    from tests.factories import make_contact
    from tests.packets import make_told_plan
    from transitions.documents.packet import Colophon
    from transitions.rendering.packet import print_html
    from transitions.rendering.pdf import render_pdf
    from transitions.selectors.packets import packet_of

    plan = make_told_plan(_cast())
    for number in range(40):
        packet = packet_of(plan, edition="internal", language="en")
        html = print_html(packet, Colophon("Northwind Care", 1, "41C0-E245"))
        if render_pdf(html).pages >= PAGES:
            return html
        for one in range(3):
            make_contact(plan.account, f"Contact {number} {one}", email=f"c{number}{one}@halvorsen.example")
    raise AssertionError("the packet never reached six pages")


_made: list[SimpleNamespace] = []


def _cast() -> SimpleNamespace:
    if not _made:
        _made.append(cast())
    return _made[0]


# --- One packet -----------------------------------------------------------------------------------
def compare(html: str, *, rounds: int) -> dict[str, Any]:
    from transitions.rendering.pdf import render_pdf

    with bare() as ask:
        ask(html)  # warm: fonts, caches
        first = render_pdf(html)
        pairs = []
        for _ in range(rounds):
            began = time.perf_counter()
            render_pdf(html)
            served = time.perf_counter() - began
            pairs.append((served, ask(html)))
    ratios = [served / alone for served, alone in pairs]
    return {
        "pages": first.pages,
        "bytes": len(first.content),
        "render server, ms": round(1000 * statistics.median(served for served, _alone in pairs)),
        "bare WeasyPrint, warm, ms": round(1000 * statistics.median(alone for _served, alone in pairs)),
        "ratio, server to bare": round(statistics.median(ratios), 2),
        "ratio, from": round(min(ratios), 2),
        "ratio, to": round(max(ratios), 2),
    }


class bare:
    """A process that has WeasyPrint loaded and draws whatever it is given, without limits or walls."""

    def __enter__(self) -> Any:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.packets_bare"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self.ask

    def ask(self, html: str) -> float:
        """Seconds that it took by its own clock."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(html) + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


# --- Chromium -------------------------------------------------------------------------------------
def printed_by_chromium(html: str, program: str, folder: Path, *, rounds: int) -> dict[str, Any]:
    """The same HTML, with the stylesheet and the fonts inlined; warm in one browser."""
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader

    file = folder / "packet.html"
    file.write_text(inlined(html))
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(rounds + 1):
            began = time.perf_counter()
            page = browser.new_page()
            page.goto(file.as_uri())
            pdf = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
            page.close()
            times.append(time.perf_counter() - began)
        browser.close()
    (folder / "chromium.pdf").write_bytes(pdf)
    return {
        "Chromium, warm, ms": round(1000 * statistics.median(times[1:])),
        "Chromium, pages": len(PdfReader(folder / "chromium.pdf").pages),
        "Chromium, bytes": len(pdf),
    }


def inlined(html: str) -> str:
    style = (ROOT / "static/css/print.css").read_text()
    for font in (ROOT / "static/vendor/ibm-plex-sans").glob("*.woff2"):
        data = base64.b64encode(font.read_bytes()).decode()
        style = style.replace(f"asset:{font.stem}", f"data:font/woff2;base64,{data}")
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


# --- Many -----------------------------------------------------------------------------------------
def many(count: int) -> dict[str, Any]:
    """A leader's run over `count` plans, two drawn at a time, from the request to the last stored row."""
    from accounts.models import JobState
    from accounts.tasks import run_jobs
    from tests.factories import NOW
    from tests.packets import make_told_plan
    from transitions.models import Packet
    from transitions.rendering.pdf import AT_ONCE
    from transitions.services import packets

    crew = _cast()
    plans = [make_told_plan(crew, name=f"Client {number}") for number in range(count)]
    job = packets.request_run(plans=plans, edition="internal", language="en", by=crew.vera, now=NOW)
    began = time.perf_counter()
    run_jobs()
    took = time.perf_counter() - began
    job.refresh_from_db()
    made, failed = packets.outcome(job)
    assert job.state == JobState.DONE, job.reason
    pages = sum(Packet.objects.filter(uuid__in=made).values_list("pages", flat=True))
    return {
        "packets in one run": len(made),
        "failed": len(failed),
        "workers": AT_ONCE,
        "pages in all": pages,
        "seconds": round(took, 1),
        "packets a minute": round(60 * len(made) / took),
    }


if __name__ == "__main__":
    sys.exit(main())
