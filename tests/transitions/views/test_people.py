"""What a person still owes handover plans."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Person
from tests.factories import NOW, TODAY, make_account
from transitions.models import PlanStep, PlaybookVersion
from transitions.services import plans, playbooks


@pytest.fixture
def plan(cast):
    playbooks.publish_shipped(by=None, now=NOW)
    return plans.start(
        account=make_account("Acme", team=cast.east, owner=cast.olga),
        playbook=PlaybookVersion.objects.newest().get(key="soft-standard"),
        reason="realignment",
        anchors={"announcement": TODAY + timedelta(days=20), "cutover": TODAY + timedelta(days=50)},
        people={"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]},
        why="Closer to you",
        by=cast.vera,
        now=NOW,
    )


def owed(client, person) -> set:
    return {
        item.step for item, _state in client.get(reverse("person-steps", args=[person.uuid])).context["items"]
    }


def test_open_steps_are_listed_for_whoever_sees_the_plan(cast, sign_in, plan):
    theirs = set(PlanStep.objects.filter(owner=cast.olga).values_list("uuid", flat=True))
    done = PlanStep.objects.filter(owner=cast.olga).first()
    done.done_at = NOW
    done.save()

    assert theirs
    assert owed(sign_in("vera"), cast.olga) == theirs - {done.uuid}
    assert owed(sign_in("stella"), cast.olga) == set()


def test_a_plan_that_is_not_released_is_not_given_away(cast, sign_in, plan):
    plan.released_at = None
    plan.save()
    plan.readers.all().delete()
    plan.readers.create(person=cast.vera)

    assert owed(sign_in("vera"), cast.olga) != set()
    for name in ("olga", "bea", "sam", "ada"):
        assert owed(sign_in(name), cast.olga) == set()


def test_the_list_is_a_piece_of_the_persons_page_or_a_page_of_its_own(cast, sign_in, plan):
    client = sign_in("vera")
    address = reverse("person-steps", args=[cast.olga.uuid])

    assert address in client.get(reverse("person", args=[cast.olga.uuid])).content.decode()
    assert "<html" in client.get(address).content.decode()
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(cast, sign_in, plan, django_assert_num_queries):
    client = sign_in("vera")
    for kept in (1, 3):
        PlanStep.objects.update(owner=None)
        some = PlanStep.objects.order_by("pk").values("pk")[:kept]
        PlanStep.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(owner=cast.olga)
        with django_assert_num_queries(7):
            assert len(owed(client, Person.objects.get(pk=cast.olga.pk))) == kept
