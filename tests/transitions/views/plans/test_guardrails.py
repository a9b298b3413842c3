from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from tests.factories import CUTOVER, make_account, start_plan
from transitions.models import Approval


@pytest.fixture
def risky(cast):
    """A plan of Olga's whose cutover lies thirty days before the renewal."""
    account = make_account("Risky", team=cast.east, owner=cast.olga, renewal_on=CUTOVER + timedelta(days=30))
    return start_plan(account, cast.vera, people={"incoming": [cast.ivan], "sponsor": [cast.sam]})


def decide(client, plan, verdict="approved", reason="They like Ivan.", **more):
    page = client.get(f"/plans/{plan.uuid}/guard-rails/")
    over = next(line.over for line, form in page.context["lines"] if line.guard == "renewal")
    typed = {"verdict": verdict, "reason": reason, "over": over, **more}
    return client.post(f"/plans/{plan.uuid}/guard-rails/renewal/", typed)


def test_a_leader_approves_with_a_reason_that_everybody_then_reads(risky, sign_in):
    client = sign_in("vera")

    answer = decide(client, risky)

    assert answer.url == f"/plans/{risky.uuid}/guard-rails/"
    shown = sign_in("olga").get(answer.url).content.decode()
    assert "They like Ivan." in shown
    assert "Approved by Vera Voss" in shown
    history = client.get(f"/plans/{risky.uuid}/history/").content.decode()
    assert "A leader approved: Renewal." in history


def test_the_plan_says_that_a_leader_is_asked_and_where(risky, sign_in):
    shown = sign_in("olga").get(f"/plans/{risky.uuid}/").content.decode()

    assert "1 guard-rail waits for a leader" in shown
    assert f"/plans/{risky.uuid}/guard-rails/#guard-renewal" in shown


def test_an_account_manager_sees_the_guard_but_no_buttons(risky, sign_in):
    client = sign_in("olga")
    page = client.get(f"/plans/{risky.uuid}/guard-rails/")

    assert "30 days after the cutover" in page.content.decode()
    assert "Approve" not in page.content.decode()
    assert client.post(f"/plans/{risky.uuid}/guard-rails/renewal/", {}).status_code == 403


def test_without_a_reason_nothing_is_decided(risky, sign_in):
    answer = decide(sign_in("vera"), risky, reason="  ")

    assert "This field is required." in answer.content.decode()
    assert not Approval.objects.exists()


def test_the_second_of_two_leaders_sees_what_the_first_said_and_keeps_what_they_typed(risky, sign_in):
    vera, ada = sign_in("vera"), sign_in("ada")
    page = ada.get(f"/plans/{risky.uuid}/guard-rails/")
    over = next(line.over for line, form in page.context["lines"] if line.guard == "renewal")
    decide(vera, risky)

    answer = ada.post(
        f"/plans/{risky.uuid}/guard-rails/renewal/",
        {"verdict": "declined", "reason": "Far too risky.", "over": over},
    )

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Vera Voss has approved this meanwhile: They like Ivan." in shown
    assert "Far too risky." in shown
    assert Approval.objects.count() == 1


def test_needs_a_decision_lists_the_plan_and_leads_there_and_back(risky, sign_in):
    client = sign_in("vera")
    board = client.get("/transitions/").content.decode()
    assert "asked for: Renewal." in board
    assert f"/plans/{risky.uuid}/guard-rails/?next=%2Ftransitions%2F" in board

    answer = decide(client, risky, next="/transitions/")

    assert answer.url == "/transitions/"
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Approved: Renewal."]
    assert "yes is asked for" not in client.get("/transitions/").content.decode()


def test_the_page_costs_the_same_however_much_was_decided(risky, sign_in, django_assert_num_queries):
    client = sign_in("vera")
    address = f"/plans/{risky.uuid}/guard-rails/"
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    for number in range(6):
        decide(client, risky, "declined" if number % 2 else "approved")
    with django_assert_num_queries(8):
        client.get(address)
