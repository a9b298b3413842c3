"""Write accounts, contacts and people as CSV files that import_crm, or the import page, reads back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.rendering.tables import CONTENT_TYPES, CSV, chunks
from accounts.selectors.exports import EXPORTS


class Command(BaseCommand):
    help = "Exports accounts, contacts and people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write the files")
        parser.add_argument("--format", choices=list(CONTENT_TYPES), default=CSV)

    def handle(self, **options: Any) -> None:
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for export in EXPORTS.values():
                path = folder / f"{export.key}.{options['format']}"
                with path.open("wb") as file:
                    for chunk in chunks(options["format"], export.headings, export.rows(None)):
                        file.write(chunk)
                self.stdout.write(str(path))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
