"""Each of the eight reasons from start to close: what is particular to it is done in the browser.

What all plans have in common is driven by the services between. A plan begins today and is then put back by
some months, so that its days have come.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account, Person
from tests.factories import make_account, make_contact
from tests.journeys.test_main_job import field, pick
from tests.transitions.conftest import agreed, finish, make_packet
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.guardrails import seen
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans
from transitions.services.playbooks import publish_shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONTHS = timedelta(days=500)


@pytest.fixture
def account(cast) -> Account:
    publish_shipped(now=timezone.now())
    account = make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")
    make_contact(account, "Carla Client")
    return account


def start(page: Page, account: Account, mode: str, reason: str, **fields: str) -> HandoverPlan:
    """Choose how and why, on the form; the playbook follows from it."""
    page.goto(f"/accounts/{account.uuid}/plans/start/")
    page.get_by_text(f"{mode} cutover", exact=True).first.click()
    page.locator("[name=reason]").select_option(reason)
    for name, value in fields.items():
        if name == "to_team":
            page.locator("[name=to_team]").select_option(label=value)
        else:
            page.locator(f"[name={name}]").fill(value)
    for word in ("why", "gets_better", "stays"):
        page.locator(f"[name={word}]").fill("It is said in plain words.")
    if mode == "Soft":
        pick(page, "incoming", "Ivan Ilic")
    pick(page, "sponsor", "Sam Sato")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Start the plan").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    return put_back(account.plans.get())


def put_back(plan: HandoverPlan) -> HandoverPlan:
    """As if the plan had begun MONTHS ago: its days have come."""
    for anchor in plan.anchors.all():
        anchor.falls_on -= MONTHS
        anchor.save()
    steps = list(plan.steps.all())
    for step in steps:
        step.due_on, step.planned_on = step.due_on - MONTHS, step.planned_on - MONTHS
    PlanStep.objects.bulk_update(steps, ["due_on", "planned_on"])
    HandoverPlan.objects.filter(pk=plan.pk).update(created_at=plan.created_at - MONTHS)
    make_packet(plan, plan.created_by)
    agreed(plan)
    return plan


def drive(plan: HandoverPlan, stage: str, by: Person) -> None:
    """Bring the plan to `stage` by its services; the last stage is left to the browser."""
    while plan.stage != stage:
        do_all(plan, by)
        now = timezone.now()
        try:
            plans.advance(plan=plan, version=plan.version, by=by, now=now)
        except plans.GatesClosed as error:
            for gate in error.gates:
                plans.waive(plan=plan, gate=gate.key, reason="It goes on.", by=by, now=now)
        plan.refresh_from_db()


def do_all(plan: HandoverPlan, by: Person) -> None:
    for step in plan.steps.undone().filter(stage=plan.stage).order_by("due_on", "position"):
        step.refresh_from_db()
        if step.done_at is None:
            finish(step, by=by, now=timezone.now())
    plan.refresh_from_db()


def last_stage_but_one(plan: HandoverPlan) -> str:
    return playbook_of(plan.playbook, plan.tier).stages[-2].key


@pytest.fixture
def vera(cast, enter):
    return enter("vera.voss@example.com")


def test_probe(account, cast, vera):
    cutover = timezone.localdate() + timedelta(days=120)
    plan = start(vera, account, "Soft", "promotion", cutover=cutover.isoformat())
    from accounts.models import Person
    stages = [s.key for s in playbook_of(plan.playbook, plan.tier).stages]
    print(stages)
    vera.goto(f"/plans/{plan.uuid}/")
    m = plan.meetings.order_by("step__due_on").first()
    print(m.step.key, m.purpose, m.channel)
    vera.goto(f"/meetings/{m.uuid}/debrief/")
    vera.screenshot(path="/tmp/debrief.png", full_page=True)
    print(vera.locator("form").last.inner_html()[:6000])
    p = plan.check_ins.first()
    vera.goto(f"/steps/{p.step.uuid}/promise/keep/")
    vera.screenshot(path="/tmp/keep.png", full_page=True)
    drive(plan, last_stage_but_one(plan), cast.vera)
    do_all(plan, cast.vera)
    vera.goto(f"/plans/{plan.uuid}/")
    vera.screenshot(path="/tmp/plan.png", full_page=True)
