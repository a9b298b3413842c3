"""The demo's plans: started when they were, then carried on from day to day as people would have done."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from accounts.models import Contact, Person, Team
from accounts.selectors.calendar import calendar_of
from accounts.services import teams
from transitions.documents.guardrails import GuardLine
from transitions.models import Edition, HandoverPlan, PlanState, PlanStep, Verdict
from transitions.rules.demo.company import clients
from transitions.rules.demo.generator import SEED, Company
from transitions.rules.demo.industries import INDUSTRIES
from transitions.rules.demo.plans import CARE, NOTES, PLANS, STAYS, WHY, Plan
from transitions.rules.demo.talks import ANSWERED_WITH
from transitions.rules.playbooks import Playbook
from transitions.rules.record import RECORD
from transitions.rules.story import ACKNOWLEDGEMENT
from transitions.rules.support import TAKEOVER
from transitions.selectors.meetings import meeting_of
from transitions.selectors.plans import guards_page
from transitions.selectors.playbooks import fitting, newest_playbooks, playbook_of
from transitions.services import feeds, packets, plans, sponsors
from transitions.services.demo import message, readiness, records, talks
from transitions.services.demo.facts import Known, known

AT = time(15, 0, tzinfo=UTC)  # the hour at which everything in the demo was done
ASKING_LEADERS = ("guard-rails", "notice", "calm")  # checks that a leader's approval opens
CHOSEN_WITH = ("confirm-rep", "decide-successor")  # the steps with which the successor is decided


def write_plans(made: Company, *, now: datetime) -> list[str]:
    """Start every plan and carry it on. Returns which packets could not be drawn, and why."""
    rows = known()
    by = rows.people["Nadia Petrov"]
    teams.add(name=CARE, under=Team.objects.filter(depth=1).first(), lead=None, by=by, now=now)
    tales = []
    for spec in sorted(PLANS, key=lambda plan: -plan.begun):
        tales.append(Tale(spec, begin(spec, made, rows, now=now), made, rows, now))
        write_notes(tales[-1])
        if not spec.confidential:
            at = moment(now, spec.begun) + timedelta(minutes=30)
            records.hand_over(tales[-1].plan, len(tales), by=tales[-1].lead, at=at)
        carry_on(tales[-1])
    make_packets([tale for tale in tales if tale.waits is not None])
    for tale in tales:
        tale.look()
        if tale.plan.state == PlanState.OPEN and tale.plan.released_at is not None:
            dice = dice_of(tale.spec, "arranged")
            talks.arrange(tale.plan, tale.contact, dice, lead=tale.lead, now=now)
            names = {"rep": made.owners[tale.spec.account]}
            if tale.spec.recurring:
                note_recurring(tale)
            tale.plan.refresh_from_db(fields=["cutover_on"])
            talks.be_kind(tale.plan, tale.contact, names, dice, lead=tale.lead, now=now)
    return [f"{tale.spec.account}: {tale.unmade}" for tale in tales if tale.unmade]


def make_packets(tales: list["Tale"]) -> None:
    """Draw the packets for which plans wait, all together, and carry on where each had stopped."""
    wanted = [packets.Wanted(tale.plan, tale.lead, tale.waits) for tale in tales if tale.waits is not None]
    made = packets.make_many(wanted=wanted, edition=Edition.INTERNAL, language="en")
    for tale, packet in zip(tales, made, strict=True):
        tale.unmade = str(packet) if isinstance(packet, Exception) else ""
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

    @property
    def contact(self) -> Contact:
        name = self.made.contacts[self.spec.account][0].name
        return self.rows.contacts[self.spec.account, name]

    def look(self) -> None:
        """Read what the last deed changed in the plan."""
        self.plan.refresh_from_db(fields=["stage", "state", "version"])


def begin(spec: Plan, made: Company, rows: Known, *, now: datetime) -> HandoverPlan:
    account = rows.accounts[spec.account]
    assert account.team is not None
    cutover = calendar_of(account, now.date()).roll(now.date() + timedelta(days=spec.cutover))
    book = fitting(newest_playbooks(), spec.mode, spec.reason)
    assert book is not None
    anchors = {"cutover": cutover}
    if spec.returns:
        anchors["return"] = calendar_of(account, now.date()).roll(now.date() + timedelta(days=spec.returns))
    names = {"rep": made.owners[spec.account], "sponsor": spec.sponsor}
    industry = next(one.industry for one in clients() if one.name == spec.account)
    named = {"interim": spec.interim, "sponsor": spec.sponsor}
    if spec.chosen_at_once:
        named |= {"incoming": spec.incoming, "second_choice": spec.second_choice}
    return plans.start(
        account=account,
        playbook=book,
        reason=spec.reason,
        anchors=anchors,
        to_team=Team.objects.get(name=spec.to_team) if spec.to_team else None,
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


def note_recurring(tale: Tale) -> None:
    """A series in the calendar of whoever hands over, for which a new organiser has to invite."""
    title, rhythm, ahead = tale.spec.recurring or ("", "", 0)
    day = calendar_of(tale.plan.account, tale.now.date()).roll(tale.now.date() + timedelta(days=ahead))
    feeds.add_recurring(
        plan=tale.plan,
        title=title,
        rhythm=rhythm,
        next_at=datetime.combine(day, time(9, 0, tzinfo=UTC)),
        minutes=60,
        place="Their control room",
        organiser=tale.rows.people[tale.made.owners[tale.spec.account]],
        by=tale.lead,
        now=tale.now,
    )


def write_notes(tale: Tale) -> None:
    at = moment(tale.now, tale.spec.begun - 1)
    for noted in tale.spec.notes:
        plans.add_note(
            plan=tale.plan,
            text=noted.text,
            link=noted.link,
            link_title=noted.link_title,
            by=tale.lead,
            now=at,
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
        why, told_client, put_right = spec.cancelled
        plans.cancel(
            plan=tale.plan,
            version=tale.plan.version,
            by=tale.lead,
            now=moment(tale.now, spec.idle),
            why=why,
            told_client=told_client,
            put_right=put_right,
        )
    if spec.rests and tale.plan.state == PlanState.OPEN:
        why, ahead = spec.rests
        plans.hold(
            plan=tale.plan,
            why=why,
            resumes_on=tale.now.date() + timedelta(days=ahead),
            version=tale.plan.version,
            by=tale.lead,
            now=moment(tale.now, spec.idle),
        )


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
                    break  # open steps have new owners and versions now
                complete(tale, step, at)
        if not due_to_advance(tale, at.date()) or not advance(tale, at):
            return


def due(tale: Tale, day: date) -> list[PlanStep]:
    keys = [stage.key for stage in tale.playbook.stages]
    reached = keys[: keys.index(tale.plan.stage) + 1]
    begun = Q(stage__in=reached) | Q(kind="check-in")  # attention does not wait for a stage
    named = tale.spec.interim or (tale.spec.incoming and tale.spec.chosen_at_once)
    undecided = () if tale.spec.incoming else CHOSEN_WITH
    skips = (*tale.spec.skips, *undecided, *(() if named else ("name-interim",)))
    steps = tale.plan.steps.undone().filter(begun, due_on__lte=day).exclude(key__in=skips)
    return list(steps.order_by("due_on", "position", "pk").select_related("owner"))


def complete(tale: Tale, step: PlanStep, at: datetime) -> None:
    spec, notes = tale.spec, NOTES.get(step.key.partition("/")[0], ())
    names = {"contact": tale.made.contacts[spec.account][0].name, "rep": tale.made.owners[spec.account]}
    note = dice_of(spec, step.key).choice(notes).format(**names) if notes else ""
    by = step.owner if step.owner is not None else tale.lead
    names |= {"sponsor": spec.sponsor}
    if step.kind == "check-in":
        keep_or_let_go(tale, step, by, note, at)
    elif step.kind == ACKNOWLEDGEMENT:
        message.read(step, at=at)
    elif step.kind == RECORD:
        records.check(tale.plan, tale.contact, len(spec.account), by=by, at=at)
    elif step.kind == TAKEOVER:
        records.say(step, at=at)
    elif (meeting := meeting_of(step)) is not None:
        dice = dice_of(spec, step.key, "held")
        talks.hold(meeting, step, tale.contact, names, dice, lead=tale.lead, at=at)
    else:
        plans.complete_step(step=step, version=step.version, by=by, now=at, note=note)
    if step.key in message.APPROVED_WITH:
        message.approve(tale.plan, by=tale.lead, at=at)
    if step.key in ANSWERED_WITH:
        talks.answer(tale.plan, tale.contact, names, by=by, at=at)


def keep_or_let_go(tale: Tale, step: PlanStep, by: Person, note: str, at: datetime) -> None:
    """A promise is kept with the main contact, or let go by the leader."""
    spec = tale.spec
    if why := spec.lets_go.get(step.key):
        sponsors.let_go(step=step, version=step.version, reason=why, by=tale.lead, now=at)
        return
    dice = dice_of(spec, step.key, "channel")
    usual = step.check_in.channel or dice.choice(("phone", "phone", "video", "face_to_face"))
    way = spec.otherwise.get(step.key, usual)
    contact = tale.rows.contacts[spec.account, tale.made.contacts[spec.account][0].name]
    sponsors.deliver(
        step=step,
        version=step.version,
        channel=way,
        on=at.date(),
        evidence=note or "As agreed.",
        contact=contact,
        person=by,
        by=by,
        now=at,
    )


def choose(tale: Tale, at: datetime) -> bool:
    """Name the successor and the second choice on the day they are decided; whether anybody was named."""
    spec = tale.spec
    named = set(tale.plan.roles.values_list("assignment__role", flat=True))
    wanted = {"incoming": spec.incoming, "second_choice": spec.second_choice}
    missing = {role: name for role, name in wanted.items() if name and role not in named}
    for role, name in missing.items():
        if not spec.chosen_at_once:
            tale.look()
            person, version = [tale.rows.people[name]], tale.plan.version
            plans.set_people(plan=tale.plan, role=role, people=person, version=version, by=tale.lead, now=at)
    return bool(missing) and not spec.chosen_at_once


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
        keys = {gate.key for gate in closed.gates if gate.gate.check not in ASKING_LEADERS}
        waits = len(keys) < len(closed.gates)
        if waits and (spec.declines and plan.stage == "burn-in" or not approved(tale, at)):
            return False
        if "prepared" in keys and "packet" not in keys and readiness.take_on(plan, asker=lead, at=at):
            return advance(tale, at)
        if "record" in keys and records.check(plan, tale.contact, len(spec.account), by=lead, at=at):
            return advance(tale, at)  # something changed after it had been checked
        if keys - {"prepared"} == {"packet"} and not tale.asked:
            tale.waits = at
        if not keys <= set(spec.waives):
            return False
        for gate in keys:
            plans.waive(plan=plan, gate=gate, reason=spec.waives[gate], by=lead, now=at)
        tale.look()
        plans.advance(plan=plan, version=plan.version, by=lead, now=at)
    tale.look()
    if tale.plan.stage == "choose":  # the client was met, and then written to
        plans.tell_client(plan=tale.plan, key="cutover", by=lead, now=at)
    if tale.plan.stage == "burn-in":
        decline(tale, at)
    return True


def approved(tale: Tale, at: datetime) -> bool:
    """Let the leader approve the guards for which the plan's tale has a reason; whether that was all.

    A plan of which one is left stands among what needs a decision.
    """
    waiting = [line for line in guards_page(tale.plan, at).lines if line.raised and line.state != "approved"]
    for line in waiting:
        if reason := tale.spec.approves.get(line.guard):
            decide(tale, line, Verdict.APPROVED, reason, at)
    return all(line.guard in tale.spec.approves for line in waiting)


def decline(tale: Tale, at: datetime) -> None:
    """Let the leader decide otherwise before the cutover, where the tale says so."""
    for line in guards_page(tale.plan, at).lines if tale.spec.declines else ():
        if line.raised and (reason := tale.spec.declines.get(line.guard)):
            decide(tale, line, Verdict.DECLINED, reason, at)


def decide(tale: Tale, line: GuardLine, verdict: str, reason: str, at: datetime) -> None:
    plans.decide(
        plan=tale.plan,
        guard=line.guard,
        verdict=verdict,
        reason=reason,
        over=line.over,
        by=tale.lead,
        now=at,
    )


def move(tale: Tale, at: datetime) -> None:
    assert tale.spec.moved is not None
    key, days, why = tale.spec.moved
    tale.moved = True
    tale.look()
    before = tale.plan.anchors.get(key=key).falls_on
    to = calendar_of(tale.plan.account, at.date()).roll(before + timedelta(days=days))
    plans.move_anchor(
        plan=tale.plan,
        key=key,
        to=to,
        version=tale.plan.version,
        by=tale.lead,
        now=at,
        why=why,
        confirmed=True,
    )


def moment(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - timedelta(days=days), AT) - timedelta(hours=2)


def dice_of(spec: Plan, *more: str) -> random.Random:
    return random.Random("/".join((str(SEED), spec.account, *more)))
