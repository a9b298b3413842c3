"""The demo's plans: started when they were, then carried on from day to day as people would have done."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from accounts.models import Account, Person
from accounts.selectors.calendar import calendar_of
from transitions.models import Edition, HandoverPlan, PlanStep, PlaybookVersion
from transitions.rendering.pdf import RenderFailed
from transitions.rules.demo.company import clients
from transitions.rules.demo.generator import SEED, Company
from transitions.rules.demo.industries import INDUSTRIES
from transitions.rules.demo.plans import NOTES, PLANS, STAYS, WHY, Plan
from transitions.rules.playbooks import Playbook
from transitions.selectors.playbooks import playbook_of
from transitions.services import packets, plans
from transitions.services.demo.facts import Known, known

AT = time(15, 0, tzinfo=UTC)  # the hour at which everything in the demo was done
ROLES = ("incoming", "second_choice", "interim", "sponsor")
CHOSEN_WITH = ("confirm-rep", "decide-successor")  # the steps with which the successor is decided


def write_plans(made: Company, *, now: datetime) -> Iterator[tuple[Plan, HandoverPlan]]:
    """Start every plan, the oldest first."""
    rows = known()
    for spec in sorted(PLANS, key=lambda plan: -plan.begun):
        yield spec, begin(spec, made, rows, now=now)


def begin(spec: Plan, made: Company, rows: Known, *, now: datetime) -> HandoverPlan:
    account = rows.accounts[spec.account]
    lead = rows.people[account.team.lead.name]  # type: ignore[union-attr]
    at = moment(now, spec.begun)
    cutover = calendar_of(account, now.date()).roll(now.date() + timedelta(days=spec.cutover))
    names = {"rep": made.owners[spec.account], "sponsor": spec.sponsor}
    industry = next(one.industry for one in clients() if one.name == spec.account)
    named = {role: getattr(spec, role) for role in ROLES if role != "incoming" and role != "second_choice"}
    if spec.chosen_at_once:
        named |= {"incoming": spec.incoming, "second_choice": spec.second_choice}
    return plans.start(
        account=account,
        playbook=PlaybookVersion.objects.newest().get(key=f"{spec.mode}-standard"),
        reason=spec.reason,
        purpose=spec.purpose,
        anchors={"cutover": cutover},
        people={role: [rows.people[name]] for role, name in named.items() if name and fits(role, spec)},
        why=WHY[spec.reason].format(**names),
        gets_better=INDUSTRIES[industry].better,
        stays=dice_of(spec).choice(STAYS).format(**names),
        reason_detail=spec.detail,
        confidential=spec.confidential,
        readers=[rows.people[name] for name in spec.readers],
        by=lead,
        now=at,
    )


def fits(role: str, spec: Plan) -> bool:
    return role != "interim" or spec.mode == "hard"


def carry_on(spec: Plan, plan: HandoverPlan, made: Company, *, now: datetime) -> str:
    """Do what fell due, day by day, until yesterday or until work stopped; return what could not be drawn."""
    playbook = playbook_of(plan.playbook, plan.tier)
    rows = known()
    last = now.date() - timedelta(days=spec.idle or 1)
    moved = False
    day, problem = date.min, ""
    while (following := next_day(plan, after=day)) is not None and following <= last:
        day = following
        at = max(datetime.combine(day, AT), moment(now, spec.begun) + timedelta(hours=1))
        if spec.moved and not moved and at > moment(now, spec.begun - 7):
            moved = True
            move(plan, spec, at)
        problem = day_of(spec, plan, playbook, made, rows, at) or problem
        plan = HandoverPlan.objects.select_related("account", "playbook").get(pk=plan.pk)
        if not plan.is_open:
            return problem
    if spec.cancelled:
        at = moment(now, spec.idle)
        plans.close(
            plan=plan, version=plan.version, by=plan.created_by, now=at, cancelled=True, why=spec.cancelled
        )
    return problem


def next_day(plan: HandoverPlan, *, after: date) -> date | None:
    """The next day on which an open step falls due."""
    days = plan.steps.filter(done_at=None, due_on__gt=after).order_by("due_on")
    return days.values_list("due_on", flat=True).first()


def day_of(
    spec: Plan, plan: HandoverPlan, playbook: Playbook, made: Company, rows: Known, at: datetime
) -> str:
    """Everything of one day: steps that are due in the stages reached, and the next stage when it begins."""
    problem = ""
    while True:
        plan = HandoverPlan.objects.select_related("account", "playbook", "created_by").get(pk=plan.pk)
        if not plan.is_open:
            return problem
        for step in due(plan, playbook, at.date()):
            complete(step, spec, made, at)
            if step.key in CHOSEN_WITH:
                choose(plan, spec, rows, at)
        if not due_to_advance(plan, playbook, at.date()):
            return problem
        advanced, problem = advance(plan, spec, rows, at)
        if not advanced:
            return problem


def due(plan: HandoverPlan, playbook: Playbook, day: date) -> list[PlanStep]:
    keys = [stage.key for stage in playbook.stages]
    reached = keys[: keys.index(plan.stage) + 1]
    steps = plan.steps.filter(done_at=None, due_on__lte=day, stage__in=reached)
    return list(steps.order_by("due_on", "position", "pk").select_related("owner"))


def complete(step: PlanStep, spec: Plan, made: Company, at: datetime) -> None:
    plan = HandoverPlan.objects.select_related("created_by").get(pk=step.plan_id)
    notes = NOTES.get(step.key, ())
    names = {"contact": made.contacts[spec.account][0].name, "rep": made.owners[spec.account]}
    note = dice_of(spec, step.key).choice(notes).format(**names) if notes else ""
    by = step.owner if step.owner is not None and step.owner.archived_at is None else plan.created_by
    step.refresh_from_db(fields=["version"])
    plans.complete_step(step=step, version=step.version, by=by, now=at, note=note)


def choose(plan: HandoverPlan, spec: Plan, rows: Known, at: datetime) -> None:
    """Name the successor and the second choice, once they are decided."""
    if spec.chosen_at_once:
        return
    for role, name in (("incoming", spec.incoming), ("second_choice", spec.second_choice)):
        if name:
            plan = HandoverPlan.objects.select_related("created_by").get(pk=plan.pk)
            person = [rows.people[name]]
            plans.set_people(
                plan=plan, role=role, people=person, version=plan.version, by=plan.created_by, now=at
            )


def due_to_advance(plan: HandoverPlan, playbook: Playbook, day: date) -> bool:
    """Whether the next stage begins: its first step is due, or it has none and this one's are all done."""
    following = playbook.following(plan.stage)
    if following is None:
        return False
    first = plan.steps.filter(stage=following.key).order_by("due_on").values_list("due_on", flat=True).first()
    if first is not None:
        return first <= day
    return not plan.steps.filter(stage=plan.stage, done_at=None).exists()


