"""The fixed cast: Olga hands over to Ivan, Bea is second choice, Sam sponsors, Vera leads them.

Stella works in another team and must never see anything of theirs.
"""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import Organisation, Role
from tests import factories


def pytest_configure() -> None:
    # Argon2 is slow on purpose; tests sign in a thousand times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English, whatever language the one before left active."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db) -> SimpleNamespace:
    """Persons by name, their teams, and `users` by name."""
    Organisation.objects.create(pk=1, name="Northwind Care", currency="USD", country="US")
    company = factories.make_team("Northwind")
    east = factories.make_team("East", under=company)
    west = factories.make_team("West", under=company)
    people = SimpleNamespace(
        company=company,
        east=east,
        west=west,
        olga=factories.make_rep("Olga Ortiz", team=east),
        ivan=factories.make_rep("Ivan Ilic", team=east),
        bea=factories.make_rep("Bea Brandt", team=east),
        sam=factories.make_person("Sam Sato", team=company, title="COO"),
        vera=factories.make_person("Vera Voss", team=east, title="VP East"),
        ada=factories.make_person("Ada Admin", team=company),
        stella=factories.make_rep("Stella Strand", team=west),
        walt=factories.make_person("Walt West", team=west, title="VP West"),
    )
    east.lead, west.lead = people.vera, people.walt
    east.save()
    west.save()
    roles = {
        "olga": Role.ACCOUNT_MANAGER,
        "ivan": Role.ACCOUNT_MANAGER,
        "bea": Role.ACCOUNT_MANAGER,
        "sam": Role.EXECUTIVE,
        "vera": Role.LEADER,
        "ada": Role.ADMINISTRATOR,
        "stella": Role.ACCOUNT_MANAGER,
        "walt": Role.LEADER,
    }
    people.users = {name: factories.make_user(getattr(people, name), role) for name, role in roles.items()}
    return people


@pytest.fixture
def sign_in(cast):
    """A test client signed in as one of the cast: `sign_in("olga")`."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.users[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
