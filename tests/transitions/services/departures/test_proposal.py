"""A scenario is computed, whatever is wrong with the book; and what can be set on it."""

import sys
from datetime import timedelta

import pytest

from accounts.models import Organisation, Rep
from tests.factories import NOW, TODAY, make_account, make_rep, start_plan
from transitions.models import Scenario
from transitions.rules.fit import DEFAULTS
from transitions.selectors.departures import problems_of
from transitions.services import departures


def successors(scenario) -> dict[str, str]:
    from accounts.models import Account, Person

    accounts = dict(Account.objects.values_list("pk", "name"))
    people = dict(Person.objects.values_list("pk", "name"))
    return {accounts[row[0]]: people.get(row[1], "") for row in scenario.placements}


def said(scenario) -> str:
    return " ".join(str(problem) for problem in problems_of(scenario))


def test_everybody_in_the_book_gets_a_successor_of_the_team(cast, book, depart):
    departure, scenario = depart.proposed()

    assert (scenario.state, scenario.fresh) == ("found", True)
    assert set(successors(scenario)) == {"Acme", "Bolt", "Cork"}
    assert set(successors(scenario).values()) <= {"Ivan Ilic", "Bea Brandt"}
    assert scenario.figures["placed"] == 3
    assert scenario.figures["gap"] <= 0.01


def test_other_teams_are_offered_where_an_administrator_allows_it(cast, book, depart):
    Rep.objects.filter(person__in=[cast.ivan, cast.bea]).delete()
    _departure, within = depart.proposed()
    Organisation.objects.update(cross_team_cover=True)

    beyond = depart.propose(within)

    assert set(successors(beyond).values()) == {"Stella Strand"}


def test_the_filter_narrows_the_book(cast, book, depart):
    _departure, scenario = depart.proposed(narrowed={"tier": ["strategic", "small"]})

    assert set(successors(scenario)) == {"Acme", "Cork"}


def test_a_pin_holds(cast, book, depart):
    departure, scenario = depart.proposed()
    for person in (cast.ivan, cast.bea):
        version = Scenario.objects.get(pk=scenario.pk).version
        departures.pin(
            scenario=scenario, account=book.acme.pk, person=person.pk, version=version, by=cast.vera, now=NOW
        )
        assert successors(depart.propose(scenario))["Acme"] == person.name


def test_who_is_left_out_gets_nothing_and_an_account_left_out_stays(cast, book, depart):
    departure, scenario = depart.proposed()
    departures.leave_out_rep(
        scenario=scenario, person=cast.ivan.pk, out=True, version=1, by=cast.vera, now=NOW
    )
    departures.leave_out_account(
        scenario=scenario, account=book.cork.pk, out=True, version=2, by=cast.vera, now=NOW
    )

    found = successors(depart.propose(scenario))

    assert found == {"Acme": "Bea Brandt", "Bolt": "Bea Brandt"}


def test_weights_change_who_is_proposed(cast, book, depart):
    Rep.objects.filter(person=cast.ivan).update(industries=["Steel"], joined_on=TODAY)
    Rep.objects.filter(person=cast.bea).update(industries=[], joined_on=TODAY - timedelta(days=3000))
    type(book.acme).objects.update(industry="Steel")
    departure, scenario = depart.proposed()
    found = []
    for part in ("industry", "joined"):
        version = Scenario.objects.get(pk=scenario.pk).version
        weights = dict.fromkeys(DEFAULTS, 0.0) | {part: 50.0}
        departures.set_weights(scenario=scenario, weights=weights, version=version, by=cast.vera, now=NOW)
        found.append(successors(depart.propose(scenario))["Acme"])

    assert found == ["Ivan Ilic", "Bea Brandt"]


def test_an_account_whose_plan_names_somebody_is_left_to_it(cast, book, depart):
    start_plan(book.acme, cast.vera, people={"incoming": [cast.bea]})

    _departure, scenario = depart.proposed()

    assert set(successors(scenario)) == {"Bolt", "Cork"}


def test_four_scenarios_stand_side_by_side_and_no_fifth(cast, book, depart):
    departure, scenario = depart.proposed()
    for name in ("B", "C", "D"):
        departures.save_as(scenario=scenario, name=name, by=cast.vera, now=NOW)

    with pytest.raises(departures.PlanRefused, match="Four"):
        departures.save_as(scenario=scenario, name="E", by=cast.vera, now=NOW)
    assert all(one.fresh for one in departure.scenarios.all())


# --- What can be wrong ------------------------------------------------------------------------------


def test_without_any_candidate_it_says_what_would_help(cast, book, depart):
    Rep.objects.exclude(person=cast.olga).delete()

    _departure, scenario = depart.proposed()

    assert scenario.state == "impossible"
    assert "no rep" in said(scenario)


def test_with_everybody_on_leave_it_says_so(cast, book, depart):
    for person in (cast.ivan, cast.bea):
        person.away_from_on, person.away_until_on = TODAY, TODAY + timedelta(days=90)
        person.save()

    _departure, scenario = depart.proposed()

    assert scenario.state == "impossible"
    assert "on leave" in said(scenario)


