"""What reaches nobody else reaches whoever took the author's place."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, TODAY, make_account, make_contact, make_team, start_plan
from transitions.models import Extra, HandoverPlan
from transitions.permissions import standing
from transitions.selectors.plans import due_items, my_day
from transitions.services import concerns, digests, plans

FAR = date(2028, 12, 31)


def leave(*people):
    for person in people:
        person.archived_at = NOW
        person.save()
        person.user.is_active = False
        person.user.save()


def told(person, kind="unowned"):
    return {item.title.msgid for item in due_items([person.pk], FAR) if item.kind == kind}


@pytest.fixture
def orphan(cast, account):
    """A plan of Olga's client that Stella began, with nobody named."""
    return start_plan(account, cast.stella)


def test_the_author_looks_after_the_plan_while_they_are_with_us(cast, orphan, django_assert_num_queries):
    assert told(cast.stella)
    with django_assert_num_queries(1):
        assert plans.hand_on() == 0
    assert not told(cast.vera)


def test_what_reaches_nobody_goes_to_the_leader_of_the_clients_team(cast, orphan):
    before = told(cast.stella)
    leave(cast.stella)

    assert plans.hand_on() == 1

    assert told(cast.vera) == before
    assert told(cast.stella) == set()
    assert plans.hand_on() == 0


def test_it_goes_to_the_next_leader_above_and_where_nobody_leads_to_an_executive(cast, account):
    below = make_team("Below", under=cast.east)
    plan = start_plan(make_account(team=below, owner=cast.olga), cast.stella)
    teamless = start_plan(make_account(owner=cast.olga), cast.stella)
    leave(cast.stella)
    plans.hand_on()
    assert keepers(plan, teamless) == [cast.vera, cast.sam]

    leave(cast.vera)
    plans.hand_on()
    assert keepers(plan, teamless) == [cast.sam, cast.sam]

    leave(cast.sam)
    plans.hand_on()
    assert keepers(plan, teamless) == [cast.ada, cast.ada]


def keepers(*found):
    return [HandoverPlan.objects.get(pk=plan.pk).steward for plan in found]


def test_a_confidential_plan_goes_to_the_first_reader_who_is_with_us_and_to_no_leader(cast, account):
    plan = start_plan(account, cast.stella, confidential=True, readers=[cast.bea, cast.ivan])
    leave(cast.bea, cast.stella)
    plans.hand_on()

    assert keepers(plan) == [cast.ivan]
    assert told(cast.ivan)
    assert not told(cast.vera)

    leave(cast.ivan)
    plans.hand_on()

    everyone = (cast.vera, cast.sam, cast.ada, cast.olga)
    assert not any(told(person) for person in everyone)


def test_an_author_who_may_no_longer_read_is_told_nothing_more(cast, account):
    plan = start_plan(account, cast.stella, confidential=True)
    plan = plans.set_readers(plan=plan, people=[cast.bea], version=plan.version, by=cast.vera, now=NOW)

    assert plan.steward == cast.bea
    assert not told(cast.stella)

    plans.release(plan=plan, version=plan.version, by=cast.vera, now=NOW)
    plans.hand_on()
    assert keepers(plan) == [cast.stella]


def test_concerns_and_extras_go_the_same_way(cast, orphan):
    client = make_contact(orphan.account, "Carla Client")
    concerns.add(
        plan=orphan, words="Who answers?", seriousness="red", owner=cast.olga, raised_on=TODAY,
        raised_by=client, promised_on=TODAY, by=cast.stella, now=NOW,
    )  # fmt: skip
    Extra.objects.create(
        plan=orphan, what="A cake", planned_on=TODAY, budget=20, owner=cast.olga, created_by=cast.olga,
        created_at=NOW,
    )  # fmt: skip
    leave(cast.stella, cast.olga)
    plans.hand_on()

    assert told(cast.vera, "concern") == {"Who answers?"}
    assert told(cast.vera, "extra") == {"A cake"}


def test_an_author_who_comes_back_has_the_plan_again(cast, orphan):
    leave(cast.stella)
    plans.hand_on()
    cast.stella.archived_at = None
    cast.stella.save()

    assert plans.hand_on() == 1
    assert keepers(orphan) == [cast.stella]


def test_whoever_took_the_authors_place_sees_the_plan_on_their_day_and_may_do_what_the_author_may(
    cast, account
):
    plan = start_plan(account, cast.stella, confidential=True, readers=[cast.ivan])
    leave(cast.stella)
    plans.hand_on()

    assert [mine.roles for mine in my_day(cast.users["ivan"], NOW).plans] == [("steward",)]
    assert "author" in standing(cast.users["ivan"], HandoverPlan.objects.get(pk=plan.pk))


def test_no_digest_is_written_past_the_plan_of_an_author_who_has_left(cast, orphan):
    leave(cast.stella)

    digests.write_due(now=NOW)

    assert keepers(orphan) == [cast.vera]


def test_a_day_costs_no_query_more_for_whoever_looks_after_nothing(cast, orphan):
    def asked():
        my_day(cast.users["bea"], NOW)  # what a connection asks once
        with CaptureQueriesContext(connection) as queries:
            my_day(cast.users["bea"], NOW)
        return len(queries)

    before = asked()
    leave(cast.stella)
    plans.hand_on()

    assert asked() == before
