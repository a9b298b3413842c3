"""The pages beside those of plans: lists, accounts, people, forms, mail, settings, refusals."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_account, make_contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def account(cast):
    account = make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")
    make_contact(account, "Carla Cruz", email="carla.cruz@a-very-long-name-of-a-company.example")
    return account


def test_every_page_of_accounts_and_people_is_read_by_everybody(cast, account, enter, faults):
    page = enter("vera.voss@example.com")
    main = ["/accounts/", f"/accounts/{account.uuid}/"]
    addresses = [
        *main,
        f"/accounts/{account.uuid}/contacts/",
        f"/accounts/{account.uuid}/requests/",
        f"/accounts/{account.uuid}/touchpoints/",
        f"/accounts/{account.uuid}/briefing/",
        f"/accounts/{account.uuid}/contacts/add/",
        "/people/",
        f"/people/{cast.olga.uuid}/",
        "/preferences/",
        "/reminders/",
        "/mail/",
        "/nowhere/",
        "/settings/",  # refused to her
    ]

    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page, thoroughly=address in main)
    page.goto(f"/accounts/{account.uuid}/requests/add/")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    found["a request that lacks something"] = faults(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_what_is_wrong_with_days_that_stand_in_a_row_is_said_beside_them(cast, enter, faults):
    page = enter("vera.voss@example.com")
    page.goto("/reminders/")
    for box in page.get_by_role("group", name="On these days").get_by_role("checkbox").all():
        box.uncheck()

    page.get_by_role("button", name="Save").click()

    beside = page.get_by_role("group", name="On these days").get_by_text("Choose at least one day")
    expect(beside).to_be_visible()
    assert faults(page) == []


def test_every_page_of_administrators_is_read_by_everybody(cast, enter, faults):
    page = enter("ada.admin@example.com")
    addresses = [
        "/settings/",
        "/outbox/",
        "/imports/",
        "/imports/new/",
        "/exports/",
        "/people/add/",
        "/people/invite/",
        "/invitations/",
        "/teams/",
        "/accounts/add/",
    ]

    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_signing_in_is_for_everybody(cast, visit, faults):
    page = visit()
    page.goto("/sign-in/login/")
    found = faults(page)
    page.fill("[name=login]", "nobody@example.com")
    page.fill("[name=password]", "wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".alert-danger")).to_be_visible()

    assert found + faults(page) == []


def test_the_menu_of_a_phone_opens_closes_and_gives_the_focus_back(cast, enter):
    page = enter("vera.voss@example.com", width=360)
    opener = page.get_by_role("button", name="Open the menu")
    menu = page.get_by_role("dialog", name="Menu")
    opener.click()
    expect(menu).to_be_focused()
    expect(menu.get_by_role("link", name="Accounts")).to_be_visible()

    page.keyboard.press("Escape")

    expect(menu).to_have_count(0)
    expect(opener).to_be_focused()
