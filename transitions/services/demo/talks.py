"""Meetings and concerns of the demo's plans, in the words of its clients."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from accounts.models import Contact, Person
from accounts.selectors.calendar import calendar_of, tz_of
from transitions.models import CustomerMeeting, HandoverPlan, PlanStep
from transitions.rules import meetings as rules
from transitions.rules.demo.talks import EXTRAS, FEARS, MOODS, NEXT, PLACES, PRAISE, SAID, UNCONFIRMED, Fear
from transitions.services import care, concerns, meetings, plans

SOON = timedelta(days=14)  # meetings that near are arranged already


def hold(
    meeting: CustomerMeeting,
    step: PlanStep,
    contact: Contact,
    names: dict[str, str],
    dice: Random,
    *,
    lead: Person,
    at: datetime,
) -> None:
    """Prepare and tell a meeting as it was; the first one brings concerns."""
    by = step.owner or lead
    people = [by, lead] if meeting.purpose == "listen" and lead != by else [by]
    prepare(meeting, by, at - timedelta(days=1))
    before, after = MOODS[meeting.purpose]
    raised = dice.sample(FEARS, 2) if meeting.purpose == "listen" else []
    promised_on = calendar_of(meeting.plan.account, at.date()).add(at.date(), 5)
    meetings.debrief(
        meeting=meeting,
        version=meeting.version,
        held_at=at - timedelta(hours=1),
        channel_held=meeting.channel or "phone",
        people=people,
        contacts=[contact],
        mood_before=before,
        mood_after=after,
        said=dice.choice(SAID[meeting.purpose]).format(**names),
        next_steps=dice.choice(NEXT).format(**names),
        raised=[
            meetings.Raised(fear.words.format(**names), fear.seriousness, by, contact, promised_on)
            for fear in raised
        ],
        subject=step.title,
        by=by,
        now=at,
    )


def prepare(meeting: CustomerMeeting, by: Person, at: datetime) -> None:
    """The talking points of the meeting's purpose, rehearsed by whoever leads it."""
    plan = meeting.plan
    begun = rules.template(meeting.purpose, plan.reason, plan.tier)
    points = meetings.write_points(
        meeting=meeting,
        version=0,
        agenda="\n".join(begun.agenda),
        points="\n".join(begun.points),
        questions="\n\n".join("\n".join(line for line in asked if line) for asked in begun.questions),
        by=by,
        now=at,
    )
    meetings.rehearse(points=points, by=by, now=at)


def answer(plan: HandoverPlan, contact: Contact, names: dict[str, str], *, by: Person, at: datetime) -> None:
    """Answer what is open, and note that the client confirmed it; some serious one they have not yet."""
    known = {fear.words.format(**names): fear for fear in FEARS}
    for concern in plan.concerns.live().filter(answered_at=None).order_by("pk"):
        fear: Fear = known[concern.words]
        answered = concerns.answer(
            concern=concern, version=concern.version, answer=fear.answer.format(**names), by=by, now=at
        )
        if fear.seriousness == "red" and plan.account.name in UNCONFIRMED:
            continue
        concerns.confirm(
            concern=answered,
            version=answered.version,
            confirmed_by=contact,
            confirmed_on=at.astimezone(tz_of(plan.account)).date(),
            confirmed_how="phone",
            by=by,
            now=at,
        )


def arrange(plan: HandoverPlan, contact: Contact, dice: Random, *, lead: Person, now: datetime) -> None:
    """Agree on the hour of what comes soon."""
    coming = (
        plan.meetings.standing()
        .filter(held_at=None, step__done_at=None, step__due_on__gt=now.date() + timedelta(days=1))
        .filter(step__due_on__lte=now.date() + SOON)
        .exclude(step__owner=None)
        .select_related("step__owner", "plan__account")
        .order_by("step__due_on", "pk")
    )
    for meeting in coming:
        by = meeting.step.owner or lead
        starts = datetime.combine(meeting.step.due_on, time(10), tzinfo=tz_of(plan.account))
        plans.arrange_meeting(
            meeting=meeting,
            version=meeting.version,
            starts_at=starts,
            minutes=60,
            place=dice.choice(PLACES),
            people=[by],
            contacts=[contact],
            by=by,
            now=now - timedelta(days=1),
        )


def be_kind(
    plan: HandoverPlan, contact: Contact, names: dict[str, str], dice: Random, *, lead: Person, now: datetime
) -> None:
    """What the client values, once they were heard, and what is done besides."""
    heard = plan.meetings.exclude(held_at=None).order_by("held_at").first()
    if heard is None or heard.held_at is None:
        return
    on = heard.held_at.astimezone(tz_of(plan.account)).date()
    words, keep_by = dice.choice(PRAISE)
    care.note_praise(
        plan=plan,
        words=words.format(**names),
        said_on=on,
        said_by=contact,
        keep_by=keep_by,
        by=lead,
        now=now,
    )
    if plan.cutover_on is None:
        return
    for what, after, budget, spent, reaction in dice.sample(EXTRAS, 2):
        planned_on = plan.cutover_on + timedelta(days=after)
        extra = care.plan_extra(
            plan=plan,
            what=what,
            owner=lead,
            planned_on=planned_on,
            budget=Decimal(budget),
            by=lead,
            now=now,
        )
        if planned_on < now.date():
            care.do_extra(
                extra=extra,
                version=extra.version,
                done_on=planned_on,
                spent=Decimal(spent),
                reaction=reaction,
                by=lead,
                now=now,
            )
