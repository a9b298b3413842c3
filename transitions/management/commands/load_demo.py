"""Load the demo company into an empty database, and write down how to sign in to it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from transitions.rules.demo import company
from transitions.services import demo


class Command(BaseCommand):
    help = "Loads the demo company. Loading it again changes nothing."

    def handle(self, **options: Any) -> None:
        if settings.HTTPS and not settings.DEMO:
            raise CommandError("Everybody knows the demo's passwords. Set DEMO=1 to load it all the same.")
        try:
            loaded = demo.load(now=timezone.now(), say=self.stdout.write)
        except demo.NotEmpty:
            raise CommandError(
                "There are people in this database. The demo goes into an empty one."
            ) from None
        text = sign_ins()
        (Path(settings.VAR_DIR) / "demo-sign-ins.txt").write_text(text)
        for line in loaded.unmade_packets:
            self.stderr.write(f"No packet for {line}")
        self.stdout.write(
            "The demo company is loaded." if loaded.new else "The demo company was loaded before."
        )
        if options["verbosity"] > 0:  # else whoever called us shows it
            self.stdout.write(text)


def sign_ins() -> str:
    lines = [f"  Sign in to the demo, always with the password {company.PASSWORD}"]
    for name, _role, words in company.SIGN_INS:
        lines.append(f"    {company.member(name).email:<38} {name}, {words}")
    return "\n".join(lines) + "\n"
