"""Forms in a browser: what was chosen is shown, what is wrong is read first, what was typed is not lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, make_account, start_plan
from transitions.models import HandoverPlan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(cast) -> HandoverPlan:
    account = make_account("Acme", team=cast.east, owner=cast.olga)
    now = timezone.now()
    return start_plan(account, cast.vera, cutover=now.date() + timedelta(days=75), now=now)


def sign_in(page: Page) -> None:
    page.goto("/sign-in/login/")
    page.fill("[name=login]", "vera.voss@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/")


@pytest.fixture
def page(plan, visit) -> Page:
    """A window in which Vera is signed in."""
    opened = visit()
    sign_in(opened)
    return opened


def choose_in_haste(page: Page, words: str, key: str = "Enter"):
    """Type into the field of the incoming rep and press `key` at once."""
    field = page.locator("#id_incoming + .ts-wrapper")
    field.locator(".ts-control").click()
    page.keyboard.insert_text(words)
    page.keyboard.press(key)
    return field


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_whoever_types_in_haste_chooses_whom_they_typed_and_sees_it(page, plan, key):
    page.goto(f"/plans/{plan.uuid}/people/incoming/")

    field = choose_in_haste(page, "Ivan", key)

    expect(field.locator(".item")).to_be_visible()
    expect(field.locator(".item")).to_contain_text("Ivan Ilic")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Incoming rep: Ivan Ilic")


def test_what_fits_nobody_changes_nobody(page, plan):
    page.goto(f"/plans/{plan.uuid}/people/incoming/")
    field = choose_in_haste(page, "Bea")
    expect(field.locator(".item")).to_contain_text("Bea")

    choose_in_haste(page, "Nobody of that name at all")
    page.get_by_role("heading", level=1).click()

    expect(field.locator(".item")).to_be_visible()
    expect(field.locator(".item")).to_contain_text("Bea")


def test_a_refused_form_says_so_on_top_and_leads_to_the_field(page, plan, cast):
    account = make_account("Bolt", team=cast.east, owner=cast.olga)
    page.goto(f"/accounts/{account.uuid}/plans/start/")
    page.fill("[name=why]", "A \u202ereversed reason")
    page.get_by_role("button", name="Start the plan").click()

    summary = page.locator("#form-errors")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    expect(summary).to_contain_text("Nothing was saved yet: 2 places need a correction.")
    summary.get_by_role("link", name="Why the change").click()
    expect(page.locator("[name=why]")).to_be_focused()
    expect(page.locator("[name=why]")).to_be_in_viewport()


def test_what_was_typed_outlives_a_sign_out_in_another_tab(page, plan):
    page.goto(f"/plans/{plan.uuid}/words/")
    page.fill("[name=why]", "Because you asked for somebody nearer.")
    other = page.context.new_page()
    other.goto("/sign-in/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    sign_in(opened.value)
    page.go_back()
    expect(page.locator("[name=why]")).to_have_value("Because you asked for somebody nearer.")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_contain_text("saved")
    plan.refresh_from_db()
    assert plan.why == "Because you asked for somebody nearer."
