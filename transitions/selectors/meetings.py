"""Reading the meetings with a client."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import Contact, Organisation, User
from accounts.models.prepared import prepared
from accounts.rules.text import Message
from accounts.selectors.calendar import tz_of
from transitions.documents.meetings import Agenda, Attendee, Next, Worry, edition_of
from transitions.models import (
    CustomerMeeting,
    HandoverPlan,
    MeetingAttendee,
    PlanStep,
    Rehearsal,
    TalkingPoints,
)
from transitions.rules import meetings as rules
from transitions.selectors.concerns import unanswered
from transitions.selectors.playbooks import playbook_of


def held(plan: HandoverPlan) -> frozenset[str]:
    """Keys of the meeting steps that were held as the playbook asks, or as a leader allowed. One query."""
    rows = _held(plan=plan.pk)
    return frozenset(key for key, channel, used, waived in rows if waived or rules.suits(channel, used))


@prepared
def _held(*, plan: int) -> QuerySet:
    rows = CustomerMeeting.objects.standing().filter(plan=plan).exclude(held_at=None)
    return rows.values_list("step__key", "channel", "channel_held", "waived_at")


def meeting_of(step: PlanStep) -> CustomerMeeting | None:
    """The meeting with the client that a step is; None for other steps. One query."""
    return CustomerMeeting.objects.filter(step=step).first()


def meeting_in_full(user: User, uuid: UUID) -> CustomerMeeting | None:
    """The meeting with what its page says of step, plan and account, if the user may see it. One query."""
    seen = CustomerMeeting.objects.visible_to(user).filter(uuid=uuid)
    around = seen.select_related("plan__account", "plan__playbook", "step__owner", "waived_by")
    return around.defer("plan__playbook__content").first()


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting of the list."""

    meeting: CustomerMeeting
    title: Message
    people: tuple[str, ...]
    contacts: tuple[str, ...]
    unreachable: tuple[str, ...]
    version: int  # of its talking points; 0: none
    concerns: int


def meetings_of(plan: HandoverPlan) -> list[Line]:
    """The meetings of a plan in their order. Three queries."""
    newest = TalkingPoints.objects.filter(meeting=OuterRef("pk")).order_by("-version")
    rows = (
        plan.meetings.standing()
        .select_related("step__owner")
        .annotate(newest=Subquery(newest.values("version")[:1]))
        .prefetch_related(
            Prefetch("attendees", MeetingAttendee.objects.select_related("person", "contact").order_by("pk")),
            "concerns",
        )
        .order_by("step__due_on", "step__position", "pk")
    )
    return [_line(meeting) for meeting in rows]


def _line(meeting: Any) -> Line:
    attendees = list(meeting.attendees.all())
    return Line(
        meeting=meeting,
        title=Message(meeting.step.title),
        people=tuple(one.person.name for one in attendees if one.person),
        contacts=tuple(one.contact.name for one in attendees if one.contact),
        unreachable=tuple(one.name for one in _named(attendees) if not one.reachable),
        version=meeting.newest or 0,
        concerns=len(meeting.concerns.all()),
    )


def attendees_of(meeting: CustomerMeeting) -> list[MeetingAttendee]:
    """Ours first, in the order in which they were named. One query."""
    rows = meeting.attendees.select_related("person", "contact").order_by("pk")
    return sorted(rows, key=lambda one: one.person_id is None)


def wanted(meeting: CustomerMeeting, holders: dict[str, list[int]]) -> list[int]:
    """Who of ours the purpose of the meeting asks for, as far as they are named."""
    found = [pk for role in rules.WANTED[meeting.purpose] for pk in holders.get(role, ())]
    return list(dict.fromkeys(found))


def contacts_of(plan: HandoverPlan) -> QuerySet[Contact]:
    """People at the client who can be asked to a meeting."""
    return Contact.objects.filter(account=plan.account_id, archived_at=None).order_by("name", "pk")


def points_of(meeting: CustomerMeeting) -> list[TalkingPoints]:
    """All versions of its talking points, the newest first, with who rehearsed them. Two queries."""
    rehearsals = Rehearsal.objects.select_related("person").order_by("rehearsed_at", "pk")
    return list(
        meeting.points.select_related("made_by")
        .prefetch_related(Prefetch("rehearsals", rehearsals))
        .order_by("-version")
    )


def local(
    meeting: CustomerMeeting, at: datetime | None, *, ours: Organisation | None = None
) -> datetime | None:
    """An instant as the clock on the client's wall shows it."""
    return at.astimezone(tz_of(meeting.plan.account, ours=ours)) if at else None


def agenda_of(meeting: CustomerMeeting, edition: str, *, ours: Organisation | None = None) -> Agenda:
    """What the agenda says in that edition. Four queries at most, `ours` given or not needed."""
    plan = meeting.plan
    starts = local(meeting, meeting.starts_at, ours=ours)
    points = meeting.points.order_by("-version").first()
    roles = {holder.person_id: holder.role for holder in plan.holders()}
    begun = rules.template(meeting.purpose, plan.reason, plan.tier)
    topics = rules.lines_of(points.agenda) if points else begun.agenda
    agenda = Agenda(
        client=plan.account.name,
        title=Message(meeting.step.title),
        purpose=meeting.purpose,
        on=starts.date() if starts else meeting.step.due_on,
        at=f"{starts:%H:%M}" if starts else "",
        tz=tz_of(plan.account, ours=ours).key,
        minutes=meeting.minutes,
        channel=meeting.channel,
        place=meeting.place,
        attendees=tuple(_named(attendees_of(meeting), roles)),
        topics=topics,
        version=points.version if points else 0,
        points=rules.lines_of(points.points) if points else (),
        questions=rules.questions_of(points.questions) if points else (),
        worries=tuple(
            Worry(one.words, one.raiser, one.seriousness, one.answer, one.owner.name)
            for one in unanswered(plan)
        ),
    )
    return edition_of(agenda, edition)


def _named(rows: Iterable[MeetingAttendee], roles: dict[int, str] | None = None) -> list[Attendee]:
    return [
        Attendee(
            who.name,
            who.title,
            ours=one.person_id is not None,
            role=(roles or {}).get(one.person_id or 0, ""),
            reachable=bool(who.email),
        )
        for one in rows
        if (who := one.person or one.contact)
    ]


def neighbours(meeting: CustomerMeeting) -> list[rules.Neighbour]:
    """The other meetings of its plan that are not dropped, each with its day. One query."""
    rows = (
        CustomerMeeting.objects.standing()
        .filter(plan=meeting.plan_id)
        .exclude(pk=meeting.pk)
        .values_list("step__title", "purpose", "step__due_on")
    )
    return [rules.Neighbour(*row) for row in rows]


def announced(meeting: CustomerMeeting) -> date | None:
    """The day on which the client is told, where the plan orders its days by it; else None. One query."""
    playbook = playbook_of(meeting.plan.playbook, meeting.plan.tier)
    if playbook.anchor("announcement") is None:
        return None
    return meeting.plan.anchors.filter(key="announcement").values_list("falls_on", flat=True).first()


def next_of(plan: HandoverPlan) -> Next | None:
    """The first meeting that was not held yet. One query."""
    return next((Next(uuid, Message(title), *when) for uuid, title, *when in _next(plan=plan.pk)), None)


@prepared
def _next(*, plan: int) -> QuerySet:
    rows = CustomerMeeting.objects.standing().filter(plan=plan, held_at=None)
    rows = rows.order_by("step__due_on", "step__position", "pk")
    return rows.values_list("uuid", "step__title", "step__due_on", "starts_at")[:1]
