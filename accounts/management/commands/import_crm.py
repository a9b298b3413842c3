"""Import CRM exports from the command line: the same two phases as the pages, without questions.

Exit codes: 0 done, 1 refused (nothing was imported), 2 wrong usage.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.documents.imports import Preview, as_data
from accounts.models import Person, Role
from accounts.rendering.imports import as_text
from accounts.rendering.text import translate
from accounts.rules import countries
from accounts.rules.imports.cells import DATE_ORDERS, NUMBER_STYLES
from accounts.selectors.imports import COUNTRY, STYLE, preview_of
from accounts.services import imports
from accounts.services.imports.staging import remember

KINDS = ("accounts", "teams", "pipeline", "products", "contacts")


class Command(BaseCommand):
    help = "Imports accounts, teams, deals, products and contacts from CSV or XLSX files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for kind in KINDS:
            parser.add_argument(f"--{kind}", type=Path, metavar="FILE", help=f"a file of {kind}")
        parser.add_argument("--source", default="CRM", help="the name of the CRM or list (default: CRM)")
        parser.add_argument(
            "--country",
            action="append",
            default=[],
            metavar="NAME=CODE",
            help='what a country name means, such as "Philipines=PH"; may be repeated, and is remembered',
        )
        parser.add_argument("--dates", choices=DATE_ORDERS, help="the order of dates such as 1/2/2026")
        parser.add_argument("--numbers", choices=NUMBER_STYLES, help="the sign before decimals")
        parser.add_argument(
            "--good-only", action="store_true", help="import the good records despite bad cells"
        )
        parser.add_argument("--by", metavar="EMAIL", help="who imports (default: the first administrator)")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, **options: Any) -> None:
        uploads = {kind: options[kind] for kind in KINDS if options[kind] is not None}
        if not uploads:
            raise CommandError("Name at least one file, such as --accounts accounts.csv", returncode=2)
        try:
            with transaction.atomic():
                report = self.carry_out(uploads, options)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except imports.FilesRefused as error:
            lines = [
                f"{name}: {translate(message)}" if name else translate(message)
                for name, message in error.problems
            ]
            raise CommandError("\n".join(lines)) from None
        except (imports.BadCells, imports.NotReady) as error:
            self.say(error.preview, options, imported=False)
            raise CommandError(
                "Columns are missing. Nothing was imported."
                if isinstance(error, imports.NotReady)
                else "There are bad cells. Nothing was imported. Correct them, or repeat with --good-only."
            ) from None
        except imports.AlreadyImported:
            raise CommandError("The same files were imported a moment ago. Nothing was imported.") from None
        except imports.PreviewOutdated:
            raise CommandError(
                "Somebody changed these rows meanwhile. Nothing was imported; try again."
            ) from None
        self.say(report, options, imported=not options["dry_run"])
        if not report.ready:
            raise CommandError("Columns are missing: nothing of this can be imported.")

    def carry_out(self, uploads: dict[str, Path], options: dict[str, Any]) -> Preview:
        by, source = self.person(options["by"]), options["source"]
        remember(source, COUNTRY, dict(self.country(pair) for pair in options["country"]))
        style = {key: options[key] for key in ("dates", "numbers") if options[key]}
        remember(source, STYLE, style)
        run = imports.stage(
            uploads=[(path.name, self.content(path)) for path in uploads.values()],
            source=source,
            kinds=list(uploads),
            by=by,
            now=timezone.now(),
        )
        if options["dry_run"]:
            return preview_of(run)[0]
        return imports.commit(run=run, good_only=options["good_only"], by=by, now=timezone.now())

    def content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from None

    def country(self, pair: str) -> tuple[str, str]:
        name, _, code = pair.rpartition("=")
        if not name or (code and code.upper() not in countries.NAMES):
            raise CommandError(f'--country "{pair}": write NAME=CODE with a code such as PH', returncode=2)
        return name.strip(), code.upper()

    def person(self, email: str | None) -> Person:
        if email:
            found = Person.objects.live().filter(email__iexact=email).first()
            if found is None:
                raise CommandError(f"Nobody has the address {email}.", returncode=2)
            return found
        administrators = Person.objects.live().filter(user__role=Role.ADMINISTRATOR, user__is_active=True)
        found = administrators.order_by("pk").first()
        return (
            found or Person.objects.get_or_create(name="Command line", email="", source="", external_id="")[0]
        )

    def say(self, preview: Preview, options: dict[str, Any], *, imported: bool) -> None:
        data = as_data(preview, translate)
        assert isinstance(data, dict)
        if options["json"]:
            self.stdout.write(json.dumps({"imported": imported, **data}, indent=2, ensure_ascii=False))
            return
        self.stdout.write(as_text(data))
        if imported:
            self.stdout.write("Imported.")
        elif options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")
