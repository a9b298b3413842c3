"""Saving tracked rows, so that history and the audit record see them; and our touches of a client."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, get_history_manager_for_model

from accounts.models import Contact, Person, Touchpoint
from accounts.models.base import Versioned
from accounts.services import audit

Row = TypeVar("Row", bound=models.Model)
Edited = TypeVar("Edited", bound=Versioned)


# Sent in the transaction of the change with the keys of the changed rows as `pks`; their model is the sender.
rows_kept = Signal()

CLOCK_SKEW = timedelta(minutes=5)  # a phone's clock may run ahead of ours


@transaction.atomic
def keep(
    row: Row, *, by: Person | None, now: datetime, why: str = "", fields: Sequence[str] | None = None
) -> Row:
    """Save `row`, or only its `fields`; its history row names `by`, `now` and `why`.

    None as `by`: the system itself.
    """
    verb = "add" if row._state.adding else "change"
    row._history_user = by  # type: ignore[attr-defined]
    row._history_date = now  # type: ignore[attr-defined]
    row._change_reason = why[:100] or None  # type: ignore[attr-defined]
    row.save(update_fields=fields)
    audit.record(verb=verb, rows=[row], by=by, now=now)
    if verb == "change":
        rows_kept.send(type(row), pks=[row.pk])
    return row


@transaction.atomic
def keep_claimed(row: Edited, *, version: int, by: Person | None, now: datetime, why: str = "") -> Edited:
    """Save `row`, changed over what `version` showed. Raises StaleVersion when somebody else was first."""
    type(row)._default_manager.claim(pk=row.pk, version=version)  # type: ignore[attr-defined]
    row.version = version + 1
    return keep(row, by=by, now=now, why=why)


@transaction.atomic
def keep_new(rows: Sequence[Row], model: type[Row], *, by: Person | None, now: datetime) -> list[Row]:
    """Insert many rows of a tracked model with their history: three queries per batch of 500."""
    kept = bulk_create_with_history(rows, model, batch_size=500, default_user=by, default_date=now)
    audit.record(verb="add", rows=kept, by=by, now=now)
    return kept


@transaction.atomic
def keep_many(
    rows: Sequence[Row], model: type[Row], fields: list[str], *, by: Person | None, now: datetime
) -> int:
    """Update `fields` of many stored rows of a tracked model with their history. Returns how many.

    The caller holds the rows (`claim_many`). Written as inserts that meet their own keys, which is
    many times faster than one CASE per field and row. Three queries per batch of 500.
    """
    model._default_manager.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["pk"], update_fields=fields
    )
    history = get_history_manager_for_model(model)
    history.bulk_history_create(rows, batch_size=500, update=True, default_user=by, default_date=now)
    audit.record(verb="change", rows=rows, by=by, now=now)
    rows_kept.send(model, pks=[row.pk for row in rows])
    return len(rows)


class NotYet(Exception):
    """A touchpoint lies in the future: what has not happened is a plan, not history."""


@transaction.atomic
def record_touch(*, touchpoint: Touchpoint, by: Person, now: datetime) -> Touchpoint:
    """Note that we were in touch; the contact's last touch moves along. Raises NotYet."""
    _refuse_future(touchpoint, now)
    keep(touchpoint, by=by, now=now)
    _bring_forward(touchpoint, by=by, now=now)
    return touchpoint


@transaction.atomic
def edit_touch(*, touchpoint: Touchpoint, version: int, by: Person, now: datetime) -> Touchpoint:
    """Keep what was typed into `touchpoint`. Raises StaleVersion or NotYet."""
    _refuse_future(touchpoint, now)
    keep_claimed(touchpoint, version=version, by=by, now=now)
    _bring_forward(touchpoint, by=by, now=now)
    return touchpoint


def archive_touch(*, touchpoint: Touchpoint, version: int, by: Person, now: datetime) -> Touchpoint:
    """Take out a touchpoint noted by mistake. Raises StaleVersion."""
    touchpoint.archived_at = now
    return keep_claimed(touchpoint, version=version, by=by, now=now)


def unarchive_touch(*, touchpoint: Touchpoint, by: Person, now: datetime) -> Touchpoint:
    touchpoint.archived_at = None
    return keep_claimed(touchpoint, version=touchpoint.version, by=by, now=now)


def _refuse_future(touchpoint: Touchpoint, now: datetime) -> None:
    if touchpoint.happened_at > now + CLOCK_SKEW:
        raise NotYet


def _bring_forward(touchpoint: Touchpoint, *, by: Person, now: datetime) -> None:
    """The day of the last touch only moves forward: an old note does not hide a newer one."""
    if touchpoint.contact_id is None:
        return
    contact = Contact.objects.select_for_update().get(pk=touchpoint.contact_id)
    on = timezone.localdate(touchpoint.happened_at)
    if contact.last_touch_on is None or contact.last_touch_on < on:
        contact.last_touch_on = on
        keep(contact, by=by, now=now, fields=["last_touch_on"])
