"""The page of one plan: a number of queries that does not depend on how much hangs on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation, User
from accounts.models.prepared import prepared
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import reckoned_calendar, reckoning_of, today_of, tz_of
from transitions.documents import timeline
from transitions.documents.plan import (
    AnchorLine,
    GateLine,
    Header,
    MissingLine,
    PacketLine,
    PlanPage,
    RoleLine,
    StageLine,
    StepGroup,
    StepLine,
    Who,
)
from transitions.models import Anchor, Edition, HandoverPlan, Packet, PlanState, PlanStep
from transitions.models.plans import sight_of
from transitions.rules import gates, schedule
from transitions.rules.gates import Facts
from transitions.rules.plans import ROLE_TITLES, SEVERAL, number_of
from transitions.rules.playbooks import Playbook, Stage
from transitions.selectors.plans.facts import assembled, notice
from transitions.selectors.plans.history import Deed, deeds_of, entries_of
from transitions.selectors.playbooks import playbook_of

_ = gettext_noop


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was read of the plan."""

    plan: HandoverPlan
    playbook: Playbook
    today: date
    calendar: Calendar
    reckoning: Mapping[str, Any]
    tz: str
    anchors: Mapping[str, date]
    steps: Sequence[StepLine]
    people: Mapping[str, list[Who]]
    deeds: Sequence[Deed]
    facts: Facts
    promised: Mapping[str, datetime] = field(default_factory=dict)
    waived: Mapping[str, Deed] = field(default_factory=dict)
    packet: PacketLine | None = None


def plan_page(plan: HandoverPlan, user: User, now: datetime, *, ours: Organisation | None = None) -> PlanPage:
    """All that the plan's page says to `user`, in a number of queries that never changes.

    `ours` spares a query where the client's country is unknown, and so does a `plan_in_full`.
    """
    rows = _read(plan, now, ours)
    stages = tuple(_stage(rows, stage, place) for place, stage in enumerate(rows.playbook.stages))
    anchors = tuple(
        AnchorLine(
            rule.key,
            Message(rule.title),
            on := rows.anchors[rule.key],
            on < rows.today,
            works_on=rows.calendar.roll(on),
            promised_at=rows.promised.get(rule.key),
        )
        for rule in sorted(rows.playbook.anchors, key=lambda rule: rows.anchors.get(rule.key, date.max))
        if rule.key in rows.anchors
    )
    return PlanPage(
        header=_header(rows),
        stages=stages,
        groups=_groups(rows, stages),
        people=tuple(_role(rows, role) for role in rows.playbook.roles),
        anchors=anchors,
        history=entries_of(rows.plan, rows.playbook, rows.deeds),
        timeline=timeline.build(
            today=rows.today,
            stages=[(stage.key, stage.title, stage.state) for stage in stages],
            points=[
                timeline.Point(
                    step.key, step.title, step.number, step.stage, step.due_on, step.state, step.compressed
                )
                for step in rows.steps
            ],
            anchors=[(anchor.key, anchor.title, anchor.on) for anchor in anchors],
            phases=timeline.phases_of(schedule.fade(rows.playbook, rows.anchors, rows.calendar)),
        ),
        packet=rows.packet,
    )


def _groups(rows: _Rows, stages: Sequence[StageLine]) -> tuple[StepGroup, ...]:
    """The steps by stage; first what was done in stages that the plan had before it was switched."""
    known = {stage.key for stage in stages}
    before = tuple(step for step in rows.steps if step.stage not in known)
    first = (StepGroup("before", Message(_("Before the switch")), "done", before),) if before else ()
    return first + tuple(
        StepGroup(stage.key, stage.title, stage.state, steps)
        for stage in stages
        if (steps := tuple(step for step in rows.steps if step.stage == stage.key))
    )


def plan_in_full(user: User, uuid: UUID) -> HandoverPlan | None:
    """The plan with what its page needs of the rows around it, if the user may see it. One query."""
    return next(iter(_in_full(uuid=uuid, **sight_of(user))), None)


@prepared
def _in_full(*, uuid: UUID, **sight: Any) -> QuerySet[HandoverPlan]:
    plans = HandoverPlan.objects.in_sight(**sight).filter(uuid=uuid)
    return plans.select_related("account__team", "to_team", "playbook", "created_by").defer(
        "playbook__content"
    )


