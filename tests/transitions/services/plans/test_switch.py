from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import CUTOVER, NOW, TODAY, make_account, publish, start_plan
from transitions.models import CustomerMeeting, HandoverPlan, PlanStep
from transitions.rules.playbooks import SHIPPED
from transitions.selectors.plans import guards_page, plan_page
from transitions.services import plans, playbooks, sponsors, successors

GIVEN = {"cutover": TODAY + timedelta(days=3)}


@pytest.fixture(autouse=True)
def hard(cast):
    return publish("hard-standard")


def switch(plan, cast, **changes):
    plan.refresh_from_db()
    wanted = {"given": GIVEN, "interim": cast.bea, "why": "Olga leaves on Friday."} | changes
    return plans.switch(plan=plan, version=plan.version, by=cast.vera, now=NOW, **wanted)


def whole(plan):
    """Everything about a plan that a switch changes."""
    plan = HandoverPlan.objects.get(pk=plan.pk)
    return (
        (plan.mode, plan.playbook_id, plan.stage),
        set(plan.anchors.values_list("key", "falls_on")),
        set(
            plan.steps.standing().values_list(
                "key", "title", "stage", "kind", "base", "offset", "due_on", "planned_on", "owner", "done_at"
            )
        ),
        set(plan.roles.values_list("assignment__role", "assignment__person")),
    )


@pytest.fixture
def begun(cast, account):
    """A soft plan in the middle of its preparations, with second choice and incoming rep named."""
    people = {"incoming": [cast.ivan], "sponsor": [cast.sam]}
    plan = start_plan(account, cast.vera, people=people, reason="resignation")
    for key in ("guard-rails", "shortlist"):
        step = plan.steps.get(key=key)
        plans.complete_step(step=step, version=1, by=cast.vera, now=NOW)
    return plan


def test_a_soft_plan_turns_hard_in_one_deed(cast, begun, hard):
    rows = dict(begun.steps.values_list("key", "pk"))

    found = switch(begun, cast)

    plan = HandoverPlan.objects.get(pk=begun.pk)
    assert (plan.mode, plan.playbook, plan.stage) == ("hard", hard, "secure")
    assert dict(plan.anchors.values_list("key", "falls_on"))["cutover"] == GIVEN["cutover"]
    assert {"cutover", "announcement", "departure"} == set(plan.anchors.values_list("key", flat=True))
    standing = dict(plan.steps.standing().values_list("key", "pk"))
    # What both know keeps its row; what is done stays; the rest goes and the new comes.
    assert standing["intro-meeting"] == rows["intro-meeting"]
    assert standing["guard-rails"] == rows["guard-rails"]
    assert {"name-interim", "senior-call", "recover-records"} <= set(standing)
    assert not {"shadow", "lead-week", "announce-meeting"} & set(standing)
    assert PlanStep.objects.get(pk=rows["shadow"]).dropped_at == NOW
    assert plan.roles.filter(assignment__role="interim", assignment__person=cast.bea).exists()
    assert plan.steps.get(key="stop-list").owner == cast.bea
    assert found.change_set.why == "Olga leaves on Friday."
    assert plan.cutover_on == GIVEN["cutover"]


def test_the_preview_says_what_is_lost_and_what_is_asked_again(cast, begun):
    begun.account.renewal_on = GIVEN["cutover"]
    begun.account.save()

    seen = plans.preview_switch(plan=begun, given=GIVEN, now=NOW)

    dropped = {key for key, title, day in seen.dropped}
    assert {"shadow", "share", "announce-meeting"} <= dropped
    assert seen.meetings >= 1
    assert (seen.notice, seen.fade, seen.done) == (20, True, 2)
    assert [str(guard) for guard in seen.asked] == ["Renewal"]
    assert "intro-meeting" in {move.key for move in seen.moves}
    assert {"name-interim", "senior-call"} <= {step.key for step in seen.new}
    found = switch(begun, cast)
    assert (found.moves, found.dropped, found.new) == (seen.moves, seen.dropped, seen.new)


