"""Bring an installation up to date before it starts: tables, playbooks, static files, the demo company."""

import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandParser, call_command, get_commands
from django.utils import timezone

from accounts.models import User


class Command(BaseCommand):
    help = "Migrate, publish the shipped playbooks, collect static files. Safe to repeat at every start."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="load the demo company into an empty database"
        )
        parser.add_argument("--no-static", action="store_true", help="static files are in the image already")

    def handle(self, *, demo: bool, no_static: bool, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.publish_playbooks()
        if not no_static:
            self.collect_static()
        if demo and "load_demo" in get_commands() and not User.objects.exists():
            self.stdout.write("Loading the demo company (once; this takes a minute)")
            call_command("load_demo", stdout=self.stdout, verbosity=0)

    def publish_playbooks(self) -> None:
        if find_spec("transitions.services.playbooks") is not None:
            import_module("transitions.services.playbooks").publish_shipped(now=timezone.now())

    def collect_static(self) -> None:
        """Collect only when a file has changed: hashing and compressing all of them takes long."""
        root = Path(settings.STATIC_ROOT)
        stamp = root / ".collected"
        wanted = fingerprint()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted)


def fingerprint() -> str:
    """Changes whenever a static file is added, removed or touched."""
    seen = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            seen.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return seen.hexdigest()
