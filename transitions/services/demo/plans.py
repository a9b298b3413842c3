"""The demo's plans: started when they were, then carried on from day to day as people would have done."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from accounts.models import Person
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
CHOSEN_WITH = ("confirm-rep", "decide-successor")  # the steps with which the successor is decided


def write_plans(made: Company, *, now: datetime) -> list[str]:
    """Start every plan and carry it on. Returns which packets could not be drawn, and why."""
    rows = known()
    tales = []
    for spec in sorted(PLANS, key=lambda plan: -plan.begun):
        tales.append(Tale(spec, begin(spec, made, rows, now=now), made, rows, now))
        carry_on(tales[-1])
    make_packets([tale for tale in tales if tale.waits is not None])
    return [f"{tale.spec.account}: {tale.unmade}" for tale in tales if tale.unmade]


def make_packets(tales: list["Tale"]) -> None:
    """Draw the packets for which plans wait, all together, and carry on where each had stopped."""
    wanted = [packets.Wanted(tale.plan, tale.lead, tale.waits) for tale in tales if tale.waits is not None]
    made = packets.make_many(wanted=wanted, edition=Edition.INTERNAL, language="en")
    for tale, packet in zip(tales, made, strict=True):
        tale.unmade = str(packet) if isinstance(packet, RenderFailed) else ""
        tale.asked = True
        carry_on(tale)


@dataclass(slots=True)
class Tale:
    """One plan on its way through the days."""

    spec: Plan
    plan: HandoverPlan
    made: Company
    rows: Known
    now: datetime
    waits: datetime | None = None  # when all that is missing for the next stage became the packet
    asked: bool = False  # for the packet; it is asked for once
    unmade: str = ""  # why the packet could not be drawn
    moved: bool = False

    @property
    def playbook(self) -> Playbook:
        return playbook_of(self.plan.playbook, self.plan.tier)

    @property
    def lead(self) -> Person:
        return self.plan.created_by

    def look(self) -> None:
        """Read what the last deed changed in the plan."""
        self.plan.refresh_from_db(fields=["stage", "state", "version"])


def begin(spec: Plan, made: Company, rows: Known, *, now: datetime) -> HandoverPlan:
    account = rows.accounts[spec.account]
    assert account.team is not None
    cutover = calendar_of(account, now.date()).roll(now.date() + timedelta(days=spec.cutover))
    names = {"rep": made.owners[spec.account], "sponsor": spec.sponsor}
    industry = next(one.industry for one in clients() if one.name == spec.account)
    named = {"interim": spec.interim, "sponsor": spec.sponsor}
    if spec.chosen_at_once:
        named |= {"incoming": spec.incoming, "second_choice": spec.second_choice}
    return plans.start(
        account=account,
        playbook=PlaybookVersion.objects.newest().get(key=f"{spec.mode}-standard"),
        reason=spec.reason,
        purpose=spec.purpose,
        anchors={"cutover": cutover},
        people={role: [rows.people[name]] for role, name in named.items() if name},
        why=WHY[spec.reason].format(**names),
        gets_better=INDUSTRIES[industry].better,
        stays=dice_of(spec).choice(STAYS).format(**names),
        reason_detail=spec.detail,
        confidential=spec.confidential,
        readers=[rows.people[name] for name in spec.readers],
        by=rows.people[account.team.lead.name],  # type: ignore[union-attr]
        now=moment(now, spec.begun),
    )


def carry_on(tale: Tale) -> None:
    """Do what fell due, day by day, until yesterday or until work stopped."""
    spec = tale.spec
    last = tale.now.date() - timedelta(days=spec.idle or 1)
    day = date.min
    if tale.waits is not None:
        day, at = tale.waits.date(), tale.waits
        tale.waits = None
        live_through(tale, at)
    while (
        tale.plan.is_open and (following := next_day(tale.plan, after=day)) is not None and following <= last
    ):
        day = following
        at = max(datetime.combine(day, AT), moment(tale.now, spec.begun) + timedelta(hours=1))
        if spec.moved and not tale.moved and at > moment(tale.now, spec.begun - 7):
            move(tale, at)
        live_through(tale, at)
        if tale.waits is not None:
            return
    if spec.cancelled and tale.plan.is_open:
        at, why = moment(tale.now, spec.idle), spec.cancelled
        plans.close(plan=tale.plan, version=tale.plan.version, by=tale.lead, now=at, cancelled=True, why=why)


def next_day(plan: HandoverPlan, *, after: date) -> date | None:
    """The next day on which an open step falls due."""
    days = plan.steps.undone().filter(due_on__gt=after).order_by("due_on")
    return days.values_list("due_on", flat=True).first()


def live_through(tale: Tale, at: datetime) -> None:
    """Everything of one day: steps that are due in the stages reached, and the next stage when it begins."""
    while tale.plan.is_open:
        while steps := due(tale, at.date()):
            for step in steps:
                if step.key in CHOSEN_WITH and choose(tale, at):
                    break  # open steps have new owners now
                complete(tale, step, at)
        if not due_to_advance(tale, at.date()) or not advance(tale, at):
            return


def due(tale: Tale, day: date) -> list[PlanStep]:
    keys = [stage.key for stage in tale.playbook.stages]
    reached = keys[: keys.index(tale.plan.stage) + 1]
    begun = Q(stage__in=reached) | Q(kind="check-in")  # attention does not wait for a stage
    # A decision about a role waits for somebody who can hold it.
    undecided = {
        step.key
        for step in tale.playbook.steps()
        if not all(getattr(tale.spec, role) for role in step.decides)
    }
    skips = undecided | set(tale.spec.skips)
    steps = tale.plan.steps.undone().filter(begun, due_on__lte=day).exclude(key__in=skips)
    return list(steps.order_by("due_on", "position", "pk").select_related("owner"))


def complete(tale: Tale, step: PlanStep, at: datetime) -> None:
    spec, notes = tale.spec, NOTES.get(step.key, ())
    names = {"contact": tale.made.contacts[spec.account][0].name, "rep": tale.made.owners[spec.account]}
    note = dice_of(spec, step.key).choice(notes).format(**names) if notes else ""
    by = step.owner if step.owner is not None else tale.lead
    plans.complete_step(step=step, version=step.version, by=by, now=at, note=note)


def choose(tale: Tale, at: datetime) -> bool:
    """Name the successor and the second choice on the day of the decision. Whether anybody was named now."""
    spec = tale.spec
    held = set(tale.plan.roles.values_list("assignment__role", flat=True))
    wanted = {"incoming": spec.incoming, "second_choice": spec.second_choice}
    named = {role: name for role, name in wanted.items() if name and role not in held}
    for role, name in named.items():
        if not spec.chosen_at_once:
            tale.look()
            person, version = [tale.rows.people[name]], tale.plan.version
            plans.set_people(plan=tale.plan, role=role, people=person, version=version, by=tale.lead, now=at)
    return bool(named) and not spec.chosen_at_once


def due_to_advance(tale: Tale, day: date) -> bool:
    """Whether the next stage begins: its first step is due, or it has none and this one's are all done."""
    following = tale.playbook.following(tale.plan.stage)
    if following is None:
        return False
    steps = tale.plan.steps.standing().filter(stage=following.key).order_by("due_on")
    first = steps.values_list("due_on", flat=True).first()
    if first is not None:
        return first <= day
    return not tale.plan.steps.undone().filter(stage=tale.plan.stage).exists()


