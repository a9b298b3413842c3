"""How ready the incoming rep is: what they have read, answered and accepted, and what the gate asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Commitment, Contact, ContactRole, Person
from accounts.models.prepared import prepared
from transitions.models import (
    Acceptance,
    Edition,
    HandoverPlan,
    IntroductionRehearsal,
    Packet,
    PacketReading,
    PlanRole,
    PlanStep,
    Praise,
    ReadinessQuestion,
)
from transitions.rules import successors as rules
from transitions.rules.successors import GAP, TRAINING, Known, Question
from transitions.selectors.care import praise_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands for whoever is the incoming rep now."""

    row: ReadinessQuestion
    answered: bool
    judged: bool

    @property
    def expected_on(self) -> date | None:
        """The day that should be known, where a day is asked for."""
        return date.fromisoformat(self.row.expected) if self.row.key == "renewal" else None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The page of readiness."""

    incoming: tuple[Person, ...]
    packet: Packet | None  # the newest internal version
    readings: tuple[PacketReading, ...]  # of that version, by whoever is the incoming rep now
    questions: tuple[Asked, ...]
    rehearsals: tuple[IntroductionRehearsal, ...]  # by whoever is the incoming rep now
    gaps: tuple[PlanStep, ...]
    trainings: tuple[PlanStep, ...]
    praise: tuple[Praise, ...]
    acceptance: Acceptance | None
    standing: str  # as in `rules.successors.standing`; "" while nobody has accepted

    @property
    def accepted(self) -> bool:
        return self.standing == "accepted"

    @property
    def hindrances(self) -> tuple[str, ...]:
        return rules.hindrances(
            packet=self.packet is not None,
            read=bool(self.readings),
            asked=[Question(one.answered, one.judged) for one in self.questions],
            rehearsed=bool(self.rehearsals),
            gaps=sum(step.done_at is None for step in self.gaps),
        )

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.questions)


def incoming_of(plan: HandoverPlan) -> tuple[Person, ...]:
    """Who is to take the account over and is with us. One query."""
    roles = plan.roles.filter(assignment__role="incoming", assignment__person__archived_at=None)
    return tuple(role.assignment.person for role in roles.select_related("assignment__person").order_by("pk"))


def newest_packet(plan: HandoverPlan) -> Packet | None:
    """The newest internal version, in whatever language. One query."""
    return plan.packets.filter(edition=Edition.INTERNAL).defer("content").order_by("-version").first()


def readiness_of(plan: HandoverPlan) -> Readiness:
    """Everything that the page says. Eight queries, however much there is."""
    incoming = incoming_of(plan)
    ids = {person.pk for person in incoming}
    packet = newest_packet(plan)
    readings = PacketReading.objects.filter(packet=packet, person__in=ids).select_related("person")
    rows = plan.readiness_questions.live().select_related("answered_by", "judged_by").order_by("pk")
    owed = plan.steps.standing().filter(kind__in=(GAP, TRAINING)).select_related("owner")
    steps = list(owed.order_by("due_on", "pk"))
    rehearsals = plan.introduction_rehearsals.live().filter(person__in=ids)
    last = (
        plan.acceptances.select_related("person", "packet").defer("packet__content").order_by("-pk").first()
    )
    return Readiness(
        incoming=incoming,
        packet=packet,
        readings=tuple(readings.order_by("pk")) if packet else (),
        questions=tuple(asked(row, ids) for row in rows),
        rehearsals=tuple(rehearsals.select_related("person", "partner").order_by("held_on", "pk")),
        gaps=tuple(step for step in steps if step.kind == GAP),
        trainings=tuple(step for step in steps if step.kind == TRAINING and step.owner_id in ids),
        praise=tuple(praise_of(plan)),
        acceptance=last,
        standing=""
        if last is None
        else rules.standing(
            person=last.person_id,
            packet=last.packet_id,
            returned=last.returned_at is not None,
            newest_packet=packet.pk if packet else None,
            incoming=ids,
        ),
    )


def asked(row: ReadinessQuestion, incoming: set[int]) -> Asked:
    answered = row.answered_at is not None and row.answered_by_id in incoming
    return Asked(row, answered, answered and bool(row.verdict))


def known_of(plan: HandoverPlan) -> Known:
    """What the records say that a successor should know. Three queries."""
    account = plan.account
    contacts = list(account.contacts.filter(archived_at=None).order_by("name", "pk"))
    promises = Commitment.objects.open().filter(account=account).order_by("due_on", "pk")
    concerns = plan.concerns.serious().order_by("raised_on", "pk")
    return Known(
        renewal=account.renewal_on.isoformat() if account.renewal_on else "",
        decides=[row.name for row in contacts if row.role == ContactRole.DECISION_MAKER],
        promises=list(promises.values_list("text", flat=True)[: rules.MOST]),
        concerns=list(concerns.values_list("words", flat=True)[: rules.MOST]),
        avoid=[_advice(row) for row in contacts if row.dos_and_donts],
    )


def _advice(contact: Contact) -> str:
    return f"{contact.name}: {contact.dos_and_donts}"


def facts(plan: HandoverPlan, today: date) -> Mapping[str, Any]:
    """What the gate "ready" asks: see `rules.gates.Facts`. Two queries at most."""
    last = next(iter(_last(plan=plan.pk)), None)
    if last is None:
        return {"ready": ""}
    person, packet, returned_at, newest = last
    standing = rules.standing(
        person=person,
        packet=packet,
        returned=returned_at is not None,
        newest_packet=newest,
        incoming={pk for (pk,) in _incoming(plan=plan.pk)},
    )
    return {"ready": standing}


@prepared
def _last(*, plan: int) -> QuerySet:
    newest = Packet.objects.filter(plan=OuterRef("plan"), edition=Edition.INTERNAL).order_by("-version")
    return (
        Acceptance.objects.filter(plan=plan)
        .order_by("-pk")
        .values_list("person", "packet", "returned_at", Subquery(newest.values("pk")[:1]))[:1]
    )


@prepared
def _incoming(*, plan: int) -> QuerySet:
    roles = PlanRole.objects.filter(
        plan=plan, assignment__role="incoming", assignment__person__archived_at=None
    )
    return roles.values_list("assignment__person")
