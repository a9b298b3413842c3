"""The team tree, and what is seen from where."""

import pytest

from accounts.models import Account, Person, Team
from accounts.models.base import StaleVersion
from accounts.services import teams
from tests.factories import NOW, make_account, make_person, make_team


def edit(team, cast, **fields):
    team.refresh_from_db()
    given = {
        "version": team.version,
        "name": team.name,
        "under": Team.objects.get_parent(team),
        "lead": team.lead,
        "by": cast.ada,
        "now": NOW,
    }
    return teams.edit(team=team, **{**given, **fields})


def tree() -> list[tuple[int, str]]:
    return [(team.depth, team.name) for team in Team.objects.order_by("path")]


def seen_by(user) -> set[str]:
    fresh = type(user).objects.get(pk=user.pk)  # what a user sees is kept for one request
    return {account.name for account in Account.objects.visible_to(fresh)}


def test_add_puts_a_team_under_another_or_at_the_top(cast):
    teams.add(name="Boston", under=cast.east, lead=None, by=cast.ada, now=NOW)
    teams.add(name="Holding", under=None, lead=cast.sam, by=cast.ada, now=NOW)

    assert tree() == [(1, "Northwind"), (2, "East"), (3, "Boston"), (2, "West"), (1, "Holding")]


def test_a_moved_team_is_seen_from_its_new_place_with_everything_below(cast):
    boston = make_team("Boston", under=cast.east)
    harbour = make_team("Harbour", under=boston)
    make_account("Acme", team=harbour)
    assert seen_by(cast.users["vera"]) == {"Acme"}
    assert seen_by(cast.users["walt"]) == set()

    edit(boston, cast, under=cast.west)

    assert tree() == [(1, "Northwind"), (2, "East"), (2, "West"), (3, "Boston"), (4, "Harbour")]
    assert seen_by(cast.users["vera"]) == set()
    assert seen_by(cast.users["walt"]) == {"Acme"}


def test_a_team_moved_to_the_top_is_seen_by_its_own_people_only(cast):
    make_account("Acme", team=cast.west)

    edit(cast.west, cast, under=None)

    assert tree() == [(1, "Northwind"), (2, "East"), (1, "West")]
    assert seen_by(cast.users["walt"]) == {"Acme"}
    assert seen_by(cast.users["vera"]) == set()


@pytest.mark.parametrize("target", ["itself", "below"])
def test_a_team_never_lies_under_itself(cast, target):
    boston = make_team("Boston", under=cast.east)
    under = {"itself": cast.east, "below": boston}[target]
    before = tree()

    with pytest.raises(teams.TeamRefused, match="cannot lie under itself"):
        edit(cast.east, cast, under=under)

    assert tree() == before
    assert Team.objects.get(pk=cast.east.pk).version == 1


def test_a_new_lead_sees_what_lies_below(cast):
    make_account("Acme", team=cast.west)
    stella_leads = edit(cast.company, cast, lead=cast.stella)

    assert stella_leads.lead == cast.stella
    assert seen_by(cast.users["stella"]) == {"Acme"}


def test_edit_refuses_what_was_typed_over_an_older_version(cast):
    edit(cast.east, cast, name="Eastern")

    with pytest.raises(StaleVersion):
        edit(cast.east, cast, version=1, name="Orient")

    assert Team.objects.get(pk=cast.east.pk).name == "Eastern"


def test_an_empty_team_is_removed_and_the_tree_stays_whole(cast):
    boston = make_team("Boston", under=cast.east)

    teams.remove(team=boston, by=cast.ada, now=NOW)

    assert tree() == [(1, "Northwind"), (2, "East"), (2, "West")]
    assert Team.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("holds", "reason"),
    [
        ("team", "1 team lies under it. Move or remove that one first."),
        ("people", "2 people belong to it. Give them another team first."),
        ("account", "1 account belongs to it. Give it another team first."),
    ],
)
def test_a_team_that_holds_something_stays_and_says_what(cast, holds, reason):
    boston = make_team("Boston", under=cast.east)
    if holds == "team":
        make_team("Harbour", under=boston)
    elif holds == "people":
        make_person("Ann", team=boston)
        Person.objects.filter(pk=make_person("Archived Al", team=boston).pk).update(archived_at=NOW)
    else:
        make_account("Acme", team=boston)

    with pytest.raises(teams.TeamRefused) as refused:
        teams.remove(team=boston, by=cast.ada, now=NOW)

    assert str(refused.value) == reason
    assert Team.objects.filter(pk=boston.pk).exists()


def test_a_lead_without_the_leader_role_is_worth_a_suggestion(cast):
    assert teams.could_be_leader(cast.olga)
    assert not teams.could_be_leader(cast.vera)
    assert not teams.could_be_leader(make_person("No Sign-in"))
    assert not teams.could_be_leader(None)
