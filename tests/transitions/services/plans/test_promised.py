"""Days that the client has in writing do not move unseen, whatever it is that moves them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import CUTOVER, NOW, TODAY, make_contact, publish, start_plan
from transitions.models import CustomerMeeting, HandoverPlan, PlanStep
from transitions.selectors.plans import history_of
from transitions.services import plans

LATER = CUTOVER + timedelta(days=14)


def told(step: PlanStep, by) -> PlanStep:
    return plans.tell_client_of(step=step, version=step.version, by=by, now=NOW)


@pytest.fixture
def call(plan, cast) -> PlanStep:
    """A check-in after the cutover of which the client has the day in writing."""
    step = plan.steps.filter(kind="check-in", due_on__gte=CUTOVER, pinned=False).order_by("due_on").first()
    return told(step, cast.sam)


def move(plan, cast, **more):
    asked = {
        "key": "cutover",
        "to": LATER,
        "version": plan.version,
        "by": cast.vera,
        "now": NOW,
        "why": "So.",
    }
    return plans.move_anchor(plan=plan, **asked, **more)


def test_it_is_noted_once_and_told_in_the_history(cast, plan, call):
    assert call.promised_at == NOW
    told(call, cast.sam)

    deed = plan.change_sets.get(verb="tell_client")
    assert deed.changes[0]["label"] == call.title
    assert "A date was promised to the client in writing." in {
        str(entry.message) for entry in history_of(plan)
    }

    call.refresh_from_db()
    taken = plans.untell_client_of(step=call, version=call.version, by=cast.sam, now=NOW)
    assert taken.promised_at is None
    assert plan.change_sets.filter(verb="untell_client").exists()


def test_only_meetings_and_check_ins_are_told_and_only_as_they_were_seen(cast, plan, call):
    task = plan.steps.filter(kind="task").first()
    with pytest.raises(plans.StepRefused):
        told(task, cast.vera)
    with pytest.raises(StaleVersion):
        plans.tell_client_of(step=call, version=1, by=cast.vera, now=NOW)


def test_an_anchor_takes_it_along_only_after_a_word_that_the_client_is_told(cast, plan, call):
    seen = plans.preview_move_anchor(plan=plan, key="cutover", to=LATER, now=NOW)
    assert [one.key for one in seen.told] == [call.key]
    assert not seen.promised

    with pytest.raises(plans.PlanRefused) as caught:
        move(plan, cast)
    assert caught.value.problems[0][0] == "confirmed"

    move(plan, cast, confirmed=True)
    moved = PlanStep.objects.get(pk=call.pk)
    assert moved.due_on > call.due_on
    assert moved.promised_at is None  # of the new day they are to be told again


def test_undoing_gives_back_the_day_and_that_it_was_told(cast, plan, call):
    done = move(plan, cast, confirmed=True)

    plans.undo(change_set=done.change_set, by=cast.vera, now=NOW)

    back = PlanStep.objects.get(pk=call.pk)
    assert (back.due_on, back.promised_at) == (call.due_on, NOW)


def test_a_step_moves_by_hand_only_after_that_word(cast, plan, call):
    to = call.due_on + timedelta(days=7)
    assert plans.preview_move_step(step=call, to=to, now=NOW).told[0].key == call.key
    asked = {"step": call, "to": to, "version": call.version, "by": cast.vera, "now": NOW}

    with pytest.raises(plans.PlanRefused, match="in writing"):
        plans.move_step(**asked)

    plans.move_step(**asked, confirmed=True)
    assert PlanStep.objects.get(pk=call.pk).promised_at is None


def test_a_pinned_step_does_not_go_back_past_what_was_told(cast, plan, call):
    to = call.due_on + timedelta(days=7)
    moved = plans.move_step(
        step=call, to=to, version=call.version, confirmed=True, by=cast.vera, now=NOW
    ).change_set
    assert moved
    step = told(PlanStep.objects.get(pk=call.pk), cast.vera)

    with pytest.raises(plans.StepRefused, match="in writing"):
        plans.unpin_step(step=step, version=step.version, by=cast.vera, now=NOW)


def test_a_new_free_day_moves_it_only_after_that_word(cast, plan, call):
    plan.account.free_days = [[call.due_on.isoformat(), "Company day"]]
    plan.account.save()
    plan = HandoverPlan.objects.get(pk=plan.pk)

    assert call.key in {one.key for one in plans.preview_recount(plan=plan, now=NOW).told}
    with pytest.raises(plans.PlanRefused):
        plans.recount(plan=plan, by=cast.vera, now=NOW)
    assert PlanStep.objects.get(pk=call.pk).due_on == call.due_on

    plans.recount(plan=plan, by=cast.vera, now=NOW, confirmed=True)
    assert PlanStep.objects.get(pk=call.pk).due_on != call.due_on


def test_a_rest_shifts_it_only_after_that_word(cast, plan, call):
    held = plans.hold(plan=plan, why="A strike.", resumes_on=None, version=1, by=cast.vera, now=NOW)
    later = NOW + timedelta(days=14)

    assert len(plans.preview_resume(plan=held, now=later).promised) == 1
    asked = {"plan": held, "version": held.version, "by": cast.vera, "now": later}
    with pytest.raises(plans.PlanRefused):
        plans.resume(**asked, shift=True)
    plans.resume(**asked, shift=True, confirmed=True)

    deed = plan.change_sets.get(verb="shift")
    assert PlanStep.objects.get(pk=call.pk).promised_at is None
    plans.undo(change_set=deed, by=cast.vera, now=later)
    assert PlanStep.objects.get(pk=call.pk).promised_at == NOW


def test_a_switch_says_what_it_moves_or_drops_of_it(cast, account):
    publish("hard-standard")
    people = {"incoming": [cast.ivan], "sponsor": [cast.sam]}
    plan = start_plan(account, cast.vera, people=people, reason="resignation")
    kept = plan.steps.get(key="check-in/3")
    lost = plan.steps.filter(kind="meeting", key="announce-meeting").get()
    told(kept, cast.sam)
    told(lost, cast.olga)
    given = {"cutover": TODAY + timedelta(days=7)}

    seen = plans.preview_switch(plan=plan, given=given, now=NOW)

    titles = [str(title) for title in seen.promised]
    assert any(lost.title in title for title in titles)
    asked = {"plan": plan, "given": given, "interim": None, "why": "So.", "by": cast.vera, "now": NOW}
    with pytest.raises(plans.PlanRefused):
        plans.switch(**asked, version=plan.version)
    plans.switch(**asked, version=plan.version, confirmed=True)


def test_an_invitation_that_goes_to_the_client_is_in_writing_and_a_call_off_takes_it_back(cast, plan):
    meeting = CustomerMeeting.objects.filter(plan=plan, purpose="listen").get()
    client = make_contact(plan.account, "Carla Client", email="carla@client.example")
    day = plan.anchors.get(key="announcement").falls_on
    asked = {
        "starts_at": datetime.combine(day + timedelta(days=1), time(15), tzinfo=UTC),
        "minutes": 60,
        "place": "",
        "people": [cast.olga],
        "contacts": [client],
    }

    plans.arrange_meeting(meeting=meeting, version=1, **asked, by=cast.vera, now=NOW)
    assert PlanStep.objects.get(pk=meeting.step_id).promised_at is None

    plans.arrange_meeting(meeting=meeting, version=2, **asked, invited=[client], by=cast.vera, now=NOW)
    assert PlanStep.objects.get(pk=meeting.step_id).promised_at == NOW

    plans.call_off_meeting(meeting=meeting, version=3, by=cast.vera, now=NOW)
    assert PlanStep.objects.get(pk=meeting.step_id).promised_at is None


def test_levelling_does_not_move_it(cast, plan, call):
    with pytest.raises(plans.PlanRefused):
        plans.level_promise(
            step=call, to=call.due_on + timedelta(days=1), version=call.version, by=cast.sam, now=NOW
        )
    assert PlanStep.objects.get(pk=call.pk).due_on == call.due_on
    assert isinstance(call.due_on, date)
