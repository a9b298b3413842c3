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
from transitions.rules.gates import GateState
from transitions.selectors.plans import guards_page
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans
from transitions.services.playbooks import publish_shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONTHS = timedelta(days=728)
AHEAD = 400  # days to the cutover, enough notice for any playbook


@pytest.fixture
def account(cast) -> Account:
    publish_shipped(now=timezone.now())
    account = make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")
    make_contact(account, "Carla Client", email="carla@acme.example")
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
    for _ in range(30):
        if plan.stage == stage:
            return
        do_all(plan, by)
        now = timezone.now()
        try:
            plans.advance(plan=plan, version=plan.version, by=by, now=now)
        except plans.GatesClosed as error:
            for gate in error.gates:
                if gate.gate.waivable:
                    plans.waive(plan=plan, gate=gate.key, reason="It goes on.", by=by, now=now)
                else:
                    provide(plan, gate, by)
        plan.refresh_from_db()
    raise AssertionError(f"the plan does not leave {plan.stage}")


def approve_all(plan: HandoverPlan, by: Person) -> None:
    for line in guards_page(plan, timezone.now()).lines:
        if line.over and line.state != "approved":
            asked = {"guard": line.guard, "verdict": "approved", "reason": "We know them.", "over": line.over}
            plans.decide(plan=plan, by=by, now=timezone.now(), **asked)


def provide(plan: HandoverPlan, gate: GateState, by: Person) -> None:
    """What a gate lacks that nobody may waive."""
    for missing in gate.missing:
        if missing.hint == "people":
            name = {"interim": "Bea Brandt"}.get(missing.subject, "Ivan Ilic")
            people = [Person.objects.get(name=name)]
            asked = {"role": missing.subject, "people": people, "version": plan.version}
            plans.set_people(plan=plan, by=by, now=timezone.now(), **asked)
            plan.refresh_from_db()
        elif missing.hint == "guards":
            approve_all(plan, by)
        else:
            raise AssertionError(f"{gate.key}: {missing}")


def do_all(plan: HandoverPlan, by: Person) -> None:
    for step in plan.steps.undone().filter(stage=plan.stage).order_by("due_on", "position"):
        step.refresh_from_db()
        if step.done_at is None:
            finish(step, by=by, now=timezone.now())
    plan.refresh_from_db()


def last_stage_but_one(plan: HandoverPlan) -> str:
    return playbook_of(plan.playbook, plan.tier).stages[-2].key


# What the browser does of every plan


def hold_a_meeting(page: Page, plan: HandoverPlan) -> None:
    """Tell how the next meeting with the client went, with a concern that came up."""
    meeting = plan.meetings.filter(held_at=None, step__stage=plan.stage, step__dropped_at=None).first()
    if meeting is None:
        return
    page.goto(f"/meetings/{meeting.uuid}/debrief/")
    page.locator("[name=held_at]").fill(f"{timezone.localdate() - timedelta(days=2)}T15:00")
    pick(page, "contacts", "Carla Client")
    field(page, "What they said").fill("They will miss Olga, and are glad to have met Ivan.")
    page.get_by_role("button", name="It was held").click()
    expect(page).not_to_have_url(re.compile("debrief"))
    meeting.refresh_from_db()
    assert meeting.step.done_at is not None


def keep_a_promise(page: Page, plan: HandoverPlan) -> None:
    step = plan.steps.undone().filter(kind="check-in").order_by("due_on", "pk").first()
    page.goto(f"/steps/{step.uuid}/promise/keep/")
    page.locator("[name=channel]").select_option("phone")
    pick(page, "person", "Sam Sato")
    field(page, "What was said").fill("All is well.")
    page.get_by_role("button", name="It was kept").click()
    expect(page).not_to_have_url(re.compile("keep"))
    step.refresh_from_db()
    assert step.done_at is not None


def move_on(page: Page, plan: HandoverPlan) -> None:
    was = plan.stage
    page.goto(f"/plans/{plan.uuid}/")
    page.get_by_role("button", name=re.compile("Move to")).click()
    expect(page.locator("#news, .alert").first).to_be_visible()
    plan.refresh_from_db()
    assert plan.stage != was


# What is particular to a reason


