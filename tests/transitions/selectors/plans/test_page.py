from datetime import date, timedelta

import pytest

from accounts.models import ClientRequest
from tests.factories import CUTOVER, NOW, TODAY, make_account, start_plan
from tests.transitions.conftest import agreed
from transitions.models import Edition, Packet
from transitions.rules.playbooks import Gate
from transitions.selectors.plans import facts_of, plan_in_full, plan_page
from transitions.services import plans


def page_of(plan, cast, now=NOW):
    found = plan_in_full(cast.users["vera"], plan.uuid)
    assert found is not None
    return plan_page(found, cast.users["vera"], now)


def steps_of(page):
    return {step.key: step for group in page.groups for step in group.steps}


def gates_of(page, stage):
    return {gate.key: gate for line in page.stages if line.key == stage for gate in line.gates}


def messages_of(page):
    return [str(entry.message) for entry in page.history]


def test_the_header_says_what_the_plan_is(cast, plan):
    header = page_of(plan, cast).header

    assert (header.account, header.mode, header.stage, header.following) == (
        "Acme",
        "soft",
        "prepare",
        "announce",
    )
    assert (header.version, header.tier, header.team) == (1, "strategic", "East")
    assert (header.notice, header.notice_asked) == (20, 20)
    assert (str(header.stage_title), str(header.following_title)) == ("Prepare", "Announce")
    assert (header.today, header.tz) == (TODAY, "America/New_York")
    assert not header.confidential


def test_the_rail_shows_what_is_missing_for_the_next_stage(cast, plan):
    page = page_of(plan, cast)

    assert [stage.state for stage in page.stages] == ["now"] + ["ahead"] * 7
    assert [gate.key for gate in page.closed_gates] == ["guard-rails"]
    (missing,) = page.closed_gates[0].missing
    assert (missing.hint, missing.subject) == ("step", "guard-rails")
    assert missing.step == plan.steps.get(key="guard-rails").uuid
    assert {key: gate.state for key, gate in gates_of(page, "announce").items()} == {
        "released": "open",
        "sponsor": "open",
        "story": "open",
        "one-message": "open",
        "notice": "open",
        "guard-rails": "closed",
        "approvals": "open",
    }


def test_a_waived_gate_says_who_waived_it_and_why(cast, plan):
    plans.waive(plan=plan, gate="guard-rails", reason="Checked by phone.", by=cast.vera, now=NOW)

    gate = gates_of(page_of(plan, cast), "announce")["guard-rails"]

    assert (gate.state, gate.waived_by, gate.waived_at, gate.waived_why) == (
        "waived",
        "Vera Voss",
        NOW,
        "Checked by phone.",
    )


def test_a_passed_stage_asks_for_nothing_any_more(cast, plan):
    plans.waive(plan=plan, gate="guard-rails", reason="Checked by phone.", by=cast.vera, now=NOW)
    plans.advance(plan=plan, version=1, by=cast.vera, now=NOW)

    page = page_of(plan, cast)

    assert gates_of(page, "announce") == {}
    assert [stage.state for stage in page.stages][:3] == ["done", "now", "ahead"]
    assert page.stages[1].entered_at == NOW


def test_steps_are_grouped_by_stage_and_know_their_state(cast, plan):
    done = plan.steps.get(key="guard-rails")
    plans.complete_step(step=done, version=1, by=cast.vera, now=NOW, note="All clear.")
    on = plan.steps.get(key="packet-draft").due_on
    page = plan_page(plan, cast.users["vera"], NOW + (on - TODAY))

    steps = steps_of(page)
    assert [group.key for group in page.groups][:2] == ["prepare", "announce"]
    assert (steps["guard-rails"].state, steps["guard-rails"].done_by, steps["guard-rails"].note) == (
        "done",
        "Vera Voss",
        "All clear.",
    )
    assert steps["shortlist"].state == "late"
    assert steps["packet-draft"].state == "today"
    assert steps["story"].state == "ahead"
    assert (steps["check-in/3"].number, steps["review"].number) == (3, 0)
    assert (page.stages[0].steps, page.stages[0].steps_done) == (7, 1)


def test_a_step_that_nobody_owes_names_the_role_that_does(cast, account):
    page = page_of(start_plan(account, cast.vera), cast)

    step = steps_of(page)["check-in/1"]
    assert (step.owner, step.owner_role) == (None, "incoming")
    roles = {role.role: role for role in page.people}
    assert roles["incoming"].owes > 8
    assert roles["incoming"].people == ()
    assert (roles["outgoing"].editable, roles["incoming"].editable, roles["sponsor"].several) == (
        False,
        True,
        True,
    )


def test_short_notice_is_seen(cast, account):
    page = page_of(start_plan(account, cast.vera, cutover=TODAY + timedelta(days=21)), cast)

    lost = {step.key: step.lost for step in page.compressed}
    assert lost["announce-meeting"] > 0
    assert "check-in/1" not in lost
    assert page.header.notice < page.header.notice_asked
    assert any(mark.compressed for mark in page.timeline.marks)


