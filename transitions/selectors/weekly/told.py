"""What stands in a leader's weekly digest: as many queries however many plans they see."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Window

from accounts.models import Organisation, Person
from accounts.models.prepared import prepared
from accounts.rendering.links import link
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message, gettext_noop, ngettext_noop
from accounts.selectors.organisation import organisation
from accounts.selectors.reminders import unsubscribe_url
from transitions.documents.digests import Reading
from transitions.documents.weekly import LINES, Cutover, Decision, Reason, Section, Unprotected, Weekly
from transitions.models import Acceptance, ChangeSet, Concern, Edition, Packet, PlanRole, PlanState, PlanStep
from transitions.models.concerns import OPEN as UNANSWERED
from transitions.rules.concerns import SERIOUS
from transitions.rules.digests import zone_of
from transitions.rules.guardrails import GUARDS
from transitions.rules.successors import GAP, standing
from transitions.rules.verbs import VERBS
from transitions.rules.weekly import AHEAD
from transitions.selectors.digests import reading_of
from transitions.selectors.plans.board import (
    DECIDE_WITHIN,
    NAME_WITHIN,
    OWED,
    RESTED,
    UNNAMED,
    UNPROTECTED,
    Scope,
    known_in,
    seen_by,
    wants_decision,
    within,
)
from transitions.selectors.weekly import promises
from transitions.selectors.weekly.numbers import numbers_of
from transitions.selectors.weekly.readers import Leader, leader_of

_ = gettext_noop

UNNAMED_SINCE = _("The cutover has passed and no incoming rep is named.")
UNSECURED = _("The cutover is near and no second choice is named.")
RETURNED = _("The incoming rep has returned the handover: “%(why)s”.")
NOBODY, NOBODY_ELSE = _("no incoming rep"), _("no second choice")
ENDS = ("outgoing", "incoming", "interim")


def has_news(leader: Leader, on: date) -> bool:
    """Whether there is anything to tell, the likeliest first: six queries at most."""
    sight = seen_by(leader.user)
    scope = known_in(sight)
    return bool(
        _ahead(1, **scope, today=on, end=on + AHEAD)
        or _deciding(1, **scope, **_near(on))
        or _unprotected(1, **scope)
        or promises.any_missed(leader.user, sight, on)
    )


def weekly_of(person: Person, now: datetime) -> Weekly | None:
    """What the weekly digest of a person would say today; None for somebody who never gets one."""
    leader = leader_of(person.pk)
    if leader is None:
        return None
    return told(leader, today_in(now, zone_of(leader.recipient.zone)), organisation())


def told(leader: Leader, on: date, ours: Organisation) -> Weekly:
    """What the digest of a leader says on their own date `on`."""
    sight = seen_by(leader.user)
    scope = known_in(sight)
    unprotected = _unprotected(LINES, **scope)
    week, before = numbers_of(sight, on, zone_of(leader.recipient.zone))
    return Weekly(
        on=on,
        weekday=leader.weekday,
        reading=_reading(leader, ours),
        currency=ours.currency,
        decisions=_decisions(leader, scope, on),
        missed=promises.missed(leader.user, sight, on),
        cutovers=_cutovers(scope, on),
        unprotected=Section(tuple(_open(row) for row in unprotected), _total(unprotected)),
        revenue=(unprotected[0][-1] if unprotected else None) or Decimal(0),
        week=week,
        before=before,
        **_pages(leader),
    )


def _reading(leader: Leader, ours: Organisation) -> Reading:
    """Who reads, and where the links lead."""
    stop = unsubscribe_url(
        leader.recipient.uuid, leader.recipient.email, "weekly", series=leader.recipient.link_series
    )
    return replace(reading_of(leader.recipient, ours), unsubscribe_url=stop)


def _pages(leader: Leader) -> dict[str, Any]:
    """Where each section is read in full; whoever leads without the office of a leader has no board."""
    plans = absolute("plans")
    board = absolute("transitions") if leader.user.role in VERBS["see_dashboard"] else plans
    anchored = board != plans
    return {
        "home_url": board,
        "pages": {
            "decisions": f"{board}#decide-heading" if anchored else f"{plans}?sort=next",
            "missed": f"{board}#missed" if anchored else absolute("sponsors"),
            "cutovers": f"{board}#ahead-heading" if anchored else f"{plans}?sort=cutover",
            "unprotected": f"{plans}?sort=-value",
        },
    }


def _total(rows: Sequence[Sequence[Any]], cell: int = -2) -> int:
    """The number that the database counted beside each row."""
    return rows[0][cell] if rows else 0


# --- Decisions --------------------------------------------------------------------------------------


def _near(on: date) -> dict[str, date]:
    return {"by": on + DECIDE_WITHIN, "near": on + NAME_WITHIN, "today": on}


@prepared
def _deciding(most: int, *, by: date, near: date, today: date, **scope: Any) -> QuerySet:
    """What the board calls a decision, and what else waits for a word: no second choice near the cutover,
    a handover returned, a concern that is serious or whose answer is late."""
    of_plan = {"plan": OuterRef("pk")}
    steps = PlanStep.objects.undone().filter(kind="decision", due_on=OuterRef("decides_on"), **of_plan)
    gaps = PlanStep.objects.undone().filter(kind=GAP, **of_plan).order_by("due_on", "pk")
    returns = ChangeSet.objects.filter(verb="return_handover", **of_plan).order_by("-at")
    pressing = Q(seriousness=SERIOUS) | Q(promised_on__lt=today)
    concerns = Concern.objects.filter(UNANSWERED, pressing, **of_plan).order_by().values("plan")
    unsecured = Q(cutover_on__gte=today, cutover_on__lte=near, has_incoming=True, has_second_choice=False)
    waits = Q(Exists(gaps)) | Q(Exists(concerns))
    return (
        within(**scope)
        .filter(wants_decision(by, near, today) | unsecured | (Q(state=PlanState.OPEN) & waits))
        .order_by(F("decides_on").asc(nulls_last=True), "cutover_on", "pk")
        .values_list(
            "uuid",
            "account__name",
            "yearly_value",
            "state",
            "cutover_on",
            "decides_on",
            "has_incoming",
            "has_second_choice",
            "resumes_on",
            "waiting_guards",
            Subquery(steps.order_by("position", "pk").values("title")[:1]),
            Subquery(gaps.values("title")[:1]),
            Subquery(returns.values("at")[:1]),
            Subquery(concerns.annotate(n=Count("pk")).values("n")),
            Subquery(concerns.annotate(since=Min("raised_on")).values("since")),
            Window(Count("pk")),
        )[:most]
    )


def _decisions(leader: Leader, scope: Scope, on: date) -> Section[Decision]:
    rows = _deciding(LINES, **scope, **_near(on))
    tz = zone_of(leader.recipient.zone)
    lines = []
    for uuid, account, revenue, state, cutover, owed, named, second, resumes, guards, *more in rows:
        step, gap, returned_at, concerns, since, _total_of_all = more
        near = cutover is not None and cutover <= on + NAME_WITHIN
        reasons = []
        if owed is not None and owed <= on + DECIDE_WITHIN:
            reasons.append(
                Reason(Message(OWED, {"step": Message(step or ""), "day": owed}), owed, is_owed=True)
            )
        if state == PlanState.ON_HOLD and resumes is not None and resumes <= on:
            reasons.append(Reason(Message(RESTED, {"day": resumes}), resumes, is_owed=True))
        if near and not named:
            reasons.append(
                Reason(Message(UNNAMED if cutover >= on else UNNAMED_SINCE), cutover, is_owed=True)
            )
        elif near and not second and cutover >= on:
            reasons.append(Reason(Message(UNSECURED), cutover))
        if gap and state == PlanState.OPEN:
            day = today_in(returned_at, tz) if returned_at else None
            reasons.append(Reason(Message(RETURNED, {"why": gap}), day))
        if concerns and state == PlanState.OPEN:
            reasons.append(Reason(_unanswered(concerns, since), since))
        waiting = tuple(Message(GUARDS[guard]) for guard in guards.split())
        url = absolute("plan-guards" if waiting else "plan", uuid)
        lines.append(Decision(account, url, tuple(reasons), waiting, cutover, revenue))
    return Section(tuple(lines), _total(rows, -1))


def _unanswered(count: int, since: date) -> Message:
    counted = ngettext_noop(
        "%(count)d concern of the client is unanswered, noted on %(day)s.",
        "%(count)d concerns of the client are unanswered, the oldest noted on %(day)s.",
    )
    return Message.counted(counted, {"count": count, "day": since}, count="count")


# --- Cutovers, and revenue that is unprotected --------------------------------------------------------


@prepared
def _ahead(most: int, *, today: date, end: date, **scope: Any) -> QuerySet:
    near = within(**scope).filter(cutover_on__gte=today, cutover_on__lte=end)
    return near.order_by("cutover_on", "pk").values_list(
        "pk",
        "uuid",
        "account__name",
        "cutover_on",
        "mode",
        "risk",
        "yearly_value",
        Window(Count("pk")),
    )[:most]


def _cutovers(scope: Scope, on: date) -> Section[Cutover]:
    rows = _ahead(LINES, **scope, today=on, end=on + AHEAD)
    plans = [row[0] for row in rows]
    people: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for plan, role, person, name in _holders(plans=plans):
        people.setdefault((plan, role), []).append((person, name))
    accepted = {plan: said for plan, *said in _acceptances(plans=plans)}  # the last counts
    lines = []
    for plan, uuid, account, day, mode, risk, revenue, _total_of_all in rows:
        incoming = people.get((plan, "incoming"), [])
        after = incoming or people.get((plan, "interim"), [])
        lines.append(
            Cutover(
                account=account,
                url=absolute("plan", uuid),
                on=day,
                mode=mode,
                outgoing=_names(people.get((plan, "outgoing"), [])),
                incoming=_names(after),
                risk=risk,
                revenue=revenue,
                accepted=_stands(accepted.get(plan), incoming) if incoming and mode == "soft" else None,
            )
        )
    return Section(tuple(lines), _total(rows, -1))


@prepared
def _holders(*, plans: Sequence[int]) -> QuerySet:
    held = PlanRole.objects.filter(
        plan__in=plans, assignment__role__in=ENDS, assignment__person__archived_at=None
    )
    return held.order_by("pk").values_list(
        "plan", "assignment__role", "assignment__person", "assignment__person__name"
    )


@prepared
def _acceptances(*, plans: Sequence[int]) -> QuerySet:
    newest = Packet.objects.filter(plan=OuterRef("plan"), edition=Edition.INTERNAL).order_by("-version")
    return (
        Acceptance.objects.filter(plan__in=plans)
        .order_by("pk")
        .values_list("plan", "person", "packet", "returned_at", Subquery(newest.values("pk")[:1]))
    )


def _stands(said: Sequence[Any] | None, incoming: Sequence[tuple[int, str]]) -> bool:
    if said is None:
        return False
    person, packet, returned_at, newest = said
    return (
        standing(
            person=person,
            packet=packet,
            returned=returned_at is not None,
            newest_packet=newest,
            incoming={pk for pk, _name in incoming},
        )
        == "accepted"
    )


def _names(people: Sequence[tuple[int, str]]) -> str:
    return ", ".join(name for _pk, name in people)


@prepared
def _unprotected(most: int, **scope: Any) -> QuerySet:
    """The largest first; the last cells: how many in all, and what they are worth."""
    rows = within(**scope).filter(UNPROTECTED)
    return rows.order_by(F("yearly_value").desc(nulls_last=True), "pk").values_list(
        "uuid",
        "account__name",
        "yearly_value",
        "cutover_on",
        "has_incoming",
        Window(Count("pk")),
        Window(Sum("yearly_value")),
    )[:most]


def _open(row: Sequence[Any]) -> Unprotected:
    uuid, account, revenue, cutover, named, *_in_all = row
    why = Message(NOBODY_ELSE if named else NOBODY)
    return Unprotected(account, absolute("plan", uuid), revenue, why, cutover)


def absolute(name: str, *arguments: UUID | str) -> str:
    return settings.SITE_URL + link(name, *arguments)
