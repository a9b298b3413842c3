"""Every address of ours, visited by a stranger: what is not theirs is not there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import Person, Team
from tests.world import CANARY, fill_east

OURS = ("accounts.", "transitions.")
# Addresses with another parameter than the uuid of a row: what a stranger would put there.
PARAMETERS = {
    "gate": "sponsor",
    "item": "tier",
    "guard": "renewal",
    "key": "cutover",
    "series": "touch",
    "role": "incoming",
    "candidate": "00000000-0000-4000-8000-000000000000",
    "part": "step",
    "stage": "prepare",
    "edition": "internal",
    "section": "health",
    "version": 1,
    "token": "canary",
    "what": "accounts",
    "which": "weekly",
    "kind": "csv",
}


@dataclass(frozen=True)
class Page:
    name: str
    view: Callable
    parameters: tuple[str, ...]

    def address(self, rows: dict[type, object]) -> str:
        values = {}
        for name in self.parameters:
            if name == "uuid":
                assert self.view.access_model in rows, f"tests.world has no row for {self.name}"
                values[name] = rows[self.view.access_model].uuid
            else:
                assert name in PARAMETERS, f"{self.name}: the test knows no value for {name!r}"
                values[name] = PARAMETERS[name]
        return reverse(self.name, kwargs=values)


def our_pages(resolver=None, above: tuple[str, ...] = ()) -> Iterator[Page]:
    for entry in (resolver or get_resolver()).url_patterns:
        parameters = (*above, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from our_pages(entry, parameters)
        elif entry.callback.__module__.startswith(OURS):
            yield Page(entry.name, entry.callback, parameters)


def pages_of_rows() -> list[Page]:
    return [page for page in our_pages() if page.view.access_model is not None]


def pages_of_nothing() -> list[Page]:
    return [page for page in our_pages() if page.view.access != "public" and page.view.access_model is None]


@pytest.fixture
def east(cast) -> dict[type, object]:
    return fill_east(cast)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("stranger", ["stella", "walt"])
def test_a_row_of_another_team_is_not_found_at_any_address(cast, east, sign_in, stranger, method):
    client = sign_in(stranger)
    # Who works here is no secret; see PersonQuerySet.visible_to.
    secret = [page for page in pages_of_rows() if page.view.access_model not in (Person, Team)]

    answers = {
        address: getattr(client, method)(address).status_code
        for address in (page.address(east) for page in secret)
    }

    assert {address: code for address, code in answers.items() if code not in (404, 405)} == {}
    assert 404 in answers.values()


@pytest.mark.parametrize("stranger", ["stella", "walt"])
def test_nothing_of_another_team_is_on_any_page(cast, east, sign_in, stranger):
    client = sign_in(stranger)
    leaks = []

    for page in pages_of_nothing():
        address = page.address(east)
        for query in ("", f"?q={CANARY}xyz"[:-3], "?page=1", "?format=csv"):
            answer = client.get(address + query)
            shown = answer.getvalue().decode(errors="replace").replace(f'value="{CANARY}"', "")
            if CANARY in shown.replace(f"q={CANARY}", "").replace(f"“{CANARY}”", ""):
                leaks.append(address + query)

    assert leaks == []


def test_the_owner_finds_their_rows(cast, east, sign_in):
    client = sign_in("olga")

    answer = client.get("/accounts/")

    assert CANARY in answer.getvalue().decode()


def test_every_address_of_ours_asks_who_is_there(cast, east):
    client = Client()
    let_in = []

    for page in [*pages_of_rows(), *pages_of_nothing()]:
        rows = {Person: cast.olga, Team: cast.east, **east}
        answer = client.get(page.address(rows))
        asked = answer.status_code == 302 and answer.url.startswith("/sign-in/login/")
        if not asked and answer.status_code != 405:
            let_in.append(page.name)

    assert let_in == []


@pytest.mark.parametrize("name", ["olga", "ivan", "bea", "sam", "vera", "ada", "stella", "walt"])
def test_no_address_breaks_for_any_role(cast, east, sign_in, name):
    client = sign_in(name)
    client.raise_request_exception = False
    broken = {}

    for page in [*pages_of_rows(), *pages_of_nothing()]:
        rows = {Person: cast.olga, Team: cast.east, **east}
        for method in ("get", "post"):
            code = getattr(client, method)(page.address(rows)).status_code
            if code >= 500:
                broken[f"{method} {page.name}"] = code

    assert broken == {}
