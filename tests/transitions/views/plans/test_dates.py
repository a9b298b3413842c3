from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages

from transitions.models import ChangeSet

LATER = timedelta(days=14)


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def cutover(plan) -> date:
    return plan.anchors.get(key="cutover").falls_on


def test_looking_says_what_would_move_and_why_and_moves_nothing(plan, cutover, sign_in):
    address = f"/plans/{plan.uuid}/dates/cutover/"

    answer = sign_in("olga").get(address, {"to": (cutover + LATER).isoformat()})

    moves = answer.context["preview"].moves
    assert len(moves) > 10
    assert "Hangs on: Cutover." in answer.content.decode()
    plan.refresh_from_db()
    assert (plan.version, plan.anchors.get(key="cutover").falls_on) == (1, cutover)


def test_moving_an_anchor_moves_what_hangs_on_it_and_says_so(plan, cutover, sign_in):
    to = cutover + LATER

    answer = sign_in("olga").post(
        f"/plans/{plan.uuid}/dates/cutover/", {"version": 1, "to": to, "why": "Holiday at the client"}
    )

    assert answer.url == f"/plans/{plan.uuid}/"
    assert plan.anchors.get(key="cutover").falls_on == to
    [sentence] = said(answer)
    assert sentence.startswith("Cutover moved from")
    assert "steps moved along." in sentence


def test_a_move_needs_a_reason_and_keeps_the_date_that_was_chosen(plan, cutover, sign_in):
    to = cutover + LATER

    answer = sign_in("olga").post(f"/plans/{plan.uuid}/dates/cutover/", {"version": 1, "to": to, "why": " "})

    assert answer.status_code == 200
    assert answer.context["form"].errors["why"]
    assert f'value="{to.isoformat()}"' in answer.content.decode()
    assert plan.anchors.get(key="cutover").falls_on == cutover


@pytest.mark.parametrize("to", ["2027-03-01", "2020-01-01", "9999-12-31", "0000-00-00", "soon", ""])
def test_a_day_that_cannot_be_is_refused_with_a_sentence(plan, cutover, sign_in, to):
    address = f"/plans/{plan.uuid}/dates/cutover/"
    client = sign_in("olga")

    looked = client.get(address, {"to": to})
    moved = client.post(address, {"version": 1, "to": to, "why": "x"})

    assert (looked.status_code, moved.status_code) == (200, 200)
    assert looked.context["look"].errors
    assert moved.context["form"].errors
    assert plan.anchors.get(key="cutover").falls_on == cutover


def test_who_loses_the_race_keeps_date_and_reason(plan, cutover, sign_in):
    client, address = sign_in("olga"), f"/plans/{plan.uuid}/dates/cutover/"
    client.post(address, {"version": 1, "to": cutover + LATER, "why": "First"})

    answer = client.post(address, {"version": 1, "to": cutover + 2 * LATER, "why": "Second reason"})

    assert answer.status_code == 409
    assert "Second reason" in answer.content.decode()
    assert plan.anchors.get(key="cutover").falls_on == cutover + LATER


def test_an_anchor_that_the_plan_does_not_have_is_not_found(plan, sign_in):
    assert sign_in("olga").get(f"/plans/{plan.uuid}/dates/return/").status_code == 404


def test_moving_a_step_pins_it_and_takes_its_dependants_along(plan, sign_in):
    step = plan.steps.get(key="announce-meeting")
    client, to = sign_in("olga"), step.due_on + timedelta(days=1)
    address = f"/steps/{step.uuid}/move/"

    looked = client.get(address, {"to": to.isoformat()})
    moved = client.post(address, {"version": step.version, "to": to, "why": "The client asked"})

    assert len(looked.context["preview"].moves) > 1
    step.refresh_from_db()
    assert (step.due_on, step.pinned) == (to, True)
    assert moved.url == f"/plans/{plan.uuid}/#step-{step.uuid}"


def test_a_step_that_is_done_does_not_move(plan, first_step, sign_in):
    client = sign_in("olga")
    client.post(f"/steps/{first_step.uuid}/complete/", {"version": first_step.version})

    looked = client.get(f"/steps/{first_step.uuid}/move/", {"to": "2027-06-01"})

    assert "This step is done already." in looked.content.decode()


