from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from tests.factories import NOW, TODAY, publish
from transitions.models import HandoverPlan, PlanNote, PlanState
from transitions.services import plans


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def send(client, plan, page, **typed):
    plan.refresh_from_db()
    return client.post(f"/plans/{plan.uuid}/{page}/", {"version": plan.version, **typed})


def on_hold(plan, cast):
    return plans.hold(
        plan=plan,
        why="Their board meets first.",
        resumes_on=TODAY + timedelta(days=7),
        version=plan.version,
        by=cast.vera,
        now=NOW - timedelta(days=14),
    )


def test_a_plan_is_put_on_hold_and_says_so(plan, sign_in):
    client = sign_in("olga")

    answer = send(client, plan, "hold", why="Their board meets first.", resumes_on="2027-03-20")

    assert answer.url == f"/plans/{plan.uuid}/"
    shown = client.get(answer.url).content.decode()
    assert "On hold since" in shown
    assert "Their board meets first." in shown
    assert f"/plans/{plan.uuid}/resume/" in shown


def test_resuming_shows_what_would_move_and_moves_it(cast, plan, sign_in):
    before = plan.steps.order_by("-due_on").first()
    on_hold(plan, cast)
    client = sign_in("olga")

    seen = client.get(f"/plans/{plan.uuid}/resume/").content.decode()
    assert "What would move" in seen
    answer = send(client, plan, "resume", shift="1")

    assert said(answer) == ["The plan goes on, and its open dates moved along."]
    assert plan.steps.get(pk=before.pk).due_on > before.due_on


def test_a_plan_whose_pause_is_over_needs_a_decision(cast, plan, sign_in):
    held = on_hold(plan, cast)
    HandoverPlan.objects.filter(pk=held.pk).update(resumes_on=TODAY)

    assert "resume it, or end it" in sign_in("vera").get("/transitions/").content.decode()


def test_cancelling_asks_what_the_client_was_told(plan, sign_in):
    client = sign_in("vera")

    refused = send(client, plan, "cancel", why="Olga stays.")
    plan.refresh_from_db()
    assert refused.status_code == 200
    assert plan.state == PlanState.OPEN

    typed = {"why": "Olga stays.", "told_client": "By phone.", "put_right": "Sam visits them."}
    answer = send(client, plan, "cancel", **typed)
    shown = client.get(answer.url).content.decode()
    assert all(words in shown for words in typed.values())


def test_closing_with_an_outcome_and_opening_again(plan, sign_in):
    client = sign_in("vera")

    send(client, plan, "close", outcome="client_lost", why="They went to a rival.")
    shown = client.get(f"/plans/{plan.uuid}/").content.decode()
    assert "How it ended: The client left us." in shown
    send(client, plan, "reopen", why="They came back.")

    plan.refresh_from_db()
    assert (plan.state, plan.outcome) == (PlanState.OPEN, "")
    history = client.get(f"/plans/{plan.uuid}/history/").content.decode()
    assert "They went to a rival." in history
    assert "The plan was opened again." in history


@pytest.mark.parametrize("page", ["close", "cancel", "reopen"])
def test_an_account_manager_does_not_end_plans(plan, sign_in, page):
    assert sign_in("olga").get(f"/plans/{plan.uuid}/{page}/").status_code == 403


def test_readers_of_a_secret_plan_are_changed_by_its_author(cast, secret, sign_in):
    answer = send(sign_in("vera"), secret, "readers", readers=[cast.bea.pk])

    assert answer.status_code == 302
    assert set(secret.readers.values_list("person", flat=True)) == {cast.bea.pk, cast.vera.pk}
    assert sign_in("ivan").get(f"/plans/{secret.uuid}/").status_code == 404
    assert sign_in("bea").get(f"/plans/{secret.uuid}/").status_code == 200


def test_the_switch_is_seen_before_it_is_done(cast, plan, sign_in):
    publish("hard-standard")
    client = sign_in("vera")

    seen = client.get(f"/plans/{plan.uuid}/switch/", {"cutover": "2027-03-05"}).content.decode()
    assert "What is lost" in seen
    assert "work side by side" in seen
    plan.refresh_from_db()
    assert plan.mode == "soft"

    answer = send(client, plan, "switch", cutover="2027-03-05", interim=cast.bea.pk, why="She leaves.")
    plan.refresh_from_db()
    assert plan.mode == "hard"
    undo = plan.change_sets.get(verb="switch")
    assert "Hard cutover" in client.get(answer.url).content.decode()
    client.post(f"/changes/{undo.uuid}/undo/")
    plan.refresh_from_db()
    assert plan.mode == "soft"


