from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import ClientRequest, Commitment, Organisation, Role
from tests.factories import NOW, TODAY, make_account, make_person, make_user, start_plan


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
    ClientRequest.objects.create(
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
    assert f'<a href="/accounts/{account.uuid}/">Invoices as PDF</a>' in context["due_today"]
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
