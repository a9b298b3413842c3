"""Extras of the first ninety days: planned with a budget, done, and how the client took them."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_line, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep
from transitions.models import Extra, HandoverPlan
from transitions.services.opened import opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


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
    return _kept(plan, extra, what, owner, planned_on, budget, "plan_extra", by=by, now=now)


@transaction.atomic
def edit(
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
    extra = _claimed(extra, version)
    return _kept(plan, extra, what, owner, planned_on, budget, "edit_extra", by=by, now=now)


@transaction.atomic
def done(
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
    extra = _claimed(extra, version)
    problems = [("spent", Message(_("Nothing costs less than nothing.")))] if spent < 0 else []
    if done_on > today_of(plan.account, now):
        problems.append(("done_on", Message(_("This day has not come yet."))))
    if problems:
        raise PlanRefused(problems)
    extra.done_on, extra.spent, extra.reaction = done_on, spent, reaction
    keep(extra, by=by, now=now, why="done")
    _told(plan, extra, "do_extra", after=str(spent), by=by, now=now)
    return extra


@transaction.atomic
def archive(*, extra: Extra, version: int, by: Person, now: datetime) -> Extra:
    """It will not happen, or was noted by mistake. Raises StaleVersion, PlanNotOpen."""
    opened(extra.plan_id)
    extra = _claimed(extra, version)
    extra.archived_at = now
    return keep(extra, by=by, now=now, why="archived")


@transaction.atomic
def unarchive(*, extra: Extra, by: Person, now: datetime) -> Extra:
    opened(extra.plan_id)
    extra = _claimed(extra, extra.version)
    extra.archived_at = None
    return keep(extra, by=by, now=now, why="back")


def _claimed(extra: Extra, version: int) -> Extra:
    fresh = Extra.objects.select_related("owner").get(pk=extra.pk)
    if fresh.version != version:
        raise StaleVersion(fresh)
    Extra.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    return fresh


def _kept(
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
    _told(plan, extra, verb, before=before, after=what, by=by, now=now)
    return extra


def _told(
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
