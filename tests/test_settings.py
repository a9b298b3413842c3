"""Settings come from the environment, fail loudly, and are all written down."""

import gc
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from celery import signals
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

ROOT = Path(settings.BASE_DIR)


def environment(monkeypatch, **variables: str) -> Environment:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    env = Environment()
    env.ENVIRON = type(env.ENVIRON)(os.environ)  # a fresh one: it remembers files
    return env


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    env = environment(monkeypatch, NUMBER=" ", SWITCH="", WORDS="")

    assert env.int("NUMBER", default=3) == 3
    assert env.bool("SWITCH", default=True) is True
    assert env.list("WORDS", default=["a"]) == ["a"]


@pytest.mark.parametrize(("given", "read"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False)])
def test_a_switch_is_on_or_off(monkeypatch, given, read):
    assert environment(monkeypatch, SWITCH=given).bool("SWITCH", default=not read) is read


def test_a_switch_that_is_neither_on_nor_off_is_refused(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="SWITCH"):
        environment(monkeypatch, SWITCH="ture").bool("SWITCH", default=True)


def test_a_number_that_is_none_is_refused_by_name(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="NUMBER"):
        environment(monkeypatch, NUMBER="many").int("NUMBER", default=3)


@pytest.mark.parametrize("given", ["abc", "12abc", "1,5", "-"])
def test_a_fraction_that_is_none_is_refused_and_quoted(monkeypatch, given):
    with pytest.raises(ImproperlyConfigured, match=f"NUMBER must be a number, not '{given}'"):
        environment(monkeypatch, NUMBER=given).float("NUMBER", default=3)


def test_a_mail_server_and_a_cache_that_are_none_are_refused_by_name(monkeypatch):
    env = environment(monkeypatch, POST="bogus", STORE="bogus")

    with pytest.raises(ImproperlyConfigured, match="POST must be the address of a mail server"):
        env.mail("POST", default="")
    with pytest.raises(ImproperlyConfigured, match="STORE must begin with"):
        env.store("STORE", default="")


def test_a_database_that_is_not_supported_is_refused(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment(monkeypatch, DATABASE_URL="mysql://somewhere/x").database("DATABASE_URL", default="")


def test_a_key_may_begin_with_a_dollar_sign(monkeypatch):
    assert environment(monkeypatch, KEY="$ecret").str("KEY") == "$ecret"


def test_a_value_may_come_from_a_file_without_its_line_end(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")

    assert environment(monkeypatch, KEY_FILE=str(tmp_path / "key")).str("KEY") == "from a file"


def test_a_file_that_is_missing_is_named(monkeypatch, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE"):
        environment(monkeypatch, KEY_FILE=str(tmp_path / "none")).str("KEY")


def test_every_variable_is_documented_and_every_documented_one_is_read():
    page = (ROOT / "docs" / "configuration.md").read_text()
    elsewhere = page.index("## Only for `docker-compose.yml`")

    documented = set(re.findall(r"^\| `([A-Z_]+)`", page[:elsewhere], flags=re.M))

    assert documented == settings.KNOWN_VARIABLES


def test_every_system_check_is_documented():
    source = (ROOT / "accounts" / "checks.py").read_text()
    page = (ROOT / "docs" / "configuration.md").read_text()
    table = page[page.index("## System checks") :]
    spans = re.sub(
        r"([EW])0*(\d+)` to `[EW]0*(\d+)",
        lambda m: " ".join(f"{m[1]}{n:03}" for n in range(int(m[2]), int(m[3]) + 1)),
        table,
    )

    assert set(re.findall(r"accounts\.([EW]\d+)", source)) == set(re.findall(r"[EW]\d{3}", spans))


def production(**changes: str) -> subprocess.CompletedProcess[str]:
    """`check --deploy` with the settings of a real installation, in a process of its own."""
    variables = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": str(ROOT / ".env.example"),
        "VAR_DIR": str(settings.VAR_DIR),
        "SECRET_KEY": secrets.token_urlsafe(50),
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=ROOT, env=variables | changes, capture_output=True, text=True, check=False
    )


def by_hand(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` as somebody types it who has set no more than `variables`."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "HTTPS": "0", **variables}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS", "maybe"),
        ("DATABASE_URL", "foo"),
        ("DELIVERY_SMTP_SECONDS", "abc"),
        ("EMAIL_URL", "bogus"),
        ("VAR_DIR", "/proc/nope"),
    ],
)
def test_a_bad_setting_ends_in_one_line_that_names_it(tmp_path, name, value):
    done = by_hand("check", **{"VAR_DIR": str(tmp_path), name: value})

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("Settings: ")
    assert (value if name == "VAR_DIR" else name) in line


def test_a_command_by_hand_writes_the_links_of_the_company_whose_folder_it_is_given(tmp_path):
    (tmp_path / "site_url").write_text("http://localhost:8121\n")
    code = "from django.conf import settings; print(settings.SITE_URL)"
    say = ("shell", "--verbosity", "0", "--command", code)

    assert by_hand(*say, VAR_DIR=str(tmp_path)).stdout == "http://localhost:8121\n"
    assert by_hand(*say, VAR_DIR=str(tmp_path), SITE_URL="http://other:1").stdout == "http://other:1\n"


def test_what_we_write_is_not_for_other_users(tmp_path):
    by_hand("migrate", "accounts", "zero", "--plan", VAR_DIR=str(tmp_path / "var"))

    modes = {path.stat().st_mode & 0o007 for path in [tmp_path / "var", *(tmp_path / "var").rglob("*")]}
    assert modes == {0}
    assert (tmp_path / "var" / "throughline.sqlite3").exists()


def test_production_starts_without_a_warning():
    done = production()

    assert (done.returncode, done.stderr) == (0, "")


def test_production_refuses_to_start_with_the_default_key():
    done = production(SECRET_KEY=settings.INSECURE_SECRET_KEY)

    assert done.returncode == 1
    assert "accounts.E001" in done.stderr


def test_the_collector_passes_by_what_a_worker_has_loaded():
    before = gc.get_threshold()
    try:
        for signal in (signals.worker_process_init, signals.worker_ready):
            gc.set_threshold(700, 10, 10)
            signal.send(sender=None)
            assert gc.get_threshold() > (700, 10, 10)
            assert gc.get_freeze_count()
    finally:
        gc.set_threshold(*before)
