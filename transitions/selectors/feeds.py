"""Calendars: what stands in a person's feed, who must be sent which entry, and what was sent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Organisation, Person, User
from accounts.rules.calendar import instant
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message, gettext_noop
from accounts.rules.tokens import hash_of
from accounts.selectors.calendar import our_tz, today_of, tz_of
from accounts.selectors.organisation import organisation
from transitions.documents.feeds import Entry, Party, Reissue
from transitions.models import (
    CalendarChoice,
    CalendarInvite,
    CalendarLink,
    CustomerMeeting,
    HandoverPlan,
    MeetingAttendee,
    Outcome,
    PlanReader,
    PlanState,
    PlanStep,
    RecurringMeeting,
)
from transitions.rules import feeds as rules
from transitions.rules.meetings import MOST_MINUTES

_ = gettext_noop
GOING = (PlanState.OPEN, PlanState.ON_HOLD)  # an hour agreed with a client stands while a plan is on hold
CHECK_IN = "check-in"
GONE = ~Q(plan__state__in=GOING) & ~Q(
    step__kind=CHECK_IN, plan__state=PlanState.CLOSED, plan__outcome=Outcome.HANDED_OVER
)


# --- The feed ---------------------------------------------------------------------------------------


def link_of(person: Person) -> CalendarLink | None:
    """The link that works now. One query."""
    return CalendarLink.objects.filter(person=person, revoked_at=None).first()


def choice_of(person: Person) -> CalendarChoice:
    """What the person wants by mail. One query."""
    return CalendarChoice.objects.filter(person=person).first() or CalendarChoice(person=person)


def user_of(token: str) -> User | None:
    """Whose feed this is; None for an unknown or revoked link, or somebody who no longer signs in.

    One query, whatever it is.
    """
    links = CalendarLink.objects.filter(token_hash=hash_of(token), revoked_at=None)
    live = User.objects.filter(is_active=True, person__archived_at=None)
    return live.filter(person__in=links.values("person")).first()


def feed_of(user: User, now: datetime) -> list[Entry]:
    """The meetings that the person takes part in or owes, and their check-ins, in plans that they see."""
    ours, person = organisation(), user.person
    since = today_in(now, our_tz(ours)) - rules.FEED_BACK
    meetings = (
        _meetings()
        .visible_to(user)
        .filter(
            Q(step__owner=person)
            | Exists(MeetingAttendee.objects.filter(meeting=OuterRef("pk"), person=person))
        )
        .filter(step__due_on__gte=since)
        .filter(Q(plan__state__in=GOING) | Q(held_at__isnull=False))
        .order_by("step__due_on", "pk")[: rules.MOST_ENTRIES]
    )
    promises = (
        PlanStep.objects.standing()
        .visible_to(user)
        .filter(kind=CHECK_IN, owner=person, due_on__gte=since)
        .filter(Q(plan__state__in=GOING) | Q(done_at__isnull=False) | _outliving())
        .select_related("plan__account", "check_in__contact", "owner")
        .order_by("due_on", "pk")[: rules.MOST_ENTRIES]
    )
    return [meeting_entry(one, ours) for one in meetings] + [check_in_entry(one) for one in promises]


def _outliving() -> Q:
    return Q(plan__state=PlanState.CLOSED, plan__outcome=Outcome.HANDED_OVER)


def _meetings() -> Any:
    attendees = MeetingAttendee.objects.select_related("person", "contact").order_by("pk")
    return (
        CustomerMeeting.objects.standing()
        .select_related("step", "plan__account")
        .prefetch_related(Prefetch("attendees", attendees))
    )


def uid_of(step: PlanStep) -> str:
    """The same for ever, whatever becomes of the step."""
    return f"{step.uuid}@{_host()}"


def meeting_entry(meeting: CustomerMeeting, ours: Organisation) -> Entry:
    """A meeting with the client as we read it."""
    step, account = meeting.step, meeting.plan.account
    tz = tz_of(account, ours=ours)
    starts = meeting.starts_at or meeting.held_at
    names = ", ".join(one.name for row in meeting.attendees.all() if (one := row.person or row.contact))
    details = [Message(_("Who comes: %(names)s"), {"names": names})] if names else []
    if starts is None:
        details.append(Message(_("No hour is agreed yet.")))
    return Entry(
        uid=uid_of(step),
        sequence=step.version + meeting.version,
        title=Message("%(title)s: %(client)s", {"title": Message(step.title), "client": account.name}),
        on=starts.astimezone(tz).date() if starts else step.due_on,
        starts_at=starts,
        tz=tz.key,
        minutes=meeting.minutes,
        place=meeting.place,
        details=tuple(details),
        url=_address("meeting", meeting.uuid),
    )


def for_client(entry: Entry, ours: Organisation, client: str) -> Entry:
    """The same entry without what the plan calls it and without the way to our page."""
    title = Message(_("%(organisation)s and %(client)s"), {"organisation": ours.name, "client": client})
    return replace(entry, title=title, url="")


def check_in_entry(step: PlanStep) -> Entry:
    """A check-in fills its day: nobody is busy with it."""
    promise = getattr(step, "check_in", None)
    details = []
    if promise is not None and promise.contact is not None:
        details.append(Message(_("With %(name)s"), {"name": promise.contact.name}))
    if promise is not None and promise.channel:
        channel = Message(str(promise.get_channel_display()))
        details.append(Message(_("Promised: %(channel)s"), {"channel": channel}))
    return Entry(
        uid=uid_of(step),
        sequence=step.version,
        title=Message(
            "%(title)s: %(client)s", {"title": Message(step.title), "client": step.plan.account.name}
        ),
        on=step.due_on,
        details=tuple(details),
        url=_address("step", step.uuid),
    )


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _address(name: str, uuid: object) -> str:
    return settings.SITE_URL + reverse(name, args=[uuid])


# --- Invitations by mail ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry that somebody should have in their calendar."""

    step: PlanStep
    entry: Entry
    seen: int
    address: str
    language: str
    person: Person | None = None
    contact: Any = None


