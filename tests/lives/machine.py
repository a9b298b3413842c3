"""A plan lives at random: every verb and every tick, in any order, refused or done, with the laws between.

Hypothesis chooses; what it chooses are numbers, which pick from the rows that are there. Each life is rolled
back at its end, so that the next begins with the same company.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.models import Account, ClientRequest, Contact, Person, Role
from accounts.selectors.calendar import calendar_of, today_of
from accounts.services import clients
from accounts.services import people as accounts_people
from accounts.services.people import PeopleRefused
from tests.factories import NOW, make_account, make_contact, make_person, make_user
from tests.lives import laws
from tests.transitions.conftest import make_packet
from transitions.models import (
    ChangeSet,
    Concern,
    CustomerMeeting,
    HandoverPlan,
    PlanStep,
    PlaybookVersion,
    SponsorCheckIn,
    TakeOver,
)
from transitions.rules import gates
from transitions.rules.guardrails import seen
from transitions.rules.playbooks import SHIPPED, Playbook
from transitions.selectors.plans import history_of
from transitions.selectors.plans.facts import facts_of
from transitions.selectors.plans.guardrails import circumstances, read, standing
from transitions.selectors.playbooks import playbook_of
from transitions.selectors.record import record_of
from transitions.services import concerns, digests, meetings, plans, record, sponsors, story, support
from transitions.services.plans.promised import WITH_CLIENT

REFUSED = (
    plans.PlanRefused,
    plans.GatesClosed,
    plans.NoFurtherStage,
    plans.PlanNotOpen,
    plans.WaiverRefused,
    plans.StepRefused,
    plans.CannotUndo,
    plans.DecisionRefused,
    PeopleRefused,
)
ROLES = ("incoming", "second_choice", "interim", "sponsor", "support")
CHANNELS = ("face_to_face", "video", "phone", "email")
BOOKS = {book.key: book for book in SHIPPED}
TIERS = ("strategic", "standard", "small")
ENDED = ("closed", "cancelled")

number = st.integers(0, 1000)
Row = TypeVar("Row", bound=Model)


class PlanLife(RuleBasedStateMachine):
    cast: SimpleNamespace  # set by whoever runs the machine
    plan: HandoverPlan

    def __init__(self) -> None:
        super().__init__()
        self.life = transaction.atomic()
        self.life.__enter__()
        self.now = NOW
        self.done: dict[int, tuple[Any, Any]] = {}
        self.seen: dict[str, int] = {}
        self.begun = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.life.__exit__(None, None, None)

    # What the rules are made of

    def fresh(self) -> HandoverPlan:
        self.plan = HandoverPlan.objects.select_related("account", "playbook", "created_by").get(
            pk=self.plan.pk
        )
        return self.plan

    def playbook(self) -> Playbook:
        return playbook_of(self.plan.playbook, self.plan.tier)

    def pick(self, rows: QuerySet[Row], n: int) -> Row | None:
        found = list(rows.order_by("pk"))
        return found[n % len(found)] if found else None

    def person(self, n: int) -> Person:
        found = self.pick(Person.objects.filter(pk__in=self.crew), n)
        assert found is not None
        return found

    def colleague(self, n: int) -> Person:
        found = self.pick(Person.objects.filter(pk__in=self.crew, archived_at=None), n)
        assert found is not None
        return found

    @property
    def by(self) -> Person:
        """Whoever does the deeds: an administrator who stays."""
        return Person.objects.get(pk=self.root.pk)

    @property
    def contact(self) -> Contact:
        return self.plan.account.contacts.order_by("pk").first()

    def do(self, deed: Callable[..., Any], *, open_again: bool = False, **asked: Any) -> bool:
        """Do it, or be refused. What was done stands in the history; what was refused changed nothing."""
        self.fresh()
        self.now += timedelta(minutes=1)
        before = self.whole()
        try:
            with transaction.atomic():
                deed(by=self.by, now=self.now, **asked)
        except REFUSED:
            assert self.whole() == before
            return False
        plan = self.fresh()
        if self.whole() != before:
            told = [entry for entry in history_of(plan) if entry.at == self.now]
            untold = open_again and any(entry.at >= self.now for entry in history_of(plan))
            assert told or untold, f"{deed.__name__} stands nowhere in the history"
        return True

    def whole(self) -> tuple[Any, ...]:
        """All of the plan that a verb may change."""
        plan = HandoverPlan.objects.filter(pk=self.plan.pk)
        steps = (
            "pk",
            "stage",
            "due_on",
            "planned_on",
            "pinned",
            "promised_at",
            "owner",
            "done_at",
            "dropped_at",
        )
        return (
            *plan.values_list("stage", "state", "mode", "outcome", "released_at", "why", "to_team"),
            *plan.values_list("steps__pk").order_by("steps__pk"),
            *PlanStep.objects.filter(plan=self.plan).order_by("pk").values_list(*steps),
            *self.plan.anchors.order_by("pk").values_list("key", "falls_on", "promised_at"),
            *self.plan.roles.order_by("pk").values_list("assignment__role", "assignment__person"),
            *self.plan.concerns.order_by("pk").values_list("pk", "version"),
            *self.plan.meetings.order_by("pk").values_list("pk", "held_at", "starts_at", "waived_at"),
            self.plan.waivers.count(),
            self.plan.approvals.count(),
            self.plan.narratives.count(),
        )

    def alive(self) -> bool:
        return self.begun and self.plan.is_open

    # A life begins

    @initialize(
        key=st.sampled_from(sorted(BOOKS)), tier=st.sampled_from(TIERS), n=number, ahead=st.integers(0, 90)
    )
    def start(self, key: str, tier: str, n: int, ahead: int) -> None:
        cast, book = self.cast, BOOKS[key]
        crew = (cast.olga, cast.ivan, cast.bea, cast.sam, cast.vera, cast.ada)
        self.crew = [person.pk for person in crew]
        self.root = make_person("Rosa Root")
        make_user(self.root, Role.ADMINISTRATOR)
        account: Account = make_account("Acme", team=cast.east, owner=cast.olga, tier=tier)
        make_contact(account, "Carla Client")
        if n % 5 == 0:
            ClientRequest.objects.create(
                account=account, owner=cast.olga, title="Down", opened_on=NOW.date(), escalated=True
            )
        cutover = NOW.date() + timedelta(days=ahead)
        anchors = {"cutover": cutover}
        if book.anchor("return"):
            anchors["return"] = cutover + timedelta(days=90)
        version = PlaybookVersion.objects.filter(key=book.key).order_by("-version").first()
        whom = {"incoming": cast.ivan, "second_choice": cast.bea, "interim": cast.bea, "sponsor": cast.sam}
        named = {role: [one] for at, (role, one) in enumerate(whom.items()) if n >> at & 1}
        asked = {
            "account": account,
            "playbook": version,
            "reason": book.reason or "promotion",
            "people": {role: people for role, people in named.items() if role in book.roles},
            "to_team": cast.west if book.moves_team else None,
            "why": "Olga leads the east from now on.",
            "gets_better": "Ivan knows your industry.",
            "stays": "Your prices.",
            "confidential": n % 7 == 0,
            "readers": [cast.ivan, cast.vera] if n % 2 else [],
            "by": (cast.ada, cast.vera, cast.olga)[n % 3],  # who may leave as everybody may
            "now": self.now,
        }
        try:
            self.plan = plans.start(anchors=anchors, **asked)
        except plans.PlanRefused:  # too near for this playbook
            far = {key: day + timedelta(days=270) for key, day in anchors.items()}
            self.plan = plans.start(anchors=far, **asked)
        make_packet(self.plan, self.by)
        self.begun = True
        self.fresh()

    # Steps

    @precondition(alive)
    @rule(n=number)
    def complete(self, n: int) -> None:
        if step := self.pick(self.plan.steps.undone(), n):
            self.do(plans.complete_step, step=step, version=step.version)

    @precondition(alive)
    @rule(n=number)
    def reopen_a_step(self, n: int) -> None:
        step = self.pick(self.plan.steps.exclude(done_at=None), n)
        if step is not None and self.do(plans.reopen_step, step=step, version=step.version):
            self.done.pop(step.pk, None)

    @precondition(alive)
    @rule(n=number, to=number)
    def reassign(self, n: int, to: int) -> None:
        rows = list(self.plan.steps.undone().order_by("pk"))[n % 3 :: 3]
        steps = {step.pk: step.version for step in rows}
        self.do(plans.reassign, plan=self.plan, steps=steps, person=self.person(to))

    @precondition(alive)
    @rule(times=st.integers(1, 4))
    def press_on(self, times: int) -> None:
        """Do what the stage asks when it is due, decide and waive, and go on, so that lives get far."""
        for _ in range(times):
            if not self.plan.is_open:
                return
            for role, person in (("incoming", self.cast.ivan), ("sponsor", self.cast.sam)):
                people = [Person.objects.get(pk=person.pk)]
                if not self.plan.roles.filter(assignment__role=role).exists():
                    self.do(
                        plans.set_people, plan=self.plan, role=role, people=people, version=self.plan.version
                    )
            ours = self.plan.steps.undone().filter(stage=self.plan.stage).order_by("due_on", "pk")
            days = [step.due_on for step in ours] + [
                anchor.falls_on for anchor in self.plan.anchors.filter(key="announcement")
            ]
            self.now = max(self.now, datetime.combine(max(days), time(18), tzinfo=UTC))
            self.tick()
            for step in ours:
                step.refresh_from_db()
                if meeting := CustomerMeeting.objects.filter(step=step).first():
                    self.hold_it(meeting, meeting.channel or "phone")
                elif step.kind == "check-in":
                    self.keep_it(step)
                elif step.kind == "record":
                    self.check_the_rest_of_the_record()
                elif step.kind == "takeover":
                    self.say_it(step.takeover)
                else:
                    self.do(plans.complete_step, step=step, version=step.version)
            self.agree_on_the_message(0)
            for n in range(self.plan.acknowledgements.count()):
                self.department(n, "read")
            for n in range(5):
                self.decide(n, "approved")
            following = self.playbook().following(self.plan.stage)
            for gate in following.gates if following else ():
                self.do(plans.waive, plan=self.plan, gate=gate.key, reason="It must go on.")
            self.advance()

    # Dates

    @precondition(alive)
    @rule(n=number, days=st.integers(-30, 60), confirmed=st.booleans())
    def move_an_anchor(self, n: int, days: int, confirmed: bool) -> None:
        anchor = self.pick(self.plan.anchors.all(), n)
        self.do(
            plans.move_anchor,
            plan=self.plan,
            key=anchor.key,
            to=anchor.falls_on + timedelta(days=days),
            version=self.plan.version,
            why="The client asks for it.",
            confirmed=confirmed,
        )

    @precondition(alive)
    @rule(n=number)
    def tell_the_client_a_date(self, n: int) -> None:
        self.do(plans.tell_client, plan=self.plan, key=self.pick(self.plan.anchors.all(), n).key)

    @precondition(alive)
    @rule(n=number, days=st.integers(-9, 40), confirmed=st.booleans())
    def move_a_step(self, n: int, days: int, confirmed: bool) -> None:
        if step := self.pick(self.plan.steps.undone(), n):
            to = step.due_on + timedelta(days=days)
            self.do(plans.move_step, step=step, to=to, version=step.version, confirmed=confirmed)

    @precondition(alive)
    @rule(n=number, mistake=st.booleans())
    def tell_the_client_a_day(self, n: int, mistake: bool) -> None:
        if step := self.pick(self.plan.steps.undone().filter(kind__in=WITH_CLIENT), n):
            verb = plans.untell_client_of if mistake else plans.tell_client_of
            self.do(verb, step=step, version=step.version)

    @precondition(alive)
    @rule(n=number)
    def unpin(self, n: int) -> None:
        if step := self.pick(self.plan.steps.undone().filter(pinned=True), n):
            self.do(plans.unpin_step, step=step, version=step.version)

    @precondition(alive)
    @rule(n=st.integers(0, 2))
    def undo(self, n: int) -> None:
        sets = list(ChangeSet.objects.filter(plan=self.plan).order_by("-pk")[:3])
        if sets:
            self.do(plans.undo, change_set=sets[n % len(sets)])

    # People

    @precondition(alive)
    @rule(role=st.sampled_from(ROLES), n=number, several=st.integers(0, 2))
    def set_people(self, role: str, n: int, several: int) -> None:
        people = [self.person(n + at) for at in range(several)]
        self.do(plans.set_people, plan=self.plan, role=role, people=people, version=self.plan.version)

    @precondition(lambda self: self.begun)
    @rule(n=number)
    def somebody_leaves(self, n: int) -> None:
        person = self.person(n)
        if person.archived_at is None:
            self.do(accounts_people.archive, person=person, version=person.version)
            self.tick()

    @precondition(lambda self: self.begun)
    @rule(n=number)
    def somebody_returns(self, n: int) -> None:
        if person := self.pick(Person.objects.filter(pk__in=self.crew).exclude(archived_at=None), n):
            self.do(accounts_people.reactivate, person=person, version=person.version)

    @precondition(alive)
    @rule(n=number, several=st.integers(1, 3))
    def set_readers(self, n: int, several: int) -> None:
        people = [self.person(n + at) for at in range(several)]
        self.do(plans.set_readers, plan=self.plan, people=people, version=self.plan.version)

    # Gates and stages

    @precondition(alive)
    @rule(n=number)
    def waive(self, n: int) -> None:
        found = self.playbook().gates()
        self.do(plans.waive, plan=self.plan, gate=found[n % len(found)].key, reason="It must go on.")

    @precondition(alive)
    @rule(n=number, verdict=st.sampled_from(["approved", "approved", "declined"]))
    def decide(self, n: int, verdict: str) -> None:
        found = read([self.plan])[self.plan.pk]
        calendar = calendar_of(self.plan.account, today_of(self.plan.account, self.now))
        states = standing(self.plan, found, calendar)
        if states:
            state = states[n % len(states)]
            over = seen(circumstances(self.plan, found, calendar).basis, state)
            asked = {"guard": state.guard, "verdict": verdict, "reason": "We know them.", "over": over}
            self.do(plans.decide, plan=self.plan, **asked)

    @precondition(alive)
    @rule()
    def advance(self) -> None:
        """No stage begins while a gate of it is closed: asked of everything that gates may know."""
        plan = self.fresh()
        following = self.playbook().following(plan.stage)
        closed = ()
        if following is not None:
            facts = facts_of(plan, today_of(plan.account, self.now + timedelta(minutes=1)))
            closed = gates.closed(self.playbook(), following.key, facts)
        was = plan.stage
        went = self.do(plans.advance, plan=plan, version=plan.version)
        assert not (went and closed), f"{following.key} began, and is shut by {closed}"
        assert went or closed or following is None or plan.state != "open", "an open gate was kept shut"
        assert self.plan.stage == (following.key if went else was)

    @precondition(alive)
    @rule()
    def release(self) -> None:
        self.do(plans.release, plan=self.plan, version=self.plan.version)

    # The message to the client

    @precondition(alive)
    @rule(n=number)
    def agree_on_the_message(self, n: int) -> None:
        asked = {"plan": self.plan, "version": self.plan.version, "who_now": f"Whoever is number {n % 2}."}
        self.do(story.approve, **asked)

    @precondition(alive)
    @rule(n=number, deed=st.sampled_from(["read", "excuse", "include"]))
    def department(self, n: int, deed: str) -> None:
        row = self.pick(self.plan.acknowledgements.all(), n)
        if row is None:
            return
        newest = self.plan.narratives.order_by("-version").first()
        if deed == "read":
            self.do(story.acknowledge, acknowledgement=row, narrative_version=newest.version)
        elif deed == "excuse":
            self.do(story.excuse, acknowledgement=row, version=row.version, why="They never meet.")
        elif row.excused:
            self.do(story.include, acknowledgement=row, version=row.version)

    # The record of the client, and their support

    @precondition(alive)
    @rule()
    def check_the_rest_of_the_record(self) -> None:
        self.do(record.confirm_rest, plan=self.plan, seen=record_of(self.plan).seen)

    @precondition(alive)
    @rule(n=number, deed=st.sampled_from(["confirm", "correct", "ask"]))
    def go_on_with_the_record(self, n: int, deed: str) -> None:
        fields = record_of(self.plan).fields
        found = fields[n % len(fields)]
        asked: dict[str, Any] = {"plan": self.plan, "field": found.key}
        if deed == "confirm":
            self.do(record.confirm, seen=found.mark, version=found.version, **asked)
        elif deed == "correct":
            account = Account.objects.get(pk=self.plan.account_id)
            account.industry = f"Industry {n % 3}"
            change = partial(clients.edit, account=account, version=account.version, by=self.by, now=self.now)
            self.do(record.correct, plan=self.plan, field="industry", change=change)
        else:
            due_on = today_of(self.plan.account, self.now) + timedelta(days=n % 9)
            self.do(record.ask, owner=self.person(n), due_on=due_on, what="It is old.", **asked)

    @precondition(alive)
    @rule(n=number, to=number, stays=st.booleans())
    def hand_over_support(self, n: int, to: int, stays: bool) -> None:
        self.do(
            support.add,
            plan=self.plan,
            capacity=("engineer", "service", "Hotline")[n % 3],
            from_person=self.person(n),
            to_person=None if stays else self.person(to),
            falls_on=today_of(self.plan.account, self.now) + timedelta(days=n % 5),
        )

    @precondition(alive)
    @rule(n=number, deed=st.sampled_from(["say", "edit", "withdraw"]), to=number)
    def go_on_with_support(self, n: int, deed: str, to: int) -> None:
        row = self.pick(self.plan.takeovers.live(), n)
        if row is None:
            return
        asked = {"takeover": row, "version": row.version}
        if deed == "say":
            self.say_it(row)
        elif deed == "edit":
            given = {"capacity": row.capacity, "from_person": row.from_person, "falls_on": row.falls_on}
            self.do(support.edit, to_person=self.person(to) if to % 4 else None, **given, **asked)
        else:
            self.do(support.withdraw, **asked)

    def say_it(self, row: TakeOver) -> None:
        def say(*, by: Person, **asked: Any) -> TakeOver:
            return support.say(by=row.to_person or by, **asked)

        self.do(say, takeover=row, version=row.version)

    # Concerns and meetings

    @precondition(alive)
    @rule(n=number, serious=st.sampled_from(["green", "amber", "red"]))
    def raise_a_concern(self, n: int, serious: str) -> None:
        self.do(
            concerns.add,
            plan=self.plan,
            words="Who answers on Fridays?",
            seriousness=serious,
            owner=self.colleague(n),
            raised_on=today_of(self.plan.account, self.now),
            raised_by=self.contact,
        )

    @precondition(alive)
    @rule(n=number, deed=st.sampled_from(["answer", "confirm", "reopen", "withdraw", "bring_back"]))
    def go_on_with_a_concern(self, n: int, deed: str) -> None:
        concern = self.pick(Concern.objects.filter(plan=self.plan), n)
        if concern is None or (deed == "bring_back" and concern.archived_at is None):
            return
        today = today_of(self.plan.account, self.now)
        asked: dict[str, Any] = {
            "answer": {"answer": "Ivan does."},
            "confirm": {
                "confirmed_by": self.contact,
                "confirmed_on": today,
                "confirmed_how": "phone",
            },
            "bring_back": {},
        }.get(deed, {"why": "It is not so."})
        self.do(getattr(concerns, deed), concern=concern, version=concern.version, **asked)

    @precondition(alive)
    @rule(n=number, deed=st.sampled_from(["hold", "arrange", "call_off", "waive"]), channel=number)
    def go_on_with_a_meeting(self, n: int, deed: str, channel: int) -> None:
        meeting = self.pick(self.plan.meetings.standing(), n)
        if meeting is None:
            return
        asked = {"meeting": meeting, "version": meeting.version}
        if deed == "hold":
            self.hold_it(meeting, CHANNELS[channel % len(CHANNELS)])
        elif deed == "waive":
            self.do(meetings.waive_channel, why="They are abroad.", **asked)
        elif deed == "call_off":
            self.do(plans.call_off_meeting, **asked)
        else:
            self.do(
                plans.arrange_meeting,
                starts_at=self.now + timedelta(days=channel % 60, hours=1),
                minutes=60,
                place="Their office",
                people=[self.colleague(channel)],
                contacts=[self.contact],
                **asked,
            )

    def hold_it(self, meeting: CustomerMeeting, channel: str) -> None:
        anchor = self.plan.anchors.filter(key="announcement").first()
        held_at = datetime.combine(anchor.falls_on, time(15), tzinfo=UTC) if anchor else self.now
        self.do(
            meetings.debrief,
            meeting=meeting,
            version=meeting.version,
            held_at=min(held_at, self.now),
            channel_held=channel,
            people=[self.by],
            contacts=[self.contact],
            said="Forty minutes, friendly.",
        )

    # Promises, which outlive the plan

    @precondition(lambda self: self.begun)
    @rule(n=number, deed=st.sampled_from(["deliver", "let_go", "edit", "rehome", "warm_up"]), to=number)
    def go_on_with_a_promise(self, n: int, deed: str, to: int) -> None:
        step = self.pick(self.plan.steps.undone().filter(kind="check-in"), n)
        if step is None:
            return
        asked = {"step": step, "version": step.version}
        if deed == "deliver":
            self.keep_it(step, CHANNELS[to % len(CHANNELS)], to)
        elif deed == "let_go":
            self.do(sponsors.let_go, reason="They ask for less.", **asked)
        elif deed == "edit":
            self.do(sponsors.edit, channel="phone", contact=self.contact, in_writing=to % 2 == 0, **asked)
        elif deed == "rehome":
            versions = {str(step.uuid): step.version}
            self.do(sponsors.rehome, plan_id=self.plan.pk, versions=versions, to=self.colleague(to))
        elif series := SponsorCheckIn.objects.get(step=step).series:
            self.do(sponsors.warm_up, plan_id=self.plan.pk, series=series, reason="They call us.")

    def keep_it(self, step: PlanStep, channel: str = "phone", to: int = 0) -> None:
        self.do(
            sponsors.deliver,
            step=step,
            version=step.version,
            channel=channel,
            on=today_of(self.plan.account, self.now),
            evidence="All is well.",
            contact=self.contact,
            person=self.colleague(to),
        )

    # The plan's own life

    @precondition(alive)
    @rule(n=number, days=st.integers(1, 40), shift=st.booleans(), confirmed=st.booleans())
    def rest(self, n: int, days: int, shift: bool, confirmed: bool) -> None:
        plan = self.plan
        if plan.state == "on_hold":
            self.do(plans.resume, plan=plan, shift=shift, version=plan.version, confirmed=confirmed)
        else:
            self.do(plans.hold, plan=plan, why="A strike.", resumes_on=None, version=plan.version)

    @precondition(alive)
    @rule(days=st.integers(0, 20), interim=number)
    def turn_hard(self, days: int, interim: int) -> None:
        self.do(
            plans.switch,
            plan=self.plan,
            given={"cutover": today_of(self.plan.account, self.now) + timedelta(days=days)},
            interim=self.person(interim) if interim % 3 else None,
            why="Olga leaves on Friday.",
            version=self.plan.version,
            confirmed=True,
        )

    @precondition(alive)
    @rule(outcome=st.sampled_from(["cancelled", "handed_over", "client_lost"]), n=st.integers(0, 2))
    def end(self, outcome: str, n: int) -> None:
        plan = self.plan
        if n:  # most lives go on
            return
        if outcome == "cancelled":
            texts = {"why": "No change.", "told_client": "Nothing.", "put_right": "Nothing has to be."}
            self.do(plans.cancel, plan=plan, version=plan.version, **texts)
        else:
            self.do(plans.close, plan=plan, outcome=outcome, why="So it is.", version=plan.version)

    @precondition(lambda self: self.begun and self.plan.state in ENDED)
    @rule()
    def open_again(self) -> None:
        self.do(plans.reopen, plan=self.plan, why="They stay.", version=self.plan.version)

    # The clock

    @precondition(lambda self: self.begun)
    @rule(days=st.integers(1, 45))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.tick()
        digests.write_due(now=self.now)

    def tick(self) -> None:
        """What the clock starts; a second time changes nothing."""
        plans.hand_on()
        sponsors.carry_on(now=self.now)
        sponsors.rehome_left(now=self.now)
        support.ask_for_another(now=self.now)
        plans.refresh_risk(self.now)
        self.fresh()
        again = (plans.hand_on(), sponsors.carry_on(now=self.now), sponsors.rehome_left(now=self.now))
        assert again == (0, 0, 0)
        assert support.ask_for_another(now=self.now) == 0

    # The laws

    @invariant()
    def holds(self) -> None:
        if not self.begun:
            return
        plan = self.fresh()
        laws.no_step_is_lost_or_doubled(plan, self.seen)
        laws.every_kind_has_what_stands_behind_it(plan)
        laws.what_is_done_stays(plan, self.done)
        laws.every_due_step_reaches_exactly_one_person(self.now)
        laws.no_promise_is_without_an_owner(self.now)
        laws.kept_sums_equal_recounts(plan, self.now)
        laws.roles_agree_with_the_account(plan)
        self.seen = dict(plan.steps.values_list("key", "pk"))
        self.done = laws.done_of(plan)