def _read(plan: HandoverPlan, now: datetime, ours: Organisation | None) -> _Rows:
    playbook = playbook_of(plan.playbook, plan.tier)
    today = today_of(plan.account, now, ours=ours)
    reckoning = reckoning_of(plan.account, ours=ours)
    calendar = reckoned_calendar(reckoning, today)
    dated = _anchors(plan=plan.pk)
    anchors: dict[str, date] = {key: day for key, day, _promised in dated}
    # In a plan that rests or has ended nothing is due, and so nothing is late.
    due = today if plan.state == PlanState.OPEN else date.min
    steps = [_step(row, calendar, due) for row in _steps(plan=plan.pk)]
    people = _people(plan)
    newest = next(iter(_newest_packet(plan=plan.pk)), None)
    done = [(step.title.msgid, step.done_at, step.done_by) for step in steps if step.done_at]
    deeds = deeds_of(plan, done)
    waived = {deed.subject: deed for deed in deeds if deed.kind == "waiver"}
    following = playbook.following(plan.stage)
    facts = assembled(
        plan,
        today=today,
        calendar=calendar,
        roles=[role for role, persons in people.items() if any(not person.left for person in persons)],
        steps={step.key: step.title.msgid for step in steps},
        done=[step.key for step in steps if step.done],
        anchors=anchors,
        waived=waived,
        packet_complete=newest[-1] if newest else None,
        asked=following.gates if following else (),
    )
    return _Rows(
        plan=plan,
        playbook=playbook,
        today=today,
        calendar=calendar,
        reckoning=reckoning,
        tz=tz_of(plan.account, ours=ours).key,
        anchors=anchors,
        promised={key: promised for key, _day, promised in dated if promised},
        steps=steps,
        people=people,
        deeds=deeds,
        facts=facts,
        waived=waived,
        packet=PacketLine(*newest) if newest else None,
    )


@prepared
def _anchors(*, plan: int) -> QuerySet:
    return Anchor.objects.filter(plan=plan).values_list("key", "falls_on", "promised_at")


@prepared
def _newest_packet(*, plan: int) -> QuerySet:
    packets = Packet.objects.filter(plan=plan, edition=Edition.INTERNAL).order_by("-version")
    return packets.values_list("uuid", "version", "edition", "made_at", "completeness")[:1]


@prepared
def _steps(*, plan: int) -> QuerySet:
    return (
        PlanStep.objects.standing()
        .filter(plan=plan)
        .order_by("due_on", "position", "pk")
        .values_list(
            "uuid",
            "version",
            "key",
            "title",
            "stage",
            "kind",
            "due_on",
            "planned_on",
            "pinned",
            "owner_role",
            "done_at",
            "done_by__name",
            "note",
            "owner__name",
            "owner__uuid",
            "owner__title",
            "owner__email",
            "owner__archived_at",
        )
    )


def _step(row: Sequence[Any], calendar: Calendar, today: date) -> StepLine:
    (uuid, version, key, title, stage, kind, due_on, planned_on, pinned, owner_role, done_at, done_by) = row[
        :12
    ]
    note, *owner = row[12:]
    lost = 0 if pinned or due_on <= planned_on else calendar.between(planned_on, due_on)
    return StepLine(
        uuid=uuid,
        version=version,
        key=key,
        title=Message(title),
        number=number_of(key),
        stage=stage,
        kind=kind,
        due_on=due_on,
        planned_on=planned_on,
        lost=lost,
        pinned=pinned,
        state=state_of(due_on, done_at, today),
        owner_role=owner_role,
        owner=who(*owner) if owner[0] is not None else None,
        done_at=done_at,
        done_by=done_by or "",
        note=note,
    )


def state_of(due_on: date, done_at: datetime | None, today: date) -> str:
    if done_at is not None:
        return "done"
    return "late" if due_on < today else "today" if due_on == today else "ahead"


def who(name: str, uuid: Any, title: str, email: str, archived_at: datetime | None) -> Who:
    left = archived_at is not None
    return Who(name=name, uuid=uuid, title=title, reachable=bool(email) and not left, left=left)


def _people(plan: HandoverPlan) -> dict[str, list[Who]]:
    people: dict[str, list[Who]] = {}
    for role, _pk, _team, *person in plan.holders():
        people.setdefault(role, []).append(who(*person))  # type: ignore[arg-type]
    return people


