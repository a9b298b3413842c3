"""Pages about teams."""

import pytest
from django.urls import reverse

from accounts.models import Team
from tests.factories import make_account, make_person, make_team


def test_everybody_sees_the_tree_with_what_each_team_holds(cast, sign_in):
    make_account("Acme", team=cast.east, owner=cast.olga)

    rows = sign_in("olga").get(reverse("teams")).context["teams"]

    assert [(row.depth_shown, row.name, row.members, row.clients) for row in rows] == [
        (1, "Northwind", 2, 0),
        (2, "East", 4, 1),
        (2, "West", 2, 0),
    ]


def test_the_tree_counts_only_accounts_that_the_reader_sees(cast, sign_in):
    make_account("Acme", team=cast.east, owner=cast.olga)

    rows = sign_in("stella").get(reverse("teams")).context["teams"]

    assert {row.clients for row in rows} == {0}


def test_the_tree_costs_the_same_for_few_and_for_many_teams(cast, sign_in, django_assert_num_queries):
    client = sign_in("ada")
    for number in range(4):
        make_team(f"Team {number}", under=cast.west, lead=make_person(f"Lead {number}"))
        with django_assert_num_queries(4):
            client.get(reverse("teams"))


@pytest.mark.parametrize("name", ["olga", "vera", "sam"])
def test_only_administrators_change_the_tree(cast, sign_in, name):
    client = sign_in(name)

    assert client.get(reverse("team-add")).status_code == 403
    assert client.post(reverse("team-edit", args=[cast.east.uuid]), {"name": "X"}).status_code == 403
    assert client.post(reverse("team-remove", args=[cast.east.uuid])).status_code == 403
    assert Team.objects.count() == 3


def test_adding_a_team_under_another(cast, sign_in):
    sign_in("ada").post(
        reverse("team-add"), {"name": "Boston", "under": cast.east.uuid, "lead": cast.olga.pk}
    )

    boston = Team.objects.get(name="Boston")
    assert Team.objects.get_parent(boston) == cast.east
    assert boston.lead == cast.olga


def test_a_lead_without_the_role_is_pointed_out(cast, sign_in):
    page = sign_in("ada").post(
        reverse("team-add"), {"name": "Boston", "under": cast.east.uuid, "lead": cast.olga.pk}, follow=True
    )

    assert "Olga Ortiz leads a team, but does not have the role Leader" in page.content.decode()


def test_the_slower_of_two_editors_keeps_their_text(cast, sign_in):
    client = sign_in("ada")
    address = reverse("team-edit", args=[cast.east.uuid])
    typed = {"name": "Orient", "under": cast.company.uuid, "lead": cast.vera.pk, "version": 1}
    client.post(address, {**typed, "name": "Eastern"})

    response = client.post(address, typed)

    assert response.status_code == 409
    assert response.context["yours"] == [("Name", "Eastern", "Orient")]


def test_a_team_is_not_offered_a_place_under_itself(cast, sign_in):
    make_team("Boston", under=cast.east)
    client = sign_in("ada")
    address = reverse("team-edit", args=[cast.east.uuid])

    offered = client.get(address).context["form"].fields["under"].queryset
    forged = client.post(address, {"name": "East", "under": cast.east.uuid, "version": 1})

    assert {team.name for team in offered} == {"Northwind", "West"}
    assert "under" in forged.context["form"].errors


def test_a_team_that_holds_something_says_what_and_stays(cast, sign_in):
    client = sign_in("ada")
    address = reverse("team-remove", args=[cast.east.uuid])

    for response in (client.get(address), client.post(address)):
        assert "4 people belong to it." in response.content.decode()
    assert Team.objects.filter(pk=cast.east.pk).exists()


def test_an_empty_team_is_removed_after_asking(cast, sign_in):
    boston = make_team("Boston", under=cast.east)
    client = sign_in("ada")
    address = reverse("team-remove", args=[boston.uuid])

    assert "nothing is lost" in client.get(address).content.decode()
    assert Team.objects.filter(pk=boston.pk).exists()
    client.post(address)

    assert not Team.objects.filter(pk=boston.pk).exists()
