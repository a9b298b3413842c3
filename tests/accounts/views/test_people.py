"""Pages about people."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import BriefingEntry, ClientRequest, Commitment, Invitation, Person, Rep, Role
from accounts.services import invitations
from tests.factories import NOW, TODAY, make_account, make_person, make_rep


def form_of(client, address: str) -> dict[str, object]:
    """What the form on a page would send if nobody typed anything."""
    form = client.get(address).context["form"]
    return {name: "" if (value := form[name].value()) is None else value for name in form.fields}


def names(response) -> list[str]:
    return [person.name for person in response.context["listing"].rows]


# --- The list ---------------------------------------------------------------------------------------


def test_the_list_shows_who_works_here(cast, sign_in):
    Person.objects.filter(pk=cast.walt.pk).update(archived_at=NOW)

    assert names(sign_in("olga").get(reverse("people"))) == [
        "Ada Admin",
        "Bea Brandt",
        "Ivan Ilic",
        "Olga Ortiz",
        "Sam Sato",
        "Stella Strand",
        "Vera Voss",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=olga", ["Olga Ortiz"]),
        ("q=OLGA+ortiz", ["Olga Ortiz"]),
        ("q=vp", ["Vera Voss", "Walt West"]),
        ("role=leader", ["Vera Voss", "Walt West"]),
        ("shown=unreachable", ["Nora None"]),
        ("shown=no_sign_in", ["Nora None"]),
        ("shown=archived", ["Archie Archived"]),
        ("shown=away", []),
        ("q=nobody", []),
        ("q=%25", []),
        ("shown=emperor&q=olga", ["Olga Ortiz"]),
    ],
)
def test_the_list_is_searched_and_filtered(cast, sign_in, query, found):
    make_person("Nora None", email="")
    make_person("Archie Archived", archived_at=NOW)

    assert names(sign_in("olga").get(reverse("people") + "?" + query)) == found


def test_a_team_is_listed_with_the_teams_under_it(cast, sign_in):
    client = sign_in("olga")

    assert names(client.get(reverse("people"), {"team": cast.west.uuid})) == ["Stella Strand", "Walt West"]
    assert len(names(client.get(reverse("people"), {"team": cast.company.uuid}))) == 8


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "Ada Admin"), ("-name", "Walt West"), ("-owned", "Olga Ortiz")]
)
def test_the_list_is_sorted(cast, sign_in, sort, first):
    make_account("Acme", team=cast.east, owner=cast.olga)

    assert names(sign_in("vera").get(reverse("people"), {"sort": sort}))[0] == first


def test_the_list_counts_only_accounts_that_the_reader_sees(cast, sign_in):
    make_account("Acme", team=cast.west, owner=cast.stella)

    def owned(name: str) -> dict[str, int]:
        rows = sign_in(name).get(reverse("people")).context["listing"].rows
        return {row.name: row.owned for row in rows if row.owned}

    assert owned("olga") == {}
    assert owned("walt") == {"Stella Strand": 1}


def test_the_list_is_taken_away_as_it_is_filtered(cast, sign_in):
    make_person("=HYPERLINK(1)", email="")

    sent = sign_in("olga").get(reverse("people"), {"shown": "unreachable", "format": "csv"})

    lines = sent.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("'=HYPERLINK(1)")


def test_an_order_that_does_not_exist_is_a_bad_request(cast, sign_in):
    assert sign_in("olga").get(reverse("people"), {"sort": "user__password"}).status_code == 400


def test_the_list_costs_the_same_for_one_and_for_many(cast, sign_in, django_assert_num_queries):
    client = sign_in("ada")
    address = reverse("people") + "?q=rep"
    for round_of in (1, 4):
        while Person.objects.filter(name__startswith="Rep").count() < round_of:
            rep = make_rep(f"Rep {Person.objects.count()}", team=cast.east)
            make_account(team=cast.east, owner=rep)

        with django_assert_num_queries(6):
            assert len(names(client.get(address))) == round_of


# --- One person -------------------------------------------------------------------------------------


@pytest.fixture
def busy_olga(cast):
    """Olga owes something on an account of her team, and something on one of team West."""
    for team in (cast.east, cast.west):
        account = make_account(f"Client of {team.name}", team=team, owner=cast.olga)
        ClientRequest.objects.create(
            account=account, owner=cast.olga, title=f"Request {team.name}", opened_on=TODAY, promised_on=TODAY
        )
        Commitment.objects.create(
            account=account, owner=cast.olga, text=f"Promise {team.name}", made_on=TODAY
        )
        BriefingEntry.objects.create(account=account, owner=cast.olga, section="goals", updated_at=NOW)
    return cast.olga


def test_a_person_is_shown_with_what_they_owe_where_the_reader_sees_it(cast, sign_in, busy_olga):
    page = sign_in("ivan").get(reverse("person", args=[busy_olga.uuid]))

    owes = page.context["owes"]
    assert [owed.account for owed in (*owes.accounts, *owes.requests, *owes.commitments, *owes.gaps)] == [
        "Client of East"
    ] * 4
    assert [role.account.name for role in page.context["roles"]] == ["Client of East"]
    assert "Client of West" not in page.content.decode()


def test_a_role_of_a_confidential_plan_is_not_shown(cast, sign_in):
    account = make_account("Acme", team=cast.east, owner=cast.olga)
    account.assignments.create(person=cast.ivan, role="incoming", from_on=TODAY, hidden=True)

    page = sign_in("ada").get(reverse("person", args=[cast.ivan.uuid]))

    assert list(page.context["roles"]) == []
    assert "Incoming" not in page.content.decode()


def test_somebody_without_email_is_marked_and_the_remedy_is_said(cast, sign_in):
    nora = make_rep("Nora None", team=cast.east)
    Person.objects.filter(pk=nora.pk).update(email="")
    address = reverse("person", args=[nora.uuid])

    for_administrators = sign_in("ada").get(address).content.decode()
    for_others = sign_in("olga").get(address).content.decode()

    assert "Nora None cannot be reached." in for_administrators
    assert "invite them in the same step" in for_administrators
    assert 'name="email"' in for_administrators
    assert "An administrator can add one." in for_others
    assert 'name="email"' not in for_others


def test_the_page_costs_the_same_however_much_somebody_owes(cast, sign_in, django_assert_num_queries):
    client = sign_in("ada")
    for _round in range(3):
        account = make_account(team=cast.east, owner=cast.olga)
        ClientRequest.objects.create(account=account, owner=cast.olga, title="R", opened_on=TODAY)
        with django_assert_num_queries(14):
            client.get(reverse("person", args=[cast.olga.uuid]))


@pytest.mark.parametrize("name", ["olga", "vera", "sam"])
@pytest.mark.parametrize("action", ["person-edit", "rep-edit", "person-archive"])
def test_only_administrators_manage_people(cast, sign_in, name, action):
    assert sign_in(name).get(reverse(action, args=[cast.ivan.uuid])).status_code == 403


# --- Adding and editing -----------------------------------------------------------------------------


def test_adding_a_person_leads_to_their_page(cast, sign_in):
    response = sign_in("ada").post(
        reverse("person-add"),
        {
            "name": " Nora  New ",
            "email": "Nora@Example.com",
            "team": cast.east.uuid,
            "country": "DE",
            "tz": "Europe/Berlin",
        },
    )

    nora = Person.objects.get(email="nora@example.com")
    assert response.url == reverse("person", args=[nora.uuid])
    assert (nora.team, nora.country, nora.tz) == (cast.east, "DE", "Europe/Berlin")
    assert nora.history.get().history_user == cast.ada


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Nora\u202eNew"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "N\x00ra"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "olga.ortiz@EXAMPLE.com"}, "email"),
        ({"team": "00000000-0000-0000-0000-000000000000"}, "team"),
        ({"team": "x"}, "team"),
        ({"tz": "Moon/Sea"}, "tz"),
        ({"country": "ZZ"}, "country"),
        ({"away_from_on": "2027-03-09", "away_until_on": "2027-03-08"}, "away_until_on"),
        ({"away_from_on": "0000-00-00"}, "away_from_on"),
        ({"away_until_on": "9999-12-31"}, "away_until_on"),
        ({"substitute": "999999999"}, "substitute"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(cast, sign_in, typed, field):
    before = Person.objects.count()

    response = sign_in("ada").post(reverse("person-add"), {"name": "Nora New", "title": "Kept text", **typed})

    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert "Kept text" in response.content.decode()
    assert Person.objects.count() == before


def test_saving_an_untouched_form_changes_nothing(cast, sign_in):
    Person.objects.filter(pk=cast.olga.pk).update(
        tz="US/Eastern", away_from_on=date(2027, 3, 1), substitute=cast.ivan, country="US", language="de"
    )
    fields = [field.attname for field in Person._meta.concrete_fields if field.name != "version"]
    before = Person.objects.values(*fields).get(pk=cast.olga.pk)
    client = sign_in("ada")
    address = reverse("person-edit", args=[cast.olga.uuid])

    response = client.post(address, form_of(client, address))

    assert response.status_code == 302
    assert Person.objects.values(*fields).get(pk=cast.olga.pk) == before


def test_the_slower_of_two_editors_keeps_their_text(cast, sign_in):
    client = sign_in("ada")
    address = reverse("person-edit", args=[cast.olga.uuid])
    typed = {**form_of(client, address), "title": "Chief rep of all reps"}
    client.post(address, {**typed, "title": "Lead rep"})

    response = client.post(address, typed)

    assert response.status_code == 409
    assert ("Title", "Lead rep", "Chief rep of all reps") in response.context["yours"]
    assert Person.objects.get(pk=cast.olga.pk).title == "Lead rep"


def test_the_slower_of_two_editors_of_a_rep_profile_keeps_their_text(cast, sign_in):
    client = sign_in("ada")
    address = reverse("rep-edit", args=[cast.olga.uuid])
    typed = {**form_of(client, address), "industries": "Retail, Energy", "style": "Slow and sure"}
    client.post(address, {**typed, "style": "Quick"})

    response = client.post(address, typed)

    assert response.status_code == 409
    assert ("More about their style", "Quick", "Slow and sure") in response.context["yours"]
    assert Rep.objects.get(person=cast.olga).style == "Quick"


def test_a_rep_profile_keeps_lists_as_lists(cast, sign_in):
    client = sign_in("ada")
    address = reverse("rep-edit", args=[cast.sam.uuid])

    client.post(
        address, {**form_of(client, address), "industries": " Retail ,Energy,, Retail", "capacity": "7"}
    )

    rep = Rep.objects.get(person=cast.sam)
    assert (rep.industries, rep.capacity) == (["Retail", "Energy"], 7)


# --- Archiving and roles ----------------------------------------------------------------------------


def test_archiving_asks_first_and_says_what_is_owed_before_and_after(cast, sign_in, busy_olga):
    client = sign_in("ada")
    address = reverse("person-archive", args=[busy_olga.uuid])

    before = client.get(address)
    assert Person.objects.get(pk=busy_olga.pk).archived_at is None
    after = client.post(address, {"version": busy_olga.version}, follow=True)

    assert before.context["owes"].count == 8
    assert "8 things are still theirs" in before.content.decode()
    assert after.context["owes"].count == 8
    assert "still needs somebody to take it over" in after.content.decode()
    assert Person.objects.get(pk=busy_olga.pk).archived_at is not None


def test_archiving_over_an_older_version_does_nothing(cast, sign_in):
    response = sign_in("ada").post(
        reverse("person-archive", args=[cast.olga.uuid]), {"version": 7}, follow=True
    )

    assert "Somebody changed this meanwhile" in response.content.decode()
    assert Person.objects.get(pk=cast.olga.pk).archived_at is None


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_archiving_without_a_version_is_a_bad_request(cast, sign_in, version):
    response = sign_in("ada").post(reverse("person-archive", args=[cast.olga.uuid]), {"version": version})

    assert response.status_code == 400


def test_an_archived_person_comes_back_by_one_button(cast, sign_in):
    client = sign_in("ada")
    client.post(reverse("person-archive", args=[cast.olga.uuid]), {"version": 1})

    client.post(reverse("person-reactivate", args=[cast.olga.uuid]), {"version": 2})

    assert Person.objects.get(pk=cast.olga.pk).archived_at is None
    assert type(cast.users["olga"]).objects.get(pk=cast.users["olga"].pk).is_active


def test_a_role_is_given_on_the_page_and_only_by_post(cast, sign_in):
    client = sign_in("ada")
    address = reverse("person-role", args=[cast.olga.uuid])

    assert client.get(address).status_code == 405
    client.post(address, {"role": "leader"})

    assert type(cast.users["olga"]).objects.get(pk=cast.users["olga"].pk).role == Role.LEADER


def test_the_last_administrator_is_told_why_not(cast, sign_in):
    response = sign_in("ada").post(
        reverse("person-role", args=[cast.ada.uuid]), {"role": "leader"}, follow=True
    )

    assert "Ask another administrator to change your own role." in response.content.decode()


def test_a_lead_is_offered_the_leader_role(cast, sign_in):
    lead = make_rep("Lena Lead", team=cast.west)
    cast.west.lead = lead
    cast.west.save()

    page = sign_in("ada").get(reverse("person", args=[lead.uuid]))

    assert page.context["invite"].initial == {"email": "lena.lead@example.com", "role": "leader"}


# --- Inviting one -----------------------------------------------------------------------------------


def test_inviting_shows_the_link_once(cast, sign_in):
    nora = make_person("Nora New", email="")
    client = sign_in("ada")

    page = client.post(
        reverse("person-invite", args=[nora.uuid]), {"email": "nora@example.com", "role": "colleague"}
    )

    invitation = Invitation.objects.get(person=nora)
    link = invitations.link_with(invitations.token_of(invitation))
    assert link in page.content.decode()
    assert link not in client.get(reverse("person", args=[nora.uuid])).content.decode()
    assert link not in client.get(reverse("invitations")).content.decode()


def test_a_refused_invitation_says_why_on_the_page(cast, sign_in):
    nora = make_person("Nora New", email="")

    page = sign_in("ada").post(
        reverse("person-invite", args=[nora.uuid]), {"email": "olga.ortiz@example.com", "role": "colleague"}
    )

    assert page.context["invite"].errors == {"email": ["Olga Ortiz has this address already."]}
    assert not Invitation.objects.exists()
