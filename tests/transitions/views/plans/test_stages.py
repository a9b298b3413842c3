from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from tests.factories import NOW, start_plan
from tests.transitions.conftest import finish
from transitions.models import HandoverPlan, StageChange, Waiver
from transitions.services import plans


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def advance(client, plan: HandoverPlan, version: int | None = None):
    plan.refresh_from_db()
    return client.post(f"/plans/{plan.uuid}/advance/", {"version": version or plan.version})


def open_gates(plan: HandoverPlan) -> None:
    for step in plan.steps.filter(stage=plan.stage):
        finish(step, by=plan.created_by, now=plan.created_at)


def test_advancing_is_refused_naming_every_closed_gate(plan, sign_in):
    answer = advance(sign_in("olga"), plan)

    plan.refresh_from_db()
    assert plan.stage == "prepare"
    assert said(answer) == ["Still closed: The guard-rails were checked."]


def test_advancing_moves_the_plan_when_every_gate_is_open(plan, sign_in):
    open_gates(plan)

    answer = advance(sign_in("olga"), plan)

    plan.refresh_from_db()
    assert (plan.stage, said(answer)) == ("announce", ["The plan has moved to “Announce”."])


def test_a_double_click_moves_one_stage(plan, sign_in):
    open_gates(plan)
    client = sign_in("olga")
    plan.refresh_from_db()

    first = advance(client, plan, plan.version)
    second = client.post(f"/plans/{plan.uuid}/advance/", {"version": 1})

    assert (first.status_code, second.status_code) == (302, 302)
    assert StageChange.objects.filter(plan=plan).count() == 2  # it was opened, and it moved once


def test_waiving_puts_the_reason_on_record(cast, account, sign_in):
    plan = start_plan(account, cast.vera)
    client, address = sign_in("vera"), f"/plans/{plan.uuid}/gates/sponsor/waive/"

    asked = client.get(address)
    answer = client.post(address, {"reason": "Their CEO asked for nobody"})

    assert "A sponsor is named" in asked.content.decode()
    assert answer.url == f"/plans/{plan.uuid}/"
    [waiver] = Waiver.objects.all()
    assert (waiver.gate, waiver.by, waiver.reason) == ("sponsor", cast.vera, "Their CEO asked for nobody")
    assert "Their CEO asked for nobody" in client.get(f"/plans/{plan.uuid}/").content.decode()


def test_a_waiver_without_a_reason_is_refused_at_the_field(cast, account, sign_in):
    plan = start_plan(account, cast.vera)

    answer = sign_in("vera").post(f"/plans/{plan.uuid}/gates/sponsor/waive/", {"reason": "  "})

    assert answer.context["form"].errors["reason"]
    assert Waiver.objects.count() == 0


def test_a_gate_that_must_hold_is_not_waived(plan, sign_in):
    answer = sign_in("vera").post(f"/plans/{plan.uuid}/gates/released/waive/", {"reason": "Please"})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert Waiver.objects.count() == 0


def test_an_unknown_gate_is_not_found(plan, sign_in):
    assert sign_in("vera").get(f"/plans/{plan.uuid}/gates/none/waive/").status_code == 404


def test_only_a_leader_waives(plan, sign_in):
    address = f"/plans/{plan.uuid}/gates/sponsor/waive/"

    codes = {name: sign_in(name).get(address).status_code for name in ("vera", "olga", "sam", "stella")}

    assert codes == {"vera": 200, "olga": 403, "sam": 403, "stella": 404}


def test_releasing_opens_the_plan_to_whoever_sees_the_account(cast, secret, sign_in):
    answer = sign_in("vera").post(f"/plans/{secret.uuid}/release/", {"version": secret.version})

    assert said(answer) == ["Released: whoever sees the account now sees this plan."]
    assert sign_in("olga").get(f"/plans/{secret.uuid}/").status_code == 200


def test_a_reader_who_is_neither_author_nor_leader_may_not_release(secret, sign_in):
    answer = sign_in("ivan").post(f"/plans/{secret.uuid}/release/", {"version": secret.version})

    secret.refresh_from_db()
    assert (answer.status_code, secret.released_at) == (403, None)


@pytest.mark.parametrize("verb", ["advance", "release"])
def test_buttons_are_pressed_not_visited(plan, sign_in, verb):
    assert sign_in("vera").get(f"/plans/{plan.uuid}/{verb}/").status_code == 405
    assert sign_in("stella").post(f"/plans/{plan.uuid}/{verb}/", {"version": 1}).status_code == 404


def test_whoever_sees_the_plan_no_longer_once_it_has_ended_is_led_to_the_list(cast, plan, drive, sign_in):
    """Stella sees another team's plan by her role in it, which ends with the plan."""
    plans.set_people(
        plan=plan, role="second_choice", people=[cast.stella], version=plan.version, by=cast.vera, now=NOW
    )
    plan.refresh_from_db()
    HandoverPlan.objects.filter(pk=plan.pk).update(created_by=cast.stella)
    drive(plan, "settle", now=NOW + timedelta(days=105))
    for step in plan.steps.undone().filter(key__in=["review", "decide-close"]):
        finish(step, by=cast.vera, now=NOW + timedelta(days=105))

    answer = advance(sign_in("stella"), plan)

    assert said(answer) == ["The plan has moved to “Close”."]
    assert answer.url == "/plans/"