def test_a_move_is_undone_as_long_as_nothing_changed_since(plan, cutover, sign_in):
    client, address = sign_in("olga"), f"/plans/{plan.uuid}/dates/cutover/"
    client.post(address, {"version": 1, "to": cutover + LATER, "why": "Oops"})
    change = ChangeSet.objects.get(verb="move_anchor")

    undone = client.post(f"/changes/{change.uuid}/undo/")
    again = client.post(f"/changes/{change.uuid}/undo/")

    assert plan.anchors.get(key="cutover").falls_on == cutover
    assert said(undone)[-1] == "Undone: everything stands as before that change."
    assert said(again)[-1].startswith("Nothing was undone, because it was changed since:")


@pytest.mark.parametrize(("name", "code"), [("stella", 404), ("sam", 403)])
def test_only_planners_move_dates(plan, first_step, sign_in, name, code):
    plan.roles.filter(assignment__role="sponsor").delete()
    client = sign_in(name)

    assert client.get(f"/plans/{plan.uuid}/dates/cutover/").status_code == code
    assert client.get(f"/steps/{first_step.uuid}/move/").status_code == code


@pytest.fixture
def call(plan):
    """A check-in that hangs on the cutover."""
    return plan.steps.filter(kind="check-in", base="cutover").order_by("due_on").first()


def test_a_day_confirmed_to_the_client_is_named_before_it_moves_and_asks_for_a_word(
    plan, cutover, call, sign_in
):
    client, to = sign_in("olga"), cutover + LATER
    client.post(f"/steps/{call.uuid}/told/", {"version": call.version})
    address = f"/plans/{plan.uuid}/dates/cutover/"

    looked = client.get(address, {"to": to.isoformat()})
    refused = client.post(address, {"version": 1, "to": to, "why": "A holiday"})

    assert "The client has these days in writing:" in looked.content.decode()
    assert refused.context["form"].errors["confirmed"]
    assert plan.anchors.get(key="cutover").falls_on == cutover

    moved = client.post(address, {"version": 1, "to": to, "why": "A holiday", "confirmed": "on"})
    assert moved.status_code == 302
    assert plan.anchors.get(key="cutover").falls_on == to


def test_moving_such_a_step_asks_as_well(call, sign_in):
    client = sign_in("olga")
    client.post(f"/steps/{call.uuid}/told/", {"version": call.version})
    address = f"/steps/{call.uuid}/move/"
    given = {"version": call.version + 1, "to": call.due_on + LATER, "why": ""}

    assert client.post(address, given).context["form"].errors["confirmed"]
    assert client.post(address, {**given, "confirmed": "on"}).status_code == 302


def test_that_a_day_was_told_is_noted_and_taken_back_on_its_page(plan, call, sign_in):
    client, address = sign_in("sam"), f"/steps/{call.uuid}/told/"

    told = client.post(address, {"version": call.version})
    page = client.get(f"/steps/{call.uuid}/").content.decode()
    late = client.post(address, {"version": call.version, "undo": "1"})
    again = client.post(address, {"version": call.version + 1, "undo": "1"})

    assert told.url == f"/steps/{call.uuid}/"
    assert "confirmed in writing" in page
    assert "Nothing was changed" in " ".join(said(late))
    assert "Taken back." in said(again)
    assert client.post(address, {}).status_code == 302
    meeting = plan.meetings.first()
    assert (
        client.post(f"/steps/{meeting.step.uuid}/told/", {"version": 1}).url == f"/meetings/{meeting.uuid}/"
    )
    task = plan.steps.filter(kind="task").first()
    refused = client.post(f"/steps/{task.uuid}/told/", {"version": 1})
    assert said(refused)[-1].startswith("A client is told")


def test_a_free_day_that_moves_such_a_day_asks_on_its_page(plan, call, sign_in):
    client = sign_in("olga")
    client.post(f"/steps/{call.uuid}/told/", {"version": call.version})
    plan.account.free_days = [[call.due_on.isoformat(), "Company day"]]
    plan.account.save()
    address = f"/plans/{plan.uuid}/days-off/"

    looked = client.get(address).content.decode()
    refused = client.post(address)
    done = client.post(address, {"confirmed": "on"})

    assert "The client has these days in writing:" in looked
    assert refused.context["form"].errors["confirmed"]
    assert done.status_code == 302
