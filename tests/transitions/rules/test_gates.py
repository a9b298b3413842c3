from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.rules.text import Message
from transitions.rules import gates
from transitions.rules.gates import Facts
from transitions.rules.guardrails import GuardState
from transitions.rules.playbooks import PLAN_ROLES, SHIPPED, TIERS, Gate

BOOKS = {playbook.key: playbook for playbook in SHIPPED}
SOFT, HARD = (BOOKS[key].for_tier("strategic") for key in ("soft-standard", "hard-standard"))
TODAY = date(2027, 3, 2)
ESCALATED = GuardState("escalation", Message("It is down."), "undecided")
NOTHING = Facts(
    today=TODAY,
    released=False,
    escalations=2,
    serious=2,
    guards=(ESCALATED,),
    unchecked=9,
    unsaid=("Bea Brook",),
)
EVERYTHING = Facts(
    today=TODAY,
    roles=frozenset(PLAN_ROLES),
    done=frozenset(step.key for playbook in SHIPPED for step in playbook.steps()),
    anchors={"cutover": TODAY, "announcement": TODAY - timedelta(days=30), "return": TODAY},
    notice=200,
    team_named=True,
    words=frozenset(gates.WORDS),
    packet_made=True,
    packet_complete=100,
    message="approved",
    ready="accepted",
    held=frozenset(step.key for playbook in SHIPPED for step in playbook.steps() if step.purpose),
)


def closed(playbook, stage, facts):
    return [state.key for state in gates.closed(playbook, stage, facts)]


def test_the_introduction_demands_what_could_be_empty_at_the_start():
    facts = replace(EVERYTHING, roles=frozenset({"outgoing", "sponsor"}))

    assert closed(SOFT, "introduce", facts) == ["incoming", "second-choice"]


def test_day_zero_of_a_hard_cutover_demands_an_interim_or_incoming_rep():
    nobody = replace(EVERYTHING, roles=frozenset({"outgoing"}))

    assert closed(HARD, "interim", nobody) == ["interim"]
    assert closed(HARD, "interim", replace(nobody, roles=frozenset({"interim"}))) == []
    assert closed(HARD, "interim", replace(nobody, roles=frozenset({"incoming"}))) == []


def test_an_interim_rep_never_becomes_permanent_without_a_decision():
    facts = replace(
        EVERYTHING, done=EVERYTHING.done - {"decide-successor"}, waived=frozenset({"decided-successor"})
    )

    assert closed(HARD, "hand-over", facts) == ["decided-successor"]


@pytest.mark.parametrize(
    ("complete", "says"), [(59, "The newest packet is 59% complete; 60% are due."), (60, None), (100, None)]
)
def test_a_packet_that_says_too_little_keeps_its_gate_shut(complete, says):
    facts = replace(EVERYTHING, packet_made=True, packet_complete=complete)

    found = gates.CHECKS["packet"].find(facts, {"at_least": 60})

    assert [str(one.message) for one in found] == ([says] if says else [])
    assert (
        gates.CHECKS["packet"].find(facts, {}) == ()
    )  # a playbook from before asks for no more than a packet


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda playbook: playbook.key)
def test_every_gate_opens_when_all_is_there_and_says_what_is_missing_when_nothing_is(shipped, tier):
    playbook = shipped.for_tier(tier)

    for stage in playbook.stages:
        assert closed(playbook, stage.key, EVERYTHING) == []
        found = gates.states(playbook, stage.key, NOTHING)
        assert [state.key for state in found] == [gate.key for gate in stage.gates]
        for state in found:
            assert state.state == "closed"
            assert state.missing
            assert all(str(one.message) and one.hint in gates.HINTS for one in state.missing)


def test_a_waived_gate_does_not_close_the_stage_and_still_says_what_it_lacks():
    facts = replace(EVERYTHING, roles=frozenset({"outgoing"}), waived=frozenset({"sponsor"}))

    states = {state.key: state for state in gates.states(SOFT, "announce", facts)}

    assert closed(SOFT, "announce", facts) == []
    assert states["sponsor"].state == "waived"
    assert str(states["sponsor"].missing[0].message) == "No sponsor is named yet."


@pytest.mark.parametrize("state", ["undecided", "lapsed", "declined", "approved"])
def test_a_raised_guard_keeps_its_gates_shut_until_a_leader_approves(state):
    short = GuardState("notice", Message("Nine days."), state)
    facts = replace(EVERYTHING, notice=9, guards=(short,))

    assert closed(SOFT, "announce", facts) == ([] if state == "approved" else ["notice", "approvals"])
    assert closed(SOFT, "introduce", facts) == ([] if state == "approved" else ["successor-approved"])
    assert closed(HARD, "interim", facts) == ([] if state == "approved" else ["approvals"])
    waived = replace(facts, waived=frozenset({"notice", "approvals"}))
    assert closed(SOFT, "announce", waived) == closed(SOFT, "announce", facts)


