"""What is particular to one reason: a leave comes back, a closeout changes the team, attention is doubled."""

from datetime import timedelta

import pytest

from accounts.models import Account, Touchpoint
from tests.factories import CUTOVER, NOW, TODAY, make_account, make_team, start_plan
from tests.transitions.conftest import finish
from transitions.models import HandoverPlan
from transitions.services import plans

RETURN = CUTOVER + timedelta(days=90)
LATER = NOW + timedelta(days=120)
BACK = NOW + timedelta(days=240)


def refused(**fields):
    with pytest.raises(plans.PlanRefused) as caught:
        start_plan(**fields)
    return [(field, str(message)) for field, message in caught.value.problems]


def live_roles(account):
    return set(account.assignments.live().values_list("role", "person__name"))


@pytest.fixture
def leave(cast, account):
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(
        account, cast.vera, playbook="soft-leave", reason="leave", anchors={"return": RETURN}, people=people
    )


def test_a_leave_is_a_cover_whose_owner_never_changes(cast, account, leave, drive):
    drive(leave, "cover", now=LATER)

    assert leave.purpose == "cover"
    assert live_roles(account) == {
        ("owner", "Olga Ortiz"),
        ("outgoing", "Olga Ortiz"),
        ("incoming", "Ivan Ilic"),
        ("second_choice", "Bea Brandt"),
        ("sponsor", "Sam Sato"),
    }


def test_the_cover_ends_with_the_return_and_not_before(cast, account, leave, drive):
    drive(leave, "hand-back", now=LATER)
    for step in leave.steps.filter(stage="hand-back"):
        finish(step, by=cast.ivan, now=LATER)
    leave.refresh_from_db()

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=leave, version=leave.version, by=cast.vera, now=LATER)
    assert [gate.key for gate in caught.value.gates] == ["day-back"]

    plans.advance(plan=leave, version=leave.version, by=cast.vera, now=BACK)
    assert ("owner", "Olga Ortiz") in live_roles(account)
    assert "incoming" not in dict(live_roles(account))


def test_a_hard_leave_has_its_cover_from_day_zero_and_keeps_the_owner(cast, drive):
    account = make_account("Bolt", team=cast.east, owner=cast.olga, tier="standard")
    plan = start_plan(
        account,
        cast.vera,
        playbook="hard-leave",
        reason="leave",
        cutover=TODAY,
        people={"interim": [cast.bea], "sponsor": [cast.sam]},
    )

    drive(plan, "attention", now=LATER)

    assert {("owner", "Olga Ortiz"), ("interim", "Bea Brandt")} <= live_roles(account)


@pytest.mark.parametrize("back", [CUTOVER, CUTOVER - timedelta(days=5)])
def test_a_return_before_the_leave_is_refused(cast, account, back):
    fields = {"playbook": "soft-leave", "reason": "leave", "anchors": {"return": back}}

    assert [field for field, _message in refused(account=account, by=cast.vera, **fields)] == ["return"]


def test_a_return_cannot_be_moved_before_the_leave(cast, leave):
    with pytest.raises(plans.PlanRefused, match="must come before"):
        plans.preview_move_anchor(plan=leave, key="return", to=CUTOVER - timedelta(days=1), now=NOW)


def test_a_return_moves_while_the_cover_lasts_and_not_after(cast, leave, drive):
    drive(leave, "cover", now=LATER)
    move = plans.preview_move_anchor(plan=leave, key="return", to=RETURN + timedelta(days=30), now=LATER)
    assert "notes-back" in {one.key for one in move.moves}
    with pytest.raises(plans.PlanRefused, match="in its new hands"):
        plans.preview_move_anchor(plan=leave, key="cutover", to=CUTOVER + timedelta(days=9), now=LATER)

    drive(leave, "back", now=BACK)

    with pytest.raises(plans.PlanRefused, match="back already"):
        plans.preview_move_anchor(plan=leave, key="return", to=RETURN + timedelta(days=300), now=BACK)


def test_whoever_covers_can_be_replaced_while_they_cover(cast, account, leave, drive):
    drive(leave, "cover", now=LATER)
    leave.refresh_from_db()
    second = {"plan": leave, "by": cast.vera, "now": LATER}
    plan = plans.set_people(role="second_choice", people=[], version=leave.version, **second)

    plans.set_people(role="incoming", people=[cast.bea], version=plan.version, **second)

    assert ("incoming", "Bea Brandt") in live_roles(account)


def test_a_playbook_of_another_reason_is_refused(cast, account):
    found = refused(account=account, by=cast.vera, playbook="soft-promotion", reason="resignation")

    assert found == [("playbook", "This playbook is made for another reason.")]


