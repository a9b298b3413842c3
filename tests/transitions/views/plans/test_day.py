from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Assignment, ClientRequest, Commitment, Organisation, Person, Role
from tests.factories import NOW, TODAY, make_account, make_person, make_user, start_plan
from transitions.models import PlanRole, PlanStep


def day(client):
    return client.get("/")


def test_my_day_asks_who_is_there(db):
    assert Client().get("/").url == "/sign-in/login/?next=/"


def test_it_says_what_is_late_due_today_and_this_week(plan, first_step, sign_in):
    due = first_step.due_on

    def told(days: int) -> list[str]:
        with time_machine.travel(NOW + (due - TODAY) + timedelta(days=days), tick=False):
            shown = day(sign_in("vera")).context["day"]
        return [
            name
            for name in ("late", "due_today", "this_week")
            if any(item.step == first_step.uuid for item in getattr(shown, name))
        ]

    assert (told(-20), told(-1), told(0), told(1)) == ([], ["this_week"], ["due_today"], ["late"])


def test_a_step_is_done_from_the_day_with_one_press(plan, first_step, sign_in):
    with time_machine.travel(NOW + (first_step.due_on - TODAY), tick=False):
        client = sign_in("vera")
        html = day(client).content.decode()
        assert f'formaction="/steps/{first_step.uuid}/complete/"' in html

        answer = client.post(
            f"/steps/{first_step.uuid}/complete/", {"version": first_step.version, "next": "/"}, follow=True
        )

    assert [item for item in answer.context["day"].due_today if item.step == first_step.uuid] == []
    assert "Done: Check the guard-rails" in answer.content.decode()


def test_requests_and_commitments_are_due_here_too(cast, account, sign_in):
    asked = ClientRequest.objects.create(
        account=account, owner=cast.olga, title="Invoices as PDF", opened_on=TODAY, promised_on=TODAY
    )
    Commitment.objects.create(
        account=account,
        owner=cast.olga,
        text="A named person",
        made_on=TODAY,
        due_on=TODAY - timedelta(days=1),
    )

    context = day(sign_in("olga")).context

    assert [item.kind for item in context["day"].due_today] == ["request"]
    assert f'<a href="/requests/{asked.uuid}/">Invoices as PDF</a>' in context["due_today"]
    assert [item.kind for item in context["day"].late] == ["commitment"]


def test_what_is_not_shown_at_first_is_one_link_away(cast, account, sign_in):
    Commitment.objects.bulk_create(
        Commitment(
            account=account, owner=cast.olga, text=f"<i>{n}</i>", made_on=TODAY, due_on=TODAY - timedelta(1)
        )
        for n in range(20)
    )
    client = sign_in("olga")

    first = client.get("/")
    assert (len(first.context["day"].late), first.context["day"].late_count) == (12, 20)
    assert '<a href="?all=on#late-heading">and 8 more</a>' in first.content.decode()
    assert "&lt;i&gt;0&lt;/i&gt;" in first.content.decode()
    whole = client.get("/?all=on")
    assert len(whole.context["day"].late) == 20
    assert "more</a>" not in whole.content.decode()


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ada", "Bring in your accounts first"),
        ("olga", "No account is yours yet"),
        ("vera", "No account is yours yet"),
        ("sam", "Nothing waits for you"),
    ],
)
def test_an_empty_company_says_what_to_do_first_by_role(cast, sign_in, name, first):
    html = day(sign_in(name)).content.decode()

    assert first in html


def test_without_plans_the_first_thing_is_to_start_one(account, sign_in):
    html = day(sign_in("olga")).content.decode()

    assert "Nothing is due, and no plan of yours is open" in html
    assert 'href="/plans/start/"' in html


def test_a_confidential_plan_is_on_the_day_of_its_readers_only(secret, sign_in):
    with time_machine.travel(NOW + timedelta(days=60), tick=False):
        told = {
            name: "Hush" in day(sign_in(name)).content.decode() for name in ("vera", "ivan", "olga", "sam")
        }

    assert told == {"vera": True, "ivan": True, "olga": False, "sam": False}


