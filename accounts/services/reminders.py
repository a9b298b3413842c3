"""Choosing how to be reminded."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Person, ReminderPreference
from accounts.rules.reminders import URGENT
from accounts.selectors.reminders import Digest
from accounts.services import audit

HOURS, WEEKDAYS = range(24), range(7)
_WANTS = {"daily": "wants_digest", "weekly": "wants_weekly"}


@transaction.atomic
def choose(
    *,
    person: Person,
    wants_digest: bool | None = None,
    hour: int | None = None,
    quiet_weekdays: Collection[int] | None = None,
    quiet_holidays: bool | None = None,
    wants_weekly: bool | None = None,
    weekly_weekday: int | None = None,
    by_mail: bool | None = None,
    by_chat: bool | None = None,
    urgent: Collection[str] | None = None,
    urgent_anyway: bool | None = None,
    by: Person | None,
    now: datetime,
) -> ReminderPreference:
    """Keep what `person` chose; what is not given stays as it is.

    The hour is 0 to 23 in the person's own zone; weekdays are 0 (Monday) to 6, and not all seven are quiet.
    Whoever asks for a digest keeps a way by which it comes. None as `by`: whoever followed the link in a
    mail. Raises ValueError for what no form of ours lets through. Safe to repeat.
    """
    given: dict[str, Any] = {
        "wants_digest": wants_digest,
        "hour": hour,
        "quiet_weekdays": None if quiet_weekdays is None else sorted(set(quiet_weekdays)),
        "quiet_holidays": quiet_holidays,
        "wants_weekly": wants_weekly,
        "weekly_weekday": weekly_weekday,
        "by_mail": by_mail,
        "by_chat": by_chat,
        "urgent": None if urgent is None else [kind for kind in URGENT if kind in set(urgent)],
        "urgent_anyway": urgent_anyway,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    _refuse_nonsense(chosen, set(urgent or ()))
    preference, _ = ReminderPreference.objects.update_or_create(person=person, defaults=chosen)
    if (wants_digest or wants_weekly) and not (preference.by_mail or preference.by_chat):
        raise ValueError("a digest that comes by no way")
    audit.record(verb="choose_reminders", rows=[preference], by=by, now=now)
    return preference


@transaction.atomic
def set_wanted(*, person: Person, which: Digest, wanted: bool, by: Person | None, now: datetime) -> None:
    """Stop one digest, or send it again: by mail where no way is left. All else stays. Safe to repeat."""
    preference = ReminderPreference.objects.select_for_update().filter(person=person).first()
    no_way = preference is not None and not (preference.by_mail or preference.by_chat)
    choose(
        person=person,
        by_mail=True if wanted and no_way else None,
        by=by,
        now=now,
        **{_WANTS[which]: wanted},  # type: ignore[arg-type]
    )


def _refuse_nonsense(chosen: dict[str, Any], urgent: set[str]) -> None:
    quiet = set(chosen.get("quiet_weekdays", ()))
    if not quiet < set(WEEKDAYS):
        raise ValueError(f"not some of the weekdays 0 to 6: {sorted(quiet)}")
    if chosen.get("hour", 0) not in HOURS or chosen.get("weekly_weekday", 0) not in WEEKDAYS:
        raise ValueError("not an hour of the day, or not a day of the week")
    if unknown := urgent - URGENT.keys():
        raise ValueError(f"not kinds of urgent things: {sorted(unknown)}")
