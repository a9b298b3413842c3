"""Inviting many, the list of invitations, and the page behind the link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Person, Role, User
from accounts.services import invitations
from tests.factories import NOW, make_person, make_rep

PASSWORDS = {"password": "quite long enough 42", "again": "quite long enough 42"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def nora(cast):
    return make_rep("Nora New", team=cast.east)


@pytest.fixture
def invitation(cast, nora):
    return invitations.invite(person=nora, email=nora.email, role=Role.ACCOUNT_MANAGER, by=cast.ada, now=NOW)


def link(invitation) -> str:
    return reverse("invitation-accept", args=[invitations.token_of(invitation)])


# --- Behind the link --------------------------------------------------------------------------------


def test_looking_changes_nothing(invitation):
    client = Client()

    for method in ("get", "head", "options"):
        for _again in range(3):
            getattr(client, method)(link(invitation))

    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(person=invitation.person).exists()


def test_accepting_signs_in(invitation):
    client = Client()

    response = client.post(link(invitation), {"name": "Nora N. New", **PASSWORDS})

    user = User.objects.get(person=invitation.person)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.person.name == "Nora N. New"


def test_the_page_keeps_the_secret_to_itself(invitation):
    response = Client().get(link(invitation))

    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "password1234", "again": "password1234"}, "password"),
        ({"password": "nora.new@example.com", "again": "nora.new@example.com"}, "password"),
        ({"again": "another long one 42"}, "again"),
        ({"name": ""}, "name"),
        ({"name": "No\x0bra"}, "name"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(invitation, typed, field):
    client = Client()

    response = client.post(link(invitation), {"name": "Nora", **PASSWORDS, **typed})

    assert response.context["form"].errors[field]
    assert client.post(link(invitation), {"name": "Nora", **PASSWORDS}).status_code == 302


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("unknown", 404, "There is no such invitation"),
        ("accepted", 410, "This invitation was used already"),
        ("revoked", 410, "This invitation no longer works"),
        ("expired", 410, "This invitation has expired"),
    ],
)
def test_a_link_that_opens_nothing_says_so(cast, invitation, state, status, words):
    address = link(invitation)
    if state == "unknown":
        address = reverse("invitation-accept", args=["x" * 43])
    elif state == "accepted":
        Client().post(address, {"name": "Nora", **PASSWORDS})
    elif state == "revoked":
        invitations.revoke(invitation=invitation, by=cast.ada, now=NOW)
    else:
        Invitation.objects.update(expires_at=NOW - timedelta(seconds=1))
    users = User.objects.count()

    looked, sent = Client().get(address), Client().post(address, {"name": "Nora", **PASSWORDS})

    assert (looked.status_code, sent.status_code) == (status, status)
    assert words in looked.content.decode()
    assert User.objects.count() == users


def test_somebody_who_is_signed_in_signs_out_first(cast, invitation, sign_in):
    client = sign_in("olga")

    page = client.get(link(invitation))
    client.post(link(invitation), {"name": "Nora", **PASSWORDS})

    assert "You are signed in as Olga Ortiz" in page.content.decode()
    assert not User.objects.filter(person=invitation.person).exists()


# --- The list ---------------------------------------------------------------------------------------


def test_administrators_see_and_revoke_invitations(cast, invitation, sign_in):
    client = sign_in("ada")
    assert [state for _row, state in client.get(reverse("invitations")).context["states"]] == ["open"]

    client.post(reverse("invitation-revoke", args=[invitation.uuid]))

    assert [state for _row, state in client.get(reverse("invitations")).context["states"]] == ["revoked"]
    assert Client().get(link(invitation)).status_code == 410


@pytest.mark.parametrize("name", ["olga", "vera", "sam"])
def test_nobody_else_sees_them(cast, invitation, sign_in, name):
    client = sign_in(name)

    assert client.get(reverse("invitations")).status_code == 403
    assert client.post(reverse("invitation-revoke", args=[invitation.uuid])).status_code == 404
    assert Client().get(link(invitation)).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(cast, sign_in, django_assert_num_queries):
    client = sign_in("ada")
    for number in range(4):
        person = make_person(f"Person {number}")
        invitations.invite(person=person, email=person.email, role="colleague", by=cast.ada, now=NOW)
        with django_assert_num_queries(5):
            client.get(reverse("invitations"))


# --- Many at once -----------------------------------------------------------------------------------


@pytest.fixture
def imported(cast):
    """Reps as an import leaves them: known by name, not by address."""
    rows = [make_rep(f"Rep {letter}", team=cast.east) for letter in "ABC"]
    Person.objects.filter(pk__in=[row.pk for row in rows]).update(email="")
    return [Person.objects.get(pk=row.pk) for row in rows]


def sent(*rows) -> dict[str, str]:
    data = {}
    for person, email, *rest in rows:
        data[f"{person.uuid}-email"] = email
        data[f"{person.uuid}-role"] = rest[0] if rest else "account_manager"
    return data


def test_the_page_offers_everybody_who_cannot_sign_in_with_a_fitting_role(cast, imported, sign_in):
    lead = make_person("Lena Lead", team=cast.west)
    cast.west.lead = lead
    cast.west.save()
    make_person("Cole Colleague", team=cast.west)

    forms = sign_in("ada").get(reverse("people-invite")).context["forms"]

    assert {form.person.name: form.initial["role"] for form in forms} == {
        "Rep A": "account_manager",
        "Rep B": "account_manager",
        "Rep C": "account_manager",
        "Lena Lead": "leader",
        "Cole Colleague": "colleague",
    }


def test_all_who_were_given_an_address_are_invited(imported, sign_in):
    first, second, third = imported

    sign_in("ada").post(
        reverse("people-invite"),
        sent((first, "a@example.com"), (second, "b@example.com", "leader"), (third, "")),
    )

    assert set(Invitation.objects.values_list("person__name", "email", "role")) == {
        ("Rep A", "a@example.com", "account_manager"),
        ("Rep B", "b@example.com", "leader"),
    }
    assert Person.objects.get(pk=third.pk).email == ""


def test_one_wrong_row_and_nobody_is_invited_and_nothing_typed_is_lost(imported, sign_in):
    first, second, third = imported

    page = sign_in("ada").post(
        reverse("people-invite"),
        sent((first, "a@example.com"), (second, "olga.ortiz@example.com"), (third, "a@example.com")),
    )

    errors = {form.person.name: form.errors.get("email") for form in page.context["forms"]}
    assert errors == {
        "Rep A": None,
        "Rep B": ["Olga Ortiz has this address already."],
        "Rep C": ["You gave this address to Rep A too."],
    }
    assert 'value="a@example.com"' in page.content.decode()
    assert not Invitation.objects.exists()
    assert not Person.objects.filter(email="a@example.com").exists()


def test_everything_that_is_wrong_is_said_at_once(imported, sign_in):
    page = sign_in("ada").post(
        reverse("people-invite"), sent((imported[0], "a@"), (imported[1], "olga.ortiz@example.com"))
    )

    assert [form.errors.get("email") for form in page.context["forms"]] == [
        ["Enter a valid email address."],
        ["Olga Ortiz has this address already."],
    ]
    assert not Invitation.objects.exists()


def test_a_malformed_address_is_said_at_its_row(imported, sign_in):
    page = sign_in("ada").post(
        reverse("people-invite"), sent((imported[0], "a@"), (imported[1], "b@example.com"))
    )

    assert [bool(form.errors) for form in page.context["forms"]] == [True, False]
    assert not Invitation.objects.exists()


def test_somebody_with_an_address_is_invited_only_when_ticked(cast, nora, sign_in):
    client = sign_in("ada")
    client.post(reverse("people-invite"), sent((nora, nora.email)))
    assert not Invitation.objects.exists()

    client.post(reverse("people-invite"), {**sent((nora, nora.email)), f"{nora.uuid}-invite": "on"})

    assert Invitation.objects.get().person == nora


def test_a_tick_without_an_address_is_said(imported, sign_in):
    page = sign_in("ada").post(
        reverse("people-invite"), {**sent((imported[0], "")), f"{imported[0].uuid}-invite": "on"}
    )

    assert page.context["forms"][0].errors == {"email": ["An invitation needs an address."]}


def test_rows_that_are_none_of_the_page_are_ignored(cast, imported, sign_in):
    data = {
        **sent((imported[0], "a@example.com"), (cast.olga, "hijack@example.com")),
        "x-role": "leader",
        "00000000-0000-0000-0000-000000000000-role": "leader",
    }

    sign_in("ada").post(reverse("people-invite"), data)

    assert list(Invitation.objects.values_list("person__name", flat=True)) == ["Rep A"]
    assert Person.objects.get(pk=cast.olga.pk).email == "olga.ortiz@example.com"


def test_the_page_costs_the_same_for_one_and_for_many(cast, sign_in, django_assert_num_queries):
    client = sign_in("ada")
    for number in range(4):
        make_rep(f"Rep {number}", team=cast.east)
        with django_assert_num_queries(5):
            client.get(reverse("people-invite"))
