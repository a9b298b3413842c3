"""Write a plan's packet to a PDF file, without a broker or a worker."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Person
from accounts.rendering.text import translate
from accounts.selectors.organisation import organisation
from transitions.models import Edition, HandoverPlan
from transitions.rendering.pdf import RenderFailed
from transitions.services import packets


class Command(BaseCommand):
    help = (
        "Make a plan's handover packet (or take the stored one, if nothing changed) and write it to a file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="the plan's UUID, as in the address of its page")
        parser.add_argument("--out", required=True, help="the file to write")
        parser.add_argument("--edition", choices=Edition.values, default=Edition.INTERNAL)
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES])
        parser.add_argument("--by", help="email of the person in whose name; default: who created the plan")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = self._plan(options["plan"])
        try:
            packet = packets.make(
                plan=plan,
                edition=options["edition"],
                language=options["language"] or organisation().language,
                by=self._person(options["by"]) if options["by"] else plan.created_by,
                now=timezone.now(),
            )
        except (RenderFailed, packets.Crowded) as failure:
            raise CommandError(translate(failure.reason)) from failure
        with packet.pdf.open("rb") as pdf:
            try:
                written = Path(options["out"]).write_bytes(pdf.read())
            except OSError as error:
                raise CommandError(f"Cannot write {options['out']}: {error.strerror}") from error
        self.stdout.write(
            f"{options['out']}: {packet.get_edition_display()}, version {packet.version}, "
            f"{packet.pages} pages, {written} bytes"
        )

    def _plan(self, uuid: str) -> HandoverPlan:
        try:
            return HandoverPlan.objects.select_related("account", "created_by").get(uuid=uuid)
        except (HandoverPlan.DoesNotExist, ValidationError):
            raise CommandError(f"There is no plan {uuid}.") from None

    def _person(self, email: str) -> Person:
        try:
            return Person.objects.get(email__iexact=email)
        except Person.DoesNotExist:
            raise CommandError(f"There is no person with the email {email}.") from None
