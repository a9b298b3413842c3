"""Links in mails, in a real browser: guards of mail open them and run their scripts; people press a button."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuditEvent, Delivery, Person, ReminderPreference
from accounts.selectors.reminders import unsubscribe_url
from accounts.services import deliveries
from tests.factories import make_account, start_plan
from transitions.models import PlanStep
from transitions.rules.finish import by_link
from transitions.selectors.playbooks import playbook_of
from transitions.services import digests

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VISITS = 20


@pytest.fixture
def now():
    return timezone.now().replace(hour=12)


@pytest.fixture
def step(cast, now) -> PlanStep:
    """A step that a link is enough for, due today from Ivan."""
    Person.objects.update(tz="UTC")
    account = make_account("Acme", team=cast.east, owner=cast.olga)
    plan = start_plan(account, cast.vera, cutover=now.date() + timedelta(days=75), now=now)
    book = playbook_of(plan.playbook, plan.tier)
    step = next(one for one in plan.steps.order_by("pk") if by_link(book, book.step(one.key)))
    PlanStep.objects.filter(pk=step.pk).update(due_on=now.date(), owner=cast.ivan)
    return step


@pytest.fixture
def link(step, now, settings, live_server) -> str:
    """The address in the mail, the token filled in as the sender does."""
    settings.SITE_URL = live_server.url
    ReminderPreference.objects.create(person=Person.objects.get(name="Ivan Ilic"), quiet_holidays=False)
    digests.write_due(now=now)
    mail = deliveries.letter_of(Delivery.objects.get(person__name="Ivan Ilic")).text
    return re.search(rf"(/done/\S*{step.uuid}\S*)", mail)[1]


def as_a_guard_of_mail_does(visit, address: str) -> None:
    """Open the page as those do who look for harm in it: with scripts, waiting for what it does by itself."""
    page = visit()
    for _ in range(VISITS):
        page.goto(address, wait_until="networkidle")
        page.mouse.move(200, 300)
        page.keyboard.press("End")
    for method in ("HEAD", "OPTIONS"):
        page.request.fetch(address, method=method)


def test_a_guard_that_opens_the_link_twenty_times_finishes_nothing(step, link, visit):
    before, heard = PlanStep.objects.get(pk=step.pk), AuditEvent.objects.count()

    as_a_guard_of_mail_does(visit, link)

    after = PlanStep.objects.get(pk=step.pk)
    assert (after.done_at, after.version) == (None, before.version)
    assert AuditEvent.objects.count() == heard


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_one_button_finishes_the_step_and_another_takes_it_back(step, link, visit, width, theme):
    page = visit(width=width, theme=theme)
    page.goto(link)

    page.get_by_role("button", name="Yes, it is done").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you, it is done")
    assert PlanStep.objects.get(pk=step.pk).done_by.name == "Ivan Ilic"

    page.get_by_role("button", name="That was a mistake").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    assert PlanStep.objects.get(pk=step.pk).done_at is None


def test_a_guard_that_presses_every_button_leaves_what_can_be_taken_back(step, link, visit):
    guard = visit()
    guard.goto(link)
    guard.locator("form button").first.click()
    expect(guard.get_by_role("status")).to_contain_text("it is done")

    owner = visit()
    owner.goto(link)
    owner.get_by_role("button", name="That was a mistake").click()

    expect(owner.get_by_role("status")).to_contain_text("Taken back")
    assert PlanStep.objects.get(pk=step.pk).done_at is None


def test_a_guard_that_opens_the_link_to_stop_mails_stops_none(cast, visit, settings, live_server):
    settings.SITE_URL = live_server.url

    as_a_guard_of_mail_does(visit, unsubscribe_url(cast.ivan.uuid, cast.ivan.email))

    assert not ReminderPreference.objects.filter(wants_digest=False).exists()
