from datetime import timedelta

import pytest

from accounts.models import Commitment
from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, make_contact
from tests.transitions.conftest import make_packet
from transitions.models import PacketReading, PlanStep
from transitions.rules.playbooks import Gate
from transitions.selectors.plans import facts_of
from transitions.selectors.successors import facts, readiness_of
from transitions.services import plans, successors

GATE = Gate("prepared", "The incoming rep knows the account", "ready")


def ready(plan):
    return facts_of(plan, TODAY, [GATE]).ready


@pytest.fixture
def packed(cast, plan):
    plan.account.renewal_on = TODAY + timedelta(days=300)
    plan.account.save()
    make_contact(plan.account, "Dora Decider", role="decision_maker")
    Commitment.objects.create(account=plan.account, owner=cast.olga, text="A free audit", made_on=TODAY)
    make_packet(plan, cast.olga)
    return plan


def rehearse(cast, plan, **given):
    told = {"partner": cast.olga, "held_on": TODAY, "went": "It went well.", "by": cast.ivan, "now": NOW}
    return successors.note_rehearsal(plan=plan, **{**told, **given})


@pytest.fixture
def prepared(cast, packed):
    """Everything is read, answered and looked at."""
    successors.read_packet(plan=packed, packet_version=1, by=cast.ivan, now=NOW)
    for row in packed.readiness_questions.all():
        row = successors.answer(question=row, version=row.version, answer="I know.", by=cast.ivan, now=NOW)
        successors.judge(question=row, version=row.version, verdict="right", by=cast.olga, now=NOW)
    rehearse(cast, packed)
    return packed


def accept(plan, by, version=1):
    return successors.accept(plan=plan, packet_version=version, by=by, now=NOW)


def refusals(verb, **given):
    with pytest.raises(plans.PlanRefused) as caught:
        verb(now=NOW, **given)
    return [str(message) for _field, message in caught.value.problems]


def test_reading_the_packet_asks_what_the_records_know(cast, packed):
    for _again in range(2):
        successors.read_packet(plan=packed, packet_version=1, by=cast.ivan, now=NOW)

    assert PacketReading.objects.count() == 1
    rows = packed.readiness_questions.order_by("pk")
    assert dict(rows.values_list("key", "expected")) == {
        "renewal": (TODAY + timedelta(days=300)).isoformat(),
        "decides": "Dora Decider",
        "promises": "A free audit",
    }


def test_only_the_incoming_rep_reads_and_accepts_for_themselves(cast, packed):
    said = ["Only the incoming rep can say this."]

    assert refusals(successors.read_packet, plan=packed, packet_version=1, by=cast.olga) == said
    assert refusals(successors.accept, plan=packed, packet_version=1, by=cast.vera) == said


def test_acceptance_says_everything_that_is_missing(cast, packed):
    assert refusals(successors.accept, plan=packed, packet_version=1, by=cast.ivan) == [
        "Read the newest version of the packet, and say so.",
        "No question has been asked yet.",
        "Rehearse the introduction with one of us, and note how it went.",
    ]
    successors.read_packet(plan=packed, packet_version=1, by=cast.ivan, now=NOW)
    row = packed.readiness_questions.first()
    successors.answer(question=row, version=row.version, answer="In May.", by=cast.ivan, now=NOW)
    assert refusals(successors.accept, plan=packed, packet_version=1, by=cast.ivan) == [
        "Answer every question.",
        "Whoever hands over has not looked at every answer yet.",
        "Rehearse the introduction with one of us, and note how it went.",
    ]


def test_acceptance_opens_the_gate_and_completes_the_step(cast, prepared):
    assert ready(prepared) == ""

    first = accept(prepared, cast.ivan)

    assert accept(prepared, cast.ivan) == first
    assert ready(prepared) == "accepted"
    assert prepared.steps.get(key="over-prepare").done_by == cast.ivan


def test_a_newer_packet_makes_acceptance_lapse(cast, prepared):
    accept(prepared, cast.ivan)

    make_packet(prepared, cast.olga)

    assert ready(prepared) == "packet"
    with pytest.raises(StaleVersion):
        accept(prepared, cast.ivan, version=1)
    successors.read_packet(plan=prepared, packet_version=2, by=cast.ivan, now=NOW)
    accept(prepared, cast.ivan, version=2)
    assert ready(prepared) == "accepted"


def test_another_incoming_rep_accepts_and_answers_anew(cast, prepared):
    accept(prepared, cast.ivan)
    prepared.refresh_from_db()

    plans.set_people(
        plan=prepared, role="incoming", people=[cast.sam], version=prepared.version, by=cast.vera, now=NOW
    )

    assert ready(prepared) == "person"
    found = readiness_of(prepared)
    assert (found.standing, found.answered) == ("person", 0)


def test_a_returned_handover_gives_each_reason_to_somebody_and_ends_the_acceptance(cast, prepared):
    accept(prepared, cast.ivan)

    step = successors.hand_back(
        plan=prepared, reason="Nobody knows the price history", owner=cast.olga, by=cast.ivan, now=NOW
    )

    assert (step.owner, step.kind, step.due_on) == (cast.olga, "gap", TODAY + timedelta(days=3))
    assert ready(prepared) == "returned"
    assert refusals(successors.accept, plan=prepared, packet_version=1, by=cast.ivan) == [
        "A reason for which the handover was returned is not cleared up yet."
    ]
    plans.complete_step(step=step, version=step.version, by=cast.olga, now=NOW)
    accept(prepared, cast.ivan)
    assert ready(prepared) == "accepted"


