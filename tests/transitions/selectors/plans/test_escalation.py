"""What nobody does comes up to leaders, with real rows. Vera leads the east, Cora the company."""

from datetime import date, timedelta

import pytest

from accounts.models import Account, ClientRequest, Commitment, Organisation, Person
from tests.factories import NOW, TODAY, make_account, make_person, start_plan
from transitions.models import PlanReader, PlanState, PlanStep
from transitions.selectors.plans import due_items, my_day

DAY = timedelta(days=1)  # TODAY is a Tuesday: three business days later is a Friday
NEXT_WEEK = TODAY + 8 * DAY  # six business days later, a Wednesday


@pytest.fixture
def cora(cast):
    cast.company.lead = make_person("Cora Chief", team=cast.company)
    cast.company.save()
    return cast.company.lead


@pytest.fixture
def step(plan):
    """Olga's first step, due today; the others are done."""
    step = plan.steps.get(key="packet-draft")
    PlanStep.objects.exclude(pk=step.pk).update(done_at=NOW)
    PlanStep.objects.filter(pk=step.pk).update(due_on=TODAY)
    step.refresh_from_db()
    return step


def told(person: Person, on: date) -> list[tuple[str, str, str, int, date]]:
    """What has come up to somebody by a date."""
    items = [item for item in due_items([person.pk], on) if item.risen_on]
    return [(item.kind, str(item.title), item.owner, item.level, item.risen_on) for item in items]


def commit(account, owner, due_on=TODAY) -> Commitment:
    return Commitment.objects.create(
        account=account, owner=owner, text="A price list", made_on=TODAY, due_on=due_on
    )


def test_an_overdue_step_comes_up_to_one_leader_after_another(cast, cora, step):
    friday = TODAY + 3 * DAY
    first = ("risen", step.title, "Olga Ortiz", 1, friday)

    assert told(cast.vera, friday - DAY) == []
    assert told(cast.vera, friday) == [first]
    assert told(cora, NEXT_WEEK - DAY) == []
    assert told(cora, NEXT_WEEK) == [("risen", step.title, "Olga Ortiz", 2, NEXT_WEEK)]
    assert told(cast.vera, NEXT_WEEK) == [first]
    assert told(cast.walt, NEXT_WEEK) == []


def test_requests_and_commitments_come_up_as_well(cast, cora, account):
    commit(account, cast.olga)
    ClientRequest.objects.create(
        account=account, owner=cast.ivan, title="Slow login", opened_on=TODAY, promised_on=TODAY - DAY
    )

    found = {(title, owner, level) for _, title, owner, level, _ in told(cast.vera, NEXT_WEEK)}
    above = {(title, owner, level) for _, title, owner, level, _ in told(cora, NEXT_WEEK)}

    assert found == {("A price list", "Olga Ortiz", 1), ("Slow login", "Ivan Ilic", 1)}
    assert above == {("A price list", "Olga Ortiz", 2), ("Slow login", "Ivan Ilic", 2)}


def test_whoever_owes_it_is_not_told_of_it_but_hears_who_is(cast, cora, account):
    commit(account, cast.vera)

    (own,) = due_items([cast.vera.pk], TODAY + 5 * DAY)

    assert (own.kind, own.told, own.told_on) == ("commitment", "Cora Chief", TODAY + 3 * DAY)
    assert (own.has_come_up(TODAY + 2 * DAY), own.has_come_up(TODAY + 3 * DAY)) == (False, True)
    assert told(cora, TODAY + 3 * DAY) == [("risen", "A price list", "Vera Voss", 1, TODAY + 3 * DAY)]


@pytest.mark.parametrize(("after", "expected"), [(0, []), (1, [1]), (5, [])])
def test_the_company_says_how_soon(cast, step, after, expected):
    Organisation.objects.update(escalate_after=after)

    assert [one[3] for one in told(cast.vera, TODAY + 3 * DAY)] == expected
    assert [one[3] for one in told(cast.vera, TODAY + 90 * DAY)] == ([1] if after else [])


def test_a_promise_comes_up_to_the_first_leader_whatever_the_company_says(cast, cora, plan):
    call = plan.steps.filter(kind="check-in").order_by("due_on").first()
    PlanStep.objects.exclude(pk=call.pk).update(done_at=NOW)
    Organisation.objects.update(escalate_after=0)
    later = call.due_on + 60 * DAY

    (missed,) = told(cast.vera, later)

    assert missed[0] == "missed"
    assert told(cora, later) == []
    Organisation.objects.update(escalate_after=3)
    assert [one[0] for one in told(cora, later)] == ["missed"]


