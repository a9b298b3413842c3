from datetime import date, timedelta

import pytest

from accounts.models.base import StaleVersion
from accounts.selectors.calendar import country_calendar
from tests.factories import CUTOVER, NOW, TODAY
from tests.transitions.conftest import finish
from transitions.models import ChangeSet
from transitions.services import plans, successors

US = country_calendar("US", 2027)
LATER = US.add(CUTOVER, 10)
WHY = "The client's fair was moved."


def dates_of(plan):
    return dict(plan.steps.values_list("key", "due_on"))


def state_of(plan):
    fields = ("key", "due_on", "planned_on", "pinned", "done_at", "owner", "note")
    return sorted(plan.steps.values_list(*fields)), sorted(plan.anchors.values_list("key", "falls_on"))


def move_cutover(plan, by, to=LATER):
    plan.refresh_from_db()
    return plans.move_anchor(plan=plan, key="cutover", to=to, version=plan.version, by=by, now=NOW, why=WHY)


def test_what_hangs_on_the_cutover_moves_with_it_and_the_rest_stays(cast, plan):
    before = dates_of(plan)

    result = move_cutover(plan, cast.vera)

    after = dates_of(plan)
    moved = {key for key in before if before[key] != after[key]}
    assert moved == {move.key for move in result.moves}
    assert {key for key in moved if before[key] < before["announce-meeting"]} == set()
    assert after["intro-meeting"] == US.add(LATER, -10)
    assert [(move.before, move.after) for move in result.moves] == [
        (before[move.key], after[move.key]) for move in result.moves
    ]
    assert str(result.moves[0].why) == "Hangs on: Cutover."
    plan.refresh_from_db()
    assert (plan.cutover_on, plan.version) == (LATER, 2)


def test_done_and_pinned_steps_stay_and_are_named(cast, plan):
    done, pinned = plan.steps.get(key="intro-meeting"), plan.steps.get(key="shadow")
    finish(done, by=cast.olga)
    plans.move_step(step=pinned, to=date(2027, 6, 4), version=1, by=cast.olga, now=NOW, why="Holiday.")
    before = dates_of(plan)

    result = move_cutover(plan, cast.vera)

    assert {move.key: str(move.why) for move in result.stay} == {
        "intro-meeting": "Done already.",
        "shadow": "Pinned by hand.",
    }
    after = dates_of(plan)
    assert (after["intro-meeting"], after["shadow"]) == (before["intro-meeting"], before["shadow"])


def test_a_preview_says_the_same_and_writes_nothing(cast, plan):
    before = state_of(plan)

    preview = plans.preview_move_anchor(plan=plan, key="cutover", to=LATER, now=NOW)

    assert state_of(plan) == before
    assert preview.change_set is None
    result = move_cutover(plan, cast.vera)
    assert (preview.moves, preview.stay, preview.lost) == (result.moves, result.stay, result.lost)


def test_moving_the_cutover_near_says_what_is_lost(cast, plan):
    result = move_cutover(plan, cast.vera)
    assert result.lost == {}
    result = move_cutover(plan, cast.vera, to=US.add(plan.anchors.get(key="announcement").falls_on, 10))

    assert result.lost["announce-meeting"] == 10
    dates = dates_of(plan)
    assert dates["announce-meeting"] < dates["intro-meeting"] < dates["move-records"]