@pytest.fixture
def care(cast):
    return make_team("Client care", under=cast.company)


@pytest.fixture
def closeout(cast, account, care):
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(
        account, cast.vera, playbook="soft-closeout", reason="closeout", people=people, to_team=care
    )


def test_at_the_cutover_a_closeout_moves_the_account_to_the_team_that_takes_over(
    cast, account, closeout, care, drive
):
    drive(closeout, "cutover", now=LATER)

    moved = Account.objects.get(pk=account.pk)
    assert moved.team == care
    assert ("owner", "Ivan Ilic") in live_roles(account)
    assert [(row.team, row.history_user) for row in moved.history.order_by("history_id")][-1] == (
        care,
        cast.vera,
    )


def test_what_the_old_teams_leader_owes_goes_to_the_new_teams(cast, account, closeout, care, drive):
    care.lead = cast.walt
    care.save()

    drive(closeout, "cutover", now=LATER)

    owed = closeout.steps.undone().filter(owner_role="lead")
    assert owed.filter(kind="check-in").exists()
    assert {step.owner for step in owed} == {cast.walt}
    assert not owed.exclude(check_in__inherited_from=None).exists()


def test_a_closeout_without_the_other_team_stays_before_its_cutover(cast, account, closeout, drive):
    drive(closeout, "burn-in", now=LATER)
    closeout.refresh_from_db()
    plan = plans.set_team(plan=closeout, team=None, version=closeout.version, by=cast.vera, now=LATER)
    for step in plan.steps.filter(stage="burn-in"):
        finish(step, by=cast.vera, now=LATER)

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=LATER)

    assert [gate.key for gate in caught.value.gates] == ["team"]
    assert plan.change_sets.get(verb="set_team").changes[0]["before"] == {"said": "Client care"}


def test_the_team_that_takes_over_is_another_one_and_only_where_the_playbook_moves_the_account(
    cast, account, plan, care
):
    fields = {"account": account, "by": cast.vera, "reason": "closeout"}
    HandoverPlan.objects.update(state="closed")

    assert refused(playbook="soft-closeout", to_team=cast.east, **fields) == [
        ("to_team", "The account belongs to this team already.")
    ]
    assert refused(playbook="soft-standard", to_team=care, **fields) == [
        ("to_team", "This playbook leaves the account with its team.")
    ]


@pytest.mark.parametrize(("touches", "weekly"), [(0, 1), (13, 3)])
def test_a_hard_plan_doubles_the_attention_that_the_account_had(cast, touches, weekly):
    account = make_account("Bolt", team=cast.east, owner=cast.olga, tier="standard")
    Touchpoint.objects.bulk_create(
        Touchpoint(account=account, person=cast.olga, channel="phone", happened_at=at, subject="Call")
        for at in [NOW - timedelta(days=n + 1) for n in range(touches)] + [NOW - timedelta(days=91)] * 40
    )

    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=TODAY)

    assert plan.steps.filter(key__startswith="check-in/").count() == 6 * weekly


def test_why_satisfaction_did_not_show_it_is_asked_answered_and_told_in_the_history(cast, account, drive):
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    plan = start_plan(account, cast.vera, playbook="soft-performance", reason="performance", people=people)
    drive(plan, "settle", now=LATER)
    for step in plan.steps.filter(stage="settle", done_at=None):
        finish(step, by=cast.vera, now=LATER)
    plan.refresh_from_db()
    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=LATER)
    assert [gate.key for gate in caught.value.gates] == ["unseen"]

    words = {name: getattr(plan, name) for name in ("why", "gets_better", "stays", "reason_detail")}
    answer = "Nobody above the works manager was ever asked."
    plans.edit_words(plan=plan, version=plan.version, **words, unseen=answer, by=cast.vera, now=LATER)

    plan.refresh_from_db()
    assert plan.unseen == answer
    assert plan.change_sets.get(verb="answer_unseen").changes[0]["after"] == {"said": answer}
    plans.advance(plan=plan, version=plan.version, by=cast.vera, now=LATER)


def test_words_edited_elsewhere_leave_the_answer_as_it_stands(cast, plan):
    HandoverPlan.objects.filter(pk=plan.pk).update(unseen="Nobody asked.")
    words = {name: getattr(plan, name) for name in ("why", "gets_better", "stays", "reason_detail")}

    plans.edit_words(plan=plan, version=plan.version, **words, by=cast.vera, now=NOW)

    plan.refresh_from_db()
    assert plan.unseen == "Nobody asked."
    assert not plan.change_sets.exists()
