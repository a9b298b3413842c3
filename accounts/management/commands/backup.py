"""manage.py backup --out FILE.tar"""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services import keeping


class Command(BaseCommand):
    help = (
        "Save the database and all stored files to one tar file, while the installation goes on working. "
        "Keep SECRET_KEY apart from it: the file holds no keys."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.tar")

    def handle(self, *, out: Path, **options: Any) -> None:
        out = out.absolute()
        if not out.parent.is_dir():
            raise CommandError(f"There is no folder {out.parent}")
        try:
            manifest = keeping.back_up(out=out, now=timezone.now())
        except keeping.CannotBackUp as error:
            raise CommandError(str(error.message)) from None
        rows, files, size = sum(manifest.counts.values()), len(manifest.members) - 1, out.stat().st_size
        self.stdout.write(f"Saved {rows} rows and {files} files to {out} ({size:,} bytes).")
