"""Ways in: sent, revoked, accepted."""

from contextlib import suppress
from datetime import timedelta

import pytest

from accounts.models import Delivery, DeliveryState, Invitation, Person, Role, User
from accounts.rules.tokens import hash_of
from accounts.services import deliveries, invitations, people
from tests.factories import NOW, make_person

LATER = NOW + timedelta(days=14)


def invite(person, cast, **fields):
    given = {"email": person.email, "role": Role.ACCOUNT_MANAGER, "by": cast.ada, "now": NOW}
    return invitations.invite(person=person, **{**given, **fields})


def accept(invitation, **fields):
    given = {"name": "Nora New", "password": "quite long enough 42", "now": NOW}
    return invitations.accept(token=invitations.token_of(invitation), **{**given, **fields})


@pytest.fixture
def nora(cast):
    return make_person("Nora New", email="nora@example.com")


def test_invite_keeps_only_the_hash_and_sends_the_link(cast, nora):
    invitation = invite(nora, cast)

    token = invitations.token_of(invitation)
    row = Delivery.objects.get(kind="invitation")
    assert invitation.token_hash == hash_of(token)
    assert token not in row.text + row.html + str(row.secrets) + row.key
    assert invitations.link_with(token) in deliveries.letter_of(row).text
    assert invitations.link_with(token) in deliveries.letter_of(row).html
    assert (row.address, row.person, row.expires_at) == ("nora@example.com", nora, LATER)


def test_the_mail_names_who_invites_whom_to_what(cast, nora):
    invite(nora, cast)

    row = Delivery.objects.get()
    assert row.subject == "Ada Admin invites you to Northwind Care"
    assert "Hello Nora New," in row.text
    assert "14 days" in row.text


def test_a_hostile_name_silences_no_mail(cast):
    hostile = make_person("<b>Nora</b> & ${7*7}", email="h@example.com")

    invite(hostile, cast)

    row = Delivery.objects.get()
    assert "Hello <b>Nora</b> & ${7*7}," in row.text
    assert "<b>Nora</b>" not in row.html
    assert "&lt;b&gt;Nora&lt;/b&gt;" in row.html


def test_an_address_given_with_the_invitation_becomes_the_persons(cast):
    nora = make_person("Nora New", email="")

    invite(nora, cast, email="Nora@Example.com")

    assert Person.objects.get(pk=nora.pk).email == "nora@example.com"


def test_a_second_invitation_revokes_the_first(cast, nora):
    first = invite(nora, cast)
    second = invite(nora, cast, now=NOW + timedelta(minutes=5))

    with pytest.raises(invitations.InvitationUnusable) as unusable:
        invitations.find(token=invitations.token_of(first), now=NOW + timedelta(hours=1))
    assert unusable.value.state == "revoked"
    assert invitations.find(token=invitations.token_of(second), now=NOW) == second


def test_the_mail_of_a_revoked_invitation_is_not_sent_any_more(cast, nora):
    first = invite(nora, cast)
    invitations.revoke(invitation=first, by=cast.ada, now=NOW)

    assert invitations.why_not(delivery=Delivery.objects.get(), now=NOW) != ""


def test_the_mail_of_an_open_invitation_is_sent(cast, nora):
    invite(nora, cast)

    assert invitations.why_not(delivery=Delivery.objects.get(state=DeliveryState.QUEUED), now=NOW) == ""


def test_invite_refuses_whom_it_cannot_help(cast, nora):
    nora.archived_at = NOW
    refusals = [
        (cast.olga, {}, "Olga Ortiz signs in already."),
        (nora, {}, "Nora New is archived. Reactivate them first."),
        (make_person("Max", email=""), {}, "This is not an email address: "),
        (
            make_person("Mia", email=""),
            {"email": "olga.ortiz@example.com"},
            "Olga Ortiz has this address already.",
        ),
        (make_person("Moe"), {"role": "emperor"}, "Choose a role."),
    ]
    for person, fields, reason in refusals:
        with pytest.raises(people.PeopleRefused) as refused:
            invite(person, cast, **fields)
        assert str(refused.value.messages[0]) == reason
    assert not Invitation.objects.exists()


