from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages

from tests.factories import NOW, TODAY, start_plan
from transitions.models import PlanState, PlanStep
from transitions.services import plans


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


def test_whoever_was_given_a_step_does_it_without_any_role(cast, plan, first_step, sign_in):
    plans.reassign(
        plan=plan, steps={first_step.pk: first_step.version}, person=cast.stella, by=cast.vera, now=NOW
    )
    cast.stella.team = cast.east  # who sees the account
    cast.stella.save()
    first_step.refresh_from_db()
    client = sign_in("stella")

    assert "Mark as done" in client.get(f"/steps/{first_step.uuid}/").content.decode()
    press(client, first_step)

    first_step.refresh_from_db()
    assert first_step.done_by == cast.stella


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


def test_a_decision_without_anybody_leads_to_the_choice(cast, account, sign_in):
    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=TODAY)
    step = plan.steps.get(key="name-interim")

    [words] = said(press(sign_in("vera"), step))
    kept = press(sign_in("vera"), step, note="Bea, I think.").content.decode()

    assert words.startswith("This decides who holds the role “Interim rep”")
    link = f'<a href="/plans/{plan.uuid}/people/interim/">Choose</a>'
    assert link in words
    assert link in kept
    assert "Bea, I think." in kept


def test_a_step_is_done_on_the_day_that_it_was_where_the_client_is(plan, first_step, sign_in):
    plan.account.tz = "America/New_York"
    plan.account.save()
    with time_machine.travel(datetime(2027, 3, 3, 1, 10, tzinfo=UTC), tick=False):
        client = sign_in("vera")
        press(client, first_step)
        page = client.get(f"/plans/{plan.uuid}/").content.decode()

    row = page[page.index(f'id="step-{first_step.uuid}"') :].partition("</li>")[0]
    assert '<span class="visually-hidden">Done</span> Tue 2 Mar' in " ".join(row.split())


def test_what_is_late_is_late_on_every_page(plan, first_step, sign_in):
    plan.account.tz = "America/New_York"
    plan.account.save()
    tomorrow = datetime.combine(first_step.due_on + timedelta(days=1), time(1, 10), UTC)

    def told(now) -> list[bool]:
        plans.refresh_risk(now)
        with time_machine.travel(now, tick=False):
            client = sign_in("vera")
            page = client.get(f"/plans/{plan.uuid}/").context["page"]
            [line] = client.get("/plans/").context["listing"].rows
            found = client.get("/transitions/").context["board"]
            filtered = client.get("/plans/?late=on").context["listing"].rows
        return [page.late > 0, line["late"], found.late > 0, found.late_steps > 0, bool(filtered)]

    assert told(tomorrow) == [False] * 5
    assert told(tomorrow + timedelta(hours=5)) == [True] * 5
