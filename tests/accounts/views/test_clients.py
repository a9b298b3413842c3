import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Account, AccountRole, Assignment, Role, User
from accounts.services import clients
from tests.factories import NOW, TODAY, make_account, make_contact, make_person, make_team, make_user


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def acme(cast) -> Account:
    return make_account("Acme", team=cast.east, owner=cast.olga)


def names(response) -> list[str]:
    return [row["name"] for row in response.context_data["listing"].rows]


# --- The list -------------------------------------------------------------------------------------


def test_the_list_holds_what_one_sees_and_nothing_else(cast, acme, sign_in):
    make_account("Borealis", team=cast.west, owner=cast.stella)

    assert names(sign_in("olga").get("/accounts/")) == ["Acme"]
    assert names(sign_in("stella").get("/accounts/")) == ["Borealis"]
    assert names(sign_in("sam").get("/accounts/")) == ["Acme", "Borealis"]


def test_a_role_on_an_account_of_another_team_brings_it_into_the_list(cast, acme, sign_in):
    Assignment.objects.create(account=acme, person=cast.stella, role=AccountRole.SUPPORT, from_on=TODAY)

    assert names(sign_in("stella").get("/accounts/")) == ["Acme"]


def test_a_role_of_a_confidential_plan_brings_nothing_into_the_list(cast, acme, sign_in):
    Assignment.objects.create(
        account=acme, person=cast.stella, role=AccountRole.INCOMING, from_on=TODAY, hidden=True
    )

    assert names(sign_in("stella").get("/accounts/")) == []


def test_each_row_says_what_one_needs_to_know(cast, sign_in):
    make_account(
        "Acme",
        team=cast.east,
        owner=cast.olga,
        tier="strategic",
        yearly_value=Decimal("240000"),
        renewal_on=TODAY + timedelta(days=30),
        industry="Steel",
        country="DE",
    )

    page = sign_in("vera").get("/accounts/").content.decode()

    for words in (
        "Acme",
        "Strategic",
        "$240,000",
        "1 Apr 2027",
        "soon",
        "Olga Ortiz",
        "East",
        "Steel",
        "Germany",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=acm", ["Acme"]),
        ("tier=strategic", ["Acme"]),
        ("owner=ivan", ["Borealis"]),
        ("industry=steel", ["Acme"]),
        ("country=Germany", ["Acme"]),
        ("country=de", ["Acme"]),
        ("renewal=60", ["Acme"]),
        ("renewal=90", ["Acme", "Borealis"]),
        ("renewal=passed", ["Cedar"]),
        ("renewal=unknown", ["Dune"]),
        ("unowned=on", ["Cedar", "Dune"]),
        ("mine=on", []),
        ("archived=on", ["Ember"]),
        ("", ["Acme", "Borealis", "Cedar", "Dune"]),
    ],
)
def test_filters_find_what_they_say(cast, sign_in, query, found):
    east = cast.east
    make_account(
        "Acme",
        team=east,
        owner=cast.olga,
        tier="strategic",
        industry="Steel",
        country="DE",
        renewal_on=TODAY + timedelta(days=60),
    )
    make_account("Borealis", team=east, owner=cast.ivan, renewal_on=TODAY + timedelta(days=90))
    make_account("Cedar", team=east, renewal_on=TODAY - timedelta(days=1))
    make_account("Dune", team=east)
    make_account("Ember", team=east, owner=cast.olga, archived_at=NOW)

    assert names(sign_in("vera").get(f"/accounts/?{query}")) == found


def test_mine_are_those_that_i_own(cast, acme, sign_in):
    make_account("Borealis", team=cast.east, owner=cast.ivan)

    assert names(sign_in("olga").get("/accounts/?mine=on")) == ["Acme"]


def test_a_team_filter_takes_its_subteams_along(cast, acme, sign_in):
    south = make_team("South", under=cast.east)
    make_account("Borealis", team=south)
    client = sign_in("vera")

    assert names(client.get(f"/accounts/?team={cast.east.uuid}")) == ["Acme", "Borealis"]
    assert names(client.get(f"/accounts/?team={south.uuid}")) == ["Borealis"]


