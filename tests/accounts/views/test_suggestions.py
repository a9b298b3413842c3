import pytest
from django.urls import reverse

from tests.factories import make_account


def suggested(client, what: str, typed: str) -> list[str]:
    answer = client.get(reverse("suggest", args=[what]), {"q": typed})
    return [option["value"] for option in answer.json()["options"]]


def test_accounts_are_suggested_only_to_those_who_see_them(cast, sign_in):
    make_account("Acme East", team=cast.east, industry="Steel")
    make_account("Acme West", team=cast.west, industry="Steam")

    assert suggested(sign_in("olga"), "accounts", "acme") == ["Acme East"]
    assert suggested(sign_in("stella"), "industries", "ste") == ["Steam"]


def test_people_are_suggested_by_name(cast, sign_in):
    assert suggested(sign_in("stella"), "owners", "brandt") == ["Bea Brandt"]


def test_countries_are_suggested_by_name(sign_in):
    assert suggested(sign_in("olga"), "countries", "germ") == ["Germany"]


@pytest.mark.parametrize("typed", ["", "%", "_", "\x00", "'", "a" * 5000])
def test_any_text_is_answered(cast, sign_in, typed):
    make_account("Acme", team=cast.east)

    assert isinstance(suggested(sign_in("olga"), "accounts", typed), list)


def test_what_nobody_suggests_is_not_found(sign_in):
    assert sign_in("olga").get(reverse("suggest", args=["passwords"])).status_code == 404
