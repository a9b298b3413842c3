"""Praise of the outgoing rep, kept in the client's words."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Contact, Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep
from transitions.models import HandoverPlan, Praise
from transitions.rules.concerns import short
from transitions.services.opened import opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def add(
    *,
    plan: HandoverPlan,
    words: str,
    said_on: date,
    said_by: Contact | None = None,
    keep_by: str = "",
    by: Person,
    now: datetime,
) -> Praise:
    """Note what somebody at the client values, and how it is kept. Raises PlanNotOpen, PlanRefused."""
    plan = opened(plan.pk)
    praise = Praise(plan=plan, created_by=by, created_at=now)
    return _kept(plan, praise, words, said_on, said_by, keep_by, "note_praise", by=by, now=now)


@transaction.atomic
def edit(
    *,
    praise: Praise,
    version: int,
    words: str,
    said_on: date,
    said_by: Contact | None,
    keep_by: str,
    by: Person,
    now: datetime,
) -> Praise:
    """Correct what was noted. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    plan = opened(praise.plan_id)
    praise = _claimed(praise, version)
    return _kept(plan, praise, words, said_on, said_by, keep_by, "edit_praise", by=by, now=now)


@transaction.atomic
def archive(*, praise: Praise, version: int, by: Person, now: datetime) -> Praise:
    """Take out what was noted by mistake. Raises StaleVersion, PlanNotOpen."""
    opened(praise.plan_id)
    praise = _claimed(praise, version)
    praise.archived_at = now
    return keep(praise, by=by, now=now, why="archived")


@transaction.atomic
def unarchive(*, praise: Praise, by: Person, now: datetime) -> Praise:
    opened(praise.plan_id)
    praise = _claimed(praise, praise.version)
    praise.archived_at = None
    return keep(praise, by=by, now=now, why="back")


def _claimed(praise: Praise, version: int) -> Praise:
    fresh = Praise.objects.get(pk=praise.pk)
    if fresh.version != version:
        raise StaleVersion(fresh)
    Praise.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    return fresh


def _kept(
    plan: HandoverPlan,
    praise: Praise,
    words: str,
    said_on: date,
    said_by: Contact | None,
    keep_by: str,
    verb: str,
    *,
    by: Person,
    now: datetime,
) -> Praise:
    problems = []
    if not clean_text(words):
        problems.append(("words", Message(_("Write down what they value, in their words."))))
    if said_on > today_of(plan.account, now):
        problems.append(("said_on", Message(_("This day has not come yet."))))
    if said_by is not None and said_by.account_id != plan.account_id:
        problems.append(("said_by", Message(_("This is not somebody at this client."))))
    if problems:
        raise PlanRefused(problems)
    before = praise.words
    praise.words, praise.said_on, praise.said_by, praise.keep = words, said_on, said_by, keep_by
    keep(praise, by=by, now=now)
    change = {
        "model": "praise",
        "id": praise.pk,
        "version": praise.version,
        "label": short(words),
        "before": {"said": before},
        "after": {"said": words},
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now)
    return praise
