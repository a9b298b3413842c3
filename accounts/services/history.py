"""Saving rows so that their history says who did it and when, as the caller knows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Person

Row = TypeVar("Row", bound=models.Model)


def keep(row: Row, *, by: Person | None, now: datetime, why: str = "") -> Row:
    """Save `row`; its history row names `by`, `now` and `why`. None as `by`: the system itself."""
    row._history_user = by  # type: ignore[attr-defined]
    row._history_date = now  # type: ignore[attr-defined]
    row._change_reason = why[:100] or None  # type: ignore[attr-defined]
    row.save()
    return row


def keep_new(rows: Sequence[Row], model: type[Row], *, by: Person | None, now: datetime) -> list[Row]:
    """Insert many rows of a tracked model with their history: two queries per batch of 500."""
    return bulk_create_with_history(rows, model, batch_size=500, default_user=by, default_date=now)


def keep_many(
    rows: Sequence[Row], model: type[Row], fields: list[str], *, by: Person | None, now: datetime
) -> int:
    """Update `fields` of many rows of a tracked model with their history. Returns how many."""
    return bulk_update_with_history(rows, model, fields, batch_size=500, default_user=by, default_date=now)
