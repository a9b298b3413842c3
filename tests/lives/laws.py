"""What holds of a plan at every moment, whatever was done to it. Each law counts for itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from accounts.models import Person
from accounts.selectors.calendar import today_of
from transitions.models import ChangeSet, HandoverPlan, PlanReader, PlanState, PlanStep, SponsorCheckIn
from transitions.rules.story import ACKNOWLEDGEMENT
from transitions.rules.support import TAKEOVER
from transitions.selectors.plans import due_items
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans

FAR = timedelta(days=8 * 366)


def no_step_is_lost_or_doubled(plan: HandoverPlan, seen: Mapping[str, int]) -> None:
    """Rows stay the rows that they were, and each step of the playbook has at least one."""
    rows = dict(plan.steps.values_list("key", "pk"))
    assert plan.steps.count() == len(rows)
    assert seen.items() <= rows.items(), f"steps are gone: {set(seen) - set(rows)}"
    standing = set(plan.steps.standing().values_list("key", flat=True))
    told = _dropped_on_record(plan)
    for step in playbook_of(plan.playbook, plan.tier).steps():
        own = {key for key in rows if key.partition("/")[0] == step.key}
        assert own, f"{step.key} has no row"
        assert own & standing or own <= told, f"{step.key} was dropped without a record"
    dropped = set(rows) - standing
    assert dropped <= told, f"dropped without a record: {dropped - told}"


def _dropped_on_record(plan: HandoverPlan) -> set[str]:
    """Keys of the steps of which a deed on the plan's record says something."""
    keys = dict(plan.steps.values_list("pk", "key"))
    asked = {row.pk: row.step.key for row in plan.acknowledgements.select_related("step")}
    taken = {row.pk: row.step.key for row in plan.takeovers.select_related("step") if row.step}
    found = set()
    for changes in ChangeSet.objects.filter(plan=plan).values_list("changes", flat=True):
        for change in changes:
            if change["model"] in ("step", "promise"):
                found.add(keys.get(change["id"]))
            elif change["model"] == "acknowledgement":
                found.add(asked.get(change["id"]))
            elif change["model"] == "takeover":
                found.add(taken.get(change["id"]))
    return found


def every_kind_has_what_stands_behind_it(plan: HandoverPlan) -> None:
    """A check-in has its promise and a meeting with the client its meeting, and both agree with the step."""
    for step in plan.steps.select_related("check_in", "meeting"):
        if step.kind == "check-in":
            promise = step.check_in
            assert promise.plan_id == plan.pk
            if promise.let_go_at is not None:
                assert step.dropped_at is not None, f"{step.key} was let go, and is owed again"
            if promise.delivered_on is not None:
                assert step.done_at is not None, f"{step.key} was kept, and is owed again"
        meeting = getattr(step, "meeting", None)
        if meeting is not None and step.dropped_at is None and step.kind == "meeting":
            assert (meeting.held_at is None) == (step.done_at is None), step.key
        rule = playbook_of(plan.playbook, plan.tier).step(step.key)
        if rule is not None and rule.kind == "meeting" and rule.purpose and step.dropped_at is None:
            assert meeting is not None, f"{step.key} has no meeting"


def what_is_done_stays(plan: HandoverPlan, done: Mapping[int, tuple[datetime, date]]) -> None:
    """A step that is done keeps its moment and its day until somebody says that it is not."""
    now = {pk: (at, on) for pk, at, on in _done(plan)}
    lost = {pk: (was, now.get(pk)) for pk, was in done.items() if now.get(pk) != was}
    assert not lost, f"no longer done as it was: {lost}"


def _done(plan: HandoverPlan):
    # Who has read a message, or takes over support, is asked anew when that changes: no step comes undone.
    rows = plan.steps.exclude(done_at=None).exclude(kind__in=(ACKNOWLEDGEMENT, TAKEOVER))
    return rows.values_list("pk", "done_at", "due_on")


def done_of(plan: HandoverPlan) -> dict[int, tuple[datetime, date]]:
    return {pk: (at, on) for pk, at, on in _done(plan)}


