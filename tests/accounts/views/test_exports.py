import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.rules.imports.files import read
from tests.factories import make_account, make_contact


def names(response) -> list[str]:
    content = response.getvalue()
    return [record.cells[0] for record in read(content).records]


@pytest.fixture
def clients(cast):
    for name, team, owner in (("East client", cast.east, cast.olga), ("West client", cast.west, cast.stella)):
        make_contact(make_account(name, team=team, owner=owner), f"Contact of {name}")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("who", "seen"),
    [("olga", ["East client"]), ("stella", ["West client"]), ("sam", ["East client", "West client"])],
)
def test_everyone_takes_away_what_they_see(clients, sign_in, who, seen, kind):
    client = sign_in(who)

    assert names(client.get(reverse("export", args=["accounts", kind]))) == seen
    contacts = names(client.get(reverse("export", args=["contacts", kind])))
    assert contacts == [f"Contact of {name}" for name in seen]


def test_people_are_no_secret(cast, sign_in):
    found = names(sign_in("olga").get(reverse("export", args=["people", "csv"])))

    assert found == sorted(
        [
            "Ada Admin",
            "Bea Brandt",
            "Ivan Ilic",
            "Olga Ortiz",
            "Sam Sato",
            "Stella Strand",
            "Vera Voss",
            "Walt West",
        ]
    )


def test_a_file_is_named_by_its_day(clients, sign_in):
    response = sign_in("olga").get(reverse("export", args=["accounts", "csv"]))

    assert response["Content-Disposition"].startswith('attachment; filename="accounts-20')


@pytest.mark.parametrize(("key", "kind", "status"), [("plans", "csv", 404), ("accounts", "pdf", 400)])
def test_what_cannot_be_exported_is_refused(sign_in, key, kind, status):
    assert sign_in("olga").get(reverse("export", args=[key, kind])).status_code == status


def test_exports_cost_the_same_queries_for_any_number_of_rows(cast, sign_in):
    client = sign_in("olga")
    counts = []
    for _round in range(2):
        for _number in range(3):
            make_contact(make_account(team=cast.east, owner=cast.olga))
        for key in ("accounts", "contacts", "people"):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("export", args=[key, "csv"])).getvalue()
            counts.append(len(queries))

    assert counts[:3] == counts[3:]


def test_the_page_offers_every_export(sign_in):
    html = sign_in("olga").get(reverse("exports")).content.decode()

    assert all(f"/exports/{key}." in html for key in ("accounts", "contacts", "people"))