def test_a_team_of_others_is_no_choice(cast, acme, sign_in):
    make_team("South", under=cast.east)
    response = sign_in("vera").get(f"/accounts/?team={cast.west.uuid}")

    assert response.status_code == 200
    assert "West" not in response.content.decode()


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "Acme"), ("-name", "Cedar"), ("value", "Cedar"), ("owner", "Cedar"), ("renewal", "Borealis")],
)
def test_the_list_sorts_by_its_columns(cast, sign_in, sort, first):
    make_account("Acme", team=cast.east, owner=cast.olga, yearly_value=30)
    make_account("Borealis", team=cast.east, yearly_value=None, renewal_on=TODAY)
    make_account("Cedar", team=cast.east, owner=cast.bea, yearly_value=10)

    assert names(sign_in("vera").get(f"/accounts/?sort={sort}"))[0] == first


def test_an_unknown_order_is_a_bad_request(sign_in):
    assert sign_in("olga").get("/accounts/?sort=team__name").status_code == 400


def test_an_empty_list_says_what_to_do_first(cast, sign_in):
    assert "No accounts yet" in sign_in("vera").get("/accounts/").content.decode()
    assert reverse("account-add") in sign_in("vera").get("/accounts/").content.decode()
    assert reverse("account-add") not in sign_in("olga").get("/accounts/").content.decode()


def test_a_search_without_result_says_so(acme, sign_in):
    assert "Nothing found" in sign_in("olga").get("/accounts/?q=zzz").content.decode()


@pytest.mark.parametrize("name", ["olga", "vera", "sam"])
def test_three_accounts_cost_as_many_queries_as_one(cast, sign_in, django_assert_num_queries, name):
    """Session, user with person, organisation, teams, roles elsewhere (unless all is read), count, rows."""
    client = sign_in(name)
    cost = 6 if name == "sam" else 7
    make_account(team=cast.east, owner=cast.olga)
    with django_assert_num_queries(cost):
        client.get("/accounts/")
    make_account(team=cast.east, owner=cast.ivan)
    make_account(team=cast.east)

    with django_assert_num_queries(cost):
        client.get("/accounts/")


def test_the_filtered_list_is_exported_whole(cast, acme, sign_in):
    for number in range(60):
        make_account(f"Borealis {number:02}", team=cast.east, yearly_value=number)
    client = sign_in("olga")

    answer = client.get("/accounts/?q=borealis&sort=-name&format=csv")

    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 61
    assert rows[0][:3] == ["Name", "Tier", "Yearly value"]
    assert rows[1][:3] == ["Borealis 59", "Standard", "59.00"]
    assert answer["Content-Disposition"] == 'attachment; filename="accounts.csv"'


def test_the_export_as_a_workbook_opens(acme, sign_in):
    answer = sign_in("olga").get("/accounts/?format=xlsx")

    assert answer.content.startswith(b"PK")


def test_an_unknown_format_is_a_bad_request(acme, sign_in):
    assert sign_in("olga").get("/accounts/?format=pdf").status_code == 400


# --- The page -------------------------------------------------------------------------------------


def test_the_page_shows_roles_of_now_and_before_but_none_that_is_confidential(cast, acme, sign_in):
    Assignment.objects.create(
        account=acme,
        person=cast.bea,
        role=AccountRole.OWNER,
        from_on=TODAY - timedelta(days=900),
        until_on=TODAY - timedelta(days=700),
        why="Moved away",
    )
    Assignment.objects.create(
        account=acme, person=cast.ivan, role=AccountRole.INCOMING, from_on=TODAY, hidden=True
    )

    page = sign_in("olga").get(reverse("account", args=[acme.uuid])).content.decode()

    assert "Olga Ortiz" in page
    assert "Bea Brandt" in page
    assert "Moved away" in page
    assert "Ivan Ilic" not in page


def test_family_of_other_teams_stays_unseen(cast, acme, sign_in):
    acme.parent = make_account("Hidden parent", team=cast.west)
    acme.save()
    make_account("Hidden child", team=cast.west, parent=acme)
    make_account("Known child", team=cast.east, parent=acme)

    page = sign_in("olga").get(reverse("account", args=[acme.uuid])).content.decode()

    assert "Known child" in page
    assert "Hidden" not in page


