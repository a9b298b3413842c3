from datetime import date, timedelta
from decimal import Decimal

from accounts.models import ClientRequest, Commitment
from tests.factories import NOW, TODAY, make_account, make_person, start_plan
from transitions.models import PlanState, PlanStep
from transitions.selectors.plans import due_items, my_day
from transitions.services import plans

FAR = date(2028, 12, 31)
SOON = TODAY + timedelta(days=30)


def day_of(cast, name, now=NOW):
    return my_day(cast.users[name], now)


def at(day):
    return NOW + (day - TODAY)


def test_the_day_sorts_what_is_due_by_when(cast, plan):
    start = plan.steps.get(key="packet-draft").due_on

    day = day_of(cast, "olga", at(start + timedelta(days=4)))

    assert [str(item.title) for item in day.late] == [
        "Write the first draft of the packet",
        "Note the baseline: answer times, open requests, recent contact",
    ]
    assert [str(item.title) for item in day.due_today] == [
        "Walk through the account internally, 30 to 60 minutes"
    ]
    assert [str(item.title) for item in day.this_week] == [
        "Agree on the story: why, what gets better, what stays",
        "Meet the client face to face, explain and listen (meeting 1)",
    ]
    late = day.late[0]
    assert (late.kind, late.account, late.url_name, late.uuid, late.person_id) == (
        "step",
        "Acme",
        "plan",
        plan.uuid,
        cast.olga.pk,
    )


def test_others_work_for_my_plans_is_what_i_wait_for(cast, plan):
    start = plan.steps.get(key="guard-rails").due_on

    waiting = day_of(cast, "olga", at(start)).waiting

    assert {(str(item.title), item.owner) for item in waiting} == {
        ("Check the guard-rails: renewal, escalations, earlier changes", "Vera Voss"),
        ("Shortlist two possible successors, in confidence", "Vera Voss"),
        ("Agree with the sponsor on what they promise the client", "Vera Voss"),
    }
    assert day_of(cast, "sam", at(start)).waiting == ()


def test_my_plans_name_my_roles(cast, plan):
    def plans_of(name):
        return [(mine.account, mine.roles, mine.cutover_on) for mine in day_of(cast, name).plans]

    assert plans_of("olga") == [("Acme", ("outgoing",), plan.cutover_on)]
    assert plans_of("sam") == [("Acme", ("sponsor",), plan.cutover_on)]
    assert plans_of("vera") == [("Acme", ("author",), plan.cutover_on)]
    assert plans_of("stella") == []
    assert day_of(cast, "stella").empty
    assert day_of(cast, "olga").revenue == Decimal(120000)


def test_commitments_and_requests_stand_beside_steps(cast, account):
    price_list = Commitment.objects.create(
        account=account, owner=cast.olga, text="A new price list", made_on=TODAY, due_on=TODAY
    )
    login = ClientRequest.objects.create(
        account=account,
        owner=cast.olga,
        title="Slow login",
        opened_on=TODAY,
        promised_on=TODAY,
        escalated=True,
    )
    kept = {"account": account, "owner": cast.olga, "made_on": TODAY, "due_on": TODAY}
    Commitment.objects.create(text="Kept", kept_on=TODAY, **kept)
    Commitment.objects.create(text="Archived", archived_at=NOW, **kept)
    ClientRequest.objects.create(account=account, owner=cast.olga, title="No date", opened_on=TODAY)

    items = day_of(cast, "olga").due_today

    assert [(item.kind, str(item.title), item.url_name, item.uuid, item.escalated) for item in items] == [
        ("commitment", "A new price list", "commitment", price_list.uuid, False),
        ("request", "Slow login", "request", login.uuid, True),
    ]


def test_the_day_is_that_of_the_persons_zone(cast, account):
    cast.olga.tz = "Pacific/Kiritimati"
    cast.olga.save()
    cast.users["olga"].refresh_from_db()

    assert day_of(cast, "olga").today == TODAY + timedelta(days=1)


def due(person_ids, until=FAR):
    return [(item.person_id, item.kind, str(item.title)) for item in due_items(person_ids, until)]


