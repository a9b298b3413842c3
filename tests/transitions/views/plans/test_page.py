from datetime import date

import pytest
from django.test import Client

from tests.factories import NOW, make_account, start_plan
from tests.transitions.conftest import finish
from transitions.models import HandoverPlan
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans


def test_the_page_says_who_hands_over_to_whom_and_where_the_plan_stands(plan, sign_in):
    answer = sign_in("olga").get(f"/plans/{plan.uuid}/")

    html = answer.content.decode()
    page = answer.context["page"]
    assert (page.outgoing.name, page.incoming.name) == ("Olga Ortiz", "Ivan Ilic")
    assert page.header.stage == "prepare"
    assert "Before “Announce” begins" in html
    assert "Olga leads the east from now on." in html


def test_every_closed_gate_says_what_is_missing_and_leads_to_where_it_is_mended(cast, account, sign_in):
    plan = start_plan(account, cast.vera, why="")

    answer = sign_in("vera").get(f"/plans/{plan.uuid}/")

    mends = {gate.line.key: [mend.url for mend in gate.mends] for gate in answer.context["gates"]}
    assert mends["sponsor"] == [f"/plans/{plan.uuid}/people/sponsor/"]
    assert mends["story"][0] == f"/plans/{plan.uuid}/words/"
    assert mends["guard-rails"] == [f"#step-{plan.steps.get(key='guard-rails').uuid}"]


def test_the_way_on_is_closed_while_a_gate_is(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()

    assert f'action="/plans/{plan.uuid}/advance/"' not in html
    assert "disabled" in html


def test_the_way_on_says_beforehand_that_ownership_moves(plan, drive, sign_in):
    drive(plan, "burn-in")
    for step in plan.steps.filter(done_at=None, stage="burn-in"):
        finish(step, by=plan.created_by, now=plan.created_at)

    answer = sign_in("olga").get(f"/plans/{plan.uuid}/")

    assert answer.context["advance_says"] == "Moving on makes Ivan Ilic the owner of Acme."


def test_only_who_may_waive_is_offered_it(cast, account, sign_in):
    plan = start_plan(account, cast.vera)
    address = f"/plans/{plan.uuid}/gates/sponsor/waive/"

    assert address in sign_in("vera").get(f"/plans/{plan.uuid}/").content.decode()
    assert address not in sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()


def test_the_page_is_not_found_for_a_stranger(plan, sign_in):
    assert sign_in("stella").get(f"/plans/{plan.uuid}/").status_code == 404


def test_the_page_asks_who_is_there(plan):
    answer = Client().get(f"/plans/{plan.uuid}/")

    assert (answer.status_code, answer.url) == (302, f"/sign-in/login/?next=/plans/{plan.uuid}/")


@pytest.mark.parametrize("address", ["", "history/"])
def test_the_page_is_only_for_looking(plan, sign_in, address):
    assert sign_in("olga").post(f"/plans/{plan.uuid}/{address}").status_code == 405


def test_a_confidential_plan_is_found_by_its_readers_only(secret, sign_in):
    seen = {
        name: sign_in(name).get(f"/plans/{secret.uuid}/").status_code
        for name in ("ivan", "vera", "olga", "sam", "ada", "bea")
    }

    assert seen == {"ivan": 200, "vera": 200, "olga": 404, "sam": 404, "ada": 404, "bea": 404}


def test_the_page_costs_as_many_queries_for_many_steps_as_for_few(plan, sign_in, django_assert_num_queries):
    client = sign_in("vera")
    address = f"/plans/{plan.uuid}/"
    client.get(address)
    few = list(plan.steps.order_by("-due_on")[:5].values_list("pk", flat=True))

    with django_assert_num_queries(17):
        many = client.get(address).context["page"].steps_total
    plan.steps.exclude(pk__in=few).delete()
    with django_assert_num_queries(17):
        left = client.get(address).context["page"].steps_total

    assert (left, many > 30) == (5, True)


def test_the_timeline_names_every_step_for_those_who_point_at_it(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()

    drawing = html[html.index('<svg class="timeline"') :]
    assert "Check the guard-rails: renewal, escalations, earlier changes, " in drawing
    assert "Cutover" in drawing


def test_history_says_what_was_done_and_is_narrowed_by_kind_and_person(cast, plan, first_step, sign_in):
    plans.complete_step(
        step=first_step, version=first_step.version, by=cast.olga, now=plan.created_at, note="All quiet"
    )
    client = sign_in("olga")

    def told(query: str) -> list[tuple[str, str]]:
        entries = client.get(f"/plans/{plan.uuid}/history/{query}").context["entries"]
        return [(entry.kind, entry.by) for entry in entries]

    assert sorted(told("")) == [("stage", "Vera Voss"), ("step", "Olga Ortiz")]
    assert told("?kind=step") == [("step", "Olga Ortiz")]
    assert told("?by=Vera+Voss") == [("stage", "Vera Voss")]
    assert told("?kind=waiver") == []


def test_what_people_typed_is_inert_on_the_page(cast, account, sign_in):
    plan = start_plan(account, cast.vera, why="<script>alert(1)</script>", stays="{{ 7|add:7 }} %s")

    html = sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "{{ 7|add:7 }} %s" in html


def test_the_fade_says_by_name_who_leads_shadows_and_answers_mail(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()

    assert "Who leads, who shadows, who answers mail" in html
    assert "Olga Ortiz 75%, Ivan Ilic 25%" in html


def test_a_hard_cutover_has_no_fade(hard_plan, sign_in):
    html = sign_in("olga").get(f"/plans/{hard_plan.uuid}/").content.decode()

    assert "Who leads, who shadows" not in html


def test_a_cutover_on_a_day_off_is_said_on_the_plan(cast, sign_in):
    account = make_account("Weekend", team=cast.east, owner=cast.olga)
    plan = start_plan(account, cast.vera, cutover=date(2027, 6, 27))

    page = " ".join(sign_in("vera").get(f"/plans/{plan.uuid}/").content.decode().split())

    assert "Sun 27 Jun is no business day where the client is: its steps fall on Mon 28 Jun." in page


def asked_before(playbook, stage):
    following = playbook.following(stage)
    return {gate.key for gate in following.gates} if following else set()


def test_a_gate_that_waits_for_a_call_leads_to_the_promise(cast, sign_in):
    account = make_account("Bolt", team=cast.east, owner=cast.olga, tier="strategic")
    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=NOW.date())
    call = plan.steps.get(key="senior-call")
    playbook = playbook_of(plan.playbook, plan.tier)
    before = next(stage.key for stage in playbook.stages if "called" in asked_before(playbook, stage.key))
    HandoverPlan.objects.filter(pk=plan.pk).update(stage=before)

    html = sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()

    assert f'href="/plans/{plan.uuid}/promises/#step-{call.uuid}"' in html
    assert "To the promise" in html