def approve_the_message(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/message/")
    expect(page.get_by_text("Approved").first).to_be_visible()


def come_back(page: Page, plan: HandoverPlan, cast) -> None:
    drive(plan, "hand-back", cast.vera)
    page.goto(f"/plans/{plan.uuid}/hand-back/")
    expect(page.get_by_role("main")).to_contain_text("Olga Ortiz")


def name_the_interim(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/people/interim/")
    pick(page, "interim", "Bea Brandt")
    page.get_by_role("button", name=re.compile("Save|Choose|Keep")).first.click()
    expect(page.get_by_role("main")).to_contain_text("Bea Brandt")


def say_why_it_was_not_seen(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/words/")
    page.locator("[name=unseen]").fill("We asked the buyer, never the people who use it.")
    page.get_by_role("button", name="Save").click()
    expect(page).not_to_have_url(re.compile("words"))
    plan.refresh_from_db()
    assert plan.unseen


def approve_short_notice(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/guard-rails/")
    notice = page.locator("#guard-notice")
    notice.locator("textarea").fill("They asked for it to be quick.")
    notice.get_by_role("button", name="Approve").click()
    expect(page.locator("#guard-notice")).to_contain_text("Approved by Vera Voss")


def take_the_clients_word(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/concerns/add/")
    page.locator("[name=words]").fill("We want somebody who knows our plants.")
    page.locator("[name=seriousness][value=amber]").check()
    page.locator("[name=raised_by_name]").fill("Carla Client")
    page.get_by_role("button", name=re.compile("Note|Save|Add")).first.click()
    expect(page).not_to_have_url(re.compile("add"))
    assert plan.concerns.count() == 1


def promise_for_life(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/promises/")
    expect(page.get_by_role("main")).to_contain_text("Face to face")


def see_the_other_team(page: Page, plan: HandoverPlan, cast) -> None:
    page.goto(f"/plans/{plan.uuid}/")
    expect(page.get_by_role("main")).to_contain_text("West")
    assert plan.to_team == cast.west


REASONS = {
    "promotion": ("Soft", approve_the_message, {}),
    "leave": ("Soft", come_back, {"return": 500}),
    "resignation": ("Hard", name_the_interim, {"cutover": 3}),
    "performance": ("Soft", say_why_it_was_not_seen, {}),
    "realignment": ("Soft", approve_short_notice, {"cutover": 30}),
    "client_request": ("Hard", take_the_clients_word, {"cutover": 3}),
    "step_back": ("Soft", promise_for_life, {}),
    "closeout": ("Soft", see_the_other_team, {}),
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_plan_for_each_reason_goes_from_start_to_close(reason, account, cast, enter):
    mode, particular, days = REASONS[reason]
    given = {key: (timezone.localdate() + timedelta(days=n)).isoformat() for key, n in days.items()}
    far = (timezone.localdate() + timedelta(days=AHEAD)).isoformat()
    fields = {"cutover": far, **given, **({"to_team": "West"} if reason == "closeout" else {})}
    page = enter("vera.voss@example.com")

    plan = start(page, account, mode, reason, **fields)
    assert (plan.mode, plan.reason, plan.playbook.key) == (
        mode.lower(),
        reason,
        f"{mode.lower()}-{reason.replace('_', '-')}",
    )
    if reason != "leave":
        particular(page, plan, cast)
    stages = [stage.key for stage in playbook_of(plan.playbook, plan.tier).stages]
    with_client = set(plan.meetings.values_list("step__stage", flat=True))
    drive(plan, next(stage for stage in stages if stage in with_client), cast.vera)
    hold_a_meeting(page, plan)
    keep_a_promise(page, plan)
    if reason == "leave":
        particular(page, plan, cast)
    drive(plan, stages[-2], cast.vera)
    do_all(plan, cast.vera)
    move_on(page, plan)

    assert (plan.state, plan.outcome) == ("closed", "handed_over")
    expect(page.get_by_role("main")).to_contain_text(re.compile("handed over", re.IGNORECASE))
    account.refresh_from_db()
    owner = account.assignments.live().get(role="owner").person
    assert owner == (cast.olga if reason == "leave" else cast.ivan)
    assert account.team == (cast.west if reason == "closeout" else cast.east)
