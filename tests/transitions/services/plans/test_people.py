from datetime import timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, start_plan
from transitions.services import plans


def put(plan, role, people, by, version=None, now=NOW):
    plan.refresh_from_db()
    return plans.set_people(
        plan=plan, role=role, people=people, version=version or plan.version, by=by, now=now
    )


def holders(plan, role):
    return set(plan.roles.filter(assignment__role=role).values_list("assignment__person__name", flat=True))


def owners(plan, role):
    return set(plan.steps.filter(owner_role=role, done_at=None).values_list("owner__name", flat=True))


def refused(*args, **fields):
    with pytest.raises(plans.PlanRefused) as caught:
        put(*args, **fields)
    return [(field, str(message)) for field, message in caught.value.problems]


def test_naming_the_incoming_rep_gives_them_the_steps_that_waited(cast, account):
    plan = start_plan(account, cast.vera)
    assert owners(plan, "incoming") == {None}

    put(plan, "incoming", [cast.ivan], cast.vera)

    assert holders(plan, "incoming") == {"Ivan Ilic"}
    assert owners(plan, "incoming") == {"Ivan Ilic"}
    assert plan.steps.filter(owner_role="outgoing", version=1).exists()


def test_another_incoming_rep_takes_over_open_steps_and_the_first_ones_role_ends(cast, plan):
    done = plan.steps.get(key="over-prepare")
    plans.complete_step(step=done, version=1, by=cast.ivan, now=NOW)

    put(plan, "incoming", [cast.stella], cast.vera, now=NOW + timedelta(days=2))

    assert holders(plan, "incoming") == {"Stella Strand"}
    assert owners(plan, "incoming") == {"Stella Strand"}
    done.refresh_from_db()
    assert done.owner == cast.ivan
    ended = plan.account.assignments.get(role="incoming", person=cast.ivan)
    assert ended.until_on == TODAY + timedelta(days=2)


def test_a_role_can_be_emptied_and_its_steps_wait_again(cast, plan):
    put(plan, "incoming", [], cast.vera)

    assert holders(plan, "incoming") == set()
    assert owners(plan, "incoming") == {None}


def test_a_step_given_to_somebody_by_hand_stays_theirs(cast, plan):
    step = plan.steps.get(key="visit")
    step.owner = cast.bea
    step.save()

    put(plan, "incoming", [cast.stella], cast.vera)

    step.refresh_from_db()
    assert step.owner == cast.bea


def test_an_account_may_have_several_sponsors(cast, plan):
    put(plan, "sponsor", [cast.sam, cast.walt], cast.vera)

    assert holders(plan, "sponsor") == {"Sam Sato", "Walt West"}
    assert owners(plan, "sponsor") == {"Sam Sato"}


def test_naming_the_interim_rep_answers_for_the_incoming_one_until_there_is_one(cast, account):
    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=TODAY)

    put(plan, "interim", [cast.bea], cast.vera)
    assert owners(plan, "incoming") == {"Bea Brandt"}

    put(plan, "incoming", [cast.ivan], cast.vera)
    assert owners(plan, "incoming") == {"Ivan Ilic"}
    assert owners(plan, "interim") == {"Bea Brandt"}


@pytest.mark.parametrize(
    ("role", "people", "sentence"),
    [
        ("outgoing", ["ivan"], "The outgoing rep is the owner of the account."),
        ("incoming", ["olga"], "Olga Ortiz is the outgoing rep."),
        ("incoming", ["bea"], "Bea Brandt cannot be the incoming rep and the second choice at once."),
        ("second_choice", ["ivan"], "Ivan Ilic cannot be the incoming rep and the second choice at once."),
        ("incoming", ["stella", "walt"], "Choose one person only."),
        ("interim", ["walt"], "This playbook does not name anybody in this role."),
        ("king", ["walt"], "This playbook does not name anybody in this role."),
    ],
)
def test_people_who_cannot_be_are_refused(cast, plan, role, people, sentence):
    assert refused(plan, role, [getattr(cast, name) for name in people], cast.vera) == [(role, sentence)]


def test_somebody_who_has_left_is_refused(cast, plan):
    cast.stella.archived_at = NOW
    cast.stella.save()

    assert refused(plan, "incoming", [cast.stella], cast.vera) == [("incoming", "Stella Strand has left.")]


def test_after_the_cutover_the_incoming_rep_is_the_accounts_matter(cast, plan, drive):
    drive(plan, "cutover", now=NOW + timedelta(days=110))

    assert refused(plan, "incoming", [cast.stella], cast.vera) == [
        ("incoming", "The account belongs to its new owner already.")
    ]


def test_roles_of_a_confidential_plan_stay_hidden(cast, account):
    plan = start_plan(account, cast.vera, confidential=True)

    put(plan, "incoming", [cast.stella], cast.vera)

    assert account.assignments.get(role="incoming").hidden


def test_the_second_of_two_who_name_somebody_is_told(cast, plan):
    put(plan, "incoming", [cast.stella], cast.vera)

    with pytest.raises(StaleVersion):
        put(plan, "incoming", [cast.walt], cast.olga, version=1)
    assert holders(plan, "incoming") == {"Stella Strand"}


def test_words_are_kept_and_the_second_writer_is_told(cast, plan):
    words = {"why": "A", "gets_better": "B", "stays": "C", "reason_detail": "D"}
    plans.edit_words(plan=plan, version=1, by=cast.olga, now=NOW, **words)

    plan.refresh_from_db()
    assert {name: getattr(plan, name) for name in words} == words
    with pytest.raises(StaleVersion):
        plans.edit_words(plan=plan, version=1, by=cast.vera, now=NOW, **words)


def test_words_that_may_not_be_stored_are_refused_by_field(cast, plan):
    with pytest.raises(plans.PlanRefused) as caught:
        plans.edit_words(
            plan=plan,
            version=1,
            why="fine",
            gets_better="a\x00b",
            stays="x" * 20_001,
            reason_detail="",
            by=cast.olga,
            now=NOW,
        )

    assert [field for field, _message in caught.value.problems] == ["gets_better", "stays"]