def advance(tale: Tale, at: datetime) -> bool:
    """Advance, with gates waived where that is meant; or wait for the packet where only that is missing."""
    tale.look()
    plan, spec, lead = tale.plan, tale.spec, tale.lead
    try:
        plans.advance(plan=plan, version=plan.version, by=lead, now=at)
    except plans.GatesClosed as closed:
        keys = {gate.key for gate in closed.gates}
        if keys == {"packet"} and not tale.asked:
            tale.waits = at
        if not keys <= set(spec.waives):
            return False
        for gate in keys:
            plans.waive(plan=plan, gate=gate, reason=spec.waives[gate], by=lead, now=at)
        tale.look()
        plans.advance(plan=plan, version=plan.version, by=lead, now=at)
    tale.look()
    return True


def move(tale: Tale, at: datetime) -> None:
    assert tale.spec.moved is not None
    key, days, why = tale.spec.moved
    tale.moved = True
    tale.look()
    before = tale.plan.anchors.get(key=key).falls_on
    to = calendar_of(tale.plan.account, at.date()).roll(before + timedelta(days=days))
    plans.move_anchor(
        plan=tale.plan, key=key, to=to, version=tale.plan.version, by=tale.lead, now=at, why=why
    )


def moment(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - timedelta(days=days), AT) - timedelta(hours=2)


def dice_of(spec: Plan, *more: str) -> random.Random:
    return random.Random("/".join((str(SEED), spec.account, *more)))
