"""The fixed cast: Olga hands over to Ivan, Bea is second choice, Sam sponsors, Vera leads them.

Stella works in another team and must never see anything of theirs.
"""

from types import SimpleNamespace

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import Organisation, Role
from config.memory import leave_out_what_stays
from tests import factories

# The same examples every time, however long they take: a run says something about the change, not about
# luck. `pytest --hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("same")


def pytest_configure() -> None:
    # Argon2 is slow on purpose; tests sign in a thousand times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches no database: a second run on another one would only repeat it."""
    for item in items:
        asked = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
        if not asked and not item.get_closest_marker("django_db"):
            item.add_marker("no_database")


def pytest_collection_finish() -> None:
    leave_out_what_stays()  # a suite that is loaded is a million objects


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