def test_an_approved_escalation_opens_the_gate_that_asks_for_calm():
    facts = replace(EVERYTHING, escalations=2, guards=(replace(ESCALATED, state="approved"),))

    assert closed(SOFT, "cutover", facts) == []
    assert closed(SOFT, "cutover", replace(facts, guards=(ESCALATED,))) == ["calm", "still-approved"]


def test_a_waiver_on_record_does_not_open_a_gate_that_cannot_be_waived():
    facts = replace(EVERYTHING, released=False, waived=frozenset({"released"}))

    assert closed(SOFT, "announce", facts) == ["released"]


def test_a_step_that_is_missing_is_named_by_its_title():
    facts = replace(EVERYTHING, done=EVERYTHING.done - {"lead-week"}, steps={"lead-week": "Lead a week"})

    (state,) = gates.closed(SOFT, "cutover", facts)

    assert [(str(one.message), one.hint, one.subject) for one in state.missing] == [
        ("Not done yet: Lead a week.", "step", "lead-week")
    ]


@pytest.mark.parametrize(
    ("ready", "says"),
    [
        ("", "The incoming rep has not accepted the handover yet."),
        ("person", "Somebody else is the incoming rep now, and has not accepted the handover yet."),
        ("packet", "A newer packet was made after the incoming rep had accepted the handover."),
        ("returned", "The incoming rep returned the handover with reasons."),
    ],
)
def test_nobody_takes_over_who_has_not_accepted(ready, says):
    for playbook, stage in ((SOFT, "introduce"), (HARD, "hand-over")):
        (state,) = gates.closed(playbook, stage, replace(EVERYTHING, ready=ready))

        assert [(str(one.message), one.hint) for one in state.missing] == [(says, "readiness")]


def test_a_meeting_counts_when_it_was_held_and_not_when_its_step_is_ticked():
    facts = replace(EVERYTHING, held=EVERYTHING.held - {"announce-meeting"})

    (state,) = gates.closed(SOFT, "choose", facts)

    assert [(str(one.message), one.hint, one.subject) for one in state.missing] == [
        ("Not held yet: announce-meeting.", "meeting", "announce-meeting")
    ]


def test_a_serious_concern_shuts_the_cutover_whatever_was_waived():
    for playbook, stage in ((SOFT, "cutover"), (HARD, "hand-over")):
        facts = replace(EVERYTHING, serious=1, waived=frozenset({"answered"}))

        (state,) = gates.closed(playbook, stage, facts)

        assert state.key == "answered"
        assert [str(one.message) for one in state.missing] == [
            "1 serious concern is not confirmed as answered by the client."
        ]


def test_a_firm_check_stays_shut_although_the_playbook_lets_it_be_waived():
    gate = Gate("answered", "No serious concern", "concerns", {}, waivable=True)
    playbook = replace(SOFT, stages=(SOFT.stages[0], replace(SOFT.stages[1], gates=(gate,))))
    facts = replace(EVERYTHING, serious=1, waived=frozenset({"answered"}))

    assert closed(playbook, "announce", facts) == ["answered"]


def test_one_day_of_notice_is_said_in_the_singular():
    (state,) = gates.closed(SOFT, "announce", replace(EVERYTHING, notice=1))

    assert str(state.missing[0].message) == "The client gets 1 business day of notice; 20 are due."


def test_the_cutover_waits_for_its_day():
    facts = replace(EVERYTHING, anchors={"cutover": TODAY + timedelta(days=1)})

    assert closed(SOFT, "cutover", facts) == ["day"]
    assert closed(SOFT, "cutover", replace(facts, waived=frozenset({"day"}))) == []


def test_the_record_says_how_much_is_unchecked_and_how_much_changed_since():
    facts = replace(EVERYTHING, unchecked=1, outdated=2)

    (state,) = gates.closed(SOFT, "introduce", facts)

    assert [str(one.message) for one in state.missing] == [
        "1 field of the CRM record is not checked yet.",
        "2 fields of the CRM record changed after they had been checked.",
    ]


def test_support_names_whoever_is_undecided_silent_or_gone():
    facts = replace(EVERYTHING, undecided=("Una",), unsaid=("Sid",), departed=("Dee",))

    (state,) = gates.closed(SOFT, "cutover", facts)

    assert [str(one.message) for one in state.missing] == [
        "It is not said whether Una stays or who takes over.",
        "Sid has not said yet that they take over.",
        "Dee was to take over and has left: name somebody else.",
    ]
