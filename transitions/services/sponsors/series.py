"""Series without end: written four weeks ahead by the clock, ended only by a leader's decision."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.models import Organisation, Person
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.selectors.organisation import organisation
from accounts.services.history import keep_many
from transitions.models import PlanStep, SponsorCheckIn, WarmUp
from transitions.rules import sponsors as rules
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import holders_of, locked, look_again, record, with_promises
from transitions.services.refusals import PlanRefused
from transitions.services.sponsors.promises import change_of

_ = gettext_noop

ONE_DAY = timedelta(days=1)


def carry_on(*, now: datetime) -> int:
    """Write what series without end need to reach four weeks ahead (a tick). Returns how many rows.

    Any number of these at once, and any number after one another, are harmless: each takes the plan's
    lock, then looks what is missing. Two queries where nothing is.
    """
    ours = organisation()
    # A day more than any client's: each plan then looks at its own calendar.
    reached = now.date() + rules.AHEAD + ONE_DAY
    ended = WarmUp.objects.filter(plan=OuterRef("plan"), series=OuterRef("series"))
    short = (
        SponsorCheckIn.objects.carried()
        .exclude(series="")
        .exclude(plan__state="on_hold")
        .filter(~Exists(ended))
        .values_list("plan", "series")
        .annotate(last=Max("step__due_on"))
        .filter(last__lt=reached)
        .order_by("plan", "series")
    )
    return sum(_lengthen(plan, series, ours, now=now) for plan, series, last in short)


@transaction.atomic
def _lengthen(plan_id: int, series: str, ours: Organisation, *, now: datetime) -> int:
    plan = locked(plan_id)
    if not plan.owes_promises or WarmUp.objects.filter(plan=plan, series=series).exists():
        return 0
    playbook = playbook_of(plan.playbook, plan.tier)
    if not any(step.key == series and step.open_ended for step in playbook.steps()):
        return 0  # the plan went over to a playbook that promises nothing of the kind
    rows = SponsorCheckIn.objects.filter(plan=plan, series=series).select_related("step__owner")
    written = {int(row.step.key.rpartition("/")[2]): row for row in rows}
    last = written[max(written)]
    step, owner = last.step, last.step.owner
    today = today_of(plan.account, now, ours=ours)
    more = list(
        rules.coming(
            step.planned_on if step.pinned else step.due_on,
            number=max(written),
            offset=step.offset,
            every=last.every,
            calendar=calendar_of(plan.account, today, ours=ours),
            today=today,
        )
    )
    if not more:
        return 0
    if owner is None or owner.archived_at is not None:
        owner_id = rules.keeper_for(step.owner_role, holders_of(plan))
    else:
        owner_id = owner.pk
    steps = PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            key=f"{series}/{one.number}",
            stage=step.stage,
            kind=step.kind,
            title=step.title,
            position=step.position,
            base=step.base,
            offset=one.offset,
            planned_on=one.on,
            due_on=one.on,
            owner_role=step.owner_role,
            owner_id=owner_id,
        )
        for one in more
    )
    SponsorCheckIn.objects.bulk_create(
        SponsorCheckIn(
            plan=plan,
            step=one,
            channel=last.channel,
            contact_id=last.contact_id,
            window=last.window,
            series=series,
            every=last.every,
        )
        for one in steps
    )
    look_again([plan.pk], today=today)
    return len(steps)


@transaction.atomic
def warm_up(*, plan_id: int, series: str, reason: str, by: Person, now: datetime) -> WarmUp:
    """A leader decides that the client has warmed up: what the series promises after today is dropped.

    What is due or missed by today stays owed. Deciding it twice changes nothing. Raises PlanNotOpen, and
    PlanRefused without a reason or for a series that the plan does not have.
    """
    plan = with_promises(plan_id)
    if standing := WarmUp.objects.filter(plan=plan, series=series).first():
        return standing
    rows = SponsorCheckIn.objects.filter(plan=plan).exclude(series="").filter(series=series)
    first = rows.select_related("step").order_by("pk").first()
    if first is None:
        raise PlanRefused([("", Message(_("This plan knows no such series.")))])
    if not clean_text(reason):
        raise PlanRefused([("reason", Message(_("Say how one sees that the client has warmed up.")))])
    today = today_of(plan.account, now)
    dropped = list(PlanStep.objects.undone().filter(check_in__in=rows, due_on__gt=today).order_by("pk"))
    for step in dropped:
        step.dropped_at = now
        step.version += 1
    keep_many(dropped, PlanStep, ["dropped_at", "version"], by=by, now=now)
    decided = WarmUp.objects.create(plan=plan, series=series, reason=reason, by=by, decided_at=now)
    changes = [change_of(step, Message("%(day)s", {"day": step.due_on}), "") for step in dropped] or [
        change_of(first.step, "", "")
    ]
    record(plan=plan, verb="warm_up", changes=changes, by=by, now=now, why=reason)
    look_again([plan.pk], today=today)
    return decided
