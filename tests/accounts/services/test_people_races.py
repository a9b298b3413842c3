"""Two at the same moment. SQLite lets writers in one by one, so this asks PostgreSQL."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import Organisation, Role, User
from accounts.services import invitations, people
from tests.factories import NOW, make_person, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite"),
]


def at_once(*deeds) -> list[object]:
    """Do them in threads that start together; return what each returned or raised."""
    barrier, answers = Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed) -> None:
        try:
            barrier.wait(10)
            answers[place] = deed()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.fixture
def ada():
    Organisation.objects.create(pk=1)
    return make_user(make_person("Ada Admin"), Role.ADMINISTRATOR).person


def test_of_two_who_use_one_link_one_gets_in(ada):
    nora = make_person("Nora New")
    invitation = invitations.invite(person=nora, email=nora.email, role=Role.COLLEAGUE, by=ada, now=NOW)
    token = invitations.token_of(invitation)

    def accept():
        return invitations.accept(token=token, name="Nora", password="quite long enough 42", now=NOW)

    answers = at_once(accept, accept, accept)

    assert sorted(type(answer).__name__ for answer in answers) == [
        "InvitationUnusable",
        "InvitationUnusable",
        "User",
    ]
    assert User.objects.filter(person=nora).count() == 1


def test_two_administrators_cannot_remove_each_other(ada):
    second = make_user(make_person("Bob Admin"), Role.ADMINISTRATOR).person

    answers = at_once(
        lambda: people.give_role(person=second, role=Role.LEADER, by=ada, now=NOW),
        lambda: people.give_role(person=ada, role=Role.LEADER, by=second, now=NOW),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["PeopleRefused", "User"]
    assert User.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_of_two_who_take_one_address_one_is_told(ada):
    def add():
        return people.add(details={"name": "Nora", "email": "nora@example.com"}, by=ada, now=NOW)

    answers = at_once(add, add)

    assert sorted(type(answer).__name__ for answer in answers) == ["PeopleRefused", "Person"]
