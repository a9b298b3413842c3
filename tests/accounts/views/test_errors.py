"""What a form says when it is refused, and when nobody is signed in any more."""

import pytest
from django.test import Client

from tests.factories import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga)


def test_whoever_sends_a_form_while_signed_out_is_told_so(account):
    address = f"/accounts/{account.uuid}/edit/"

    answer = Client().post(address, {"name": "Half an hour of typing"})

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You are signed out" in page
    assert "go back a page and send the form again" in page
    account.refresh_from_db()
    assert account.name == "Acme"


def test_whoever_only_looks_is_led_to_the_sign_in(account):
    answer = Client().get(f"/accounts/{account.uuid}/edit/")

    assert (answer.status_code, answer.url) == (302, f"/sign-in/login/?next=/accounts/{account.uuid}/edit/")


def test_a_refused_form_says_on_top_what_is_wrong(account, sign_in):
    client, address = sign_in("olga"), f"/accounts/{account.uuid}/edit/"

    assert 'id="form-errors"' not in client.get(address).content.decode()
    page = client.post(address, {"name": "", "version": account.version}).content.decode()

    assert "Nothing was saved yet" in page
    assert '<a href="#id_name" data-field="name">' in page
    assert page.index('id="form-errors"') < page.index("<h1>")


def test_a_form_carries_its_version_once(account, sign_in):
    page = sign_in("olga").get(f"/accounts/{account.uuid}/edit/").content.decode()

    assert page.count('name="version"') == 1