def test_the_history_tells_what_happened_newest_first(cast, plan):
    at = [NOW + timedelta(hours=hour) for hour in range(9)]
    step = plan.steps.get(key="guard-rails")
    plans.complete_step(step=step, version=1, by=cast.olga, now=at[1])
    plans.reopen_step(step=step, version=2, by=cast.vera, now=at[2])
    plans.waive(plan=plan, gate="guard-rails", reason="By phone.", by=cast.vera, now=at[3])
    plans.advance(plan=plan, version=1, by=cast.vera, now=at[4])
    to = CUTOVER + timedelta(days=7)
    moved = plans.move_anchor(
        plan=plan, key="cutover", to=to, version=2, by=cast.ivan, now=at[5], why="Their fair."
    )
    plans.set_people(plan=plan, role="incoming", people=[cast.stella], version=3, by=cast.vera, now=at[6])
    plans.cancel(
        plan=plan,
        version=4,
        by=cast.vera,
        now=at[7],
        why="Olga stays.",
        told_client="Nothing yet.",
        put_right="Nothing to do.",
    )

    page = page_of(plan, cast)

    assert messages_of(page) == [
        "The plan was cancelled.",
        "The people of the plan changed.",
        "A date moved.",
        "The plan moved on to: Announce.",
        "A gate was waived: The guard-rails were checked.",
        "Reopened: Check the guard-rails: renewal, escalations, earlier changes.",
        "Done: Check the guard-rails: renewal, escalations, earlier changes.",
        "The plan was opened.",
    ]
    assert [entry.by for entry in page.history][:3] == ["Vera Voss", "Vera Voss", "Ivan Ilic"]
    role, anchor = page.history[1].changes[0], page.history[2].changes[0]
    assert (str(role.what), role.before, role.after) == ("Incoming rep", "Ivan Ilic", "Stella Strand")
    assert (str(anchor.what), anchor.before, anchor.after) == ("Cutover", CUTOVER, to)
    assert page.history[2].why == "Their fair."
    assert page.history[2].change_set is None  # nothing of a cancelled plan is undone
    assert moved.change_set.uuid is not None


def test_what_can_be_undone_says_by_what(cast, plan):
    moved = plans.move_anchor(
        plan=plan, key="cutover", to=date(2027, 7, 1), version=1, by=cast.vera, now=NOW, why="Why not."
    )

    entries = {str(entry.message): entry.change_set for entry in page_of(plan, cast).history}

    assert entries == {"A date moved.": moved.change_set.uuid, "The plan was opened.": None}


def test_a_confidential_plan_names_its_readers(cast, account):
    plan = start_plan(account, cast.vera, confidential=True, readers=[cast.ada])

    header = page_of(plan, cast).header

    assert (header.confidential, [who.name for who in header.readers]) == (True, ["Ada Admin", "Vera Voss"])


def test_the_newest_packet_is_shown(cast, plan):
    for version in (1, 2):
        Packet.objects.create(
            plan=plan,
            edition=Edition.INTERNAL,
            version=version,
            content={},
            content_hash="0" * 64,
            pdf="packets/none.pdf",
            pdf_sha256="0" * 64,
            made_by=cast.olga,
            made_at=NOW,
        )

    page = page_of(plan, cast)

    assert (page.packet.version, page.packet.made_at) == (2, NOW)
    assert facts_of(plan, TODAY).packet_made


def test_a_closed_plan_has_nothing_ahead(cast, plan):
    plans.close(plan=plan, version=1, by=cast.vera, now=NOW, outcome="other", why="Not needed.")

    page = page_of(plan, cast)

    assert (page.header.following, page.closed_gates) == ("", ())


def test_the_days_are_the_clients(cast):
    account = make_account(team=cast.east, owner=cast.olga, tz="Pacific/Kiritimati")
    plan = start_plan(account, cast.vera)

    assert page_of(plan, cast).header.today == TODAY + timedelta(days=1)


def test_the_page_and_the_gates_of_advance_agree(cast, account):
    plan = start_plan(account, cast.vera, why="", cutover=TODAY + timedelta(days=9))
    ClientRequest.objects.create(
        account=account, owner=cast.olga, title="Down", opened_on=TODAY, escalated=True
    )

    page = page_of(plan, cast)
    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=1, by=cast.vera, now=NOW)

    assert [gate.key for gate in page.closed_gates] == [gate.key for gate in caught.value.gates]


def test_what_no_gate_asks_for_is_not_read(cast, plan):
    ClientRequest.objects.create(
        account=plan.account, owner=cast.olga, title="Down", opened_on=TODAY, escalated=True
    )
    calm = Gate("calm", "Calm", "calm")

    assert facts_of(plan, TODAY, [calm]).escalations == facts_of(plan, TODAY).escalations == 1
    assert facts_of(plan, TODAY, []).escalations == 0


def test_the_page_takes_as_many_queries_for_much_as_for_little(
    cast, account, plan, django_assert_num_queries
):
    page_of(plan, cast)  # fills the caches
    small = agreed(start_plan(make_account(team=cast.east, owner=cast.olga, tier="small"), cast.vera))
    with django_assert_num_queries(11):
        page_of(small, cast)

    for hour in range(1, 13):
        now = NOW + timedelta(hours=hour)
        to = CUTOVER + timedelta(days=7 * hour)
        plan.refresh_from_db()
        plans.move_anchor(
            plan=plan, key="cutover", to=to, version=plan.version, by=cast.vera, now=now, why="Again."
        )
        step = plan.steps.filter(done_at=None, kind="task").first()
        plans.complete_step(step=step, version=step.version, by=cast.olga, now=now)
    with django_assert_num_queries(11):
        page_of(plan, cast)