def test_a_step_that_nobody_owes_reaches_the_author(cast, account):
    start_plan(account, cast.vera)

    unowned = {item.number for item in due_items([cast.vera.pk], FAR) if item.kind == "unowned"}

    assert set(range(9)) <= unowned
    assert not [item for item in due_items([cast.olga.pk], FAR) if item.kind == "unowned"]


def test_a_step_of_a_confidential_plan_reaches_its_author_instead_of_an_owner_who_may_not_know(cast, account):
    start_plan(account, cast.vera, confidential=True)

    assert due([cast.olga.pk]) == []
    found = [item for item in due_items([cast.vera.pk], FAR) if item.owner == "Olga Ortiz"]
    assert found
    assert {item.kind for item in found} == {"unowned"}
    assert day_of(cast, "olga").plans == ()
    assert day_of(cast, "olga", at(FAR)).empty


def test_an_owner_who_reads_the_confidential_plan_is_reminded(cast, account):
    start_plan(account, cast.vera, confidential=True, readers=[cast.olga])

    assert ("step", "Write the first draft of the packet") in {item[1:] for item in due([cast.olga.pk])}
    assert [mine.confidential for mine in day_of(cast, "olga").plans] == [True]


def test_work_of_somebody_who_has_left_reaches_the_author(cast, plan):
    cast.olga.archived_at = NOW
    cast.olga.save()

    found = [item for item in due_items([cast.vera.pk], FAR) if item.owner == "Olga Ortiz"]

    assert len(found) == plan.steps.filter(owner=cast.olga).count()
    assert due([cast.olga.pk]) == []


def test_nothing_is_due_of_a_plan_that_is_not_open(cast, plan):
    plan.state = PlanState.ON_HOLD
    plan.save()

    assert due([cast.olga.pk, cast.vera.pk]) == []


def test_every_open_step_reaches_exactly_one_person(cast, plan):
    start_plan(make_account(team=cast.west, owner=cast.stella), cast.walt, confidential=True)
    start_plan(make_account(team=cast.east, owner=cast.olga), cast.ivan)
    everyone = [getattr(cast, name).pk for name in ("olga", "ivan", "bea", "sam", "vera", "walt", "stella")]

    found = [item.step for item in due_items(everyone, FAR) if item.risen_on is None]  # told besides

    assert sorted(found) == sorted(PlanStep.objects.values_list("uuid", flat=True))


def test_items_of_many_cost_as_many_queries_as_those_of_one(cast, plan, django_assert_num_queries):
    people = [cast.olga.pk] + [make_person(f"Person {number}").pk for number in range(30)]

    with django_assert_num_queries(8):
        due_items([cast.olga.pk], FAR)
    with django_assert_num_queries(8):
        due_items(people, FAR)


def test_a_day_with_many_plans_costs_as_many_queries_as_one_with_few(cast, plan, django_assert_num_queries):
    day_of(cast, "olga")
    with django_assert_num_queries(11):
        day_of(cast, "olga", at(SOON))

    for _number in range(3):
        start_plan(make_account(team=cast.east, owner=cast.olga), cast.vera)
    with django_assert_num_queries(11):
        assert len(day_of(cast, "olga", at(SOON)).plans) == 4


def test_late_items_beyond_the_page_are_counted(cast, account):
    PlanStep.objects.all().delete()
    plan = start_plan(account, cast.vera)
    first = plan.steps.get(key="story")
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            key=f"more/{number}",
            stage=first.stage,
            title="More",
            planned_on=TODAY,
            due_on=TODAY - timedelta(days=1),
            owner_role="outgoing",
            owner=cast.olga,
        )
        for number in range(1, 66)
    )

    day = day_of(cast, "olga")

    assert (len(day.late), day.more_late) == (12, 53)


def test_a_done_step_is_due_no_more(cast, plan):
    step = plan.steps.get(key="packet-draft")
    plans.complete_step(step=step, version=1, by=cast.olga, now=NOW)

    assert (cast.olga.pk, "step", step.title) not in due([cast.olga.pk])
