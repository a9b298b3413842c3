"""Meetings with the client: who comes, what we say, how it went. When it takes place: `services.plans`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import Channel, Contact, Person, Touchpoint
from accounts.models.base import StaleVersion, msgid_of
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import today_of, tz_of
from accounts.services.history import CLOCK_SKEW, keep, record_touch
from transitions.models import (
    CustomerMeeting,
    HandoverPlan,
    MeetingAttendee,
    PlanStep,
    Rehearsal,
    TalkingPoints,
)
from transitions.rules import meetings as rules
from transitions.rules.concerns import short
from transitions.rules.history import told as told_as
from transitions.selectors.meetings import announced, neighbours
from transitions.services import concerns
from transitions.services.opened import holders_of, look_again, marked_done, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern that came up in a meeting, on its way into the ledger."""

    words: str
    seriousness: str
    owner: Person
    raised_by: Contact | None = None
    promised_on: date | None = None


@transaction.atomic
def debrief(
    *,
    meeting: CustomerMeeting,
    version: int,
    held_at: datetime,
    channel_held: str,
    people: Sequence[Person],
    contacts: Sequence[Contact],
    mood_before: int | None = None,
    mood_after: int | None = None,
    said: str = "",
    next_steps: str = "",
    raised: Sequence[Raised] = (),
    subject: str = "",
    by: Person,
    now: datetime,
) -> CustomerMeeting:
    """Tell how a meeting went: that completes its step, and its concerns go straight into the ledger.

    Told again, it corrects what was told. `subject` names the meeting among what passed between us and the
    client; without it nothing is noted there. Raises StaleVersion, PlanNotOpen, and PlanRefused by field:
    for another channel than the playbook asks for, unless a leader allowed it, for somebody who must not
    have been there, for an hour that has not come. All or nothing.
    """
    plan, meeting, step = claimed_meeting(meeting, version)
    problems = problems_of_people(plan, meeting, people, contacts)
    if held_at > now + CLOCK_SKEW:
        problems.append(("held_at", Message(_("This hour has not come yet."))))
    if channel_held not in Channel.values:
        problems.append(("channel_held", Message(_("Say how the meeting was held."))))
    elif not meeting.waived_at and not rules.suits(meeting.channel, channel_held):
        asked = channel_in_words(meeting.channel)
        problems.append(
            (
                "channel_held",
                Message(
                    _("Asked for: %(channel)s. A leader can allow another channel, with a reason."),
                    {"channel": asked},
                ),
            )
        )
    on = held_at.astimezone(tz_of(plan.account)).date()
    told = announced(meeting)
    problems += [
        ("held_at", message)
        for field, message in rules.problems_of_day(meeting.purpose, on, announcement=told, others=())
    ]
    if not clean_text(said):
        problems.append(("said", Message(_("Write down what they said, in a sentence at least."))))
    if problems:
        raise PlanRefused(problems)

    first = meeting.held_at is None
    before = meeting.said
    meeting.held_at, meeting.channel_held = held_at, channel_held
    meeting.mood_before, meeting.mood_after = mood_before, mood_after
    meeting.said, meeting.next_steps = said, next_steps
    keep(meeting, by=by, now=now, why="held")
    write_attendees(meeting, people, contacts)
    if step.done_at is None:
        PlanStep.objects.claim(pk=step.pk, version=step.version)
        step.version += 1
        marked_done(step, by=by, now=now)
    for one in raised:
        concerns.add(
            plan=plan,
            words=one.words,
            seriousness=one.seriousness,
            owner=one.owner,
            raised_by=one.raised_by or contacts[0],
            raised_on=on,
            promised_on=one.promised_on,
            meeting=meeting,
            by=by,
            now=now,
        )
    if first and subject and plan.released_at is not None:
        touch = Touchpoint(
            account=plan.account,
            contact=contacts[0],
            person=people[0],
            channel=channel_held,
            happened_at=held_at,
            subject=subject,
        )
        record_touch(touchpoint=touch, by=by, now=now)
    verb = "hold_meeting" if first else "correct_debrief"
    tell(plan, meeting, verb, before=short(before), after=short(said), by=by, now=now)
    look_again([plan.pk], today=today_of(plan.account, now))
    return meeting


def channel_in_words(channel: str) -> Message:
    return Message(msgid_of(Channel(channel).label))


def take_back(meeting: CustomerMeeting, *, by: Person, now: datetime) -> None:
    """The meeting was not held after all; what was told stays to be corrected. For `plans.reopen_step`."""
    CustomerMeeting.objects.claim(pk=meeting.pk, version=meeting.version)
    meeting.version += 1
    meeting.held_at, meeting.channel_held = None, ""
    keep(meeting, by=by, now=now, why="reopened")


@transaction.atomic
def waive_channel(
    *, meeting: CustomerMeeting, version: int, why: str, by: Person, now: datetime
) -> CustomerMeeting:
    """Let this one meeting be held in another channel than the playbook asks for, and say why.

    Raises StaleVersion, PlanNotOpen, PlanRefused without a reason or where no channel is asked for.
    """
    plan, meeting, _step = claimed_meeting(meeting, version)
    if not clean_text(why):
        raise PlanRefused([("why", Message(_("Say why another channel will do.")))])
    if not meeting.channel or meeting.waived_at is not None:
        raise PlanRefused([("", Message(_("This meeting may be held in any channel already.")))])
    meeting.waived_at, meeting.waived_by, meeting.waived_why = now, by, why
    keep(meeting, by=by, now=now, why=why)
    asked = channel_in_words(meeting.channel)
    tell(plan, meeting, "waive_channel", before=asked, by=by, now=now, why=why)
    return meeting