def test_accept_makes_a_sign_in_with_the_role_of_the_invitation(cast, nora):
    invitation = invite(nora, cast, role=Role.LEADER)

    user = accept(invitation, name="Nora N. New")

    assert (user.email, user.role, user.person) == ("nora@example.com", Role.LEADER, nora)
    assert user.check_password("quite long enough 42")
    assert Person.objects.get(pk=nora.pk).name == "Nora N. New"


def test_a_link_works_once(cast, nora):
    invitation = invite(nora, cast)
    accept(invitation)

    with pytest.raises(invitations.InvitationUnusable) as unusable:
        accept(invitation)

    assert unusable.value.state == "accepted"
    assert User.objects.filter(person=nora).count() == 1


@pytest.mark.parametrize(
    ("when", "works"),
    [(LATER - timedelta(seconds=1), True), (LATER, False), (LATER + timedelta(days=1), False)],
)
def test_a_link_works_for_fourteen_days(cast, nora, when, works):
    invitation = invite(nora, cast)

    if works:
        assert accept(invitation, now=when)
    else:
        with pytest.raises(invitations.InvitationUnusable):
            accept(invitation, now=when)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "ä" * 5000, "__secret_invitation__"])
def test_a_token_that_was_never_given_is_unknown(cast, nora, token):
    invite(nora, cast)

    with pytest.raises(invitations.InvitationUnusable) as unusable:
        invitations.find(token=token, now=NOW)

    assert unusable.value.state == "unknown"


def test_one_bit_off_is_unknown(cast, nora):
    token = invitations.token_of(invite(nora, cast))
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]

    with pytest.raises(invitations.InvitationUnusable):
        invitations.find(token=flipped, now=NOW)


def test_looking_a_token_up_costs_the_same_whatever_it_is(cast, nora, django_assert_num_queries):
    good, revoked = invite(nora, cast), invite(make_person("Rex"), cast)
    invitations.revoke(invitation=revoked, by=cast.ada, now=NOW)

    for token in (invitations.token_of(good), invitations.token_of(revoked), "unknown", "x" * 10_000):
        with django_assert_num_queries(1), suppress(invitations.InvitationUnusable):
            invitations.find(token=token, now=NOW)


# --- Many at once -----------------------------------------------------------------------------------


def rows_for(*pairs):
    return [invitations.Invited(person, email, Role.ACCOUNT_MANAGER) for person, email in pairs]


def test_invite_many_invites_all(cast):
    several = [make_person(f"Rep {n}", email="") for n in range(3)]

    invitations.invite_many(
        rows=rows_for(*((person, f"rep{person.pk}@example.com") for person in several)), by=cast.ada, now=NOW
    )

    assert Invitation.objects.open_at(NOW).count() == 3
    assert Delivery.objects.filter(kind="invitation").count() == 3
    assert Person.objects.filter(pk__in=[p.pk for p in several], email="").count() == 0


def test_invite_many_refuses_all_for_one_and_names_each_bad_row(cast):
    good, bad, taken, twice = (make_person(f"Rep {n}", email="") for n in range(4))

    with pytest.raises(invitations.RowsRefused) as refused:
        invitations.invite_many(
            rows=rows_for(
                (good, "good@example.com"),
                (bad, "bad"),
                (taken, "olga.ortiz@example.com"),
                (twice, "GOOD@example.com"),
            ),
            by=cast.ada,
            now=NOW,
        )

    assert {key: str(message) for key, message in refused.value.problems.items()} == {
        str(bad.uuid): "This is not an email address: bad",
        str(taken.uuid): "Olga Ortiz has this address already.",
        str(twice.uuid): "You gave this address to Rep 0 too.",
    }
    assert not Invitation.objects.exists()
    assert not Delivery.objects.exists()
    assert Person.objects.get(pk=good.pk).email == ""