def test_the_day_costs_as_many_queries_for_many_plans_as_for_one(
    cast, plan, sign_in, django_assert_num_queries
):
    with time_machine.travel(NOW + timedelta(days=100), tick=False):
        client = sign_in("vera")
        day(client)
        with django_assert_num_queries(17):
            assert len(day(client).context["day"].plans) == 1
        for number in range(3):
            account = make_account(f"More {number}", team=cast.east, owner=cast.olga)
            start_plan(account, cast.vera, people={"incoming": [cast.ivan]})
        with django_assert_num_queries(17):
            assert len(day(client).context["day"].plans) == 4


def test_an_empty_company_begins_with_its_settings(db):
    ada = make_user(make_person("Ada Admin", email="ada@example.com"), Role.ADMINISTRATOR)
    client = Client()
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")

    assert day(client).context["first"].url == "/settings/"
    Organisation.objects.create(pk=1, name="Northwind")
    assert day(client).context["first"].url == "/imports/"


@pytest.fixture
def away(cast, plan, first_step):
    """Vera, who owes the first step, is on leave for three days from its day on, and Bea stands in."""
    due = first_step.due_on
    Person.objects.filter(pk=cast.vera.pk).update(
        away_from_on=due, away_until_on=due + timedelta(days=2), substitute=cast.bea
    )
    return first_step


def test_the_day_marks_what_one_does_for_somebody_on_leave(away, sign_in):
    with time_machine.travel(NOW + (away.due_on - TODAY), tick=False):
        hers, substitutes = (day(sign_in(name)).content.decode() for name in ("vera", "bea"))

    until = away.due_on + timedelta(days=2)
    assert f"for Vera Voss, away until {until:%a} {until.day} {until:%b}" in substitutes
    assert f"You are on leave until {until:%a} {until.day} {until:%b}. Bea Brandt gets" in hers
    assert f"/steps/{away.uuid}/complete/" not in hers


def test_whoever_stands_in_does_the_step_until_the_leave_ends(away, sign_in):
    def answer(days: int, name: str = "bea") -> tuple[bool, int]:
        """Whether the step's page offers to do it, and what comes of doing it."""
        with time_machine.travel(NOW + (away.due_on - TODAY) + timedelta(days=days), tick=False):
            client = sign_in(name)
            offered = "/complete/" in client.get(f"/steps/{away.uuid}/").content.decode()
            done = client.post(f"/steps/{away.uuid}/complete/", {"version": away.version})
            return offered, done.status_code

    PlanRole.objects.filter(assignment__person__name="Bea Brandt").delete()
    Assignment.objects.filter(person__name="Bea Brandt").delete()  # she sees the plan as one of the team

    assert answer(-1) == answer(3) == (False, 403)
    assert answer(0, "stella") == (False, 404)
    assert answer(2) == (True, 302)


@pytest.mark.parametrize("owner", [None, "walt"])
def test_whoever_stands_in_for_the_steward_does_what_nobody_else_can(cast, plan, away, sign_in, owner):
    """Nobody owes the step, or somebody who has left does: it comes to Vera, who keeps the plan."""
    left = getattr(cast, owner) if owner else None
    Person.objects.filter(name="Walt West").update(archived_at=NOW)
    PlanRole.objects.filter(assignment__person=cast.bea).delete()
    Assignment.objects.filter(person=cast.bea).delete()
    PlanStep.objects.filter(pk=away.pk).update(owner=left)

    with time_machine.travel(NOW + (away.due_on - TODAY), tick=False):
        bea = sign_in("bea")
        assert f"#step-{away.uuid}" in day(bea).content.decode()
        assert f"/steps/{away.uuid}/" in bea.get(f"/plans/{plan.uuid}/").content.decode()
        done = bea.post(f"/steps/{away.uuid}/complete/", {"version": away.version})

    assert done.status_code == 302


def test_what_comes_up_to_a_leader_is_apart_from_their_own(cast, account, sign_in):
    Commitment.objects.create(
        account=account, owner=cast.olga, text="A price list", made_on=TODAY, due_on=TODAY - timedelta(days=7)
    )

    with time_machine.travel(NOW, tick=False):
        leaders, hers = (day(sign_in(name)) for name in ("vera", "olga"))

    assert leaders.context["day"].late == ()
    assert "Came up to me" in leaders.content.decode()
    assert "came up to you on Fri 26 Feb" in leaders.content.decode()
    assert "came up to Vera Voss on Fri 26 Feb" in hers.content.decode()
