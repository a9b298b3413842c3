from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Touchpoint
from accounts.models.base import StaleVersion
from accounts.rendering.text import translate
from tests.factories import NOW, TODAY, make_account, make_contact, start_plan
from transitions.models import SponsorCheckIn
from transitions.rules.history import message_of
from transitions.services import plans, sponsors
from transitions.services.refusals import PlanNotOpen, PlanRefused, StepRefused


@pytest.fixture
def deliver(cast):
    def delivered(step, **given):
        values = {
            "version": step.version,
            "channel": "phone",
            "on": TODAY,
            "evidence": "They like Ivan's plan for the summer.",
            "contact": None,
            "person": cast.sam,
            "by": cast.sam,
            "now": NOW,
        }
        return sponsors.deliver(step=step, **(values | given))

    return delivered


def test_every_check_in_of_a_new_plan_is_a_promise_with_its_channel_and_window(plan):
    promised = {
        promise.step.key: (promise.channel, promise.window, promise.series)
        for promise in SponsorCheckIn.objects.filter(plan=plan).select_related("step")
    }

    check_ins = set(plan.steps.filter(kind="check-in").values_list("key", flat=True))
    assert set(promised) == check_ins
    assert promised["sponsor-call"] == ("phone", 5, "")
    assert promised["sponsor-visit"] == ("face_to_face", 8, "")
    assert promised["leader-call"] == ("phone", 3, "")
    assert promised["check-in/1"] == ("phone", 2, "")


def test_a_kept_promise_is_done_and_stands_among_what_passed_between_us(cast, plan, call, deliver):
    contact = make_contact(plan.account, "Carla Cruz")

    deliver(call, contact=contact, on=TODAY, evidence="Happy so far.")

    call.refresh_from_db()
    promise = call.check_in
    touch = Touchpoint.objects.get(account=plan.account)
    assert (call.done_at, call.done_by) == (NOW, cast.sam)
    assert (promise.delivered_on, promise.delivered_channel, promise.delivered_by) == (
        TODAY,
        "phone",
        cast.sam,
    )
    assert (promise.evidence, promise.contact, promise.touchpoint) == ("Happy so far.", contact, touch)
    assert (touch.person, touch.contact, touch.channel, touch.note) == (
        cast.sam,
        contact,
        "phone",
        "Happy so far.",
    )
    assert touch.happened_at <= NOW
    contact.refresh_from_db()
    assert contact.last_touch_on == TODAY
    plan.refresh_from_db()
    assert (plan.promises_kept, plan.promises_owed) == (1, 10)