def test_steps_of_somebody_who_left_are_given_away_at_once(cast, plan, sign_in):
    cast.olga.archived_at = NOW
    cast.olga.save()
    client = sign_in("vera")
    page = client.get(f"/plans/{plan.uuid}/").content.decode()
    assert f"/plans/{plan.uuid}/owners/?of={cast.olga.uuid}" in page

    form = client.get(f"/plans/{plan.uuid}/owners/?of={cast.olga.uuid}")
    ticked = [f"{row['pk']}-{row['version']}" for row, on in form.context["rows"] if on]
    assert len(ticked) > 3
    answer = client.post(f"/plans/{plan.uuid}/owners/", {"person": cast.bea.pk, "step": ticked})

    assert answer.status_code == 302
    assert not plan.steps.undone().filter(owner=cast.olga).exists()
    assert "owes" in said(answer)[0]
    assert "undo" in said(answer)[0]


@pytest.mark.parametrize("ticked", [[], ["x"], ["1"], ["999999-1"], ["1-" + "9" * 30]])
def test_giving_away_nothing_is_refused_in_words(cast, plan, sign_in, ticked):
    answer = sign_in("vera").post(f"/plans/{plan.uuid}/owners/", {"person": cast.bea.pk, "step": ticked})

    assert "Choose open steps of this plan." in answer.content.decode()


def test_a_note_with_a_link_stands_on_the_plan_and_on_its_step(plan, first_step, sign_in):
    client = sign_in("olga")
    typed = {"text": "They prefer mornings.", "link": "https://docs.example/a", "link_title": "Their wishes"}

    client.post(f"/steps/{first_step.uuid}/notes/", typed)

    for address in (f"/plans/{plan.uuid}/notes/", f"/steps/{first_step.uuid}/"):
        shown = client.get(address).content.decode()
        assert "They prefer mornings." in shown
        assert 'href="https://docs.example/a"' in shown
    (note,) = PlanNote.objects.all()
    client.post(f"/notes/{note.uuid}/withdraw/")
    assert "They prefer mornings." not in client.get(f"/plans/{plan.uuid}/notes/").content.decode()
    assert "They prefer mornings." in client.get(f"/plans/{plan.uuid}/history/").content.decode()


def test_a_note_is_taken_back_by_its_author_or_a_leader_alone(cast, plan, sign_in):
    note = plans.add_note(plan=plan, text="Mine.", by=cast.vera, now=NOW)

    assert sign_in("ivan").post(f"/notes/{note.uuid}/withdraw/").status_code == 403


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://a.example/b"])
def test_a_link_that_is_no_page_is_refused(plan, sign_in, link):
    answer = sign_in("olga").post(f"/plans/{plan.uuid}/notes/", {"text": "See.", "link": link})

    assert answer.status_code == 200
    assert not PlanNote.objects.exists()


def test_a_date_promised_in_writing_moves_only_when_confirmed(plan, sign_in):
    client = sign_in("olga")
    client.post(f"/plans/{plan.uuid}/dates/cutover/told/")
    assert "promised in writing" in client.get(f"/plans/{plan.uuid}/").content.decode()
    typed = {"to": "2027-06-22", "why": "They asked."}

    looked = client.get(f"/plans/{plan.uuid}/dates/cutover/", {"to": "2027-06-22"}).content.decode()
    assert "Promised in writing" in looked
    refused = send(client, plan, "dates/cutover", **typed)
    assert "Confirm that they are told" in refused.content.decode()
    send(client, plan, "dates/cutover", **typed, confirmed="on")

    anchor = plan.anchors.get(key="cutover")
    assert (anchor.falls_on.isoformat(), anchor.promised_at) == ("2027-06-22", None)


def test_the_notes_cost_the_same_for_many_as_for_one(cast, plan, sign_in, django_assert_num_queries):
    client = sign_in("olga")
    plans.add_note(plan=plan, text="One.", by=cast.vera, now=NOW)
    client.get(f"/plans/{plan.uuid}/notes/")
    with django_assert_num_queries(10):
        client.get(f"/plans/{plan.uuid}/notes/")
    for step in plan.steps.all()[:20]:
        plans.add_note(plan=plan, step=step, text="More.", by=cast.olga, now=NOW)
    with django_assert_num_queries(10):
        client.get(f"/plans/{plan.uuid}/notes/")
