"""What is due from somebody on leave reaches whoever stands in, with real rows."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from accounts.models import ClientRequest, Commitment, Person
from tests.factories import NOW, TODAY, make_account, make_contact, make_person, start_plan
from transitions.models import Concern, PlanReader, PlanStep
from transitions.selectors.plans import due_items, my_day

DAY = timedelta(days=1)
FAR = TODAY + 900 * DAY
NAMES = ("olga", "ivan", "bea", "sam", "vera", "walt", "stella", "ada")


def leave(person, substitute=None, from_on=TODAY, until_on=TODAY + 9 * DAY) -> None:
    Person.objects.filter(pk=person.pk).update(
        away_from_on=from_on, away_until_on=until_on, substitute=substitute
    )


def commit(account, owner, due_on=TODAY) -> Commitment:
    return Commitment.objects.create(
        account=account, owner=owner, text="A price list", made_on=TODAY, due_on=due_on
    )


def due(person, now: datetime = NOW) -> list[tuple[str, str]]:
    """Kind and owner on leave of what somebody has to do."""
    found = due_items([person.pk], FAR, now=now)
    return [(item.kind, item.for_name) for item in found if item.risen_on is None]


def test_the_substitute_gets_everything_that_is_due(cast, plan, account):
    carla = make_contact(account, "Carla Cole")
    commit(account, cast.olga)
    ClientRequest.objects.create(
        account=account, owner=cast.olga, title="Slow login", opened_on=TODAY, promised_on=TODAY
    )
    Concern.objects.create(
        plan=plan,
        raised_by=carla,
        words="Why?",
        owner=cast.olga,
        promised_on=TODAY,
        raised_on=TODAY,
        created_at=NOW,
        created_by=cast.olga,
        seriousness="amber",
    )
    before = Counter(kind for kind, _ in due(cast.olga))
    theirs = Counter(due(cast.bea))

    leave(cast.olga, cast.bea)

    assert set(before) == {"step", "commitment", "request", "concern"}
    assert due(cast.olga) == []
    assert Counter(due(cast.bea)) - theirs == Counter({(kind, "Olga Ortiz"): n for kind, n in before.items()})
    item = next(item for item in due_items([cast.bea.pk], FAR, now=NOW) if item.for_name)
    assert item.back_on == TODAY + 10 * DAY
    assert not any(item.plain for item in due_items([cast.bea.pk], FAR, now=NOW) if item.for_name)


def test_on_the_first_day_back_it_is_theirs_again(cast, account):
    commit(account, cast.olga)
    leave(cast.olga, cast.bea, until_on=TODAY + DAY)

    held = [
        (len(due(cast.olga, NOW + days * DAY)), len(due(cast.bea, NOW + days * DAY)))
        for days in (-1, 0, 1, 2)
    ]

    assert held == [(1, 0), (0, 1), (0, 1), (1, 0)]


def test_it_is_the_date_of_whoever_is_away_that_counts(cast, account):
    commit(account, cast.olga)
    Person.objects.filter(pk=cast.olga.pk).update(tz="Pacific/Kiritimati")  # where it is tomorrow already

    leave(cast.olga, cast.bea, from_on=TODAY + DAY)

    assert (due(cast.olga), due(cast.bea)) == ([], [("commitment", "Olga Ortiz")])


def test_a_substitute_who_is_away_too_has_one_of_their_own(cast, account):
    commit(account, cast.olga)
    leave(cast.olga, cast.ivan)
    leave(cast.ivan, cast.bea)

    assert [due(person) for person in (cast.olga, cast.ivan, cast.bea)] == [
        [],
        [],
        [("commitment", "Olga Ortiz")],
    ]


def test_two_who_stand_in_for_each_other_leave_it_to_their_leader(cast, account):
    commit(account, cast.olga)
    leave(cast.olga, cast.ivan)
    leave(cast.ivan, cast.olga)

    assert due(cast.vera) == [("commitment", "Olga Ortiz")]


def test_where_nobody_is_there_it_stays(cast, account):
    commit(account, cast.olga)
    leave(cast.olga)
    leave(cast.vera)

    assert due(cast.olga) == [("commitment", "")]


@pytest.mark.parametrize("fields", [{"email": ""}, {"archived_at": NOW}])
def test_a_substitute_who_cannot_be_reached_does_not_stand_in(cast, account, fields):
    commit(account, cast.olga)
    leave(cast.olga, cast.bea)
    Person.objects.filter(pk=cast.bea.pk).update(**fields)

    assert due(cast.vera) == [("commitment", "Olga Ortiz")]


def test_standing_in_opens_nothing_so_the_work_goes_to_whoever_sees_it(cast, plan, account):
    commit(account, cast.olga)
    leave(cast.olga, cast.stella)  # of another team, who sees nothing of the east

    assert due(cast.stella) == []
    assert ("commitment", "Olga Ortiz") in due(cast.vera)
    leave(cast.olga, cast.sam)  # an executive, who sees everything
    assert ("commitment", "Olga Ortiz") in due(cast.sam)


def test_of_a_confidential_plan_only_a_reader_stands_in(cast, account):
    plan = start_plan(account, cast.vera, confidential=True, readers=[cast.olga])
    leave(cast.olga, cast.bea)

    assert ("step", "Olga Ortiz") not in due(cast.bea)
    assert ("step", "Olga Ortiz") in due(cast.vera)
    PlanReader.objects.create(plan=plan, person=cast.bea)
    assert ("step", "Olga Ortiz") in due(cast.bea)
    PlanReader.objects.filter(plan=plan).exclude(person=cast.olga).delete()
    assert ("step", "") in due(cast.olga)


def test_each_piece_of_work_reaches_exactly_one_person_whoever_is_away(cast, plan, account):
    start_plan(
        make_account(team=cast.west, owner=cast.stella), cast.walt, confidential=True, readers=[cast.stella]
    )
    start_plan(make_account(team=cast.east, owner=cast.olga), cast.ivan)
    for name in NAMES:
        commit(account, getattr(cast, name))
    everyone = [getattr(cast, name) for name in NAMES]
    steps = sorted(PlanStep.objects.values_list("uuid", flat=True))
    random = Random(7)

    for _round in range(25):
        away = {person.pk for person in everyone if random.random() < 0.5}
        for person in everyone:
            Person.objects.filter(pk=person.pk).update(
                away_from_on=TODAY if person.pk in away else None,
                substitute=random.choice([None, *everyone]),
            )
        items = due_items([person.pk for person in everyone], FAR, now=NOW)
        doing = [item for item in items if item.risen_on is None]
        apart = [item for person in everyone for item in due_items([person.pk], FAR, now=NOW)]
        assert sorted(item.step for item in doing if item.step) == steps
        assert sum(item.kind == "commitment" for item in doing) == len(NAMES)
        assert not [item for item in doing if item.for_name and item.person_id in away]
        assert Counter(items) == Counter(apart), "asked together, and each alone"


def test_the_day_of_somebody_away_says_who_gets_it(cast, plan, account):
    leave(cast.olga, cast.bea)

    day = my_day(cast.users["olga"], NOW)

    assert (day.away, day.back_on, day.stand_in) == (True, TODAY + 10 * DAY, "Bea Brandt")
    assert not day.late + day.due_today + day.this_week
    assert my_day(cast.users["bea"], NOW).away is False


def test_standing_in_costs_the_same_for_ten_times_as_much(cast, plan, account, django_assert_num_queries):
    leave(cast.olga, cast.bea)
    due_items([cast.bea.pk], FAR, now=NOW)
    with django_assert_num_queries(11):
        few = due_items([cast.bea.pk], FAR, now=NOW)
    for number in range(10):
        start_plan(make_account(team=cast.east, owner=cast.olga), cast.vera)
        person = make_person(f"Away {number}", team=cast.east)
        leave(person, cast.bea)
        commit(account, person)

    with django_assert_num_queries(11):
        many = due_items([cast.bea.pk], FAR, now=NOW)

    assert len(many) > 5 * len(few)
