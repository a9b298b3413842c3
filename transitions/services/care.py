"""Praise of the outgoing rep in the client's words; extras of the first ninety days."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Contact, Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_line, clean_text, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep
from transitions.models import Extra, HandoverPlan, Praise
from transitions.rules.concerns import short
from transitions.services.opened import opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def note_praise(
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
    return _kept_praise(plan, praise, words, said_on, said_by, keep_by, "note_praise", by=by, now=now)


@transaction.atomic
def edit_praise(
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
    praise = _claimed_praise(praise, version)
    return _kept_praise(plan, praise, words, said_on, said_by, keep_by, "edit_praise", by=by, now=now)


@transaction.atomic
def archive_praise(*, praise: Praise, version: int, by: Person, now: datetime) -> Praise:
    """Take out what was noted by mistake. Raises StaleVersion, PlanNotOpen."""
    opened(praise.plan_id)
    praise = _claimed_praise(praise, version)
    praise.archived_at = now
    return keep(praise, by=by, now=now, why="archived")


@transaction.atomic
def unarchive_praise(*, praise: Praise, by: Person, now: datetime) -> Praise:
    opened(praise.plan_id)
    praise = _claimed_praise(praise, praise.version)
    praise.archived_at = None
    return keep(praise, by=by, now=now, why="back")


def _claimed_praise(praise: Praise, version: int) -> Praise:
    fresh = Praise.objects.get(pk=praise.pk)
    if fresh.version != version:
        raise StaleVersion(fresh)
    Praise.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    return fresh


def _kept_praise(
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


@transaction.atomic
def plan_extra(
    *,
    plan: HandoverPlan,
    what: str,
    owner: Person,
    planned_on: date,
    budget: Decimal,
    by: Person,
    now: datetime,
) -> Extra:
    """Plan an extra. Raises PlanNotOpen, PlanRefused."""
    plan = opened(plan.pk)
    extra = Extra(plan=plan, created_by=by, created_at=now)
    return _kept_extra(plan, extra, what, owner, planned_on, budget, "plan_extra", by=by, now=now)


@transaction.atomic
def edit_extra(
    *,
    extra: Extra,
    version: int,
    what: str,
    owner: Person,
    planned_on: date,
    budget: Decimal,
    by: Person,
    now: datetime,
) -> Extra:
    """Plan it otherwise. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    plan = opened(extra.plan_id)
    extra = _claimed_extra(extra, version)
    return _kept_extra(plan, extra, what, owner, planned_on, budget, "edit_extra", by=by, now=now)


@transaction.atomic
def do_extra(
    *,
    extra: Extra,
    version: int,
    done_on: date,
    spent: Decimal,
    reaction: str,
    by: Person,
    now: datetime,
) -> Extra:
    """It happened: what it cost, and how the client took it. Told again, it corrects.

    Raises StaleVersion, PlanNotOpen, PlanRefused for a day that has not come.
    """
    plan = opened(extra.plan_id)
    extra = _claimed_extra(extra, version)
    problems = [("spent", Message(_("Nothing costs less than nothing.")))] if spent < 0 else []
    if done_on > today_of(plan.account, now):
        problems.append(("done_on", Message(_("This day has not come yet."))))
    if problems:
        raise PlanRefused(problems)
    extra.done_on, extra.spent, extra.reaction = done_on, spent, reaction
    keep(extra, by=by, now=now, why="done")
    _told_extra(plan, extra, "do_extra", after=str(spent), by=by, now=now)
    return extra


@transaction.atomic
def archive_extra(*, extra: Extra, version: int, by: Person, now: datetime) -> Extra:
    """It will not happen, or was noted by mistake. Raises StaleVersion, PlanNotOpen."""
    opened(extra.plan_id)
    extra = _claimed_extra(extra, version)
    extra.archived_at = now
    return keep(extra, by=by, now=now, why="archived")


@transaction.atomic
def unarchive_extra(*, extra: Extra, by: Person, now: datetime) -> Extra:
    opened(extra.plan_id)
    extra = _claimed_extra(extra, extra.version)
    extra.archived_at = None
    return keep(extra, by=by, now=now, why="back")


def _claimed_extra(extra: Extra, version: int) -> Extra:
    fresh = Extra.objects.select_related("owner").get(pk=extra.pk)
    if fresh.version != version:
        raise StaleVersion(fresh)
    Extra.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    return fresh


def _kept_extra(
    plan: HandoverPlan,
    extra: Extra,
    what: str,
    owner: Person,
    planned_on: date,
    budget: Decimal,
    verb: str,
    *,
    by: Person,
    now: datetime,
) -> Extra:
    problems = []
    if not clean_line(what):
        problems.append(("what", Message(_("Say what it will be."))))
    if budget < 0:
        problems.append(("budget", Message(_("Nothing costs less than nothing."))))
    if problems:
        raise PlanRefused(problems)
    before = extra.what
    extra.what, extra.owner, extra.planned_on, extra.budget = what, owner, planned_on, budget
    keep(extra, by=by, now=now)
    _told_extra(plan, extra, verb, before=before, after=what, by=by, now=now)
    return extra


def _told_extra(
    plan: HandoverPlan,
    extra: Extra,
    verb: str,
    *,
    before: str = "",
    after: str = "",
    by: Person,
    now: datetime,
) -> None:
    change = {
        "model": "extra",
        "id": extra.pk,
        "version": extra.version,
        "label": extra.what,
        "before": {"said": before},
        "after": {"said": after},
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now)
