"""The interview in a browser: kept while one types, and two windows at once."""

from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import BriefingEntry
from tests.factories import make_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = 15_000  # milliseconds: an answer is kept a second and a half after the last key


@pytest.fixture
def account(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga)


@pytest.fixture
def olga(account, enter):
    return partial(enter, "olga.ortiz@example.com")


def go(page: Page, account, section="communication") -> None:
    page.goto(reverse("interview-section", args=[account.uuid, section]))


def say(page: Page, text: str) -> None:
    area = page.locator("#q-order textarea")
    area.click()
    area.press("End")
    area.press_sequentially(text)


def kept(page: Page) -> None:
    expect(page.locator("#q-order .answer-said")).to_contain_text("Saved", timeout=LONG)


def test_an_answer_is_kept_while_it_is_typed_and_the_progress_moves(account, olga):
    page = olga()
    go(page, account)

    say(page, "First the director")
    kept(page)

    expect(page.locator("#interview-progress")).to_contain_text("1 of 26 questions answered")
    assert BriefingEntry.objects.get().text == "First the director"
    say(page, ", then purchasing.")
    expect(page.locator("#q-order input[name=version]")).to_have_value("2", timeout=LONG)
    assert BriefingEntry.objects.get().text == "First the director, then purchasing."


def test_the_later_of_two_windows_keeps_what_was_typed_and_decides(account, olga):
    first, second = olga(), olga()
    go(first, account)
    go(second, account)
    say(first, "The director.")
    kept(first)

    say(second, "Nobody.")

    expect(second.locator("#q-order .answer-theirs")).to_contain_text("The director.", timeout=LONG)
    expect(second.locator("#q-order textarea")).to_have_value("Nobody.")
    assert BriefingEntry.objects.get().text == "The director."
    say(second, " Really.")  # typing on decides nothing
    second.wait_for_timeout(2_500)
    assert BriefingEntry.objects.get().text == "The director."
    second.get_by_role("button", name="Replace it with mine").click()
    kept(second)
    assert BriefingEntry.objects.get().text == "Nobody. Really."


def test_the_last_words_go_along_when_one_leaves(account, olga):
    page = olga()
    go(page, account)

    say(page, "Half a sentence")
    page.goto("/accounts/")

    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    page.wait_for_timeout(1_000)
    assert BriefingEntry.objects.get().text == "Half a sentence"
