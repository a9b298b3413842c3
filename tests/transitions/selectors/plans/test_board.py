import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import ClientRequest
from accounts.rules.text import Message
from tests.factories import CUTOVER, NOW, TODAY, make_account, start_plan
from transitions.documents.board import Filters
from transitions.rules.guardrails import GUARDS
from transitions.selectors.plans import board, plans_list
from transitions.services import plans


@pytest.fixture
def company(cast):
    """Two plans in the east, one of them hard and begun without anybody; one in the west; one secret."""
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    soft = make_account("Soft", team=cast.east, owner=cast.olga, yearly_value=Decimal(100))
    hard = make_account("Hard", team=cast.east, owner=cast.olga, yearly_value=Decimal(30), tier="small")
    west = make_account("West", team=cast.west, owner=cast.stella, yearly_value=Decimal(7))
    secret = make_account("Secret", team=cast.east, owner=cast.olga, yearly_value=Decimal(1000))
    cast.soft = start_plan(soft, cast.vera, people=people)
    cast.hard = start_plan(hard, cast.vera, playbook="hard-standard", cutover=TODAY)
    cast.in_west = start_plan(west, cast.walt)
    cast.secret = start_plan(secret, cast.ada, confidential=True)
    return cast


def board_of(cast, name, now=NOW, **filters):
    plans.refresh_risk(now)  # as the clock does every hour
    return board(cast.users[name], now, Filters(**filters))


def escalate(plan):
    ClientRequest.objects.create(
        account=plan.account, title="Late again", owner=plan.created_by, escalated=True, opened_on=TODAY
    )
    plans.refresh_risk(NOW)


def waiting(found):
    """The accounts whose guard against a change under an escalation waits for a leader."""
    return {line.account for line in found.decisions if Message(GUARDS["escalation"]) in line.undecided}


def names(lines):
    return [line.account for line in lines]


def test_a_leader_sees_their_teams_plans_added_up(company):
    found = board_of(company, "vera")

    assert (found.plans, found.revenue, found.late) == (2, Decimal(130), 0)
    assert [(one.mode, one.stage, one.plans, one.revenue) for one in found.stages] == [
        ("soft", "prepare", 1, Decimal(100)),
        ("hard", "secure", 1, Decimal(30)),
    ]
    assert [(team.team, team.plans) for team in found.teams] == [("East", 2)]


def test_an_executive_sees_every_team(company):
    found = board_of(company, "sam")

    assert (found.plans, found.revenue) == (3, Decimal(137))
    assert [(team.team, team.revenue) for team in found.teams] == [
        ("East", Decimal(130)),
        ("West", Decimal(7)),
    ]


def test_a_secret_plan_counts_for_its_readers_alone(company):
    assert board_of(company, "ada").plans == 4
    assert names(board_of(company, "ada", NOW + timedelta(days=300)).late_plans).count("Secret") == 1
    assert "Secret" not in names(board_of(company, "vera", NOW + timedelta(days=300)).late_plans)


def test_a_rep_without_plans_sees_an_empty_board(cast):
    assert board_of(cast, "walt").empty


def test_late_plans_are_counted_and_listed_the_latest_first(company):
    found = board_of(company, "vera", NOW + timedelta(days=90))

    assert found.late == 2
    assert names(found.late_plans) == ["Hard", "Soft"]
    assert str(found.late_plans[0].why) == f"Work has been late since {company.hard.next_due_on}."


def test_cutovers_ahead_fall_into_their_weeks(company):
    found = board_of(company, "vera", NOW + timedelta(days=91))  # the first of June

    assert [(line.account, line.cutover_on) for line in found.cutovers] == [("Soft", date(2027, 6, 15))]


def test_what_needs_a_decision_is_listed_once_with_its_reason(company):
    found = board_of(company, "vera")

    assert [(line.account, str(line.why)) for line in found.decisions] == [
        ("Hard", f"By {TODAY}: Name the interim rep")
    ]


def test_a_cutover_that_is_near_wants_an_incoming_rep(company):
    plans.set_people(
        plan=company.hard, role="interim", people=[company.bea], version=1, by=company.vera, now=NOW
    )
    step = company.hard.steps.get(key="name-interim")
    plans.complete_step(step=step, version=step.version, by=company.vera, now=NOW)

    found = board_of(company, "vera")

    assert [(line.account, str(line.why)) for line in found.decisions] == [
        ("Hard", "The cutover is near and no incoming rep is named.")
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"mode": "hard"}, 1),
        ({"tier": "small"}, 1),
        ({"tier": "standard"}, 2),
        ({"mode": "hard", "tier": "strategic"}, 0),
        ({"team": "999999"}, 0),
        ({"team": "not a number"}, 0),
    ],
)
def test_the_board_can_be_narrowed(company, filters, expected):
    assert board_of(company, "sam", **filters).plans == expected


def test_a_team_counts_with_its_subtree(company):
    assert board_of(company, "sam", team=str(company.company.pk)).plans == 3
    assert board_of(company, "sam", team=str(company.west.pk)).plans == 1


def test_closed_plans_count_no_more(company):
    plans.close(
        plan=company.soft, version=1, by=company.vera, now=NOW, outcome="withdrawn", why="Not needed."
    )

    assert board_of(company, "vera").plans == 1


def test_the_board_costs_as_many_queries_for_many_plans_as_for_few(company, django_assert_num_queries):
    board_of(company, "vera")
    for _number in range(3):
        start_plan(make_account(team=company.east, owner=company.olga), company.vera)

    company.users["vera"].__dict__.pop("_team_ids", None)
    with django_assert_num_queries(8):
        found = board(company.users["vera"], NOW)
    assert found.plans == 5


def test_guards_that_wait_cost_no_query_however_many_plans_have_them(company, django_assert_num_queries):
    escalate(company.soft)
    board_of(company, "vera")

    with django_assert_num_queries(8):
        found = board(company.users["vera"], NOW)
    assert waiting(found) == {"Soft"}
    for number in range(3):
        escalate(
            start_plan(make_account(f"More {number}", team=company.east, owner=company.olga), company.vera)
        )
    company.users["vera"].__dict__.pop("_team_ids", None)
    with django_assert_num_queries(8):
        found = board(company.users["vera"], NOW)
    assert waiting(found) == {"Soft", "More 0", "More 1", "More 2"}


def test_the_list_shows_visible_plans_without_a_query_per_row(company, django_assert_num_queries):
    plans_list(company.users["vera"]).count()

    with django_assert_num_queries(1):
        found = {
            (plan.account.name, plan.account.team.name, plan.playbook.version, plan.cutover_on)
            for plan in plans_list(company.users["vera"])
        }
    assert found == {("Soft", "East", 1, CUTOVER), ("Hard", "East", 1, TODAY)}


def test_a_leader_of_very_many_plans_sees_the_same_board(company, monkeypatch):
    few = board_of(company, "vera")
    monkeypatch.setattr(sys.modules["transitions.selectors.plans.board"], "MOST_KNOWN", 1)

    assert board_of(company, "vera") == few
