"""Digests by chat: the person's beside their mail, the team's each morning, each exactly once a day."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import ChatEndpoint, Delivery, Organisation, Person
from accounts.services import chat as chats
from accounts.services import deliveries
from accounts.services.smtp import BackendPost
from tests.factories import NOW, TODAY, make_account, start_plan
from transitions.models import HandoverPlan, PlanReader, PlanStep
from transitions.services import digests, plans

EIGHT = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)
URL = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmnop"


@pytest.fixture
def people(cast):
    Person.objects.update(tz="UTC")
    Organisation.objects.update(tz="UTC")
    return cast


@pytest.fixture
def step(people, plan):
    step = plan.steps.filter(kind="task").first()
    PlanStep.objects.filter(pk=step.pk).update(due_on=TODAY, owner=people.ivan)
    return PlanStep.objects.get(pk=step.pk)


def enter(kind: str = "json", **owner) -> ChatEndpoint:
    by = owner.get("person") or Person.objects.get(name="Ada Admin")
    return chats.add(kind=kind, name="Channel", url=URL, by=by, now=NOW, **owner)


def written(kind: str) -> list[dict]:
    return [json.loads(row.text) for row in Delivery.objects.filter(kind=kind).order_by("pk")]


# --- A person's -------------------------------------------------------------------------------------


def test_the_digest_goes_to_the_chat_too_once_a_day(people, step):
    enter(person=people.ivan)

    counts = [digests.write_due(now=EIGHT + timedelta(minutes=minute)) for minute in range(3)]

    assert counts == [2, 0, 0]
    [said] = written("chat_digest")
    assert said["title"] == "1 thing is due today"
    [line] = [line for section in said["sections"] for line in section["lines"]]
    assert line["title"] == step.title
    assert line["about"].startswith("Acme")
    assert line["url"].endswith(f"#step-{step.uuid}")
    [row] = Delivery.objects.filter(kind="chat_digest")
    assert (row.channel, row.address) == ("chat", "hooks.slack.com/…mnop")
    assert row.key == f"digest:{people.ivan.pk}:2027-03-02:chat:{row.endpoint_id}"


def test_the_day_after_there_is_another(people, step):
    enter(person=people.ivan)

    digests.write_due(now=EIGHT)
    digests.write_due(now=EIGHT + DAY)

    assert Delivery.objects.filter(kind="chat_digest").count() == 2


@pytest.mark.parametrize("kind", ["slack", "teams", "json"])
def test_no_link_in_a_chat_finishes_anything(people, step, kind):
    """Many may read a chat: a link there is no proof of who opens it."""
    enter(kind, person=people.ivan)

    digests.write_due(now=EIGHT)

    [row] = Delivery.objects.filter(kind="chat_digest")
    assert "/done/" not in row.text
    assert "__secret_" not in row.text
    assert "unsubscribe" not in row.text
    assert row.secrets == {}
    assert Delivery.objects.get(kind="digest", person=people.ivan).secrets  # the mail does have them


@pytest.mark.parametrize("field", ["paused_at", "disabled_at"])
def test_nothing_is_written_for_a_chat_that_is_switched_off_or_given_up(people, step, field):
    enter(person=people.ivan)
    ChatEndpoint.objects.update(**{field: NOW})

    assert digests.write_due(now=EIGHT) == 1
    assert written("chat_digest") == []


def test_a_chat_digest_is_not_sent_when_its_reason_is_gone(people, step):
    enter(person=people.ivan)
    digests.write_due(now=EIGHT)
    plans.complete_step(step=step, version=step.version, by=people.ivan, now=EIGHT)

    with BackendPost() as post:
        while deliveries.send_next(post=post, clock=lambda: EIGHT) is not None:
            pass

    [row] = Delivery.objects.filter(kind="chat_digest")
    assert (row.state, row.reason) == ("cancelled", digests.NOTHING_DUE)


def test_it_speaks_the_readers_language(people, step):
    Person.objects.filter(pk=people.ivan.pk).update(language="de")
    enter(person=people.ivan)

    digests.write_due(now=EIGHT)

    [said] = written("chat_digest")
    assert said["language"] == "de"
    assert "fällig" in said["title"]


# --- A team's ---------------------------------------------------------------------------------------


def test_a_teams_chat_is_told_each_morning_in_which_plans_something_is_due(people, plan, step):
    enter(team=people.east)
    late = plan.steps.exclude(pk=step.pk).filter(kind="task").first()
    PlanStep.objects.filter(pk=late.pk).update(due_on=TODAY - DAY, owner=people.olga)

    counts = [digests.write_due(now=EIGHT + timedelta(minutes=minute)) for minute in range(3)]

    assert counts[1:] == [0, 0]
    [said] = written("chat_team_digest")
    assert said["title"] == "East: due today: 1, overdue: 1"
    [line] = [line for section in said["sections"] for line in section["lines"]]
    assert line["title"] == "Acme"
    assert "1 overdue" in line["about"]
    assert "1 due today" in line["about"]
    assert line["url"].endswith(f"/plans/{plan.uuid}/")
    [row] = Delivery.objects.filter(kind="chat_team_digest")
    assert (row.person, row.channel) == (None, "chat")


def test_a_team_is_told_of_the_teams_under_it_and_of_no_others(people, step):
    enter(team=people.company)
    enter(team=people.west)

    digests.write_due(now=EIGHT)

    assert [said["title"].partition(":")[0] for said in written("chat_team_digest")] == ["Northwind"]


def test_a_teams_chat_is_told_nothing_of_a_confidential_plan(people, plan, step):
    enter(team=people.east)
    HandoverPlan.objects.filter(pk=plan.pk).update(released_at=None)
    for person in (people.ivan, people.vera):
        PlanReader.objects.get_or_create(plan=plan, person=person)

    digests.write_due(now=EIGHT)
    assert written("chat_team_digest") == []

    HandoverPlan.objects.filter(pk=plan.pk).update(released_at=EIGHT)  # negative control
    digests.write_due(now=EIGHT)
    assert len(written("chat_team_digest")) == 1


def test_a_confidential_plan_beside_an_open_one_is_neither_named_nor_counted(people, plan, step):
    enter(team=people.east)
    secret = start_plan(make_account("Secretcorp", team=people.east, owner=people.olga), people.vera)
    PlanStep.objects.filter(plan=secret).update(due_on=TODAY)
    HandoverPlan.objects.filter(pk=secret.pk).update(released_at=None)

    digests.write_due(now=EIGHT)

    [said] = written("chat_team_digest")
    assert "Secretcorp" not in str(said)
    assert said["title"] == "East: due today: 1, overdue: 0"


@pytest.mark.parametrize(
    "now",
    [EIGHT - timedelta(minutes=1), datetime(2027, 3, 6, 9, tzinfo=UTC), datetime(2027, 3, 7, 9, tzinfo=UTC)],
)
def test_nothing_comes_before_eight_or_at_the_weekend(people, step, now):
    enter(team=people.east)

    digests.write_due(now=now)

    assert written("chat_team_digest") == []


def test_a_team_in_whose_plans_nothing_is_due_is_left_in_peace(people, plan):
    enter(team=people.east)
    PlanStep.objects.update(due_on=TODAY + 9 * DAY)

    digests.write_due(now=EIGHT)

    assert written("chat_team_digest") == []


def test_a_teams_digest_is_not_sent_once_all_of_it_is_done(people, step):
    enter(team=people.east)
    digests.write_due(now=EIGHT)
    PlanStep.objects.update(done_at=EIGHT, done_by=people.ivan)

    with BackendPost() as post:
        while deliveries.send_next(post=post, clock=lambda: EIGHT) is not None:
            pass

    assert Delivery.objects.get(kind="chat_team_digest").state == "cancelled"


def test_a_long_list_of_plans_is_cut_and_counted(people, plan, step, monkeypatch):
    monkeypatch.setattr("transitions.selectors.chat.MOST_PLANS", 1)
    other = start_plan(make_account("Bolt", team=people.east, owner=people.olga), people.vera)
    PlanStep.objects.filter(plan=other).update(due_on=TODAY - DAY)
    enter(team=people.east)

    digests.write_due(now=EIGHT)

    [said] = written("chat_team_digest")
    [section] = said["sections"]
    assert [line["title"] for line in section["lines"]] == ["Bolt"]  # the worst first
    assert section["more"] == "and 1 more"


@pytest.mark.django_db(transaction=True)
def test_many_planners_at_once_write_each_message_once(people, step):
    if connection.vendor == "sqlite":
        pytest.skip("threads share one in-memory database")
    enter(person=people.ivan)
    enter(team=people.east)
    counts: list[int] = []

    def plan_once() -> None:
        try:
            counts.append(digests.write_due(now=EIGHT))
        finally:
            connection.close()

    threads = [threading.Thread(target=plan_once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 3
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == [
        "chat_digest", "chat_team_digest", "digest",
    ]  # fmt: skip