@pytest.mark.parametrize(
    ("key", "to", "sentence"),
    [
        ("cutover", TODAY, "This date must lie after today, so that the client can be told before."),
        ("cutover", CUTOVER, "The date is this day already."),
        ("moon", LATER, "This plan has no such date."),
        ("announcement", TODAY - timedelta(days=1), "This date lies in the past."),
        (
            "announcement",
            CUTOVER,
            "Announcement (2027-06-15) must come before Cutover (2027-06-15).",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused(cast, plan, key, to, sentence):
    before = state_of(plan)

    with pytest.raises(plans.PlanRefused) as caught:
        plans.move_anchor(plan=plan, key=key, to=to, version=1, by=cast.vera, now=NOW, why=WHY)

    assert [(field, str(message)) for field, message in caught.value.problems] == [("to", sentence)]
    assert state_of(plan) == before


def test_a_date_does_not_move_without_a_reason(cast, plan):
    with pytest.raises(plans.PlanRefused, match="why"):
        plans.move_anchor(plan=plan, key="cutover", to=LATER, version=1, by=cast.vera, now=NOW, why=" ")


def test_a_soft_cutover_that_took_place_does_not_move(cast, plan, drive):
    later = NOW + timedelta(days=110)
    drive(plan, "cutover", now=later)

    with pytest.raises(plans.PlanRefused, match="in its new hands"):
        plans.preview_move_anchor(plan=plan, key="cutover", to=LATER + timedelta(days=90), now=later)


def test_a_move_is_one_change_set_that_undo_takes_back(cast, plan):
    before = state_of(plan)
    result = move_cutover(plan, cast.vera)

    undone = plans.undo(change_set=result.change_set, by=cast.olga, now=NOW)

    assert state_of(plan) == before
    assert (undone.verb, undone.by) == ("undo", cast.olga)
    plan.refresh_from_db()
    assert plan.cutover_on == CUTOVER
    again = plans.undo(change_set=undone, by=cast.olga, now=NOW)
    assert again.verb == "undo"
    assert plan.anchors.get(key="cutover").falls_on == LATER


def test_undo_is_refused_when_anything_it_touched_changed_since(cast, plan):
    result = move_cutover(plan, cast.vera)
    step = plan.steps.get(key="contact-card")
    plans.complete_step(step=step, version=step.version, by=cast.olga, now=NOW)
    before = state_of(plan)

    with pytest.raises(plans.CannotUndo) as caught:
        plans.undo(change_set=result.change_set, by=cast.vera, now=NOW)

    assert caught.value.labels == (step.title,)
    assert state_of(plan) == before


def test_a_change_is_undone_once(cast, plan):
    result = move_cutover(plan, cast.vera)
    plans.undo(change_set=result.change_set, by=cast.vera, now=NOW)

    with pytest.raises(plans.CannotUndo):
        plans.undo(change_set=result.change_set, by=cast.vera, now=NOW)


def test_a_change_of_people_is_not_undone(cast, plan):
    plans.set_people(plan=plan, role="incoming", people=[cast.walt], version=1, by=cast.vera, now=NOW)

    with pytest.raises(plans.CannotUndo):
        plans.undo(change_set=ChangeSet.objects.get(), by=cast.vera, now=NOW)


def test_a_step_moved_by_hand_is_pinned_and_takes_its_dependants_along(cast, plan):
    before = dates_of(plan)
    step = plan.steps.get(key="confirm-rep")
    to = US.add(before["confirm-rep"], 1)

    result = plans.move_step(step=step, to=to, version=1, by=cast.vera, now=NOW, why="Vera is away.")

    after = dates_of(plan)
    moved = {key: after[key] for key in before if before[key] != after[key]}
    assert moved == {
        "confirm-rep": to,
        "message-again": US.add(before["message-again"], 1),
        "packet-final": US.add(before["packet-final"], 1),
        "check-record": US.add(before["check-record"], 1),
        "over-prepare": US.add(before["over-prepare"], 1),
    }
    step.refresh_from_db()
    assert (step.pinned, step.version) == (True, 2)
    assert result.change_set.why == "Vera is away."
    assert plan.steps.get(key="message-again").version == 2


def test_unpinning_gives_a_step_back_to_its_base(cast, plan):
    before = state_of(plan)
    step = plan.steps.get(key="confirm-rep")
    plans.move_step(step=step, to=CUTOVER, version=1, by=cast.vera, now=NOW)

    plans.unpin_step(step=step, version=2, by=cast.vera, now=NOW)

    assert state_of(plan) == before


def test_a_hand_moved_step_can_be_undone(cast, plan):
    before = state_of(plan)
    step = plan.steps.get(key="announce-meeting")
    result = plans.move_step(step=step, to=date(2027, 5, 20), version=1, by=cast.vera, now=NOW)
    assert len(result.moves) > 1

    plans.undo(change_set=result.change_set, by=cast.vera, now=NOW)

    assert state_of(plan) == before


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        (TODAY - timedelta(days=1), "This date lies in the past."),
        (date(9999, 12, 31), "This date is too far away."),
    ],
)
def test_a_step_is_not_moved_to_a_day_that_cannot_be(cast, plan, to, sentence):
    step = plan.steps.get(key="story")

    with pytest.raises(plans.PlanRefused) as caught:
        plans.move_step(step=step, to=to, version=1, by=cast.vera, now=NOW)

    assert [(field, str(message)) for field, message in caught.value.problems] == [("to", sentence)]


def test_what_is_done_does_not_move(cast, plan):
    step = plan.steps.get(key="story")
    plans.complete_step(step=step, version=1, by=cast.olga, now=NOW)

    with pytest.raises(plans.StepRefused):
        plans.move_step(step=step, to=CUTOVER, version=2, by=cast.vera, now=NOW)
    with pytest.raises(plans.StepRefused):
        plans.unpin_step(step=step, version=2, by=cast.vera, now=NOW)


def test_the_second_of_two_who_move_is_told(cast, plan):
    move_cutover(plan, cast.vera)

    with pytest.raises(StaleVersion):
        plans.move_anchor(
            plan=plan, key="cutover", to=LATER + timedelta(days=3), version=1, by=cast.olga, now=NOW, why=WHY
        )
    step = plan.steps.get(key="intro-meeting")
    with pytest.raises(StaleVersion):
        plans.move_step(step=step, to=LATER, version=1, by=cast.olga, now=NOW)


def test_moving_takes_as_many_queries_for_many_steps_as_for_few(
    cast, plan, hard_plan, django_assert_num_queries
):
    for one, key in ((plan, "cutover"), (hard_plan, "cutover")):
        with django_assert_num_queries(27):
            plans.move_anchor(
                plan=one, key=key, to=US.add(LATER, 5), version=1, by=cast.vera, now=NOW, why=WHY
            )


def test_dates_move_also_where_training_was_added(cast, plan):
    successors.add_training(plan=plan, what="Learn the product", due_on=CUTOVER, by=cast.vera, now=NOW)
    plan.refresh_from_db()

    plans.move_anchor(
        plan=plan, key="cutover", to=LATER, version=plan.version, by=cast.vera, now=NOW, why="A holiday."
    )

    training = plan.steps.get(kind="training", base="")
    assert (training.due_on, training.planned_on) == (CUTOVER, CUTOVER)
    plans.unpin_step(step=training, version=training.version, by=cast.vera, now=NOW)
