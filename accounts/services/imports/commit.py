"""The second phase: what the preview showed is written, in one transaction, one import at a time."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.documents.imports import Preview, as_data, packed
from accounts.models import ImportMemory, ImportRun, ImportState, Person
from accounts.models.base import StaleVersion
from accounts.selectors.imports import committed_since, preview_of
from accounts.services.imports.refusals import AlreadyImported, BadCells, NotReady, PreviewOutdated
from accounts.services.imports.staging import end, hold
from accounts.services.imports.writing import write


def commit(
    *,
    run: ImportRun,
    good_only: bool = False,
    digest: str = "",
    by: Person,
    now: datetime,
) -> Preview:
    """Carry out a staged import, whole or not at all, and return what it did.

    `good_only`: leave out records with bad cells, which are then only reported. `digest`: that of
    the preview which the user confirmed. Raises NotStaged, AlreadyImported when the same files were
    imported meanwhile, NotReady, BadCells, PreviewOutdated.
    """
    try:
        with transaction.atomic():
            take_the_turn()
            hold(run)
            if other := committed_since(run):
                raise AlreadyImported(other)
            preview, changes = preview_of(run)
            if not preview.ready:
                raise NotReady(preview)
            if preview.bad_count and not good_only:
                raise BadCells(preview)
            if digest and digest != preview.digest:
                raise PreviewOutdated
            write(changes, source=run.source, by=by, now=now)
            report = as_data(preview, packed)
            assert isinstance(report, dict)
            end(run, state=ImportState.COMMITTED, now=now, report=report)
    except (StaleVersion, IntegrityError):  # somebody wrote one of our rows between reading and writing
        raise PreviewOutdated from None
    return preview


def take_the_turn() -> None:
    """Wait until no other import is being carried out; the turn lasts until the transaction ends.

    An update locks its row on PostgreSQL; on SQLite the transaction itself is the only writer.
    """
    ImportMemory.objects.get_or_create(source="", topic="turn", heard="", meant="")
    ImportMemory.objects.filter(source="", topic="turn").update(meant="")