def plans_to_settle(now: datetime, ours: Organisation) -> list[int]:
    """Plans where somebody's calendar does not hold what it should. Three queries."""
    today = today_in(now, our_tz(ours))
    sent = CalendarInvite.objects.filter(cancelled_at=None, ends_at__gt=now, step__done_at=None)
    changed = sent.filter(
        ~Q(seen=F("step__version") + Coalesce(F("step__meeting__version"), 0))
        | Q(step__dropped_at__isnull=False)
        | GONE
    )
    has = CalendarInvite.objects.filter(cancelled_at=None, step=OuterRef("meeting__step"))
    read = PlanReader.objects.filter(plan=OuterRef("meeting__plan"), person=OuterRef("person"))
    colleague = Q(person__archived_at=None, person__isnull=False) & ~Q(person__email="")
    client = Q(by_mail=True, contact__archived_at=None, meeting__plan__released_at__isnull=False)
    asked = MeetingAttendee.objects.filter(
        (colleague & (Q(meeting__plan__released_at__isnull=False) | Exists(read)))
        | (client & ~Q(contact__email="")),
        meeting__starts_at__gt=now,
        meeting__held_at=None,
        meeting__step__dropped_at=None,
        meeting__step__done_at=None,
        meeting__plan__state__in=GOING,
    ).exclude(Exists(has.filter(person=OuterRef("person"))) | Exists(has.filter(contact=OuterRef("contact"))))
    promised = _check_ins(today).exclude(
        Exists(
            CalendarInvite.objects.filter(cancelled_at=None, step=OuterRef("pk"), person=OuterRef("owner"))
        )
    )
    found = set(changed.values_list("plan", flat=True))
    found |= set(asked.values_list("meeting__plan", flat=True))
    found |= set(promised.values_list("plan", flat=True))
    return sorted(found)


def _check_ins(today: date) -> QuerySet:
    """Check-ins of the next weeks whose owner wants them by mail."""
    read = PlanReader.objects.filter(plan=OuterRef("plan"), person=OuterRef("owner"))
    return (
        PlanStep.objects.open()
        .filter(kind=CHECK_IN, due_on__gte=today, due_on__lte=today + rules.CHECK_INS_AHEAD)
        .filter(owner__calendar_choice__check_ins=True, owner__archived_at=None)
        .filter(Q(plan__released_at__isnull=False) | Exists(read))
        .exclude(owner__email="")
    )


def wanted_of(plan: HandoverPlan, now: datetime, ours: Organisation) -> list[Wanted]:
    """Who should have which entry of the plan. Four queries."""
    found: list[Wanted] = []
    if plan.state in GOING:
        readers = set(plan.readers.values_list("person", flat=True))
        # The longest meeting lasts a day: one that has begun is not called off.
        since = now - timedelta(minutes=MOST_MINUTES)
        ahead = _meetings().filter(plan=plan, starts_at__gt=since, held_at=None, step__done_at=None)
        for meeting in ahead.order_by("starts_at", "pk"):
            found += _wanted_of_meeting(plan, meeting, readers, ours, now)
    today = today_of(plan.account, now, ours=ours)
    sent = CalendarInvite.objects.filter(cancelled_at=None, step=OuterRef("pk"), person=OuterRef("owner"))
    steps = PlanStep.objects.filter(plan=plan).filter(
        Q(pk__in=_check_ins(today - timedelta(days=1)).values("pk")) | Q(Exists(sent), kind=CHECK_IN)
    )
    for step in (
        steps.standing().filter(done_at=None).select_related("plan__account", "check_in__contact", "owner")
    ):
        if step.owner is not None and step.owner.reachable and (plan.is_open or plan.owes_promises):
            found.append(
                Wanted(
                    step,
                    check_in_entry(step),
                    step.version,
                    step.owner.email,
                    step.owner.language or ours.language,
                    person=step.owner,
                )
            )
    return found


