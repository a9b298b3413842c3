"""Two people at once. PostgreSQL alone lets two transactions run side by side; SQLite lets one wait."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, make_account, make_contact, start_plan
from tests.transitions.services.plans.test_races import at_once
from transitions.models import ChangeSet, Concern, HandoverPlan
from transitions.services import concerns, plans

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two transactions side by side"),
]


@pytest.fixture
def concern(cast):
    account = make_account("Acme", team=cast.east, owner=cast.olga)
    plan = start_plan(account, cast.vera)
    return concerns.add(
        plan=plan,
        words="Who answers at night?",
        seriousness="red",
        owner=cast.olga,
        raised_on=TODAY,
        raised_by=make_contact(account, "Carla Client"),
        by=cast.olga,
        now=NOW,
    )


def let_both_read_before_either_writes(monkeypatch):
    barrier = threading.Barrier(2)
    clean_text = concerns.clean_text

    def slowly(text):
        # With the lock the second never comes this far, and the first goes on alone.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return clean_text(text)

    monkeypatch.setattr(concerns, "clean_text", slowly)


def answer(concern, by, words):
    return lambda: concerns.answer(concern=concern, version=1, answer=words, by=by, now=NOW)


def test_of_two_who_answer_at_once_one_is_told(cast, concern, monkeypatch):
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(
        answer(concern, cast.olga, "The hotline."), answer(concern, cast.vera, "Our engineers.")
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Concern", "StaleVersion"]
    assert ChangeSet.objects.filter(verb="answer_concern").count() == 1
    stale = next(outcome for outcome in outcomes if isinstance(outcome, StaleVersion))
    assert stale.row.answer == Concern.objects.get().answer


def test_without_lock_and_claim_both_would_answer(cast, concern, monkeypatch):
    """The control: it shows that the test above would see the race."""

    def unclaimed(concern, version):
        plan = HandoverPlan.objects.select_related("account").get(pk=concern.plan_id)
        return plan, Concern.objects.get(pk=concern.pk)

    monkeypatch.setattr(concerns, "_claimed", unclaimed)
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(
        answer(concern, cast.olga, "The hotline."), answer(concern, cast.vera, "Our engineers.")
    )

    assert [type(outcome) for outcome in outcomes] == [Concern, Concern]
    assert ChangeSet.objects.filter(verb="answer_concern").count() == 2


def test_closing_the_plan_and_noting_a_concern_leave_no_concern_behind_it(cast, concern):
    outcomes = at_once(
        lambda: plans.close(
            plan=concern.plan, version=1, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays."
        ),
        lambda: concerns.add(
            plan=concern.plan,
            words="And by day?",
            seriousness="green",
            owner=cast.olga,
            raised_on=TODAY,
            raised_by_name="The porter",
            by=cast.olga,
            now=NOW,
        ),
    )

    refused = isinstance(outcomes[1], plans.PlanNotOpen)
    assert isinstance(outcomes[0], HandoverPlan)
    assert Concern.objects.count() == (1 if refused else 2)
