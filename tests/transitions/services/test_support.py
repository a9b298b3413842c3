from datetime import timedelta

import pytest

from accounts.models import Assignment, Person
from accounts.models.base import StaleVersion
from tests import factories
from tests.factories import CUTOVER, NOW, TODAY, start_plan
from transitions.models import TakeOver
from transitions.rules.playbooks import Gate
from transitions.selectors.plans import due_items, facts_of, history_of
from transitions.selectors.support import team_of
from transitions.services import plans, support

GATE = Gate("support", "Everyone who takes over support has said so", "support")
LATER = NOW + timedelta(days=90)


@pytest.fixture
def ann(db):
    return factories.make_person("Ann Abel")


@pytest.fixture
def ben(db):
    return factories.make_person("Ben Bauer")


@pytest.fixture
def row(cast, plan, ann, ben):
    """Ann's part of the support, which Ben takes over."""
    return hand_over(plan, ann, ben, cast.olga)


def hand_over(plan, old, new, by, capacity="engineer", **given):
    asked = {"falls_on": CUTOVER, "now": NOW} | given
    return support.add(plan=plan, capacity=capacity, from_person=old, to_person=new, by=by, **asked)


def say(row, by):
    row.refresh_from_db()
    return support.say(takeover=row, version=row.version, by=by, now=NOW)


def asked(plan):
    facts = facts_of(plan, TODAY, [GATE])
    return facts.undecided, facts.unsaid, facts.departed


def refusals(verb, **given):
    with pytest.raises(plans.PlanRefused) as caught:
        verb(now=NOW, **given)
    return [(field, str(message)) for field, message in caught.value.problems]


def told(plan):
    return [str(entry.message) for entry in history_of(plan)]


def leave(person):
    person.archived_at = NOW
    person.save()


def supporters(account):
    rows = Assignment.objects.live().filter(account=account, role="support").order_by("pk")
    return list(rows.values_list("person__name", "capacity"))


def test_whoever_takes_over_is_asked_and_says_so(plan, row, ben):
    (item,) = due_items([ben.pk], CUTOVER)
    assert (item.kind, item.url_name, item.uuid) == ("takeover", "takeover", row.uuid)
    assert asked(plan) == ((), ("Ben Bauer",), ())
    with pytest.raises(plans.NotTaken):
        plans.complete_step(step=row.step, version=row.step.version, by=ben, now=NOW)

    said = say(row, ben)

    assert (said.said_by, said.step.done_by) == (ben, ben)
    assert asked(plan) == ((), (), ())
    assert due_items([ben.pk], CUTOVER) == []
    assert say(row, ben) == said
    assert "Whoever takes over support has said so: Engineer." in told(plan)


def test_nobody_says_it_for_them(cast, row):
    assert refusals(support.say, takeover=row, version=row.version, by=cast.vera) == [
        ("", "Only whoever takes over can say this.")
    ]


def test_who_stays_is_not_asked(cast, plan, ann):
    row = hand_over(plan, ann, None, cast.olga)

    assert row.step is None
    assert asked(plan) == ((), (), ())
    assert team_of(plan).parts[0].standing == "stays"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"capacity": " "}, ("capacity", "Say what they do for the client.")),
        (
            {"from_person": None, "to_person": None},
            ("from_person", "Say who does it today, or who takes it over."),
        ),
        (
            {"from_person": "ivan", "to_person": "ivan"},
            ("to_person", "Ivan Ilic does it today. Leave this empty if they stay, or name somebody else."),
        ),
        ({"to_person": "sam"}, ("to_person", "Sam Sato has left.")),
        ({"from_person": "sam", "to_person": None}, ("from_person", "Sam Sato has left.")),
        ({"falls_on": TODAY - timedelta(days=1)}, ("falls_on", "Choose a day that has not passed.")),
        (
            {"falls_on": CUTOVER + timedelta(days=1)},
            ("falls_on", "Support changes hands with the account, by 2027-06-15."),
        ),
    ],
)
def test_what_cannot_be_is_refused(cast, plan, given, problem):
    leave(cast.sam)
    named = {"capacity": "service", "from_person": cast.bea, "to_person": cast.ivan, "falls_on": CUTOVER}
    named |= {name: getattr(cast, one) if one in ("ivan", "sam") else one for name, one in given.items()}

    assert refusals(support.add, plan=plan, by=cast.olga, **named) == [problem]


def test_one_part_is_arranged_once(cast, plan, row, ann):
    named = {"capacity": "engineer", "from_person": ann, "to_person": cast.ivan, "falls_on": CUTOVER}

    assert refusals(support.add, plan=plan, by=cast.olga, **named) == [
        ("from_person", "What Ann Abel does is arranged already.")
    ]


def edit(row, by, **given):
    named = {"capacity": row.capacity, "from_person": row.from_person, "to_person": row.to_person}
    asked = {"version": row.version, "falls_on": row.falls_on, "now": NOW} | named | given
    return support.edit(takeover=row, by=by, **asked)


def test_somebody_else_is_asked_anew(cast, plan, row, ben):
    row = say(row, ben)

    row = edit(row, cast.olga, to_person=cast.bea)

    assert (row.said_at, row.step.owner, row.step.done_at) == (None, cast.bea, None)
    assert asked(plan) == ((), ("Bea Brandt",), ())
    assert [item.uuid for item in due_items([cast.bea.pk], CUTOVER)] == [row.uuid]


def test_another_day_asks_nobody_anew(cast, row, ben):
    row = say(row, ben)

    row = edit(row, cast.olga, falls_on=CUTOVER - timedelta(days=7))

    assert row.said_by == ben