def _wanted_of_meeting(
    plan: HandoverPlan, meeting: CustomerMeeting, readers: set[int], ours: Organisation, now: datetime
) -> Iterable[Wanted]:
    entry = meeting_entry(meeting, ours)
    released = plan.released_at is not None
    seen = meeting.step.version + meeting.version
    if entry.ends_at <= now:
        return
    for row in meeting.attendees.all():
        person, contact = row.person, row.contact
        if person is not None and person.reachable and (released or person.pk in readers):
            language = person.language or ours.language
            yield Wanted(meeting.step, entry, seen, person.email, language, person=person)
        elif (
            contact is not None and row.by_mail and contact.email and contact.archived_at is None and released
        ):
            client = for_client(entry, ours, plan.account.name)
            yield Wanted(meeting.step, client, seen, contact.email, ours.language, contact=contact)


def called_off(invite: CalendarInvite, ours: Organisation) -> Entry:
    """The entry that somebody was sent, as it must be taken back. `invite` with its step and account."""
    step, account = invite.step, invite.plan.account
    meeting = CustomerMeeting.objects.select_related("step", "plan__account").filter(step=step).first()
    entry = check_in_entry(step) if meeting is None else replace(meeting_entry(meeting, ours), details=())
    if invite.contact_id is not None:
        entry = for_client(entry, ours, account.name)
    if invite.starts_at is not None:
        length = int((invite.ends_at - invite.starts_at).total_seconds() // 60)
        on = invite.starts_at.astimezone(tz_of(account, ours=ours)).date()
        entry = replace(entry, starts_at=invite.starts_at, on=on, minutes=length)
    return replace(entry, cancelled=True)


# --- Recurring meetings -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A recurring meeting of the list, and how it goes over."""

    row: RecurringMeeting
    reissue: Reissue
    successor: Party | None


def recurring_of(plan: HandoverPlan, ours: Organisation) -> list[Line]:
    """The recurring meetings of a plan, in their order. Two queries."""
    rows = plan.recurring.live().select_related("organiser", "plan__account").order_by("title", "pk")
    return [line_of(row, plan, ours) for row in rows]


def line_of(row: RecurringMeeting, plan: HandoverPlan, ours: Organisation) -> Line:
    tz = tz_of(plan.account, ours=ours)
    local = row.next_at.astimezone(tz)
    since = plan.cutover_on or local.date()
    holders = {holder.role: holder for holder in reversed(plan.holders())}
    new = holders.get("incoming") or holders.get("interim")
    reissue = Reissue(
        title=row.title,
        rhythm=row.rhythm,
        client=plan.account.name,
        old=row.organiser.name,
        new=new.name if new else "",
        last_on=rules.last_before(row.rhythm, local.date(), since),
        first_on=rules.first_from(row.rhythm, local.date(), since),
        at=f"{local:%H:%M}",
        tz=tz.key,
        place=row.place,
    )
    return Line(row, reissue, Party(new.name, new.email) if new else None)


def reissued_entry(line: Line, ours: Organisation) -> Entry:
    """The new series, as its new organiser begins it."""
    row, first = line.row, line.reissue.first_on
    starts = _at(line, first, ours)
    return Entry(
        uid=f"{row.uuid}@{_host()}",
        sequence=row.version,
        title=Message("%(title)s", {"title": row.title}),
        on=first,
        starts_at=starts,
        tz=line.reissue.tz,
        minutes=row.minutes,
        place=row.place,
        rule=rules.rule_of(row.rhythm, first),
        organiser=line.successor,
    )


def ended_entry(line: Line, ours: Organisation) -> Entry:
    """The old series from the day of the new one on, as its organiser calls it off."""
    row = line.row
    organiser = Party(row.organiser.name, row.organiser.email)
    return replace(reissued_entry(line, ours), uid=row.uid, rule={}, organiser=organiser, cancelled=True)


def _at(line: Line, on: date, ours: Organisation) -> datetime:
    tz = tz_of(line.row.plan.account, ours=ours)
    return instant(on, line.row.next_at.astimezone(tz).time(), tz)