def test_the_edit_form_does_not_name_a_parent_of_another_team(cast, acme, sign_in):
    acme.parent = make_account("Hidden parent", team=cast.west)
    acme.save()
    client = sign_in("olga")

    page = client.get(reverse("account-edit", args=[acme.uuid]))
    client.post(
        reverse("account-edit", args=[acme.uuid]),
        {"name": "Acme Works", "tier": "standard", "team": cast.east.pk, "version": acme.version},
    )

    assert "Hidden" not in page.content.decode()
    acme.refresh_from_db()
    assert (acme.name, acme.parent.name) == ("Acme Works", "Hidden parent")


TABS = ["account", "account-contacts", "account-requests", "account-touchpoints", "account-briefing"]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_those_who_see_the_account_and_for_nobody_else(cast, acme, sign_in, tab):
    address = reverse(tab, args=[acme.uuid])

    codes = {name: sign_in(name).get(address).status_code for name in cast.users}

    assert {name for name, code in codes.items() if code == 200} == {
        "olga",
        "ivan",
        "bea",
        "sam",
        "vera",
        "ada",
    }
    assert {codes["stella"], codes["walt"]} == {404}


@pytest.mark.parametrize("tab", TABS)
def test_an_executive_reads_and_is_offered_nothing_to_change(cast, acme, sign_in, tab):
    make_contact(acme)

    page = sign_in("sam").get(reverse(tab, args=[acme.uuid])).content.decode()

    for address in ("/edit/", "/archive/", "/add/", "/owner/"):
        assert address not in page


# --- Adding and editing ---------------------------------------------------------------------------


def test_a_leader_adds_an_account_with_its_owner(cast, sign_in):
    answer = sign_in("vera").post(
        reverse("account-add"),
        {
            "name": "  Acme  ",
            "tier": "strategic",
            "team": cast.east.pk,
            "yearly_value": "240000.50",
            "renewal_on": "2027-09-30",
            "country": "DE",
            "tz": "Europe/Berlin",
            "owner": cast.olga.pk,
        },
    )

    account = Account.objects.get()
    assert answer.url == reverse("account", args=[account.uuid])
    assert (account.name, account.yearly_value, account.tz) == ("Acme", Decimal("240000.50"), "Europe/Berlin")
    assert account.assignments.owners().get().person == cast.olga


@pytest.mark.parametrize("name", ["olga", "sam"])
def test_who_neither_leads_nor_administers_adds_no_account(sign_in, name):
    assert sign_in(name).get(reverse("account-add")).status_code == 403


def test_a_leader_cannot_put_an_account_into_another_team_or_none(cast, sign_in):
    client = sign_in("vera")

    for team in (cast.west.pk, ""):
        answer = client.post(reverse("account-add"), {"name": "Acme", "tier": "small", "team": team})
        assert answer.status_code == 200
        assert "team" in answer.context_data["form"].errors

    assert Account.objects.count() == 0


def test_editing_asks_for_the_version_and_keeps_the_loser_s_text(cast, acme, sign_in):
    client = sign_in("olga")
    address = reverse("account-edit", args=[acme.uuid])
    shown = client.get(address).context_data["form"]["version"].value()
    acme.name = "Acme Group"
    clients.edit(account=acme, version=shown, by=cast.vera, now=NOW)

    answer = client.post(
        address, {"name": "Acme Works", "tier": "small", "team": cast.east.pk, "version": shown}
    )

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Acme Works" in page
    assert "Acme Group" in page
    assert "Small" in page
    assert Account.objects.get().name == "Acme Group"


def test_a_parent_is_chosen_by_name_among_what_one_sees(cast, acme, sign_in):
    group = make_account("Acme Group", team=cast.east)
    make_account("Western Group", team=cast.west)
    client, address = sign_in("olga"), reverse("account-edit", args=[acme.uuid])
    typed = {"name": "Acme", "tier": "small", "team": cast.east.pk, "version": 1}

    refused = client.post(address, {**typed, "parent": "Western Group"})
    client.post(address, {**typed, "parent": "acme group"})

    assert "parent" in refused.context_data["form"].errors
    acme.refresh_from_db()
    assert acme.parent == group


def test_accounts_of_the_same_name_are_told_apart(cast, acme, sign_in):
    make_account("Twin", team=cast.east)
    second = make_account("Twin", team=cast.east)
    client, address = sign_in("olga"), reverse("account-edit", args=[acme.uuid])
    typed = {"name": "Acme", "tier": "small", "team": cast.east.pk, "version": 1}

    refused = client.post(address, {**typed, "parent": "Twin"})
    offered = client.get(reverse("suggest", args=["accounts"]), {"q": "twin"}).json()["options"]
    client.post(address, {**typed, "parent": f"Twin · {str(second.uuid)[:8]}"})

    assert "parent" in refused.context_data["form"].errors
    assert {"value": f"Twin · {str(second.uuid)[:8]}"} in offered
    acme.refresh_from_db()
    assert acme.parent == second


