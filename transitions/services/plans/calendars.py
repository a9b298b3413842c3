"""Days off change where a client is: what moves in its plans, and why, before it moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation, Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import reckoned_calendar, reckoning_of, today_of
from accounts.selectors.organisation import organisation
from transitions.models import ChangeSet, HandoverPlan
from transitions.rules import schedule
from transitions.rules.schedule import Move, Replan
from transitions.services.opened import kept, opened, record
from transitions.services.plans.dates import Dates, write_moves
from transitions.services.plans.promised import PROMISED, told_of
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Recount:
    """What new business days did to a plan, or would do."""

    moves: tuple[Move, ...]
    stay: tuple[Move, ...]  # pinned steps
    added: tuple[date, ...]  # days that became free, of those that the plan still has ahead
    removed: tuple[date, ...]  # days that are business days again
    told: tuple[Move, ...] = ()  # of the moves, those off a day that the client has in writing
    change_set: ChangeSet | None = None


def counted_otherwise(
    plans: Sequence[HandoverPlan], *, ours: Organisation | None = None
) -> list[HandoverPlan]:
    """Those of these plans, read with their accounts, whose days are counted otherwise than they were."""
    ours = ours or organisation()
    kept = (plan for plan in plans if plan.reckoned)
    return [plan for plan in kept if plan.reckoned != reckoning_of(plan.account, ours=ours)]


def preview_recount(*, plan: HandoverPlan, now: datetime) -> Recount:
    """What `recount` would do, without doing it."""
    return _recount(plan, now)[0]


@transaction.atomic
def recount(*, plan: HandoverPlan, by: Person, now: datetime, confirmed: bool = False) -> Recount:
    """Move the open steps of a plan to where the business days of today put them, with why on record.

    A plan whose days are counted as they were stays as it is. Raises PlanNotOpen, and PlanRefused (field
    "confirmed") where a day moves that the client has in writing, until it is `confirmed` that they are told.
    """
    plan = opened(plan.pk)
    ours = organisation()
    after = reckoning_of(plan.account, ours=ours)
    if not plan.reckoned or plan.reckoned == after:
        return Recount((), (), (), ())
    found, dates, replan = _recount(plan, now)
    if found.told and not confirmed:
        raise PlanRefused([("confirmed", Message(PROMISED))])
    changes = [_days_off(plan.reckoned, after), *write_moves(dates, replan, by=by, now=now)]
    HandoverPlan.objects.claim(pk=plan.pk, version=plan.version)
    plan.version += 1
    plan.reckoned = after
    change_set = record(plan=plan, verb="recount", changes=changes, by=by, now=now)
    kept(plan, by=by, now=now, today=dates.today, why="recount")
    return replace(found, change_set=change_set)


def _recount(plan: HandoverPlan, now: datetime) -> tuple[Recount, Dates, Replan]:
    dates = Dates(plan, now)
    today = today_of(plan.account, now)
    before = reckoned_calendar(plan.reckoned or reckoning_of(plan.account), today)
    hung = dates.hung()
    replan = schedule.recount(dates.playbook, hung, dates.anchors, before, dates.calendar, dates.today)
    last = max((step.due_on for step in hung), default=today)
    ahead = [day for day in before.holidays ^ dates.calendar.holidays if today <= day <= last]
    added = tuple(sorted(day for day in ahead if day in dates.calendar.holidays))
    removed = tuple(sorted(day for day in ahead if day in before.holidays))
    told = told_of(replan.moves, dates.rows)
    return Recount(replan.moves, replan.stay, added, removed, told), dates, replan


def _days_off(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The country and the extra free days by which the plan was counted, and is now."""

    def said(reckoning: Mapping[str, Any]) -> str:
        return ", ".join([reckoning["country"], *reckoning["free_days"]])

    return {
        "model": "calendar",
        "id": None,
        "version": None,
        "label": _("Country and extra free days"),
        "before": {"said": said(before)},
        "after": {"said": said(after)},
    }