def every_due_step_reaches_exactly_one_person(now: datetime) -> None:
    """What is owed by anybody is told to one person, who is with us; of a confidential plan to a reader.

    Such a plan of which every reader has left may be told to nobody.
    """
    people = dict(Person.objects.values_list("pk", "archived_at"))
    until = now.date() + FAR
    told: dict[object, list[int]] = defaultdict(list)
    for item in due_items(list(people), until):
        if item.kind in ("step", "unowned"):
            told[item.step].append(item.person_id)
        elif item.kind in (ACKNOWLEDGEMENT, TAKEOVER):
            told[item.uuid].append(item.person_id)
    readers: dict[int, set[int]] = defaultdict(set)
    for plan, person in PlanReader.objects.filter(person__archived_at=None).values_list("plan", "person"):
        readers[plan].add(person)
    due, secret = {}, {}
    for step, key, plan, released in PlanStep.objects.due_by(until).values_list(
        "uuid", "key", "plan", "plan__released_at"
    ):
        if released is None:
            secret[step] = readers[plan]
        if released is not None or readers[plan]:
            due[step] = key
    told = {step: persons for step, persons in told.items() if step in due or secret.get(step)}
    assert set(told) == set(due)
    for step, persons in told.items():
        assert len(persons) == 1, f"{due[step]} is told to {persons}"
        assert people[persons[0]] is None, f"{due[step]} is told to somebody who has left"
        if step in secret:
            assert persons[0] in secret[step], f"{due[step]} is told to somebody who may not know of it"


def no_promise_is_without_an_owner(now: datetime) -> None:
    """After the tick, whoever keeps a promise is with us, unless nobody is left who may know of the plan."""
    carried = SponsorCheckIn.objects.carried().values("step")
    owed = PlanStep.objects.undone().filter(kind="check-in", pk__in=carried)
    owed = owed.exclude(plan__released_at=None, plan__steward__archived_at__isnull=False)
    orphans = owed.filter(owner__archived_at__isnull=False).values_list("key", "owner__name", "plan__state")
    assert not orphans, f"kept by somebody who has left: {list(orphans)}"


def kept_sums_equal_recounts(plan: HandoverPlan, now: datetime) -> None:
    """What lists read of the plan is what its rows say, counted here one by one."""
    today = today_of(plan.account, now)
    standing = list(plan.steps.standing())
    undone = [step for step in standing if step.done_at is None]
    promises = [step for step in standing if step.kind == "check-in"]
    open_now = undone if plan.state == PlanState.OPEN else []
    counts = plan.owes_promises or plan.is_open
    owed = [step for step in promises if step.done_at is None and counts]
    roles = set(plan.roles.values_list("assignment__role", flat=True))
    expected = {
        "cutover_on": plan.anchors.get(key="cutover").falls_on,
        "next_due_on": min((step.due_on for step in open_now), default=None),
        "decides_on": min((step.due_on for step in open_now if step.kind == "decision"), default=None),
        "late_steps": sum(step.due_on < today for step in open_now),
        "promises_owed": len(owed),
        "promises_missed": sum(step.due_on < today for step in owed),
        "promises_kept": sum(step.done_at is not None for step in promises) if counts else 0,
        "has_incoming": "incoming" in roles,
        "has_second_choice": "second_choice" in roles,
    }
    assert {name: getattr(plan, name) for name in expected} == expected
    kept = {name: getattr(plan, name) for name in ("risk", "undecided")}
    plans.refresh_risk(now)
    again = HandoverPlan.objects.get(pk=plan.pk)
    assert {name: getattr(again, name) for name in kept} == kept, "the tick counts otherwise"


def roles_agree_with_the_account(plan: HandoverPlan) -> None:
    """Nobody holds a role twice, and the account has one owner at most."""
    held = Counter(plan.roles.values_list("assignment__role", "assignment__person"))
    assert set(held.values()) <= {1}
    assert plan.account.assignments.live().filter(role="owner").count() <= 1
