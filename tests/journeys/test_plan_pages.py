"""The pages of plans in a browser: what only a browser shows."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Assignment, Person
from tests.factories import make_account, make_contact, start_plan
from tests.transitions.conftest import check_record
from transitions.models import HandoverPlan, IntroductionRehearsal
from transitions.services import record, support
from transitions.services.playbooks import publish_shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(cast) -> HandoverPlan:
    """A soft plan that began two months ago: its first steps are late."""
    account = make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")
    began = timezone.now() - timedelta(days=60)
    return start_plan(
        account,
        cast.vera,
        cutover=began.date() + timedelta(days=75),
        people={"incoming": [cast.ivan], "sponsor": [cast.sam]},
        now=began,
    )


@pytest.fixture
def vera(plan, enter):
    """Opens windows in which Vera is signed in."""
    return partial(enter, "vera.voss@example.com")


def row(page: Page, plan: HandoverPlan, key: str = "guard-rails"):
    return page.locator(f"#step-{plan.steps.get(key=key).uuid}")


def test_a_step_is_done_where_it_stands_and_everything_that_hangs_on_it_follows(plan, vera):
    page = vera()
    page.goto(f"/plans/{plan.uuid}/")
    page.evaluate("window.stayed = true")
    step = row(page, plan)

    step.locator(".step-do").dblclick()

    expect(step).to_have_class("step done")
    expect(page.locator("#news")).to_contain_text("Done: Check the guard-rails")
    expect(page.locator("#plan-strip")).to_contain_text("1 of ")
    expect(page.locator("#steps-done")).to_contain_text("1 of ")
    expect(page.locator("#steps-prepare")).to_contain_text("1 of ")
    expect(page.locator("#gate-guard-rails")).to_have_class("open")
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    assert plan.steps.get(key="guard-rails").history.count() == 1


def test_who_is_slower_is_told_and_changes_nothing(plan, vera):
    first, second = vera(), vera()
    for page in (first, second):
        page.goto(f"/plans/{plan.uuid}/")

    row(first, plan).locator(".step-do").click()
    expect(row(first, plan)).to_have_class("step done")
    row(second, plan).locator(".step-do").click()

    expect(second.locator("#news")).to_contain_text("Somebody was faster")
    expect(row(second, plan)).to_have_class("step done")
    assert plan.steps.get(key="guard-rails").history.count() == 1


def test_a_note_is_written_without_leaving_the_plan(plan, vera):
    page = vera()
    page.goto(f"/plans/{plan.uuid}/")
    step = row(page, plan)

    step.locator(".step-more").click()
    step.locator("textarea").fill("They ask who answers on Fridays.")
    step.get_by_role("button", name="Mark as done").click()

    expect(row(page, plan).locator(".step-note")).to_have_text("They ask who answers on Fridays.")


def test_a_step_is_done_from_my_day(plan, vera):
    page = vera()
    due = page.locator("li.step", has_text="Check the guard-rails")
    expect(due).to_have_count(1)

    due.locator(".step-do").click()

    expect(due).to_have_count(0)
    expect(page.locator("#news")).to_contain_text("Done: Check the guard-rails")


def test_the_dates_of_a_new_plan_follow_what_is_chosen(cast, plan, vera):
    account = make_account("Bolt", team=cast.east, owner=cast.olga)
    start_plan(make_account("Other", team=cast.east, owner=cast.olga), cast.vera, playbook="hard-standard")
    page = vera()
    page.goto(f"/accounts/{account.uuid}/plans/start/")
    preview = page.locator("#start-preview")
    expect(preview).to_contain_text("Every step has its full time.")
    expect(page.locator("#id_interim-ts-control")).to_be_hidden()

    page.get_by_text("Hard cutover", exact=True).first.click()

    expect(preview).to_contain_text("Departure")
    expect(page.locator("#id_interim-ts-control")).to_be_visible()
    day, button = timezone.localdate() + timedelta(days=9), page.get_by_role("button", name="Start the plan")
    before = button.bounding_box()
    page.locator("[name=cutover]").fill(day.isoformat())
    page.locator("[name=cutover]").blur()
    expect(preview.locator("dd").first).to_contain_text(f"{day:%a} {day.day} {day:%b}")
    expect(preview).to_contain_text("Interim in charge")
    assert button.bounding_box() == before, "the button moved from under the finger"


def test_the_reason_shows_what_it_asks_for_and_no_more(cast, plan, vera):
    publish_shipped(now=timezone.now())
    account = make_account("Bolt", team=cast.east, owner=cast.olga)
    page = vera()
    page.goto(f"/accounts/{account.uuid}/plans/start/")
    back, team, departure = (page.locator(f"[name={name}]") for name in ("return", "to_team", "departure"))

    for reason, shown in (("leave", back), ("closeout", team), ("resignation", departure)):
        page.locator("[name=reason]").select_option(reason)
        for field in (back, team, departure):
            expect(field).to_be_visible(visible=field is shown)
        expect(page.locator("#start-preview")).to_contain_text("Every step has its full time.")


def test_an_administrator_adds_a_step_by_keyboard_and_publishes_it(cast, plan, enter, faults):
    page = enter("ada.admin@example.com")
    page.goto("/playbooks/soft-standard/1/")
    page.get_by_role("button", name="Change it").press("Enter")
    page.get_by_role("link", name=re.compile("Add a step.*Settle in")).press("Enter")
    page.get_by_label("What is to be done").fill("Send the client a book")
    page.get_by_label("Business days after it (before: negative): Strategic").fill("3")
    page.get_by_role("button", name="Save in the draft").press("Enter")
    expect(page.get_by_role("link", name="Send the client a book")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("link", name=re.compile("Add a gate.*Close")).press("Enter")
    page.get_by_label("What must hold").fill("The book is sent")
    page.get_by_label("Checked by").select_option("done")
    expect(page.get_by_label("At least so many business days: Small")).to_be_hidden()
    page.get_by_label("Steps", exact=True).select_option("send-the-client-a-book")
    page.get_by_role("button", name="Save in the draft").press("Enter")
    page.get_by_role("link", name="See what changes").press("Enter")
    expect(page.get_by_text("The book is sent")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Publish").press("Enter")

    expect(page.get_by_text("Version 2, published")).to_be_visible()
    expect(page.get_by_text("Send the client a book")).to_be_visible()


def test_whoever_types_in_haste_chooses_whom_they_typed(cast, plan, vera):
    account = make_account("Bolt", team=cast.east, owner=cast.olga)
    page = vera()
    page.clock.install()
    page.goto(f"/accounts/{account.uuid}/plans/start/")
    incoming = page.locator("#id_incoming + .ts-wrapper")

    incoming.locator(".ts-control").click()
    page.keyboard.insert_text("Ivan")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.clock.run_for(1000)

    expect(incoming.locator(".item")).to_contain_text("Ivan Ilic")
    expect(incoming.locator(".ts-dropdown")).to_be_hidden()


def test_every_page_of_plans_is_read_by_everybody(plan, vera, enter, faults):
    page = vera()
    step, promise = plan.steps.get(key="guard-rails"), plan.steps.get(key="leader-call")
    free = make_account("Free", team=plan.account.team, owner=plan.created_by)
    tomorrow = timezone.localdate() + timedelta(days=1)
    contact = make_contact(plan.account, "Dora Decider", email="dora@client.example")
    olga, ivan = (Person.objects.get(name=name) for name in ("Olga Ortiz", "Ivan Ilic"))
    now = timezone.now()
    check_record(plan, by=olga, now=now)
    ask = {"field": "owner", "owner": ivan, "due_on": tomorrow, "what": "It is Bea.", "by": olga, "now": now}
    plan.record_checks.filter(field__in=("owner", "tier")).delete()
    record.ask(plan=plan, **ask)
    part = {"capacity": "service", "from_person": olga, "to_person": ivan, "falls_on": tomorrow, "now": now}
    takeover = support.add(plan=plan, by=plan.created_by, **part)
    Assignment.objects.create(account=plan.account, person=ivan, role="support", from_on=tomorrow)
    rehearsal = IntroductionRehearsal.objects.create(
        plan=plan,
        person=ivan,
        partner=olga,
        held_on=tomorrow,
        went="Well.",
        improve="Slower.",
        created_at=now,
    )
    main = ["/", "/transitions/", "/plans/", f"/plans/{plan.uuid}/"]
    addresses = [
        *main,
        "/plans/?q=nothing",
        "/plans/start/",
        f"/accounts/{free.uuid}/plans/start/",
        f"/plans/{plan.uuid}/history/",
        f"/plans/{plan.uuid}/packet/",
        f"/plans/{plan.uuid}/packet/preview/",
        "/packets/verify/?code=0000-0000",
        f"/accounts/{plan.account.uuid}/interview/goals/",
        f"/plans/{plan.uuid}/promises/",
        f"/plans/{plan.uuid}/promises/rehome/",
        f"/plans/{plan.uuid}/people/sponsor/",
        f"/steps/{promise.uuid}/promise/",
        f"/steps/{promise.uuid}/promise/keep/",
        f"/steps/{promise.uuid}/promise/let-go/",
        "/sponsors/",
        "/sponsors/limit/",
        f"/sponsors/{promise.owner.uuid}/",
        f"/plans/{plan.uuid}/people/incoming/",
        f"/plans/{plan.uuid}/words/",
        f"/plans/{plan.uuid}/gates/sponsor/waive/",
        f"/plans/{plan.uuid}/dates/cutover/?to={tomorrow + timedelta(days=90)}",
        f"/plans/{plan.uuid}/dates/cutover/?to={tomorrow - timedelta(days=900)}",
        f"/steps/{step.uuid}/",
        "/playbooks/",
        "/playbooks/soft-standard/1/",
        f"/plans/{plan.uuid}/record/",
        f"/plans/{plan.uuid}/record/rest/",
        f"/plans/{plan.uuid}/record/place/correct/",
        f"/plans/{plan.uuid}/record/contact-{contact.uuid.hex}/correct/",
        f"/plans/{plan.uuid}/record/request/correct/",
        f"/plans/{plan.uuid}/record/tier/ask/",
        f"/plans/{plan.uuid}/support/",
        f"/plans/{plan.uuid}/support/add/",
        f"/takeovers/{takeover.uuid}/",
        f"/takeovers/{takeover.uuid}/edit/",
        f"/plans/{plan.uuid}/readiness/",
    ]

    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page, thoroughly=address in main)
    successor = enter("ivan.ilic@example.com")
    for address in (
        f"/plans/{plan.uuid}/readiness/",
        f"/plans/{plan.uuid}/readiness/rehearse/",
        f"/rehearsals/{rehearsal.uuid}/edit/",
        f"/takeovers/{takeover.uuid}/",
    ):
        successor.goto(address)
        found[f"{address} as the incoming rep"] = faults(successor)
    page.goto(f"/accounts/{free.uuid}/plans/start/")
    page.fill("[name=cutover]", "")
    page.get_by_role("button", name="Start the plan").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    found["a plan that lacks something"] = faults(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}
