from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from transitions.rules import guardrails
from transitions.rules.guardrails import BASIS, Circumstances, Verdict

CUTOVER = date(2027, 6, 15)
CALM = Circumstances(
    mode="soft",
    tier="strategic",
    cutover_on=CUTOVER,
    renewal_on=CUTOVER + timedelta(days=200),
    notice=20,
    notice_asked=20,
    incoming=7,
)


def raised(**changes):
    return dict(guardrails.raised(replace(CALM, **changes)))


def days(*before):
    return tuple(CUTOVER - timedelta(days=number) for number in before)


def test_a_calm_plan_raises_nothing():
    assert raised() == {}
    assert set(guardrails.CALM) == set(guardrails.GUARDS)


@pytest.mark.parametrize(
    ("distance", "near"), [(-61, False), (-60, True), (0, True), (60, True), (61, False)]
)
def test_a_renewal_within_sixty_days_of_the_cutover_is_raised_before_it_and_after(distance, near):
    assert ("renewal" in raised(renewal_on=CUTOVER + timedelta(days=distance))) is near


def test_a_plan_without_a_cutover_or_renewal_raises_no_renewal():
    assert raised(renewal_on=None) == raised(cutover_on=None) == {}


@pytest.mark.parametrize(
    ("before", "tired"),
    [((), False), ((366,), False), ((364,), True), ((400, 700), True), ((400, 731), False), ((-1,), False)],
)
def test_the_second_change_in_a_year_or_the_third_in_two_is_fatigue(before, tired):
    assert ("fatigue" in raised(changes=days(*before))) is tired


def test_too_little_notice_is_raised_only_where_the_playbook_asks_for_some():
    assert str(raised(notice=1)["notice"]) == "The client gets 1 business day of notice; 20 are due."
    assert raised(notice=1, notice_asked=None) == {}


def test_a_junior_is_raised_on_a_strategic_client_alone():
    assert list(raised(junior=True)) == ["seniority"]
    assert raised(junior=True, tier="standard") == {}


def test_open_escalations_are_counted():
    assert str(raised(escalations=2)["escalation"]) == "2 escalated requests of this client are open."


def verdict(said="approved", pk=1, **basis):
    stored = CALM.basis.stored() | basis
    return Verdict(pk, "escalation", said, "Because.", "Vera", datetime(2027, 3, 2, tzinfo=UTC), stored)


def state(*verdicts, **changes):
    (found,) = guardrails.states(replace(CALM, escalations=1, **changes), verdicts)
    return found


def test_a_verdict_counts_while_its_basis_is_that_of_the_plan():
    assert state().state == "undecided"
    assert state(verdict()).state == "approved"
    assert state(verdict("declined")).state == "declined"
    assert state(verdict(), verdict("declined", pk=2)).state == "declined"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cutover", {"cutover_on": CUTOVER + timedelta(days=1)}),
        ("incoming", {"incoming": 8}),
        ("mode", {"mode": "hard"}),
        ("tier", {"tier": "small"}),
        ("notice", {"notice": 21}),
    ],
)
def test_a_verdict_lapses_when_any_of_the_five_changes_and_says_which(name, change):
    found = state(verdict(), **change)

    assert (found.state, found.changed, found.waits) == ("lapsed", (name,), True)
    assert name in BASIS


def test_what_a_leader_looked_at_changes_with_the_basis_and_with_every_verdict():
    seen = {
        guardrails.seen(CALM.basis, state()),
        guardrails.seen(CALM.basis, state(verdict())),
        guardrails.seen(replace(CALM, notice=3).basis, state()),
    }

    assert len(seen) == 3
