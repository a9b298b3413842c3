"""manage.py check_integrity"""

from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.selectors import keeping


class Command(BaseCommand):
    help = "Prove that the database is sound and that every stored file is there and unchanged."

    def handle(self, **options: Any) -> None:
        if problems := keeping.problems():
            raise CommandError("\n".join(map(str, problems)))
        self.stdout.write("Everything is whole.")
