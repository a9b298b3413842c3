"""Write the first migration of each app anew: one each, until there is a release to migrate from.

    python scripts/first_migrations.py

Django adds indexes and constraints behind the models, one by one, and renders every related model again for
each: two thirds of the time that an empty database takes. So those that need no later field are written
into their models; the schema is the same.
"""

import os
import subprocess
import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "transitions")
OPTIONS = {"AddIndex": "indexes", "AddConstraint": "constraints"}


def main() -> None:
    for app in APPS:
        (ROOT / app / "migrations" / "0001_initial.py").unlink(missing_ok=True)
    for app in APPS:  # in a process of its own: Django reads each app once
        subprocess.run(
            [sys.executable, "manage.py", "makemigrations", app, "-n", "initial", "-v", "0"],
            cwd=ROOT,
            check=True,
        )
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for app in APPS:
        print(f"{app}: {fold(app)} indexes and constraints stand in their models")


def fold(app: str) -> int:
    """Move indexes and constraints into the models they belong to. Returns how many."""
    from django.db.migrations.operations import AddField, CreateModel
    from django.db.migrations.writer import MigrationWriter

    migration = import_module(f"{app}.migrations.0001_initial").Migration("0001_initial", app)
    made, later = {}, defaultdict(set)
    for step in migration.operations:
        if isinstance(step, CreateModel):
            made[step.name_lower] = step
        elif isinstance(step, AddField):
            later[step.model_name_lower].add(step.name)
    kept = []
    for step in migration.operations:
        option = OPTIONS.get(type(step).__name__)
        part = option and (step.index if option == "indexes" else step.constraint)
        if not part or any(name in repr(part.deconstruct()) for name in later[step.model_name_lower]):
            kept.append(step)
        else:
            made[step.model_name_lower].options.setdefault(option, []).append(part)
    folded, migration.operations = len(migration.operations) - len(kept), kept
    writer = MigrationWriter(migration)
    Path(writer.path).write_text(writer.as_string())
    return folded


if __name__ == "__main__":
    main()