def test_an_account_cannot_belong_to_its_own_child(cast, acme, sign_in):
    make_account("Child", team=cast.east, parent=acme)

    answer = sign_in("olga").post(
        reverse("account-edit", args=[acme.uuid]),
        {"name": "Acme", "tier": "small", "team": cast.east.pk, "version": 1, "parent": "Child"},
    )

    assert answer.context_data["form"].errors["parent"] == [
        "This account belongs to the one you are editing."
    ]


# --- Owner and archive ----------------------------------------------------------------------------


def test_a_leader_changes_the_owner_and_says_why(cast, acme, sign_in):
    sign_in("vera").post(
        reverse("account-owner", args=[acme.uuid]), {"person": cast.ivan.pk, "why": "A slip"}
    )

    assert acme.assignments.owners().get().person == cast.ivan
    assert acme.assignments.get(person=cast.olga).until_on == TODAY


@pytest.mark.parametrize(("name", "code"), [("olga", 403), ("sam", 403), ("walt", 404)])
def test_nobody_else_changes_the_owner(acme, sign_in, name, code):
    answer = sign_in(name).post(reverse("account-owner", args=[acme.uuid]), {"person": 1, "why": "x"})

    assert answer.status_code == code


def test_archiving_asks_first_and_can_be_undone(cast, acme, sign_in):
    client = sign_in("vera")
    address = reverse("account-archive", args=[acme.uuid])

    client.get(address)
    assert Account.objects.live().exists()

    client.post(address, {"version": 1, "why": "They left"})
    assert not Account.objects.live().exists()
    assert "Bring it back" in client.get(reverse("account", args=[acme.uuid])).content.decode()

    client.post(reverse("account-unarchive", args=[acme.uuid]))
    assert Account.objects.live().exists()


def test_archiving_over_an_older_version_changes_nothing(cast, acme, sign_in):
    Account.objects.claim(pk=acme.pk, version=1)

    answer = sign_in("vera").post(reverse("account-archive", args=[acme.uuid]), {"version": 1, "why": "Lost"})

    assert answer.status_code == 409
    assert "Lost" in answer.content.decode()
    assert Account.objects.live().exists()


def test_an_archived_account_is_read_but_not_changed(cast, acme, sign_in):
    contact = make_contact(acme, "Maria")
    clients.archive(account=acme, version=1, why="", by=cast.vera, now=NOW)
    client = sign_in("olga")

    for address in (
        reverse("account-edit", args=[acme.uuid]),
        reverse("contact-add", args=[acme.uuid]),
        reverse("contact-edit", args=[contact.uuid]),
    ):
        assert client.get(address).url == reverse("account", args=[acme.uuid])

    page = client.get(reverse("account-contacts", args=[acme.uuid])).content.decode()
    assert "Maria" in page
    assert "/edit/" not in page


# --- Colleagues -----------------------------------------------------------------------------------


@pytest.fixture
def colleague(cast) -> User:
    return make_user(make_person("Carl Colleague", team=cast.east), Role.COLLEAGUE)


def test_a_colleague_sees_only_accounts_with_a_role_of_theirs(cast, acme, colleague, client):
    make_account("Borealis", team=cast.east)
    Assignment.objects.create(
        account=acme, person=colleague.person, role=AccountRole.SECOND_CHOICE, from_on=TODAY
    )
    client.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")

    assert names(client.get("/accounts/")) == ["Acme"]
    assert client.get(reverse("account", args=[acme.uuid])).status_code == 200
    assert client.get(reverse("contact-add", args=[acme.uuid])).status_code == 403
    assert client.get(reverse("account-edit", args=[acme.uuid])).status_code == 403


def test_a_colleague_who_supports_the_account_may_note_things(cast, acme, colleague, client):
    Assignment.objects.create(account=acme, person=colleague.person, role=AccountRole.SUPPORT, from_on=TODAY)
    client.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("touchpoint-add", args=[acme.uuid])).status_code == 200
    assert client.get(reverse("account-edit", args=[acme.uuid])).status_code == 403
