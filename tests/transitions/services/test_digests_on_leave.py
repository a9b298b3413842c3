"""Digests of those on leave, and of those who stand in."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Commitment, Delivery, Person
from accounts.services import deliveries
from accounts.services.smtp import post_office
from tests.factories import TODAY, make_account, start_plan
from transitions.models import PlanStep
from transitions.services import digests

EIGHT = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def account(cast):
    Person.objects.update(tz="UTC")
    return make_account("Acme", team=cast.east, owner=cast.olga)


def commit(account, owner) -> None:
    Commitment.objects.create(account=account, owner=owner, text="Call", made_on=TODAY, due_on=TODAY)


def leave(person, substitute, until_on=TODAY + 2 * DAY) -> None:
    Person.objects.filter(pk=person.pk).update(
        away_from_on=TODAY, away_until_on=until_on, substitute=substitute
    )


def written() -> list[tuple[str, str]]:
    return [(row.person.name, row.key[-2:]) for row in Delivery.objects.order_by("pk")]


def test_whoever_stands_in_gets_the_digest_until_the_leave_ends(cast, account):
    commit(account, cast.olga)
    leave(cast.olga, cast.bea)

    for day in range(5):
        digests.write_due(now=EIGHT + day * DAY)

    told = [one for one in written() if one[0] != "Vera Voss"]  # to whom it comes up on the third day
    assert told == [
        ("Bea Brandt", "02"),
        ("Bea Brandt", "03"),
        ("Bea Brandt", "04"),
        ("Olga Ortiz", "05"),
        ("Olga Ortiz", "06"),
    ]


def test_a_digest_is_not_sent_to_somebody_who_went_on_leave_since_it_was_written(cast, account):
    commit(account, cast.olga)
    digests.write_due(now=EIGHT)
    leave(cast.olga, cast.bea)

    with post_office() as post:
        deliveries.send_next(post=post, clock=lambda: EIGHT)

    row = Delivery.objects.get()
    assert (row.person, row.state, row.reason) == (cast.olga, "cancelled", digests.NOTHING_DUE)


def test_the_link_that_finishes_a_step_is_in_its_owners_mail_only(cast, account):
    start_plan(account, cast.vera)
    PlanStep.objects.exclude(key="packet-draft").update(done_at=EIGHT)
    PlanStep.objects.filter(key="packet-draft").update(due_on=TODAY)

    digests.write_due(now=EIGHT)
    leave(cast.olga, cast.bea)
    digests.write_due(now=EIGHT + DAY)

    links = {row.person.name: bool(row.secrets) for row in Delivery.objects.all()}
    assert links == {"Olga Ortiz": True, "Bea Brandt": False}