def test_approvals_are_asked_again_after_the_switch(cast, begun):
    begun.account.renewal_on = CUTOVER
    begun.account.save()
    (line,) = (line for line in guards_page(begun, NOW).lines if line.raised)
    plans.decide(
        plan=begun, guard="renewal", verdict="approved", reason="Fine.", over=line.over, by=cast.vera, now=NOW
    )

    switch(begun, cast, given={"cutover": CUTOVER - timedelta(days=40)})

    plan = HandoverPlan.objects.get(pk=begun.pk)
    (line,) = (line for line in guards_page(plan, NOW).lines if line.raised)
    assert (line.state, plan.undecided) == ("lapsed", 1)
    assert "soft or hard" in [str(what) for what in line.changed]


def test_undo_puts_everything_back(cast, begun):
    before = whole(begun)
    found = switch(begun, cast)

    plans.undo(change_set=found.change_set, by=cast.vera, now=NOW)

    assert whole(begun) == before


def test_after_undoing_it_can_be_switched_again(cast, begun):
    found = switch(begun, cast)
    hard = whole(begun)
    plans.undo(change_set=found.change_set, by=cast.vera, now=NOW)

    switch(begun, cast)

    assert whole(begun) == hard


def later_step(plan, cast):
    step = plan.steps.get(key="name-interim")
    plans.complete_step(step=step, version=step.version, by=cast.vera, now=NOW + timedelta(minutes=1))


def later_move(plan, cast):
    step = plan.steps.get(key="story")
    to = TODAY + timedelta(days=7)
    plans.move_step(step=step, to=to, version=step.version, by=cast.vera, now=NOW)


def later_note(plan, cast):
    plans.add_note(plan=plan, text="So be it.", by=cast.vera, now=NOW)


@pytest.mark.parametrize("later", [later_step, later_move, later_note])
def test_the_switch_is_undone_only_until_the_next_deed(cast, begun, later):
    found = switch(begun, cast)
    later(begun, cast)

    with pytest.raises(plans.CannotUndo):
        plans.undo(change_set=found.change_set, by=cast.vera, now=NOW + timedelta(hours=1))


def test_steps_pinned_by_hand_keep_their_day(cast, begun):
    step = begun.steps.get(key="intro-meeting")
    day = step.due_on + timedelta(days=1)
    plans.move_step(step=step, to=day, version=step.version, by=cast.vera, now=NOW)

    switch(begun, cast)

    step.refresh_from_db()
    assert (step.due_on, step.pinned, step.stage) == (day, True, "hand-over")


def test_a_plan_that_has_gone_through_stages_keeps_its_history_and_its_done_steps(cast, plan, drive):
    drive(plan, "choose")

    switch(plan, cast, interim=None)

    plan = HandoverPlan.objects.select_related("account__team", "playbook", "created_by").get(pk=plan.pk)
    page = plan_page(plan, cast.users["vera"], timezone.now())
    assert page.groups[0].key == "before"
    assert {step.key for step in page.groups[0].steps} >= {"announce-meeting"}
    told = [str(entry.message) for entry in page.history]
    assert "The plan moved on to: Announce." in told
    assert "The plan was opened." in told
    assert "The plan was switched to a hard cutover." in told


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": " "}, "why"),
        ({"given": {"cutover": TODAY - timedelta(days=500)}}, "cutover"),
        ({"interim": "olga"}, "interim"),
    ],
)
def test_switching_refuses(cast, begun, changes, field):
    if "interim" in changes:
        changes = {"interim": cast.olga}
    before = whole(begun)

    with pytest.raises(plans.PlanRefused) as caught:
        switch(begun, cast, **changes)

    assert field in [name for name, sentence in caught.value.problems]
    assert whole(begun) == before


def test_a_date_promised_in_writing_is_not_moved_unasked(cast, begun):
    begun.anchors.filter(key="cutover").update(promised_at=NOW)

    with pytest.raises(plans.PlanRefused, match="in writing"):
        switch(begun, cast)

    assert [str(title) for title in switch(begun, cast, confirmed=True).promised] == ["Cutover"]