def test_capacity_short_by_one_account_names_what_would_free_it(cast, book, depart):
    """12 points are to be placed, 11 are free."""
    Rep.objects.filter(person=cast.ivan).update(capacity=8)
    Rep.objects.filter(person=cast.bea).update(capacity=3)

    _departure, scenario = depart.proposed()

    assert scenario.state == "impossible"
    assert "capacity" in said(scenario)


def test_a_pin_that_breaks_a_limit_is_named(cast, book, depart):
    Rep.objects.filter(person=cast.bea).update(capacity=5)
    departure = depart()
    scenario = departure.scenarios.get()
    departures.pin(
        scenario=scenario, account=book.acme.pk, person=cast.bea.pk, version=1, by=cast.vera, now=NOW
    )

    scenario = depart.propose(scenario)

    assert scenario.state == "impossible"
    assert "Acme is pinned to Bea Brandt" in said(scenario)


def test_a_pin_to_somebody_who_left_is_named(cast, book, depart):
    departure = depart()
    scenario = departure.scenarios.get()
    departures.pin(
        scenario=scenario, account=book.acme.pk, person=cast.bea.pk, version=1, by=cast.vera, now=NOW
    )
    cast.bea.archived_at = NOW
    cast.bea.save()

    scenario = depart.propose(scenario)

    assert scenario.state == "impossible"
    assert "Acme" in said(scenario)


def test_whoever_leaves_themselves_is_not_proposed(cast, book, depart):
    other, scenario = depart.proposed(cast.ivan)
    depart.commit(other, scenario)

    _departure, scenario = depart.proposed()

    assert set(successors(scenario).values()) == {"Bea Brandt"}


def test_an_answer_to_settings_that_were_changed_meanwhile_is_thrown_away(cast, book, depart, monkeypatch):
    from transitions.services.departures import proposal

    departure = depart()
    scenario = departure.scenarios.get()
    assign = proposal.assign

    def while_somebody_pins(**question):
        departures.pin(
            scenario=scenario, account=book.acme.pk, person=cast.bea.pk, version=1, by=cast.vera, now=NOW
        )
        return assign(**question)

    monkeypatch.setattr(proposal, "assign", while_somebody_pins)
    depart.propose(scenario)

    found = Scenario.objects.get(pk=scenario.pk)
    assert not found.fresh
    assert found.placements == []


def test_a_solver_that_dies_leaves_the_answer_of_our_own_search(cast, book, depart):
    for number in range(30):
        make_account(f"More {number}", team=cast.east, owner=cast.olga, tier="small")
    departure = depart()

    scenario = departures.compute(
        scenario=departure.scenarios.get(),
        user=cast.users["vera"],
        now=NOW,
        seconds=2,
        worker=[sys.executable, "-c", "raise SystemExit(1)"],
    )

    assert scenario.state == "found"
    assert scenario.figures["method"] == "search"


def test_a_first_answer_is_kept_while_the_search_goes_on(cast, book, depart):
    departure = depart()
    kept = []

    def beat(done, total):
        kept.append(Scenario.objects.get(departure=departure).state)

    departures.compute(
        scenario=departure.scenarios.get(),
        user=cast.users["vera"],
        now=NOW,
        seconds=2,
        worker=None,
        beat=beat,
    )

    assert kept  # heard of before the end


def test_more_accounts_than_can_be_planned_are_refused_with_a_reason(cast, book, depart, monkeypatch):
    from transitions.services.departures import proposal

    monkeypatch.setattr(proposal, "MOST_ACCOUNTS", 2)

    _departure, scenario = depart.proposed()

    assert scenario.state == "impossible"
    assert "3 accounts are more than the 2" in said(scenario)


def test_a_book_without_accounts_has_an_empty_proposal(cast, depart):
    departure, scenario = depart.proposed(make_rep("Nora New", team=cast.east))

    assert (scenario.state, scenario.placements) == ("found", [])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "leave"}, "reason"),
        ({"mode": "sudden"}, "mode"),
        ({"last_on": TODAY + timedelta(days=2000)}, "last_on"),
        ({"mode": "soft", "last_on": TODAY}, "mode"),
        ({"why": "\u202e"}, "why"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(cast, book, depart, given, field):
    with pytest.raises(departures.PlanRefused) as refused:
        depart(**given)

    assert [name for name, _message in refused.value.problems] == [field]


def test_nobody_plans_their_own_departure(cast, depart):
    with pytest.raises(departures.PlanRefused, match="Somebody else"):
        depart(cast.vera)


@pytest.mark.parametrize(("days", "mode"), [(3, "hard"), (150, "soft")])
def test_notice_decides_between_soft_and_hard(cast, book, days, mode):
    assert departures.mode_by_notice("resignation", TODAY + timedelta(days=days), NOW) == mode


def test_accounts_that_the_leader_does_not_see_are_left_to_whoever_does(cast, book, depart):
    make_account("Far", team=cast.west, owner=cast.olga)
    departure, scenario = depart.proposed()

    done = depart.commit(departure, scenario)

    assert "Far" not in successors(scenario)
    assert done.opened == 3
