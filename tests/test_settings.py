"""Settings come from the environment, fail loudly, and are all written down."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
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


def test_production_starts_without_a_warning():
    done = production()

    assert (done.returncode, done.stderr) == (0, "")


def test_production_refuses_to_start_with_the_default_key():
    done = production(SECRET_KEY=settings.INSECURE_SECRET_KEY)

    assert done.returncode == 1
    assert "accounts.E001" in done.stderr