def _header(rows: _Rows) -> Header:
    plan, account = rows.plan, rows.plan.account
    following = rows.playbook.following(plan.stage) if plan.state == PlanState.OPEN else None
    asked = next((gate.args["at_least"] for gate in rows.playbook.gates() if gate.check == "notice"), None)
    readers: tuple[Who, ...] = ()
    if plan.released_at is None:
        named = plan.readers.order_by("person__name", "pk")
        fields = ("name", "uuid", "title", "email", "archived_at")
        readers = tuple(who(*row) for row in named.values_list(*(f"person__{name}" for name in fields)))
    return Header(
        uuid=plan.uuid,
        version=plan.version,
        account=account.name,
        account_uuid=account.uuid,
        tier=plan.tier,
        yearly_value=account.yearly_value,
        renewal_on=account.renewal_on,
        team=account.team.name if account.team else "",
        mode=plan.mode,
        reason=plan.reason,
        reason_detail=plan.reason_detail,
        unseen=plan.unseen,
        moves_team=rows.playbook.moves_team,
        to_team=plan.to_team.name if plan.to_team else "",
        purpose=plan.purpose,
        state=plan.state,
        stage=plan.stage,
        stage_title=Message(rows.playbook.stage(plan.stage).title),
        following=following.key if following else "",
        following_title=Message(following.title) if following else None,
        confidential=plan.released_at is None,
        readers=readers,
        why=plan.why,
        gets_better=plan.gets_better,
        stays=plan.stays,
        recount=bool(plan.reckoned) and plan.reckoned != rows.reckoning,
        risk=plan.risk,
        undecided=plan.undecided,
        notice=notice(rows.anchors, rows.calendar) if asked is not None else None,
        notice_asked=asked,
        playbook=plan.playbook.name,
        playbook_key=plan.playbook.key,
        playbook_version=plan.playbook.version,
        created_by=plan.created_by.name,
        created_at=plan.created_at,
        closed_at=plan.closed_at,
        outcome=plan.outcome,
        ending=plan.ending,
        told_client=plan.told_client,
        put_right=plan.put_right,
        held_on=plan.held_on,
        held_why=plan.held_why,
        resumes_on=plan.resumes_on,
        today=rows.today,
        tz=rows.tz,
    )


def _stage(rows: _Rows, stage: Stage, place: int) -> StageLine:
    now = [one.key for one in rows.playbook.stages].index(rows.plan.stage)
    state = "now" if place == now else "done" if place < now else "ahead"
    if state == "now" and rows.playbook.is_last(stage.key):
        state = "done"
    steps = [step for step in rows.steps if step.stage == stage.key]
    entered = [deed.at for deed in rows.deeds if deed.kind == "stage" and deed.subject == stage.key]
    return StageLine(
        key=stage.key,
        title=Message(stage.title),
        summary=Message(stage.summary),
        state=state,
        entered_at=min(entered, default=None),
        gates=tuple(_gates(rows, stage)) if place == now + 1 else (),
        steps=len(steps),
        steps_done=sum(step.done for step in steps),
        new_owner_role=stage.owner,
        ends_owner=stage.ends_owner,
        closes=rows.playbook.is_last(stage.key),
    )


def _gates(rows: _Rows, stage: Stage) -> list[GateLine]:
    """The gates of the next stage as they stand."""
    uuids = {step.key: step.uuid for step in rows.steps}
    promises = {step.key for step in rows.steps if step.kind == "check-in"}
    lines = []
    for found in gates.states(rows.playbook, stage.key, rows.facts):
        waiver = rows.waived.get(found.key) if found.gate.waivable else None
        lines.append(
            GateLine(
                key=found.key,
                label=found.label,
                state=found.state,
                waivable=found.gate.waivable,
                missing=tuple(
                    MissingLine(
                        one.message,
                        "promise" if one.hint == "step" and one.subject in promises else one.hint,
                        one.subject,
                        uuids.get(one.subject),
                    )
                    for one in found.missing
                ),
                waived_by=waiver.by if waiver else "",
                waived_at=waiver.at if waiver else None,
                waived_why=waiver.why if waiver else "",
            )
        )
    return lines


def _role(rows: _Rows, role: str) -> RoleLine:
    return RoleLine(
        role=role,
        title=Message(ROLE_TITLES[role]),
        people=tuple(rows.people.get(role, ())),
        editable=role != "outgoing"
        and not (role == "incoming" and rows.playbook.has_passed_owner(rows.plan.stage)),
        several=role in SEVERAL,
        owes=sum(step.owner_role == role and not step.done for step in rows.steps),
    )
