"""What the page of a plan says. Built by `transitions.selectors.plans.plan_page`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounts.rules.text import Message
from transitions.documents.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Who:
    """One of our people, as shown."""

    name: str
    uuid: UUID
    title: str = ""
    reachable: bool = True  # has an email address and is still with us
    left: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    uuid: UUID
    version: int  # of the plan row: hand it back with every change
    account: str
    account_uuid: UUID
    tier: str
    yearly_value: Decimal | None
    renewal_on: date | None
    team: str
    mode: str  # soft, hard
    reason: str
    reason_detail: str  # never in a packet
    unseen: str  # why satisfaction did not show it sooner; never in a packet
    moves_team: bool  # whether the account goes to another team at the cutover
    to_team: str  # "": not named yet
    purpose: str  # permanent, cover
    state: str  # open, on_hold, closed, cancelled
    stage: str
    stage_title: Message
    following: str  # the next stage's key; "" at the end
    following_title: Message | None
    confidential: bool
    readers: tuple[Who, ...]  # named readers while confidential, else none
    why: str
    gets_better: str
    stays: str
    recount: bool  # days off changed since its dates were counted
    risk: int  # 0 to 100
    undecided: int  # guards that wait for a leader
    notice: int | None  # business days from announcement to cutover; None where the playbook asks none
    notice_asked: int | None
    playbook: str
    playbook_key: str
    playbook_version: int
    created_by: str
    created_at: datetime
    closed_at: datetime | None
    outcome: str  # of a closed plan
    ending: str  # why it ended
    told_client: str  # of a cancelled one
    put_right: str
    held_on: date | None
    held_why: str
    resumes_on: date | None
    today: date  # in the client's zone
    tz: str


@dataclass(frozen=True, slots=True)
class MissingLine:
    """What a gate lacks; `hint` and `subject` as in `rules.gates.Missing`; `step` to link to, if a step."""

    message: Message
    hint: str
    subject: str = ""
    step: UUID | None = None


@dataclass(frozen=True, slots=True)
class GateLine:
    key: str
    label: Message
    state: str  # open, closed, waived
    waivable: bool
    missing: tuple[MissingLine, ...] = ()
    waived_by: str = ""
    waived_at: datetime | None = None
    waived_why: str = ""


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage on the rail. `gates` are those of the next stage; the others' are not asked."""

    key: str
    title: Message
    summary: Message
    state: str  # done, now, ahead
    entered_at: datetime | None
    gates: tuple[GateLine, ...]
    steps: int
    steps_done: int
    new_owner_role: str = ""  # entering it makes the holder of this role the account's owner
    ends_owner: bool = False  # entering it ends the outgoing rep's ownership
    closes: bool = False  # entering it closes the plan


@dataclass(frozen=True, slots=True)
class StepLine:
    uuid: UUID
    version: int
    key: str
    title: Message
    number: int  # which repetition of several; 0 when it comes once
    stage: str
    kind: str  # task, meeting, check-in, decision
    due_on: date
    planned_on: date
    lost: int  # business days that short notice took from the step; 0: none
    pinned: bool
    state: str  # done, late, today, ahead
    owner_role: str
    owner: Who | None  # None: nobody yet; the role owes it
    done_at: datetime | None
    done_by: str
    note: str

    @property
    def done(self) -> bool:
        return self.done_at is not None

    @property
    def compressed(self) -> bool:
        return self.lost > 0


@dataclass(frozen=True, slots=True)
class StepGroup:
    """The steps of one stage, by date."""

    key: str
    title: Message
    state: str  # done, now, ahead
    steps: tuple[StepLine, ...]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def late(self) -> int:
        return sum(step.state == "late" for step in self.steps)


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role on the plan and who holds it."""

    role: str
    title: Message
    people: tuple[Who, ...]
    editable: bool  # the outgoing rep is given by the account
    several: bool  # more than one person may hold it
    owes: int  # open steps that this role owes


@dataclass(frozen=True, slots=True)
class AnchorLine:
    key: str
    title: Message
    on: date
    past: bool
    works_on: date  # the business day on which its own steps fall: `on`, or the first one after it
    promised_at: datetime | None = None  # when the client was told of it in writing


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what changed: from and to, a date, names or words."""

    what: Message
    before: date | str | Message
    after: date | str | Message


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening in the plan's history."""

    kind: str  # one of rules.history.KINDS
    at: datetime
    by: str
    message: Message
    why: str | Message = ""  # somebody's words, or ours
    changes: tuple[Change, ...] = ()
    change_set: UUID | None = None  # undo by this, if it still fits


@dataclass(frozen=True, slots=True)
class PacketLine:
    uuid: UUID
    version: int
    edition: str
    made_at: datetime
    completeness: int = 0


@dataclass(frozen=True, slots=True)
class PlanPage:
    header: Header
    stages: tuple[StageLine, ...]
    groups: tuple[StepGroup, ...]
    people: tuple[RoleLine, ...]
    anchors: tuple[AnchorLine, ...]
    history: tuple[Entry, ...]
    timeline: Timeline
    packet: PacketLine | None = None  # the newest internal one

    @property
    def following(self) -> StageLine | None:
        """The stage that the plan moves to next."""
        return next((stage for stage in self.stages if stage.key == self.header.following), None)

    @property
    def stage_number(self) -> int:
        """The place of the present stage, counted from 1."""
        return [stage.key for stage in self.stages].index(self.header.stage) + 1

    @property
    def cutover(self) -> AnchorLine | None:
        return next((anchor for anchor in self.anchors if anchor.key == "cutover"), None)

    @property
    def short_notice(self) -> bool:
        header = self.header
        return bool(header.notice_asked) and (header.notice or 0) < (header.notice_asked or 0)

    @property
    def steps_total(self) -> int:
        return sum(len(group.steps) for group in self.groups)

    @property
    def steps_done(self) -> int:
        return sum(group.done for group in self.groups)

    @property
    def late(self) -> int:
        return sum(group.late for group in self.groups)

    @property
    def outgoing(self) -> Who | None:
        return self.holder("outgoing")

    @property
    def incoming(self) -> Who | None:
        return self.holder("incoming")

    @property
    def interim(self) -> Who | None:
        return self.holder("interim")

    def holder(self, role: str) -> Who | None:
        """Who holds a role, the first of several."""
        held = (who for line in self.people if line.role == role for who in line.people)
        return next(held, None)

    @property
    def gone(self) -> tuple[tuple[Who, int], ...]:
        """Whoever has left and still owes steps, with how many."""
        owed: dict[UUID, tuple[Who, int]] = {}
        for group in self.groups:
            for step in group.steps:
                if step.owner and step.owner.left and not step.done:
                    _who, count = owed.get(step.owner.uuid, (step.owner, 0))
                    owed[step.owner.uuid] = (step.owner, count + 1)
        return tuple(owed.values())

    @property
    def closed_gates(self) -> tuple[GateLine, ...]:
        """What keeps the plan from its next stage."""
        return tuple(
            gate
            for stage in self.stages
            if stage.key == self.header.following
            for gate in stage.gates
            if gate.state == "closed"
        )

    @property
    def compressed(self) -> tuple[StepLine, ...]:
        """Steps that lost time to short notice and are not done."""
        return tuple(
            step for group in self.groups for step in group.steps if step.compressed and not step.done
        )