def test_a_promise_kept_yesterday_happened_at_noon_where_the_client_is(cast, deliver):
    account = make_account("Kyoto Kiln", team=cast.east, owner=cast.olga, country="JP", tier="strategic")
    plan = start_plan(account, cast.vera, people={"sponsor": [cast.sam]}, now=NOW - timedelta(days=9))

    deliver(plan.steps.get(key="sponsor-call"), on=date(2027, 3, 1))

    touch = Touchpoint.objects.get(account=account)
    assert touch.happened_at == datetime(2027, 3, 1, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": TODAY - timedelta(days=400)}, "on"),
        ({"evidence": "  "}, "evidence"),
        ({"channel": ""}, "channel"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_keeping_is_refused_without_a_real_day_a_channel_and_evidence(call, deliver, given, field):
    with pytest.raises(PlanRefused) as refused:
        deliver(call, **given)

    assert [name for name, message in refused.value.problems] == [field]
    assert Touchpoint.objects.count() == 0


def test_a_promise_is_kept_with_somebody_of_this_client(cast, call, deliver):
    stranger = make_contact(make_account("Other", team=cast.east, owner=cast.olga))

    with pytest.raises(PlanRefused, match="at this client"):
        deliver(call, contact=stranger)


def test_a_promise_is_kept_once(call, deliver):
    deliver(call)

    with pytest.raises(StaleVersion):
        deliver(call, version=1)
    with pytest.raises(StepRefused, match="kept already"):
        deliver(call, version=2)
    assert Touchpoint.objects.count() == 1


def test_reopening_takes_back_what_was_noted_and_history_keeps_it(cast, plan, call, deliver):
    deliver(call)
    call.refresh_from_db()

    plans.reopen_step(step=call, version=call.version, by=cast.vera, now=NOW, note="That was the other Sam.")

    call.refresh_from_db()
    promise = SponsorCheckIn.objects.get(step=call)
    assert (call.done_at, promise.delivered_on, promise.evidence, promise.touchpoint) == (
        None,
        None,
        "",
        None,
    )
    assert Touchpoint.objects.get(account=plan.account).archived_at == NOW
    assert promise.history.filter(evidence="They like Ivan's plan for the summer.").count() == 1
    plan.refresh_from_db()
    assert plan.promises_kept == 0


def test_what_was_promised_is_made_more_exact(cast, plan, call):
    contact = make_contact(plan.account, "Carla Cruz")

    sponsors.edit(
        step=call, version=1, channel="video", contact=contact, in_writing=True, by=cast.sam, now=NOW
    )

    promise = SponsorCheckIn.objects.get(step=call)
    assert (promise.channel, promise.contact, promise.step.promised_at) == ("video", contact, NOW)
    told = plan.change_sets.get(verb="edit_promise")
    before, after = (message_of(told.changes[0][side]) for side in ("before", "after"))
    assert (translate(before), translate(after)) == ("Phone", "Video call, Carla Cruz")


def test_what_the_client_has_in_writing_keeps_its_channel(cast, call):
    sponsors.edit(step=call, version=1, channel="phone", contact=None, in_writing=True, by=cast.sam, now=NOW)

    with pytest.raises(PlanRefused, match="in writing"):
        sponsors.edit(
            step=call, version=2, channel="email", contact=None, in_writing=True, by=cast.sam, now=NOW
        )
    sponsors.edit(step=call, version=2, channel="email", contact=None, in_writing=False, by=cast.sam, now=NOW)

    promise = SponsorCheckIn.objects.get(step=call)
    assert (promise.channel, promise.step.promised_at) == ("email", None)


def test_a_promise_is_let_go_by_decision_and_stays_on_record(cast, plan, call):
    sponsors.let_go(step=call, version=1, reason="They asked us not to call.", by=cast.vera, now=NOW)

    call.refresh_from_db()
    promise = SponsorCheckIn.objects.get(step=call)
    assert (call.done_at, call.dropped_at) == (None, NOW)
    assert (promise.let_go_at, promise.let_go_by, promise.let_go_why) == (
        NOW,
        cast.vera,
        "They asked us not to call.",
    )
    assert plan.change_sets.get(verb="let_go").why == "They asked us not to call."
    plan.refresh_from_db()
    assert (plan.promises_owed, plan.promises_kept) == (10, 0)


def test_letting_go_wants_a_reason(cast, call):
    with pytest.raises(PlanRefused, match="Say why"):
        sponsors.let_go(step=call, version=1, reason=" ", by=cast.vera, now=NOW)


def test_a_promise_that_a_gate_asks_for_is_let_go_only_after_the_gate_is_waived(cast):
    account = make_account("Bolt", team=cast.east, owner=cast.olga, tier="strategic")
    plan = start_plan(
        account, cast.vera, playbook="hard-standard", cutover=TODAY, people={"interim": [cast.bea]}
    )
    step = plan.steps.get(key="senior-call")

    with pytest.raises(StepRefused, match="Waive that gate first"):
        sponsors.let_go(step=step, version=1, reason="Nobody is there.", by=cast.vera, now=NOW)


def test_promises_of_a_plan_that_was_carried_out_are_still_kept(cast, handed_over, deliver):
    call = handed_over.steps.get(key="sponsor-call")

    deliver(call)

    call.refresh_from_db()
    handed_over.refresh_from_db()
    assert call.done_at == NOW
    assert handed_over.promises_kept == 1


def test_promises_of_a_plan_that_ended_otherwise_end_with_it(cast, plan, call, deliver):
    plans.close(plan=plan, version=1, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays.")

    with pytest.raises(PlanNotOpen):
        deliver(call)
    assert call not in plan.steps.open()


def test_only_promises_outlive_the_plan(cast, handed_over):
    handed_over.steps.update(done_at=None)

    kinds = set(handed_over.steps.open().values_list("kind", flat=True))

    assert kinds == {"check-in"}
    with pytest.raises(PlanNotOpen):
        plans.complete_step(step=handed_over.steps.get(key="baseline"), version=1, by=cast.ivan, now=NOW)


def test_what_passed_unkept_is_counted_as_missed_even_after_closing(cast, handed_over):
    late = handed_over.steps.get(key="sponsor-call").due_on + timedelta(days=1)
    at = datetime.combine(late, NOW.timetz())

    plans.refresh_risk(at)

    handed_over.refresh_from_db()
    missed = handed_over.steps.open().filter(due_on__lt=late).count()
    assert missed > 0
    assert (handed_over.promises_missed, handed_over.late_steps) == (missed, 0)


def test_a_promise_is_done_only_by_saying_how_it_was_kept(cast, call):
    with pytest.raises(plans.NotKept):
        plans.complete_step(step=call, version=1, by=cast.sam, now=NOW)

    call.refresh_from_db()
    assert call.done_at is None
