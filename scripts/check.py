"""Everything that a machine can say about a change without running it. Reports all, not only the first."""

import gettext
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from scripts.install import apt  # noqa: E402

LOCAL = {"HTTPS": "0", "ENV_FILE": os.devnull}
COMPOSE = "docker-compose.yml"
COMPOSE_MAIL = "docker-compose.mail.yml"


class Skipped(Exception):
    """A check that this machine cannot do. Says why."""


class Failed(Exception):
    """What a check found."""


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    call: Callable[[], None] | None = None

    def run(self) -> None:
        if self.call is not None:
            return self.call()
        environment = os.environ | self.environment
        done = subprocess.run(
            self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise Failed((done.stdout + done.stderr).strip())


def tool(name: str) -> str:
    return str(BIN / name)


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def templates() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "templates/*.html", "templates/**/*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return names or [str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html")]


def templates_have_their_one_form() -> None:
    """djade rewrites what it finds, so it is let loose on a copy."""
    names = sorted(set(templates()))
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy)
        done = subprocess.run(
            [tool("djade"), "--target-version", "5.2", *names], cwd=folder, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise Failed(f"{done.stdout}{done.stderr}".strip() + "\nRun: make format")


def production() -> dict[str, str]:
    """The settings of a real installation, whatever the caller's own environment says.

    With the one thing that its example cannot hold.
    """
    example = (ROOT / ".env.example").read_text()
    said = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, flags=re.M))
    return said | {"ENV_FILE": os.devnull, "SECRET_KEY": secrets.token_urlsafe(50)}


def compose_resolves() -> None:
    """Docker's own reading, which finds more than the schema: unknown services, variables not set."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode != 0:
        raise Skipped("Docker's compose plugin is not installed")
    command = [docker, "compose", "--env-file", ".env.example", "-f", COMPOSE, "-f", COMPOSE_MAIL]
    done = subprocess.run(
        [*command, "config", "--quiet"],
        cwd=ROOT,
        env=os.environ | {"ENV_FILE": ".env.example"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Failed(done.stderr.strip())


def catalogues() -> list[Path]:
    return sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))


def translations_are_compiled() -> None:
    """Each .mo says what its .po says, and no entry of it is fuzzy or empty."""
    need_gettext()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for source in catalogues():
            fresh = Path(folder, "fresh.mo")
            done = subprocess.run(["msgfmt", "--check", "-o", fresh, source], capture_output=True, text=True)
            if done.returncode != 0:
                wrong.append(done.stderr.strip())
                continue
            kept = source.with_suffix(".mo")
            if not kept.exists() or catalogue(kept) != catalogue(fresh):
                wrong.append(f"{kept.relative_to(ROOT)} is not what {source.name} says. Run: make messages")
            left = (
                subprocess.run(
                    ["msgattrib", "--no-obsolete", "--untranslated", source], capture_output=True, text=True
                ).stdout
                + subprocess.run(
                    ["msgattrib", "--no-obsolete", "--only-fuzzy", source], capture_output=True, text=True
                ).stdout
            )
            if missing := left.count("\nmsgid ") - left.count('\nmsgid ""\nmsgstr ""\n"'):
                wrong.append(f"{source.relative_to(ROOT)}: {missing} strings are not translated, or fuzzy")
    if wrong:
        raise Failed("\n".join(wrong))


def catalogue(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        messages = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    messages.pop("", None)  # the header holds the date
    return messages


def translations_are_complete() -> None:
    """Every string marked in code and templates stands, translated, in every catalogue."""
    need_gettext()
    if not catalogues():
        raise Skipped("there are no catalogues yet")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("accounts", "transitions", "config", "templates", "locale", "manage.py", "static/js"):
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif (ROOT / name).exists():
                shutil.copyfile(ROOT / name, copy / name)
        wrong = []
        for domain in ("django", "djangojs"):
            sources = [path for path in catalogues() if path.stem == domain]
            if not sources:
                continue
            command = manage("makemessages", "--all", "--keep-pot", "--no-location", "--domain", domain)
            environment = os.environ | LOCAL | {"VAR_DIR": str(copy / "var")}
            done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                raise Failed((done.stdout + done.stderr).strip())
            for source in sources:
                pot = copy / "locale" / f"{domain}.pot"
                compared = subprocess.run(["msgcmp", source, pot], capture_output=True, text=True)
                if compared.returncode != 0:
                    wrong.append(compared.stderr.strip().replace(f"{copy}/", ""))
        if wrong:
            raise Failed("\n".join(wrong) + "\nRun: make messages, and translate what is new")


def need_gettext() -> None:
    if shutil.which("msgfmt") is None and not apt(["gettext"]):
        raise Skipped("gettext is not installed (Debian: apt-get install gettext)")


CHECKS = (
    Check("ruff", [tool("ruff"), "check", "--no-cache", "."]),
    Check("format", [tool("ruff"), "format", "--no-cache", "--check", "."]),
    Check("types", [tool("mypy"), "--no-error-summary", "."], LOCAL),
    Check("floors", [tool("lint-imports"), "--no-cache"]),
    Check("migrations", manage("makemigrations", "--check", "--dry-run"), LOCAL),
    Check("templates", call=templates_have_their_one_form),
    Check("settings", manage("check", "--deploy", "--fail-level", "WARNING"), production()),
    Check(
        "compose schema",
        [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", COMPOSE, COMPOSE_MAIL],
    ),
    Check("compose", call=compose_resolves),
    Check("Dockerfile", [tool("hadolint"), "Dockerfile"]),
    Check("vendored files", [sys.executable, "scripts/vendor.py", "--check"]),
    Check("translations compiled", call=translations_are_compiled),
    Check("translations complete", call=translations_are_complete),
)


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder  # nothing of this may touch the real one
        for check in CHECKS:
            began = time.monotonic()
            try:
                check.run()
                outcome = "ok"
            except Skipped as error:
                outcome = f"left out: {error}"
            except Failed as error:
                outcome = f"FAILED\n\n{error}\n"
                failed.append(check.name)
            print(f"{check.name:24} {time.monotonic() - began:5.1f} s  {outcome}", flush=True)
    print(f"\nNot in order: {', '.join(failed)}" if failed else "\nEverything is in order.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
