"""Backup and restore: everything or nothing, and nothing is believed before it was checked.

`back_up` runs beside a working installation. `restore` checks the whole file before it overwrites
anything, and puts every message that was still to be sent on hold: it may have gone out since.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Delivery, DeliveryState
from accounts.rules import keeping
from accounts.rules.keeping import DATABASES, MEDIA, Manifest, Member
from accounts.rules.text import Message, gettext_noop
from accounts.services.keeping import archive, stores

__all__ = ["CannotBackUp", "CannotRestore", "Restored", "back_up", "restore"]


class CannotBackUp(Exception):
    """No backup was written. Says why as a `Message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class CannotRestore(Exception):
    """Nothing was overwritten. Says why, as `Message`s."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__("; ".join(map(str, messages)))
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `held`: how many messages wait for somebody to release them."""

    manifest: Manifest
    held: int


def back_up(*, out: Path, now: datetime) -> Manifest:
    """Write database and media to the tar file `out`, replacing it only once the new one is complete.

    Raises CannotBackUp; whatever stood at `out` is then untouched.
    """
    applied = migrations_applied()
    if applied != migrations_known():
        raise CannotBackUp(
            Message(gettext_noop("The tables are not up to date. Run manage.py migrate first."))
        )
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=out.parent) as folder:
            dump = Path(folder, DATABASES[connection.vendor])
            save = {"sqlite": stores.save_sqlite, "postgresql": stores.save_postgresql}[connection.vendor]
            counts = save(dump)

            def manifest_of(members: tuple[Member, ...]) -> Manifest:
                return Manifest(
                    version=settings.VERSION,
                    engine=connection.vendor,
                    taken_at=now.isoformat(),
                    migrations=tuple(sorted(applied)),
                    counts=counts,
                    members=members,
                )

            # Media after the database: a stored file is written before the row that names it.
            files = {dump.name: dump} | dict(media_files())
            return archive.write(out, files, manifest_of, now=now)
    except stores.StoreFailed as error:
        raise CannotBackUp(error.message) from None
    except OSError as error:
        raise CannotBackUp(
            Message(
                gettext_noop("The backup could not be written: %(error)s"), {"error": error.strerror or ""}
            )
        ) from None


def media_files() -> Iterator[tuple[str, Path]]:
    """Every stored file by its name in a backup. Names that begin with a dot are ours, while restoring."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if not inside.parts[0].startswith(".") and path.is_file() and not path.is_symlink():
            yield MEDIA + inside.as_posix(), path


def restore(*, source: Path, force: bool = False) -> Restored:
    """Replace this installation's database and media with those of a backup.

    Raises CannotRestore before anything is overwritten: when the file is damaged or of another
    version, and when there is something here already, unless `force`.
    """
    try:
        archive.check_seal(source)
        with archive.opened(source) as (tar, manifest, names):
            found = keeping.refusals(
                manifest,
                version=settings.VERSION,
                engine=connection.vendor,
                migrations=migrations_known(),
                names=names,
            )
            if not found and not force and (stores.occupied() or any(media_files())):
                found = [Message(gettext_noop("There is a company here already. Use --force to replace it."))]
            if found:
                raise CannotRestore(found)
            return put_in_place(tar, manifest)
    except (archive.Damaged, stores.StoreFailed) as error:
        raise CannotRestore([error.message]) from None
    except OSError as error:
        raise CannotRestore(
            [Message(gettext_noop("The backup could not be read: %(error)s"), {"error": str(error)})]
        ) from None


def put_in_place(tar: archive.tarfile.TarFile, manifest: Manifest) -> Restored:
    inspect, load = {
        "sqlite": (stores.inspect_sqlite, stores.load_sqlite),
        "postgresql": (stores.inspect_postgresql, stores.load_postgresql),
    }[connection.vendor]
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    # Inside the media folder, so that files are put in place by renaming, which cannot fail half-way
    # for want of space.
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=root) as folder:
        archive.unpack(tar, manifest, Path(folder))
        dump = Path(folder, DATABASES[connection.vendor])
        inspect(dump, manifest.counts)
        with media_replaced(root, Path(folder, MEDIA), Path(folder, "before")):
            load(dump)
    held = Delivery.objects.filter(state=DeliveryState.HELD).count()
    return Restored(manifest, held)


@contextmanager
def media_replaced(root: Path, fresh: Path, before: Path) -> Iterator[None]:
    """Put the files of `fresh` in place of what is in `root`; back again when the body fails."""
    before.mkdir()
    fresh.mkdir(exist_ok=True)
    move(root, before)
    move(fresh, root)
    try:
        yield
    except BaseException:
        move(root, fresh)
        move(before, root)
        raise


def move(source: Path, target: Path) -> None:
    for path in source.iterdir():
        if not path.name.startswith("."):
            shutil.move(path, target / path.name)


def migrations_applied() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}


def migrations_known() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
