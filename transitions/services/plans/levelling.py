"""A promise goes to a better day within its window, or stays where it is by decision; pinned either way."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from transitions.models import PlanStep, SponsorCheckIn
from transitions.rules.sponsors import fits
from transitions.services.opened import opened_for
from transitions.services.plans.dates import StepMove, move_step
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def level_promise(
    *, step: PlanStep, to: date, version: int, by: Person, now: datetime, why: str = ""
) -> StepMove:
    """Move a promise as a levelling proposal does: within its window, to a business day of the client.

    To the day on which it stands: the proposal is refused, and it is not proposed again. Raises as
    `move_step` does, and PlanRefused (field "to") for a day outside the window.
    """
    plan = opened_for(step)
    today = today_of(plan.account, now)
    window = SponsorCheckIn.objects.values_list("window", flat=True).get(step=step)
    calendar = calendar_of(plan.account, today)
    before = PlanStep.objects.values_list("due_on", flat=True).get(pk=step.pk)
    if not fits(before, to, window=window, calendar=calendar, today=today):
        raise PlanRefused([("to", Message(_("This day lies outside of what was promised.")))])
    return move_step(step=step, to=to, version=version, by=by, now=now, why=why)