def test_who_was_asked_and_is_so_no_longer_owes_nothing(cast, plan, row, ben):
    edit(row, cast.olga, to_person=None)

    assert due_items([ben.pk], CUTOVER) == []
    with pytest.raises(plans.PlanRefused):
        say(row, ben)


def test_of_two_who_arrange_it_the_later_one_is_told(cast, row):
    edit(row, cast.olga, to_person=cast.bea)

    with pytest.raises(StaleVersion):
        edit(row, cast.vera, to_person=cast.ivan)
    with pytest.raises(StaleVersion):
        support.withdraw(takeover=row, version=1, by=cast.vera, now=NOW)


def test_what_is_taken_out_is_asked_no_longer_and_stays_in_the_history(cast, plan, row, ben):
    support.withdraw(takeover=row, version=row.version, by=cast.olga, now=NOW)

    assert team_of(plan).parts == ()
    assert due_items([ben.pk], CUTOVER) == []
    assert "Support is no longer handed over: Engineer." in told(plan)


def test_who_supports_the_client_and_is_not_arranged_keeps_the_gate_shut(cast, plan, ann):
    Assignment.objects.create(account=plan.account, person=ann, role="support", from_on=TODAY)

    assert asked(plan) == (("Ann Abel",), (), ())
    hand_over(plan, ann, None, cast.olga)
    assert asked(plan) == ((), (), ())


def test_who_has_left_before_saying_so_rises_to_the_author(cast, plan, row, ben):
    leave(ben)

    assert asked(plan) == ((), (), ("Ben Bauer",))
    (item,) = [one for one in due_items([cast.vera.pk], CUTOVER) if one.step == row.step.uuid]
    assert (item.kind, item.owner) == ("unowned", "Ben Bauer")


def test_who_has_left_after_saying_so_rises_with_the_next_tick(cast, plan, row, ben):
    say(row, ben)
    leave(ben)
    assert not [one for one in due_items([cast.vera.pk], CUTOVER) if one.step == row.step.uuid]

    assert support.ask_for_another(now=NOW) == 1
    assert support.ask_for_another(now=NOW) == 0

    (item,) = [one for one in due_items([cast.vera.pk], CUTOVER) if one.step == row.step.uuid]
    assert item.kind == "unowned"
    assert team_of(plan).parts[0].standing == "departed"


def test_support_changes_hands_with_the_account(cast, plan, row, ann, ben, drive):
    Assignment.objects.create(account=plan.account, person=ann, role="support", from_on=TODAY)
    stays = hand_over(plan, cast.bea, None, cast.olga, capacity="service")
    say(row, ben)

    drive(plan, "cutover", now=LATER)

    assert supporters(plan.account) == [("Ben Bauer", "engineer"), ("Bea Brandt", "service")]
    ended = Assignment.objects.get(person=ann, role="support")
    assert ended.until_on == LATER.date()
    assert {TakeOver.objects.get(pk=one.pk).moved_at for one in (row, stays)} == {LATER}
    moved = [entry for entry in history_of(plan) if str(entry.message) == "Support changed hands."]
    assert [(change.before, change.after) for change in moved[0].changes] == [("Ann Abel", "Ben Bauer")]
    late = {"capacity": "service", "from_person": ann, "to_person": cast.ivan, "falls_on": LATER.date()}
    assert refusals(support.add, plan=plan, by=cast.olga, **late) == [
        ("", "The account has changed hands already, and support with it.")
    ]


def test_nobody_ends_for_somebody_who_has_left(cast, plan, row, ann, ben, drive):
    Assignment.objects.create(
        account=plan.account, person=ann, role="support", capacity="engineer", from_on=TODAY
    )
    say(row, ben)
    leave(ben)

    drive(plan, "cutover", now=LATER)

    assert supporters(plan.account) == [("Ann Abel", "engineer")]


def test_a_cover_ends_what_began_with_it(cast, ann, ben, drive):
    account = factories.make_account("Leaf", team=cast.east, owner=cast.olga, tier="standard")
    plan = start_plan(
        account,
        cast.vera,
        playbook="soft-leave",
        reason="leave",
        people={"incoming": [cast.ivan], "sponsor": [cast.sam]},
    )
    Assignment.objects.create(account=account, person=ann, role="support", capacity="engineer", from_on=TODAY)
    say(hand_over(plan, ann, ben, cast.olga), ben)

    plan = drive(plan, "cover", now=LATER)
    assert supporters(account) == [("Ann Abel", "engineer"), ("Ben Bauer", "engineer")]

    drive(plan, "back", now=LATER + timedelta(days=200))
    assert supporters(account) == [("Ann Abel", "engineer")]


def test_a_step_reopened_forgets_what_was_said(plan, row, ben):
    row = say(row, ben)

    plans.reopen_step(step=row.step, version=row.step.version, by=ben, now=NOW)

    assert asked(plan) == ((), ("Ben Bauer",), ())
    assert say(row, ben).step.done_at == NOW


@pytest.mark.parametrize("many", [1, 20])
def test_the_page_costs_the_same_however_many_there_are(cast, plan, django_assert_num_queries, many, ann):
    for number in range(many):
        hand_over(plan, ann, cast.ivan, cast.olga, capacity=f"Part {number}")

    with django_assert_num_queries(2):
        team_of(plan)


def test_only_whoever_was_asked_says_that_they_take_over_even_while_they_are_away(cast, plan, row, ben):
    Person.objects.filter(pk=ben.pk).update(away_from_on=TODAY, substitute=cast.bea, team=cast.east)

    assert [item.kind for item in due_items([ben.pk], CUTOVER, now=NOW)] == ["takeover"]
    assert not [item for item in due_items([cast.bea.pk, cast.vera.pk], CUTOVER, now=NOW) if item.for_name]