def advance(plan: HandoverPlan, spec: Plan, rows: Known, at: datetime) -> tuple[bool, str]:
    """Advance, with the packet made and gates waived where that is all that is missing.

    Returns whether it went through, and why a packet could not be drawn.
    """
    lead: Person = plan.created_by
    try:
        plans.advance(plan=plan, version=plan.version, by=lead, now=at)
    except plans.GatesClosed as closed:
        keys = {gate.key for gate in closed.gates}
        if not keys <= {"packet", *spec.waives}:
            return False, ""
        for gate in keys - {"packet"}:
            plans.waive(plan=plan, gate=gate, reason=spec.waives[gate], by=lead, now=at)
        if "packet" in keys:
            try:
                packets.make(plan=plan, edition=Edition.INTERNAL, language="en", by=lead, now=at)
            except RenderFailed as failure:
                return False, str(failure)
        plan.refresh_from_db()
        plans.advance(plan=plan, version=plan.version, by=lead, now=at)
    return True, ""


def move(plan: HandoverPlan, spec: Plan, at: datetime) -> None:
    assert spec.moved is not None
    key, days, why = spec.moved
    plan = HandoverPlan.objects.select_related("account", "created_by").get(pk=plan.pk)
    before = plan.anchors.get(key=key).falls_on
    account: Account = plan.account
    to = calendar_of(account, at.date()).roll(before + timedelta(days=days))
    plans.move_anchor(plan=plan, key=key, to=to, version=plan.version, by=plan.created_by, now=at, why=why)


def moment(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - timedelta(days=days), AT) - timedelta(hours=2)


def dice_of(spec: Plan, *more: str) -> random.Random:
    return random.Random("/".join((str(SEED), spec.account, *more)))
