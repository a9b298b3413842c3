import pytest

from accounts.models import Department
from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, start_plan
from transitions.models import Acknowledgement, PlanStep
from transitions.rules.playbooks import Gate
from transitions.selectors.plans import facts_of
from transitions.selectors.story import story_of
from transitions.services import plans, story

GATE = Gate("one-message", "One message", "one-message")


@pytest.fixture
def departments(cast):
    rows = [
        Department(name="Accounting", person=cast.sam),
        Department(name="Support", person=cast.stella),
    ]
    return Department.objects.bulk_create(rows)


@pytest.fixture
def plan(cast, account):
    """A plan about whose message nobody has agreed yet."""
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(account, cast.vera, people=people)


def approve(plan, by, who_now="Olga Ortiz, as before."):
    plan.refresh_from_db()
    return story.approve(plan=plan, version=plan.version, who_now=who_now, by=by, now=NOW)


def edit_words(plan, by, **words):
    plan.refresh_from_db()
    kept = {name: getattr(plan, name) for name in ("why", "gets_better", "stays", "reason_detail")}
    plans.edit_words(plan=plan, version=plan.version, **{**kept, **words}, by=by, now=NOW)
    plan.refresh_from_db()


def acknowledge(row, by, version=1):
    return story.acknowledge(acknowledgement=row, narrative_version=version, by=by, now=NOW)


def facts(plan):
    found = facts_of(plan, TODAY, [GATE])
    return found.message, found.unheard


def test_approval_asks_every_department_by_the_day_before_the_announcement(cast, plan, departments):
    narrative = approve(plan, cast.vera)

    assert (narrative.version, narrative.why, narrative.who_now) == (1, plan.why, "Olga Ortiz, as before.")
    steps = plan.steps.filter(kind="acknowledgement").order_by("pk")
    assert [(step.owner, step.base, step.offset) for step in steps] == [
        (cast.sam, "announcement", -1),
        (cast.stella, "announcement", -1),
    ]
    announced = plan.anchors.get(key="announcement").falls_on
    assert all(step.due_on < announced for step in steps)
    assert facts(plan) == ("approved", ("Accounting", "Support"))


def test_what_is_not_written_is_not_approved(cast, account):
    plan = start_plan(account, cast.vera, why="", stays="")

    with pytest.raises(plans.PlanRefused) as caught:
        story.approve(plan=plan, version=1, who_now=" ", by=cast.vera, now=NOW)

    assert [field for field, message in caught.value.problems] == ["why", "stays", "who_now"]
    assert facts(plan) == ("", ())


def test_the_gate_opens_when_every_department_has_read_it(cast, plan, departments):
    approve(plan, cast.vera)

    for row in plan.acknowledgements.all():
        acknowledge(row, row.department.person)

    assert facts(plan) == ("approved", ())
    assert not plan.steps.undone().filter(kind="acknowledgement").exists()
    assert story_of(plan).heard == 2


def test_reading_it_twice_counts_once(cast, plan, departments):
    approve(plan, cast.vera)
    row = plan.acknowledgements.first()

    acknowledge(row, cast.sam)
    acknowledge(row, cast.sam)

    assert plan.change_sets.filter(verb="acknowledge_message").count() == 1


def test_words_changed_after_approval_close_the_gate_until_they_are_approved_and_read_again(
    cast, plan, departments
):
    approve(plan, cast.vera)
    for row in plan.acknowledgements.all():
        acknowledge(row, row.department.person)

    edit_words(plan, cast.olga, stays="Your prices.")
    assert facts(plan) == ("changed", ())

    assert approve(plan, cast.vera).version == 2
    assert facts(plan) == ("approved", ("Accounting", "Support"))
    assert plan.steps.undone().filter(kind="acknowledgement").count() == 2


def test_the_same_words_again_ask_nobody_again(cast, plan, departments):
    first = approve(plan, cast.vera)
    acknowledge(plan.acknowledgements.first(), cast.sam)

    assert approve(plan, cast.vera) == first
    assert facts(plan) == ("approved", ("Support",))


def test_an_old_message_cannot_be_confirmed(cast, plan, departments):
    approve(plan, cast.vera)
    row = plan.acknowledgements.first()
    approve(plan, cast.vera, who_now="Ivan Ilic.")

    with pytest.raises(StaleVersion):
        acknowledge(row, cast.sam, version=1)


def test_a_department_that_does_not_talk_to_the_client_is_not_asked(cast, plan, departments):
    approve(plan, cast.vera)
    row = plan.acknowledgements.first()

    story.excuse(acknowledgement=row, version=1, why="They never write.", by=cast.olga, now=NOW)

    assert facts(plan) == ("approved", ("Support",))
    assert plan.steps.get(pk=row.step_id).dropped_at == NOW
    with pytest.raises(plans.PlanRefused, match="does not talk"):
        acknowledge(row, cast.sam)
    row.refresh_from_db()
    story.include(acknowledgement=row, version=row.version, by=cast.olga, now=NOW)
    assert facts(plan) == ("approved", ("Accounting", "Support"))
    assert plan.steps.undone().filter(pk=row.step_id).exists()


def test_an_excuse_needs_a_reason(cast, plan, departments):
    approve(plan, cast.vera)
    row = plan.acknowledgements.first()

    with pytest.raises(plans.PlanRefused, match="why"):
        story.excuse(acknowledgement=row, version=1, why="  ", by=cast.olga, now=NOW)


def test_a_department_added_later_is_asked_later(cast, plan):
    approve(plan, cast.vera)
    assert facts(plan) == ("approved", ())
    Department.objects.create(name="Delivery", person=cast.bea)

    assert facts(plan) == ("approved", ("Delivery",))
    assert story.ask(plan=plan, by=cast.olga, now=NOW) == 1
    assert story.ask(plan=plan, by=cast.olga, now=NOW) == 0
    assert PlanStep.objects.get(kind="acknowledgement").owner == cast.bea


def test_nobody_is_asked_before_there_is_a_message(cast, plan, departments):
    with pytest.raises(plans.PlanRefused, match="Approve the message first"):
        story.ask(plan=plan, by=cast.olga, now=NOW)


def test_who_has_left_answers_for_nothing(cast, plan, departments):
    cast.stella.archived_at = NOW
    cast.stella.save()

    approve(plan, cast.vera)

    support = Acknowledgement.objects.get(department__name="Support")
    assert support.step.owner == plan.created_by


def test_what_is_read_stays_when_the_announcement_moves(cast, plan, departments):
    approve(plan, cast.vera)
    acknowledge(plan.acknowledgements.get(department__name="Accounting"), cast.sam)
    before = {step.owner_id: step.due_on for step in plan.steps.filter(kind="acknowledgement")}
    plan.refresh_from_db()
    announced = plan.anchors.get(key="announcement").falls_on

    plans.move_anchor(
        plan=plan,
        key="announcement",
        to=announced.replace(day=announced.day - 1),
        version=plan.version,
        by=cast.vera,
        now=NOW,
        why="The client travels.",
    )

    after = {step.owner_id: step.due_on for step in plan.steps.filter(kind="acknowledgement")}
    assert after[cast.sam.pk] == before[cast.sam.pk]
    assert after[cast.stella.pk] < before[cast.stella.pk]
