"""manage.py create_admin --email ADDRESS --name NAME"""

import getpass
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services import people


class Command(BaseCommand):
    help = (
        "Make an administrator, the first one of an empty company for instance. The password is asked for; "
        "without a terminal it is read from the variable ADMIN_PASSWORD, or from the first line of the input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)

    def handle(self, *, email: str, name: str, **options: Any) -> None:
        try:
            user = people.create_administrator(
                email=email, name=name, password=self.password(), now=timezone.now()
            )
        except people.PeopleRefused as refusal:
            raise CommandError("\n".join(map(str, refusal.messages))) from None
        self.stdout.write(f"{user.email} can sign in now, as an administrator, at {settings.SITE_URL}")

    def password(self) -> str:
        """Never from the command line: what stands there can be read by everybody on the machine."""
        if given := os.environ.get("ADMIN_PASSWORD"):
            return given
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != first:
            raise CommandError("The two differ. Nothing was made.")
        return first