@transaction.atomic
def write_points(
    *,
    meeting: CustomerMeeting,
    version: int,
    agenda: str,
    points: str,
    questions: str,
    by: Person,
    now: datetime,
) -> TalkingPoints:
    """Write the next version of the talking points over `version`, the newest that was seen (0: none).

    The same words again are the same version. Raises StaleVersion, carrying the newest; PlanNotOpen;
    PlanRefused for an agenda without a topic.
    """
    plan = opened(meeting.plan_id)
    if not rules.lines_of(clean_text(agenda)):
        raise PlanRefused([("agenda", Message(_("Write at least one topic.")))])
    newest = meeting.points.order_by("-version").first()
    if newest is not None and newest.version != version:
        raise StaleVersion(newest)
    words = tuple(clean_text(text) for text in (agenda, points, questions))
    if newest is not None and words == (newest.agenda, newest.points, newest.questions):
        return newest
    return TalkingPoints.objects.create(
        plan=plan,
        meeting=meeting,
        version=version + 1,
        agenda=agenda,
        points=points,
        questions=questions,
        made_by=by,
        made_at=now,
    )


@transaction.atomic
def rehearse(*, points: TalkingPoints, by: Person, now: datetime) -> Rehearsal:
    """Note that `by` went through these words aloud. Twice is the same as once. Raises PlanNotOpen."""
    opened(points.plan_id)
    return Rehearsal.objects.get_or_create(points=points, person=by, defaults={"rehearsed_at": now})[0]


def claimed_meeting(meeting: CustomerMeeting, version: int) -> tuple[HandoverPlan, CustomerMeeting, PlanStep]:
    """Plan, meeting and step as they are now, the meeting claimed for a change.

    Raises PlanNotOpen, StaleVersion, PlanRefused where the plan no longer needs the meeting.
    """
    plan = opened(meeting.plan_id)
    fresh = CustomerMeeting.objects.select_related("step").get(pk=meeting.pk)
    if fresh.step.dropped_at is not None:
        raise PlanRefused([("", Message(_("The plan no longer needs this meeting.")))])
    if fresh.version != version:
        raise StaleVersion(fresh)
    CustomerMeeting.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    fresh.plan = fresh.step.plan = plan
    return plan, fresh, fresh.step


def problems_of_people(
    plan: HandoverPlan, meeting: CustomerMeeting, people: Sequence[Person], contacts: Sequence[Contact]
) -> list[tuple[str, Message]]:
    """Why these attendees cannot meet."""
    roles: dict[int, list[str]] = {}
    for role, persons in holders_of(plan).items():
        for person in persons:
            roles.setdefault(person, []).append(role)
    # Whoever owes the meeting holds it, also where a successor stands in for a leaver who is gone.
    guests = {person.pk: person.name for person in people if person.pk != meeting.step.owner_id}
    found = rules.problems_of_people(meeting.purpose, roles, guests)
    if not people:
        found.append(("people", Message(_("Name at least one of us."))))
    if not contacts:
        found.append(("contacts", Message(_("Name at least one person at the client."))))
    if any(contact.account_id != plan.account_id for contact in contacts):
        found.append(("contacts", Message(_("This is not somebody at this client."))))
    return found


def problems_of_day(meeting: CustomerMeeting, on: date) -> list[tuple[str, Message]]:
    """Why the meeting cannot be on this day."""
    told = announced(meeting)
    return rules.problems_of_day(meeting.purpose, on, announcement=told, others=neighbours(meeting))


def write_attendees(
    meeting: CustomerMeeting,
    people: Sequence[Person],
    contacts: Sequence[Contact],
    invited: Sequence[Contact] | None = None,
) -> None:
    """Exactly these attend; of theirs `invited` get an invitation by mail, None: as before. Three queries."""
    if invited is None:
        by_mail = set(meeting.attendees.filter(by_mail=True).values_list("contact", flat=True))
    else:
        by_mail = {contact.pk for contact in invited}
    meeting.attendees.all().delete()
    ours = {person.pk: MeetingAttendee(meeting=meeting, person=person) for person in people}
    theirs = {
        contact.pk: MeetingAttendee(meeting=meeting, contact=contact, by_mail=contact.pk in by_mail)
        for contact in contacts
    }
    MeetingAttendee.objects.bulk_create([*ours.values(), *theirs.values()])


def tell(
    plan: HandoverPlan,
    meeting: CustomerMeeting,
    verb: str,
    *,
    before: str | Message = "",
    after: str = "",
    by: Person,
    now: datetime,
    why: str = "",
) -> None:
    """Put a deed on the plan's record; a Message is told to each reader in their language."""
    change: Mapping[str, object] = {
        "model": "meeting",
        "id": meeting.pk,
        "version": meeting.version,
        "label": meeting.step.title,
        "before": told_as(before),
        "after": told_as(after),
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now, why=why.strip())
