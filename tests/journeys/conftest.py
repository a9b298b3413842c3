"""A browser, a mail server and a worker: what a journey needs beside the live server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.factories import PASSWORD
from tests.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("TEST_CHROMIUM") or "/usr/bin/chromium"
SHOTS = os.environ.get("JOURNEY_SHOTS")  # a folder: each window is kept as it stood at the end
PATIENCE = 20_000  # milliseconds that a busy machine may take to show what is asked of it
DESK, PHONE = (1280, "light"), (360, "dark")
EVERY_LOOK = (DESK, PHONE, (1280, "dark"), (360, "light"))
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    # Playwright's loop runs in this thread; Django then takes every query for one made inside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(request, chromium, live_server, settings):
    """`visit(width=1280, theme="light")` opens a fresh browser window on the live server.

    The window collects what the console complains of: a journey may not end with complaints.
    """
    settings.SITE_URL = live_server.url
    windows, complaints = [], []

    def opened(*, width: int = 1280, theme: str = "light"):
        window = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=theme
        )
        window.set_default_timeout(PATIENCE)
        windows.append(window)
        page = window.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for number, window in enumerate(windows):
        if SHOTS:
            window.pages[0].screenshot(path=f"{SHOTS}/{request.node.name}-{number}.png", full_page=True)
        window.close()
    # A refused form is answered with 409 or 422, which the console mentions.
    assert [text for text in complaints if "status of 4" not in text] == []


@pytest.fixture
def post(settings):
    """A real SMTP server, to which the outbox sends."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


@pytest.fixture
def worker(transactional_db, post):
    """A Celery worker of its own, on this test's database and broker."""
    database = connection.settings_dict
    if connection.vendor != "postgresql":
        pytest.skip("a worker beside the tests needs PostgreSQL")
    address = f"{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}"
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}{secret}@{address}/{database['NAME']}",
        "BROKER_URL": settings.CELERY_BROKER_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "2"]
    process = subprocess.Popen([*command, "--loglevel", "WARNING"], cwd=ROOT, env=environment)
    yield process
    process.terminate()
    process.wait(20)


@pytest.fixture
def tick(post):
    """Run every tick as of `now`: what Celery beat does each minute."""

    def ticked(now) -> None:
        call_command("tick", at=now.isoformat(), verbosity=0)

    return ticked


@pytest.fixture
def enter(visit):
    """`enter("vera.voss@example.com")` opens a window in which the user with this address is signed in."""

    def entered(email: str, **how):
        page = visit(**how)
        page.goto("/sign-in/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/")
        return page

    return entered


@pytest.fixture
def faults():
    """What keeps somebody from using the page as it stands: on a desk by day, on a phone by night.

    `thoroughly` looks at the other two as well. The page is loaded once, and nothing on it moves: no
    colour is measured on its way to another.
    """

    def found(page, *, thoroughly: bool = False) -> list[str]:
        wrong = []
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text())
        for width, theme in EVERY_LOOK if thoroughly else (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            results = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            wrong += [
                f"{width} {theme}: {rule['id']}: {node['target']} {node['failureSummary']}"
                for rule in results["violations"]
                for node in rule["nodes"]
            ]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{width} {theme}: wider than the screen")
        page.set_viewport_size({"width": 1280, "height": 900})
        return wrong

    return found