def test_a_hard_plan_and_one_that_has_handed_over_are_not_switched(cast, hard_plan, plan, drive):
    drive(plan, "cutover", now=NOW + timedelta(days=105))

    for one in (hard_plan, plan):
        with pytest.raises(plans.PlanRefused, match="already"):
            switch(one, cast)


def test_switching_takes_as_many_queries_for_many_steps_as_for_few(cast, begun, django_assert_num_queries):
    account = make_account(team=cast.east, owner=cast.olga, tier="small")
    people = {"incoming": [cast.ivan], "sponsor": [cast.sam]}
    small = start_plan(account, cast.vera, people=people, reason="resignation")
    begun.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        switch(small, cast)
    with django_assert_num_queries(len(queries)):
        switch(begun, cast)


def test_a_promise_that_a_leader_let_go_stays_so(cast, begun):
    step = begun.steps.get(key="check-in/5")
    asked = {"version": step.version, "reason": "They ask for less.", "by": cast.vera, "now": NOW}
    sponsors.let_go(step=step, **asked)

    found = switch(begun, cast)

    step.refresh_from_db()
    assert step.dropped_at is not None
    assert step.key not in {move.key for move in found.moves}


def test_what_somebody_added_stays_and_is_shown_so(cast, begun):
    day = GIVEN["cutover"]
    training = successors.add_training(plan=begun, what="Learn it", due_on=day, by=cast.vera, now=NOW)
    gap = successors.hand_back(plan=begun, reason="No contacts", owner=cast.olga, by=cast.ivan, now=NOW)
    begun.refresh_from_db()

    seen = plans.preview_switch(plan=begun, given=GIVEN, now=NOW)
    found = switch(begun, cast)

    assert [key for key, title, on in seen.added] == [training.key, gap.key]
    for step in (training, gap):
        before, step = step.due_on, PlanStep.objects.get(pk=step.pk)
        assert (step.dropped_at, step.stage, step.due_on) == (None, "secure", before)
    plan = HandoverPlan.objects.get(pk=begun.pk)
    later = {"key": "cutover", "to": day + timedelta(days=7), "version": plan.version}
    seen = plans.preview_move_anchor(plan=plan, key="cutover", to=later["to"], now=NOW)
    assert training.key not in {move.key for move in seen.moves}

    plans.undo(change_set=found.change_set, by=cast.vera, now=NOW)
    assert PlanStep.objects.get(pk=training.pk).stage != "secure"


def test_the_days_of_a_switched_plan_are_counted_as_they_are_now(cast, begun):
    begun.account.free_days = [[(TODAY + timedelta(days=20)).isoformat(), "Company day"]]
    begun.account.save()
    assert plans.counted_otherwise([HandoverPlan.objects.select_related("account").get(pk=begun.pk)])

    found = switch(begun, cast)

    fresh = HandoverPlan.objects.select_related("account")
    assert plans.counted_otherwise([fresh.get(pk=begun.pk)]) == []
    plans.undo(change_set=found.change_set, by=cast.vera, now=NOW)
    assert plans.counted_otherwise([fresh.get(pk=begun.pk)])


def test_a_step_that_becomes_a_meeting_or_a_promise_gets_what_belongs_to_it(cast, begun):
    hard = next(book for book in SHIPPED if book.key == "hard-standard")
    tasks = set(begun.steps.filter(kind="task", done_at=None).values_list("key", flat=True))
    shared = next(step.key for step in hard.for_tier("strategic").steps() if step.key in tasks)
    stages = tuple(
        replace(
            stage,
            steps=tuple(
                replace(step, kind="meeting", purpose="listen") if step.key == shared else step
                for step in stage.steps
            ),
        )
        for stage in hard.stages
    )
    playbooks.publish(playbook=replace(hard, stages=stages), by=None, now=NOW)

    found = switch(begun, cast)

    step = begun.steps.get(key=shared)
    assert (step.kind, step.meeting.purpose) == ("meeting", "listen")
    plans.undo(change_set=found.change_set, by=cast.vera, now=NOW)
    assert step.meeting not in CustomerMeeting.objects.standing().filter(plan=begun)