def test_an_answer_given_otherwise_is_looked_at_again(cast, prepared):
    row = prepared.readiness_questions.first()

    successors.answer(question=row, version=row.version, answer="Or in June.", by=cast.ivan, now=NOW)

    assert readiness_of(prepared).hindrances == ("unjudged",)


def test_nobody_looks_at_their_own_answer_and_a_wrong_one_is_explained(cast, prepared):
    row = prepared.readiness_questions.first()
    given = {"question": row, "version": row.version}

    own = refusals(successors.judge, **given, verdict="right", by=cast.ivan)
    bare = refusals(successors.judge, **given, verdict="explained", by=cast.olga)

    assert (own, bare) == (["Somebody else looks at your answers."], ["Explain how it is."])


def test_two_who_look_at_an_answer_do_not_overwrite_each_other(cast, prepared):
    row = prepared.readiness_questions.first()
    given = {"question": row, "version": row.version, "verdict": "right", "now": NOW}
    successors.judge(**given, by=cast.olga)

    with pytest.raises(StaleVersion):
        successors.judge(**given, by=cast.vera)


def test_a_withdrawn_question_is_asked_no_longer(cast, prepared):
    row = successors.ask(plan=prepared, asked="Who is Dora's deputy?", by=cast.olga, now=NOW)
    assert readiness_of(prepared).hindrances == ("unanswered",)

    successors.withdraw(question=row, version=row.version, by=cast.olga, now=NOW)

    assert readiness_of(prepared).hindrances == ()


def test_training_is_a_dated_step_of_the_incoming_rep(cast, prepared):
    day = TODAY + timedelta(days=9)

    successors.add_training(plan=prepared, what="The ward module", due_on=day, by=cast.olga, now=NOW)

    step = PlanStep.objects.get(plan=prepared, kind="training")
    assert (step.owner, step.due_on, step.title) == (cast.ivan, day, "The ward module")
    gone = refusals(
        successors.add_training, plan=prepared, what="", due_on=TODAY - timedelta(days=1), by=cast.olga
    )
    assert gone == ["Say what is to be learned."]


def test_a_plan_that_is_not_open_takes_nothing(cast, prepared):
    prepared.refresh_from_db()
    plans.hold(
        plan=prepared,
        version=prepared.version,
        why="They move.",
        resumes_on=None,
        by=cast.vera,
        now=NOW,
    )

    with pytest.raises(plans.PlanNotOpen):
        accept(prepared, cast.ivan)


@pytest.mark.parametrize("many", [1, 50])
def test_the_page_costs_the_same_however_much_there_is(cast, prepared, django_assert_num_queries, many):
    for number in range(many):
        successors.ask(plan=prepared, asked=f"Question {number}?", by=cast.olga, now=NOW)

    with django_assert_num_queries(8):
        readiness_of(prepared)
    with django_assert_num_queries(1):
        assert facts(prepared, TODAY) == {"ready": ""}


def test_a_rehearsal_tells_with_whom_when_and_how_it_went(cast, packed):
    row = rehearse(cast, packed, improve="Slower.")

    assert readiness_of(packed).rehearsals == (row,)
    assert (row.person, row.partner, row.held_on) == (cast.ivan, cast.olga, TODAY)
    assert "unrehearsed" not in readiness_of(packed).hindrances


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"held_on": TODAY + timedelta(days=1)}, "This day has not come yet."),
        ({"went": " \n "}, "Write how it went."),
        ({"by": "olga"}, "Only the incoming rep can say this."),
        ({"partner": "ivan"}, "Rehearse it with somebody else."),
    ],
)
def test_a_rehearsal_that_cannot_be_is_refused(cast, packed, given, said):
    told = {"partner": cast.olga, "held_on": TODAY, "went": "It went well.", "by": cast.ivan}
    told |= {
        name: getattr(cast, value) if name in ("by", "partner") else value for name, value in given.items()
    }

    assert refusals(successors.note_rehearsal, plan=packed, **told) == [said]


def test_whoever_has_left_is_nobody_to_rehearse_with(cast, packed):
    cast.sam.archived_at = NOW
    cast.sam.save()

    told = {"partner": cast.sam, "held_on": TODAY, "went": "It went well.", "by": cast.ivan}
    assert refusals(successors.note_rehearsal, plan=packed, **told) == ["Sam Sato has left."]


def test_a_rehearsal_is_corrected_over_its_version_and_by_whoever_rehearsed(cast, packed):
    row = rehearse(cast, packed)
    given = {
        "rehearsal": row,
        "version": row.version,
        "partner": cast.vera,
        "held_on": TODAY,
        "went": "Twice.",
    }

    assert refusals(successors.edit_rehearsal, **given, by=cast.olga) == [
        "Only whoever rehearsed can say this."
    ]
    edited = successors.edit_rehearsal(**given, by=cast.ivan, now=NOW)
    assert (edited.partner, edited.went, edited.version) == (cast.vera, "Twice.", 2)
    with pytest.raises(StaleVersion):
        successors.edit_rehearsal(**given, by=cast.ivan, now=NOW)


def test_without_a_rehearsal_nobody_accepts_and_a_withdrawn_one_is_none(cast, prepared):
    row = prepared.introduction_rehearsals.get()

    successors.withdraw_rehearsal(rehearsal=row, version=row.version, by=cast.ivan, now=NOW)

    assert refusals(successors.accept, plan=prepared, packet_version=1, by=cast.ivan) == [
        "Rehearse the introduction with one of us, and note how it went."
    ]


def test_another_incoming_rep_rehearses_anew(cast, prepared):
    prepared.refresh_from_db()

    plans.set_people(
        plan=prepared, role="incoming", people=[cast.sam], version=prepared.version, by=cast.vera, now=NOW
    )

    assert readiness_of(prepared).rehearsals == ()
