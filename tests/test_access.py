"""Every address of ours, visited by a stranger: what is not theirs is not there."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Person, Team
from tests.world import CANARY, fill_east

OURS = ("accounts.", "transitions.")
# Addresses with another parameter than the uuid of a row: what a stranger would put there.
PARAMETERS = {
    "gate": "sponsor",
    "key": "cutover",
    "role": "incoming",
    "edition": "internal",
    "section": "health",
    "version": 1,
    "what": "industries",
}


def our_patterns(resolver=None, above=()) -> Iterator[tuple[set[str], URLPattern]]:
    """Every address of ours, with the names of its parameters: its own and those of what includes it."""
    for entry in (resolver or get_resolver()).url_patterns:
        names = {*above, *getattr(entry.pattern, "converters", ())}
        if isinstance(entry, URLResolver):
            yield from our_patterns(entry, names)
        elif entry.callback.__module__.startswith(OURS):
            yield names, entry


def pages_of_rows() -> list[URLPattern]:
    return [entry for _, entry in our_patterns() if getattr(entry.callback, "access_model", None) is not None]


def pages_of_nothing() -> list[URLPattern]:
    return [
        entry
        for _, entry in our_patterns()
        if entry.callback.access != "public" and entry.callback.access_model is None
    ]


def address_of(entry: URLPattern, rows: dict[type, object]) -> str:
    names = next(names for names, other in our_patterns() if other is entry)
    parameters: dict[str, object] = {}
    for name in names:
        if name == "uuid":
            model = entry.callback.access_model
            assert model in rows, f"{entry.name}: tests.world has no row of {model.__name__}"
            parameters[name] = rows[model].uuid
        else:
            assert name in PARAMETERS, f"{entry.name}: the test knows no value for {name!r}"
            parameters[name] = PARAMETERS[name]
    return reverse(entry.name, kwargs=parameters)


@pytest.fixture
def east(cast) -> dict[type, object]:
    return fill_east(cast)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("stranger", ["stella", "walt"])
def test_a_row_of_another_team_is_not_found_at_any_address(cast, east, sign_in, stranger, method):
    client = sign_in(stranger)
    # Who works here is no secret; see PersonQuerySet.visible_to.
    secret = [entry for entry in pages_of_rows() if entry.callback.access_model not in (Person, Team)]

    answers = {
        address: getattr(client, method)(address).status_code
        for address in (address_of(entry, east) for entry in secret)
    }

    assert {address: code for address, code in answers.items() if code not in (404, 405)} == {}
    assert 404 in answers.values()


@pytest.mark.parametrize("stranger", ["stella", "walt"])
def test_nothing_of_another_team_is_on_any_page(cast, east, sign_in, stranger):
    client = sign_in(stranger)
    leaks = []

    for entry in pages_of_nothing():
        address = address_of(entry, east)
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

    for entry in [*pages_of_rows(), *pages_of_nothing()]:
        rows = {Person: cast.olga, Team: cast.east, **east}
        answer = client.get(address_of(entry, rows))
        asked = answer.status_code == 302 and answer.url.startswith("/sign-in/login/")
        if not asked and answer.status_code != 405:
            let_in.append(entry.name)

    assert let_in == []


@pytest.mark.parametrize("name", ["olga", "ivan", "bea", "sam", "vera", "ada", "stella", "walt"])
def test_no_address_breaks_for_any_role(cast, east, sign_in, name):
    client = sign_in(name)
    client.raise_request_exception = False
    broken = {}

    for entry in [*pages_of_rows(), *pages_of_nothing()]:
        rows = {Person: cast.olga, Team: cast.east, **east}
        for method in ("get", "post"):
            code = getattr(client, method)(address_of(entry, rows)).status_code
            if code >= 500:
                broken[f"{method} {entry.name}"] = code

    assert broken == {}