def test_free_days_of_the_client_and_ours_do_not_count(cast, step):
    friday = TODAY + 3 * DAY
    Account.objects.update(free_days=[[str(TODAY + DAY), "Carnival"]])
    assert (told(cast.vera, friday), len(told(cast.vera, friday + 3 * DAY))) == ([], 1)

    Organisation.objects.update(free_days=[[str(TODAY + 2 * DAY), "Inventory"]])
    assert (told(cast.vera, friday + 3 * DAY), len(told(cast.vera, friday + 4 * DAY))) == ([], 1)


def test_nothing_comes_up_of_a_plan_on_hold(cast, step):
    step.plan.state = PlanState.ON_HOLD
    step.plan.save()

    assert told(cast.vera, NEXT_WEEK) == []


def test_of_a_confidential_plan_only_leaders_who_may_read_it_are_told(cast, cora, step):
    plan = step.plan
    plan.released_at = None
    plan.save()
    PlanReader.objects.create(plan=plan, person=cast.olga)
    PlanReader.objects.filter(plan=plan, person=cast.vera).delete()

    assert (told(cast.vera, NEXT_WEEK), told(cora, NEXT_WEEK)) == ([], [])
    PlanReader.objects.create(plan=plan, person=cora)
    friday = TODAY + 3 * DAY
    assert told(cast.vera, NEXT_WEEK) == []
    assert told(cora, friday) == [("risen", step.title, "Olga Ortiz", 1, friday)]


def test_a_leader_who_has_left_or_cannot_be_reached_is_passed_over(cast, cora, step):
    Person.objects.filter(pk=cast.vera.pk).update(email="")

    assert [one[3] for one in told(cora, TODAY + 3 * DAY)] == [1]


def test_while_a_leader_is_away_whoever_stands_in_is_told(cast, cora, step):
    Person.objects.filter(pk=cast.vera.pk).update(
        away_from_on=TODAY, away_until_on=TODAY + 30 * DAY, substitute=cast.sam
    )

    def told_now(person):
        items = due_items([person.pk], NEXT_WEEK, now=NOW)
        return [(item.level, item.for_name) for item in items if item.risen_on]

    assert told_now(cast.sam) == [(1, "Vera Voss")]
    assert told_now(cast.vera) == []
    assert told_now(cora) == [(2, "")]


def test_a_leader_who_stands_in_for_whoever_owes_it_is_not_told_besides(cast, cora, step):
    Person.objects.filter(pk=cast.olga.pk).update(away_from_on=TODAY)

    items = due_items([cast.vera.pk, cora.pk, cast.olga.pk], NEXT_WEEK, now=NOW)

    assert [(item.person_id, item.kind, item.for_name) for item in items] == [
        (cast.vera.pk, "step", "Olga Ortiz"),
        (cora.pk, "risen", ""),
    ]


def test_a_leaders_day_has_it_apart_from_their_own_and_costs_the_same_for_ten_times_as_much(
    cast, cora, plan, step, django_assert_num_queries
):
    later = NOW + 20 * DAY
    user = cast.users["vera"]
    my_day(user, later)
    with django_assert_num_queries(15):
        assert len(my_day(user, later).risen) == 1
    for _number in range(10):
        account = make_account(team=cast.east, owner=cast.olga)
        start_plan(account, cast.vera)
        commit(account, cast.ivan)
    PlanStep.objects.filter(owner=cast.olga).update(due_on=TODAY, done_at=None)

    with django_assert_num_queries(15):
        day = my_day(user, later)

    assert (len(day.risen), day.more_risen > 20) == (12, True)
    assert all(item.risen_on is None for item in day.late)


def test_a_leaders_digest_has_the_longest_overdue_of_each_team(cast, account, monkeypatch):
    monkeypatch.setattr("transitions.selectors.plans.escalation.MOST_ITEMS", 3)
    for days in range(8):
        commit(account, cast.olga, TODAY - (20 + days) * DAY)
        commit(make_account(team=cast.west, owner=cast.stella), cast.stella, TODAY - (20 + days) * DAY)

    items = [item for item in due_items([cast.vera.pk, cast.walt.pk], TODAY) if item.risen_on]

    oldest = [TODAY - days * DAY for days in (27, 26, 25)]
    assert [item.due_on for item in items if item.person_id == cast.vera.pk] == oldest
    assert [item.due_on for item in items if item.person_id == cast.walt.pk] == oldest
