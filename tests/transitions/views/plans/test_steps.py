import pytest
from django.contrib.messages import get_messages

from tests.factories import TODAY
from transitions.models import PlanState, PlanStep


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def press(client, step: PlanStep, verb: str = "complete", **data):
    return client.post(f"/steps/{step.uuid}/{verb}/", {"version": step.version, **data})


def test_one_press_completes_a_step_and_leads_back_to_it(cast, plan, first_step, sign_in):
    answer = press(sign_in("olga"), first_step)

    first_step.refresh_from_db()
    assert (first_step.done_by, first_step.done_at is not None) == (cast.olga, True)
    assert answer.url == f"/plans/{plan.uuid}/#step-{first_step.uuid}"
    assert said(answer) == ["Done: Check the guard-rails: renewal, escalations, earlier changes."]


def test_completing_from_my_day_leads_back_there_and_nowhere_outside(first_step, sign_in):
    client = sign_in("olga")

    assert press(client, first_step, next="/").url == "/"
    first_step.refresh_from_db()
    assert press(client, first_step, "reopen", next="https://evil.example/").url.startswith("/plans/")


def test_a_note_is_kept_with_the_step(first_step, sign_in):
    press(sign_in("olga"), first_step, note="They ask who answers on Fridays.")

    first_step.refresh_from_db()
    assert first_step.note == "They ask who answers on Fridays."


def test_a_double_click_makes_one_change(first_step, sign_in):
    client = sign_in("olga")

    press(client, first_step)
    again = press(client, first_step)

    first_step.refresh_from_db()
    assert first_step.history.count() == 1
    assert said(again)[-1] == "Somebody was faster: this was done already."


def test_who_loses_the_race_keeps_their_note(cast, first_step, sign_in):
    press(sign_in("vera"), first_step, note="By Vera")

    answer = press(sign_in("olga"), first_step, note="Half an hour of typing")

    assert answer.status_code == 409
    assert "Half an hour of typing" in answer.content.decode()
    first_step.refresh_from_db()
    assert first_step.note == "By Vera"


def test_reopening_undoes_a_mistake(first_step, sign_in):
    client = sign_in("olga")
    press(client, first_step)
    first_step.refresh_from_db()

    press(client, first_step, "reopen")

    first_step.refresh_from_db()
    assert first_step.done_at is None


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1.5"])
def test_a_version_that_is_none_changes_nothing_and_breaks_nothing(first_step, sign_in, version):
    answer = sign_in("olga").post(f"/steps/{first_step.uuid}/complete/", {"version": version})

    first_step.refresh_from_db()
    assert (answer.status_code, first_step.done_at) == (400, None)


def test_a_note_with_an_invisible_character_is_refused_and_shown_again(first_step, sign_in):
    answer = press(sign_in("olga"), first_step, note="safe\u202eevil")

    assert answer.status_code == 400
    assert "U+202E" in answer.content.decode()


def test_nothing_changes_in_a_plan_that_is_not_open(plan, first_step, sign_in):
    type(plan).objects.filter(pk=plan.pk).update(state=PlanState.ON_HOLD)

    answer = press(sign_in("olga"), first_step)

    first_step.refresh_from_db()
    assert first_step.done_at is None
    assert said(answer) == ["Nothing was changed: this plan is no longer open (On hold)."]


def test_the_steps_own_page_says_whose_it_is_and_takes_a_note(first_step, sign_in):
    html = sign_in("olga").get(f"/steps/{first_step.uuid}/").content.decode()

    assert "Vera Voss" in html
    assert f'action="/steps/{first_step.uuid}/complete/"' in html
    assert f"/steps/{first_step.uuid}/move/" in html


def test_a_colleague_without_a_role_sees_a_step_but_may_not_work_on_it(cast, first_step, sign_in):
    cast.bea.team = cast.east
    client = sign_in("bea")
    first_step.plan.roles.filter(assignment__person=cast.bea).delete()
    first_step.plan.account.assignments.filter(person=cast.bea).delete()

    assert client.get(f"/steps/{first_step.uuid}/").status_code == 200
    assert press(client, first_step).status_code == 403


@pytest.mark.parametrize("verb", ["complete", "reopen", "unpin"])
def test_a_step_is_not_found_by_a_stranger_and_not_worked_by_looking(first_step, sign_in, verb):
    assert press(sign_in("stella"), first_step, verb).status_code == 404
    assert sign_in("olga").get(f"/steps/{first_step.uuid}/{verb}/").status_code == 405


def test_a_pinned_step_goes_back_to_the_day_of_the_playbook(first_step, sign_in):
    client, usual = sign_in("olga"), first_step.due_on
    client.post(
        f"/steps/{first_step.uuid}/move/",
        {"version": first_step.version, "to": usual.replace(day=usual.day + 3), "why": ""},
    )
    first_step.refresh_from_db()
    assert first_step.pinned

    answer = press(client, first_step, "unpin")

    first_step.refresh_from_db()
    assert (first_step.pinned, first_step.due_on) == (False, usual)
    assert "moved from" in said(answer)[-1]
    assert usual > TODAY
