"""manage.py create_admin: the first sign-in of an empty company."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person, Role, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

FIRST = {"email": "ada@example.com", "name": "Ada Admin"}


def create(monkeypatch, password: str = PASSWORD, **arguments: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    call_command("create_admin", **FIRST | arguments)


def test_an_empty_company_gets_its_first_administrator(monkeypatch, client, capsys, settings):
    settings.SITE_URL = "http://localhost:8121"
    create(monkeypatch)

    user = User.objects.get()
    assert (user.email, user.role, user.person.name) == ("ada@example.com", Role.ADMINISTRATOR, "Ada Admin")
    said = "ada@example.com can sign in now, as an administrator, at http://localhost:8121\n"
    assert capsys.readouterr().out == said
    response = client.post("/sign-in/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_the_password_may_come_from_a_variable(monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)

    call_command("create_admin", **FIRST)

    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"password": "12345"}, "password"),
        ({"password": ""}, "password"),
        ({"email": "nobody"}, "nobody"),
        ({"name": "A\u202eda"}, "invisible"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_made(monkeypatch, changes, word):
    with pytest.raises(CommandError, match=f"(?i){word}"):
        create(monkeypatch, **changes)

    assert not User.objects.exists()
    assert not Person.objects.exists()


def test_the_same_address_twice_is_refused(monkeypatch):
    create(monkeypatch)

    with pytest.raises(CommandError, match="signs in here already"):
        create(monkeypatch)

    assert User.objects.count() == 1
