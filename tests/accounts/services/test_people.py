"""Persons and their sign-ins."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Invitation, Person, Rep, Role, User
from accounts.models.base import StaleVersion
from accounts.services import invitations, people
from tests.factories import NOW, PASSWORD, make_person, make_user

GOOD_PASSWORD = "quite long enough 42"


# --- The first administrator ------------------------------------------------------------------------


def create(**fields):
    given = {"email": "root@example.com", "name": "Rita Root", "password": GOOD_PASSWORD, "now": NOW}
    return people.create_administrator(**{**given, **fields})


def test_create_administrator_makes_a_person_who_can_sign_in(db):
    user = create(email=" Root@Example.com ")

    assert (user.email, user.role, user.person.name, user.is_active) == (
        "root@example.com",
        Role.ADMINISTRATOR,
        "Rita Root",
        True,
    )
    assert user.check_password(GOOD_PASSWORD)


def test_create_administrator_gives_a_sign_in_to_a_person_who_is_there_already(db):
    known = make_person("Rita Roots", email="Root@example.com")

    user = create()

    assert user.person_id == known.pk
    assert Person.objects.get().name == "Rita Root"


def test_create_administrator_refuses_with_every_reason(db):
    with pytest.raises(people.PeopleRefused) as refused:
        create(email="no address", name=" ", password="short")

    assert [str(message) for message in refused.value.messages] == [
        "Give a name.",
        "This is not an email address: no address",
        "This password is too short. It must contain at least 10 characters.",
    ]
    assert not User.objects.exists()


def test_create_administrator_refuses_an_address_that_signs_in_already(cast):
    with pytest.raises(people.PeopleRefused, match="signs in here already"):
        create(email="Olga.Ortiz@example.com")


# --- Adding and editing -----------------------------------------------------------------------------


def test_add_keeps_what_was_typed_and_says_who_did_it(cast):
    added = people.add(
        details={"name": "Nora New", "team": cast.east, "email": "Nora@X.example"}, by=cast.ada, now=NOW
    )

    assert (added.name, added.email, added.team) == ("Nora New", "nora@x.example", cast.east)
    assert added.history.get().history_user == cast.ada


@pytest.mark.parametrize(
    ("details", "field", "reason"),
    [
        ({"email": "OLGA.ortiz@example.com"}, "email", "Olga Ortiz has this address already."),
        (
            {"away_from_on": date(2027, 3, 9), "away_until_on": date(2027, 3, 8)},
            "away_until_on",
            "The leave ends before it begins.",
        ),
        ({"away_until_on": date(2027, 3, 8)}, "away_from_on", "Say when the leave begins."),
    ],
)
def test_add_refuses_and_names_the_field(cast, details, field, reason):
    with pytest.raises(people.PeopleRefused) as refused:
        people.add(details={"name": "Nora New", **details}, by=cast.ada, now=NOW)

    assert (refused.value.field, str(refused.value.messages[0])) == (field, reason)
    assert not Person.objects.filter(name="Nora New").exists()


def test_an_address_of_somebody_archived_says_so(cast):
    cast.stella.archived_at = NOW
    cast.stella.save()

    with pytest.raises(people.PeopleRefused, match="Stella Strand, who is archived"):
        people.add(details={"name": "Nora", "email": "stella.strand@example.com"}, by=cast.ada, now=NOW)


def test_edit_refuses_what_was_typed_over_an_older_version(cast):
    people.edit(person=cast.olga, version=1, details={"title": "Lead rep"}, by=cast.ada, now=NOW)

    with pytest.raises(StaleVersion) as stale:
        people.edit(
            person=Person.objects.get(pk=cast.olga.pk),
            version=1,
            details={"title": "Rep"},
            by=cast.vera,
            now=NOW,
        )

    assert stale.value.row.title == "Lead rep"
    assert Person.objects.get(pk=cast.olga.pk).title == "Lead rep"


def test_nobody_stands_in_for_themselves(cast):
    with pytest.raises(people.PeopleRefused, match="Nobody can stand in for themselves"):
        people.edit(person=cast.olga, version=1, details={"substitute": cast.olga}, by=cast.ada, now=NOW)


def test_a_new_address_signs_in_and_the_old_one_no_longer(cast, rf):
    people.edit(person=cast.olga, version=1, details={"email": "Olga@New.example"}, by=cast.ada, now=NOW)

    request = rf.post("/")
    assert authenticate(request, email="olga@new.example", password=PASSWORD) == cast.users["olga"]
    assert authenticate(request, email="olga.ortiz@example.com", password=PASSWORD) is None


def test_a_new_address_revokes_the_invitation_sent_to_the_old_one(cast):
    nora = make_person("Nora New")
    invitations.invite(person=nora, email=nora.email, role=Role.COLLEAGUE, by=cast.ada, now=NOW)

    people.edit(person=nora, version=1, details={"email": "nora@elsewhere.example"}, by=cast.ada, now=NOW)

    assert not Invitation.objects.open_at(NOW).exists()


def test_the_address_that_somebody_signs_in_with_cannot_be_emptied(cast):
    with pytest.raises(people.PeopleRefused, match="signs in with this address"):
        people.edit(person=cast.olga, version=1, details={"email": ""}, by=cast.ada, now=NOW)

    assert Person.objects.get(pk=cast.olga.pk).email == "olga.ortiz@example.com"


@pytest.mark.parametrize("field", ["email", "team", "title", "archived_at", "version"])
def test_edit_own_never_writes_what_is_not_ones_own(cast, field):
    with pytest.raises(ValueError, match="not to be written here"):
        people.edit_own(person=cast.olga, version=1, details={field: None}, now=NOW)


def test_edit_rep_makes_a_rep_of_somebody(cast):
    people.edit_rep(
        person=cast.sam,
        version=1,
        seniority="senior",
        capacity=12,
        joined_on=date(2020, 1, 7),
        industries=["Retail"],
        products=[],
        languages=["Japanese"],
        style="",
        by=cast.ada,
        now=NOW,
    )

    rep = Rep.objects.get(person=cast.sam)
    assert (rep.capacity, rep.industries, rep.languages) == (12, ["Retail"], ["Japanese"])
    assert Person.objects.get(pk=cast.sam.pk).version == 2


# --- Roles ------------------------------------------------------------------------------------------


def test_give_role_holds_from_the_next_click(cast, sign_in):
    client = sign_in("olga")
    assert client.get(reverse("person-add")).status_code == 403

    people.give_role(person=cast.olga, role=Role.ADMINISTRATOR, by=cast.ada, now=NOW)

    assert client.get(reverse("person-add")).status_code == 200
    assert AuditEvent.objects.filter(verb="give_role:administrator", by_id_was=cast.ada.pk).exists()


def test_give_role_keeps_the_last_administrator(cast):
    second = make_user(make_person("Second Admin"), Role.ADMINISTRATOR)
    people.give_role(person=cast.ada, role=Role.LEADER, by=second.person, now=NOW)

    with pytest.raises(people.PeopleRefused, match="the only administrator"):
        people.give_role(person=second.person, role=Role.LEADER, by=cast.ada, now=NOW)


def test_nobody_changes_their_own_role(cast):
    with pytest.raises(people.PeopleRefused, match="another administrator"):
        people.give_role(person=cast.ada, role=Role.LEADER, by=cast.ada, now=NOW)


# --- Archiving --------------------------------------------------------------------------------------


def signed_in_by_form(email: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return client


def test_archive_ends_every_session_at_once(cast, sign_in):
    by_form, by_other_way = signed_in_by_form("olga.ortiz@example.com"), sign_in("olga")
    witness = signed_in_by_form("ivan.ilic@example.com")
    assert [client.get(reverse("people")).status_code for client in (by_form, by_other_way)] == [200, 200]

    people.archive(person=cast.olga, version=1, by=cast.ada, now=timezone.now())

    assert [client.get(reverse("people")).status_code for client in (by_form, by_other_way)] == [302, 302]
    assert witness.get(reverse("people")).status_code == 200
    assert not UserSession.objects.filter(user=cast.users["olga"]).exists()


def test_sessions_stay_ended_when_the_person_comes_back(cast):
    client = signed_in_by_form("olga.ortiz@example.com")
    now = timezone.now()  # sessions expire by the real clock
    people.archive(person=cast.olga, version=1, by=cast.ada, now=now)

    people.reactivate(person=cast.olga, version=2, by=cast.ada, now=now)

    assert client.get(reverse("people")).status_code == 302
    assert signed_in_by_form("olga.ortiz@example.com").get(reverse("people")).status_code == 200
    assert not import_module(settings.SESSION_ENGINE).SessionStore().exists(client.session.session_key)


def test_archive_revokes_open_invitations(cast):
    nora = make_person("Nora New")
    invitations.invite(person=nora, email=nora.email, role=Role.COLLEAGUE, by=cast.ada, now=NOW)

    people.archive(person=nora, version=1, by=cast.ada, now=NOW)

    assert not Invitation.objects.open_at(NOW + timedelta(minutes=1)).exists()


@pytest.mark.parametrize(("whom", "by"), [("ada", "ada"), ("ada", "sam")])
def test_archive_keeps_oneself_and_the_last_administrator(cast, whom, by):
    with pytest.raises(people.PeopleRefused):
        people.archive(person=getattr(cast, whom), version=1, by=getattr(cast, by), now=NOW)

    assert User.objects.get(person=cast.ada).is_active


def test_archive_refuses_what_was_decided_over_an_older_version(cast):
    people.edit(person=cast.olga, version=1, details={"title": "Lead rep"}, by=cast.vera, now=NOW)

    with pytest.raises(StaleVersion):
        people.archive(person=cast.olga, version=1, by=cast.ada, now=NOW)

    assert Person.objects.get(pk=cast.olga.pk).archived_at is None
