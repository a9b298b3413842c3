"""Calendars read back: by the library that wrote them, by a splitter of our own, and by khal."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from icalendar import Calendar

from scripts.install import apt


def strict_lines(content: bytes) -> list[str]:
    """The unfolded lines, as the most suspicious reader sees them: a lone CR or LF ends a line as well.

    Every physical line holds 75 octets at most and ends in CRLF.
    """
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    assert [line for line in physical if len(line) > 75] == []
    unfolded = re.sub(r"\r\n[ \t]", "", content.decode())
    return [line for line in re.split(r"\r\n|\r|\n|\x0b|\x0c|\x85|\u2028|\u2029", unfolded) if line]


def tree(content: bytes) -> list[str]:
    """What begins and ends, in order."""
    return [line for line in strict_lines(content) if re.match(r"(BEGIN|END)\b", line, re.IGNORECASE)]


def names(content: bytes) -> set[str]:
    """The names of all properties."""
    return {re.split(r"[:;]", line, maxsplit=1)[0].upper() for line in strict_lines(content)}


def parsed(content: bytes | str) -> Calendar:
    return Calendar.from_ical(content)


def khal() -> str:
    """The calendar program; installed from Debian where that is possible."""
    found = shutil.which("khal") or (apt(["khal"]) and shutil.which("khal"))
    if not found:
        pytest.skip("khal is not installed (Debian: apt-get install khal)")
    return str(found)


def read_by_khal(content: bytes, folder: Path, *, since: str, until: str) -> list[str]:
    """The entries between two ISO days, as khal prints them: "2027-05-04 10:00 Title | Place | UID"."""
    program, home = khal(), folder / "home"
    (home / "calendar").mkdir(parents=True)
    config = home / "config"
    config.write_text(
        f"[calendars]\n[[ours]]\npath = {home}/calendar\n"
        f"[sqlite]\npath = {home}/khal.db\n"
        "[locale]\nlocal_timezone = America/New_York\ndefault_timezone = America/New_York\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    source = folder / "entries.ics"
    source.write_bytes(content)
    environment = os.environ | {"HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    environment.pop("XDG_CONFIG_HOME", None)

    def run(*arguments: str) -> str:
        command = [program, "-c", str(config), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("import", "--batch", "-a", "ours", str(source))
    shown = run(
        "list", "--day-format", "", "--format", "{start-long-full} {title} | {location} | {uid}", since, until
    )
    return [line.strip() for line in shown.splitlines() if line.strip()]
