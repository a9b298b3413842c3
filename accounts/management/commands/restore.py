"""manage.py restore FILE.tar [--force]"""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.selectors import keeping as selectors
from accounts.services import keeping


class Command(BaseCommand):
    help = (
        "Replace the database and all stored files with those of a backup. The whole file is checked before "
        "anything is overwritten. Messages that were still to be sent are put on hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.tar")
        parser.add_argument("--force", action="store_true", help="replace a company that is here already")

    def handle(self, *, file: Path, force: bool, **options: Any) -> None:
        try:
            restored = keeping.restore(source=file.absolute(), force=force)
        except keeping.CannotRestore as error:
            raise CommandError("\n".join(map(str, error.messages))) from None
        manifest = restored.manifest
        rows = sum(manifest.counts.values())
        self.stdout.write(
            f"Restored {rows} rows and {len(manifest.members) - 1} files of {manifest.taken_at}."
        )
        if restored.held:
            self.stdout.write(
                f"{restored.held} messages are on hold. Look at them on the outbox page, and release what "
                "was not sent before."
            )
        if problems := selectors.problems():
            raise CommandError("\n".join(map(str, problems)))
        self.stdout.write("Everything is whole. Sign-ins of that time have ended; people sign in again.")
