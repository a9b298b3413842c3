"""When a meeting with the client takes place: its hour, its people, and the day of its step with it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Contact, Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import tz_of
from accounts.services.history import keep
from transitions.models import CustomerMeeting, PlanStep
from transitions.rules.meetings import MOST_MINUTES
from transitions.services.meetings import (
    claimed_meeting,
    problems_of_day,
    problems_of_people,
    tell,
    write_attendees,
)
from transitions.services.plans.dates import put_on
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def arrange_meeting(
    *,
    meeting: CustomerMeeting,
    version: int,
    starts_at: datetime,
    minutes: int,
    place: str,
    people: Sequence[Person],
    contacts: Sequence[Contact],
    invited: Sequence[Contact] = (),
    by: Person,
    now: datetime,
) -> CustomerMeeting:
    """Agree on when and where with whom. The step moves to that day at the client's and is pinned there.

    Ours are invited by mail, and of theirs those who are `invited`: see `services.feeds`. With them the
    client has the day in writing.

    Raises StaleVersion, PlanNotOpen, and PlanRefused by field: for a day before the client is told of the
    change, an introduction before the first meeting, the successor among those who only listen, an hour
    that has passed.
    """
    plan, meeting, step = claimed_meeting(meeting, version)
    if step.done_at is not None:
        raise PlanRefused([("", Message(_("This meeting was held already.")))])
    on = starts_at.astimezone(tz_of(plan.account)).date()
    problems = problems_of_people(plan, meeting, people, contacts) + problems_of_day(meeting, on)
    if starts_at < now:
        problems.append(("starts_at", Message(_("This hour has passed. Was it held? Then say how it went."))))
    if not 0 < minutes <= MOST_MINUTES:
        problems.append(("minutes", Message(_("A meeting lasts between a minute and a day."))))
    problems += _problems_of_invited(contacts, invited)
    if problems:
        raise PlanRefused(problems)

    meeting.starts_at, meeting.minutes, meeting.place = starts_at, minutes, place
    keep(meeting, by=by, now=now, why="arranged")
    write_attendees(meeting, people, contacts, invited)
    PlanStep.objects.claim(pk=step.pk, version=step.version)
    step.version += 1
    try:
        # The day was agreed with the client: there is nobody who would still have to be told.
        put_on(plan=plan, step=step, to=on, verb="arrange_meeting", by=by, now=now, confirmed=True)
    except PlanRefused as error:
        raise PlanRefused([("starts_at", message) for field, message in error.problems]) from None
    if invited:  # they get the day in writing
        step.promised_at = now
        keep(step, by=by, now=now, why="invited")
    return meeting


@transaction.atomic
def call_off_meeting(
    *, meeting: CustomerMeeting, version: int, why: str = "", by: Person, now: datetime
) -> CustomerMeeting:
    """No hour is agreed any more; the step keeps its day until it is moved.

    Raises StaleVersion, PlanNotOpen, PlanRefused where none was agreed or it was held.
    """
    plan, meeting, step = claimed_meeting(meeting, version)
    if step.done_at is not None:
        raise PlanRefused([("", Message(_("This meeting was held already.")))])
    if meeting.starts_at is None:
        raise PlanRefused([("", Message(_("No hour is agreed for this meeting.")))])
    agreed = meeting.starts_at.astimezone(tz_of(plan.account))
    before = Message("%(day)s, %(time)s", {"day": agreed.date(), "time": f"{agreed:%H:%M}"})
    meeting.starts_at = None
    keep(meeting, by=by, now=now, why=why or "called off")
    if step.promised_at is not None:
        PlanStep.objects.claim(pk=step.pk, version=step.version)
        step.version += 1
        step.promised_at = None
        keep(step, by=by, now=now, why="called off")
    tell(plan, meeting, "call_off_meeting", before=before, by=by, now=now, why=why)
    return meeting


def _problems_of_invited(
    contacts: Sequence[Contact], invited: Sequence[Contact]
) -> list[tuple[str, Message]]:
    """Why these cannot be invited by mail."""
    coming = {contact.pk for contact in contacts}
    absent = _("%(name)s is not among those who come.")
    mute = _("%(name)s has no email address. Add one on the account’s people map first.")
    why = [(one, absent if one.pk not in coming else "" if one.email else mute) for one in invited]
    return [("invited", Message(said, {"name": one.name})) for one, said in why if said]
