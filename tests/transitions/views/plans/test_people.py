import pytest
from django.contrib.messages import get_messages

from tests.factories import NOW, make_rep, start_plan
from transitions.models import HandoverPlan


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def holders(plan: HandoverPlan, role: str) -> list[str]:
    live = plan.roles.filter(assignment__role=role, assignment__until_on=None)
    return sorted(live.values_list("assignment__person__name", flat=True))


def test_choosing_somebody_gives_them_the_role_and_its_steps(cast, plan, sign_in):
    nina, client = make_rep("Nina New", team=cast.east), sign_in("vera")

    answer = client.post(f"/plans/{plan.uuid}/people/incoming/", {"version": 1, "incoming": nina.pk})

    assert answer.url == f"/plans/{plan.uuid}/#people"
    assert said(answer) == ["Saved. Incoming rep: Nina New."]
    assert holders(plan, "incoming") == ["Nina New"]
    owned = plan.steps.filter(owner_role="incoming", done_at=None)
    assert set(owned.values_list("owner__name", flat=True)) == {"Nina New"}


def test_several_may_sponsor(cast, plan, sign_in):
    chosen = [cast.sam.pk, cast.vera.pk]

    sign_in("vera").post(f"/plans/{plan.uuid}/people/sponsor/", {"version": 1, "sponsor": chosen})

    assert holders(plan, "sponsor") == ["Sam Sato", "Vera Voss"]


def test_a_role_may_be_emptied_again(plan, sign_in):
    answer = sign_in("vera").post(
        f"/plans/{plan.uuid}/people/second_choice/", {"version": 1, "second_choice": ""}
    )

    assert said(answer) == ["Saved. Second choice: nobody."]
    assert holders(plan, "second_choice") == []


def test_the_outgoing_rep_cannot_be_the_incoming_one(cast, plan, sign_in):
    answer = sign_in("vera").post(
        f"/plans/{plan.uuid}/people/incoming/", {"version": 1, "incoming": cast.olga.pk}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors["incoming"]
    assert holders(plan, "incoming") == ["Ivan Ilic"]


def test_who_has_left_cannot_be_chosen(cast, plan, sign_in):
    gone = make_rep("Gus Gone", team=cast.east)
    gone.archived_at = NOW
    gone.save()

    answer = sign_in("vera").post(f"/plans/{plan.uuid}/people/incoming/", {"version": 1, "incoming": gone.pk})

    assert answer.context["form"].errors["incoming"]


@pytest.mark.parametrize("role", ["outgoing", "interim", "boss"])
def test_roles_that_the_plan_does_not_fill_are_not_found(plan, sign_in, role):
    assert sign_in("vera").get(f"/plans/{plan.uuid}/people/{role}/").status_code == 404


def test_who_loses_the_race_is_told(cast, plan, sign_in):
    client, address = sign_in("vera"), f"/plans/{plan.uuid}/people/incoming/"
    client.post(address, {"version": 1, "incoming": make_rep("Nina New", team=cast.east).pk})

    answer = client.post(address, {"version": 1, "incoming": cast.stella.pk})

    assert answer.status_code == 409
    assert "Stella Strand" in answer.content.decode()


def test_words_are_kept_and_shown(plan, sign_in):
    client = sign_in("olga")
    typed = {"why": "Because", "gets_better": "Answers by noon", "stays": "Prices", "reason_detail": "Hush"}

    answer = client.post(f"/plans/{plan.uuid}/words/", {"version": 1, **typed})

    assert answer.url == f"/plans/{plan.uuid}/#words"
    plan.refresh_from_db()
    assert {name: getattr(plan, name) for name in typed} == typed


def test_the_loser_of_a_race_for_words_keeps_every_word(plan, sign_in):
    client, address = sign_in("olga"), f"/plans/{plan.uuid}/words/"
    client.post(address, {"version": 1, "why": "First", "gets_better": "", "stays": "", "reason_detail": ""})

    answer = client.post(
        address, {"version": 1, "why": "Second", "gets_better": "Mine", "stays": "", "reason_detail": ""}
    )

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "First" in html
    assert "Second" in html
    assert "Mine" in html
    plan.refresh_from_db()
    assert plan.why == "First"


@pytest.mark.parametrize("address", ["people/incoming/", "words/"])
def test_only_planners_change_people_and_words(plan, sign_in, address):
    codes = {
        name: sign_in(name).get(f"/plans/{plan.uuid}/{address}").status_code
        for name in ("olga", "stella", "walt")
    }

    assert codes == {"olga": 200, "stella": 404, "walt": 404}


def test_only_a_change_for_performance_asks_why_nobody_saw_it(plan, sign_in):
    client = sign_in("vera")
    assert "unseen" not in client.get(f"/plans/{plan.uuid}/words/").context["form"].fields
    HandoverPlan.objects.filter(pk=plan.pk).update(reason="performance")

    client.post(f"/plans/{plan.uuid}/words/", {"version": 1, "why": "Because", "unseen": "Nobody asked."})

    assert "Nobody asked." in client.get(f"/plans/{plan.uuid}/").content.decode()
    assert "Nobody asked." in client.get(f"/plans/{plan.uuid}/history/").content.decode()


def test_the_team_that_takes_over_is_named_where_the_playbook_moves_the_account(cast, plan, account, sign_in):
    client = sign_in("vera")
    assert client.get(f"/plans/{plan.uuid}/team/").status_code == 404
    HandoverPlan.objects.filter(pk=plan.pk).update(state="closed")
    closeout = start_plan(account, cast.vera, playbook="soft-closeout", reason="closeout")
    address = f"/plans/{closeout.uuid}/team/"

    wrong = client.post(address, {"version": 1, "to_team": cast.east.uuid})
    client.post(address, {"version": 1, "to_team": cast.west.uuid})
    late = client.post(address, {"version": 1, "to_team": ""})

    assert wrong.context["form"].errors["to_team"]
    assert late.status_code == 409
    assert "West" in client.get(f"/plans/{closeout.uuid}/").content.decode()
