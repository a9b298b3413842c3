"""The main job, done by people in a browser: import, invite, plan, gates, packet, digest, dashboard."""

import io
import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.models import Account, Organisation, Person, ReminderPreference
from accounts.services.people import create_administrator
from tests.environment import OUTSIDE_DATA
from tests.journeys.hands import field, pick
from transitions.models import HandoverPlan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CRM = OUTSIDE_DATA / "crm_sales"
FILES = [CRM / name for name in ("accounts.csv", "sales_teams.csv", "sales_pipeline.csv")]
PASSWORD = "correct horse battery"
OUTGOING, INCOMING, LEADER = "Darcel Schlecht", "Jonathan Berthelot", "Melvin Marxen"


def address_of(name: str) -> str:
    return name.lower().replace(" ", ".") + "@example.com"


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in/login/")
    field(page, "Email").fill(email)
    field(page, "Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@pytest.fixture
def company(transactional_db):
    """An empty company with one administrator, as `make run DEMO=0` and `create_admin` leave it."""
    call_command("prepare", verbosity=0)
    Organisation.objects.update_or_create(
        pk=1, defaults={"name": "Northwind", "tz": "America/New_York", "country": "US", "currency": "USD"}
    )
    return create_administrator(
        email="ada@example.com", name="Ada Admin", password=PASSWORD, now=timezone.now()
    )


def bring_in(page: Page, files: list, source: str) -> None:
    page.goto("/imports/new/")
    field(page, "Where the files come from").fill(source)
    field(page, "Files").set_input_files(files)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_text("Nothing has been imported yet.")).to_be_visible()
    page.get_by_role("button", name="Import all of this").click()
    expect(page.get_by_role("link", name="New import")).to_be_visible()


def invite(page: Page, people: dict[str, str]) -> None:
    page.goto("/people/invite/")
    for name, role in people.items():
        page.get_by_label(f"Email: {name}").fill(address_of(name))
        page.get_by_label(f"Role: {name}").select_option(label=role)
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_text("Nobody was invited yet")).to_have_count(0)


def accept(page: Page, letter: str) -> None:
    link = re.search(r"https?://\S+/welcome/\S+", letter)
    assert link, letter
    page.goto(link.group())
    field(page, "Choose a password").fill(PASSWORD)
    field(page, "The password again").fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()


def text_to(post, name: str) -> str:
    letters = [mail for mail in post.accepted if mail.recipient == address_of(name)]
    assert letters, f"no mail to {name}: {[mail.recipient for mail in post.accepted]}"
    return letters[-1].mail.get_body(("plain",)).get_content()


def tick_off(page: Page, title: str) -> None:
    step = page.locator("li.step").filter(has_text=title).first
    step.locator("button.step-do").click()
    expect(page.locator("li.step.done").filter(has_text=title).first).to_be_attached()


def open_packet(page: Page) -> str:
    """Have the PDF made by the worker, fetch it as the browser would, and return its text."""
    page.get_by_role("link", name="Open the packet").click()
    page.get_by_role("button", name=re.compile("PDF")).first.click()
    link = page.get_by_role("link", name=re.compile("Open the PDF|Open PDF"))
    expect(link.first).to_be_visible(timeout=60_000)
    answer = page.request.get(link.first.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)


def noon_of_first_step(plan: HandoverPlan, name: str) -> datetime:
    """When whoever owes the plan's next step has had breakfast, on the day it is due or tomorrow.

    They want to be told on that day even if it is a holiday, as it is on some days of the year.
    """
    owner = Person.objects.get(name=name)
    ReminderPreference.objects.update_or_create(person=owner, defaults={"quiet_holidays": False})
    due_on = plan.steps.filter(owner__name=name, done_at=None).order_by("due_on").first().due_on
    day = max(due_on, timezone.localdate() + timedelta(days=1))
    return datetime.combine(day, time(17), tzinfo=UTC)


def start_plan(
    page: Page,
    account: Account,
    *,
    playbook: str,
    reason: str,
    fields: dict[str, str],
    people: dict[str, str],
) -> None:
    page.goto(f"/accounts/{account.uuid}/")
    page.get_by_role("link", name="Start a handover plan").click()
    page.get_by_text(playbook, exact=False).first.click()
    field(page, "Reason").select_option(label=reason)
    for label, value in fields.items():
        field(page, label).fill(value)
    for label, name in people.items():
        pick(page, label, name)
    page.wait_for_load_state("networkidle")  # the preview stands above the button, and moves it
    page.get_by_role("button", name="Start the plan").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()


@pytest.mark.skipif(not CRM.exists(), reason=f"no CRM data at {CRM} (set OUTSIDE_DATA)")
def test_a_real_crm_export_becomes_a_soft_handover(company, visit, post, worker, tick):
    ada = visit()
    sign_in(ada, "ada@example.com")
    bring_in(ada, FILES, "Sales CRM")
    assert Account.objects.count() == 85
    invite(ada, {OUTGOING: "Account manager", LEADER: "Leader"})
    tick(timezone.now())
    darcel = visit()
    accept(darcel, text_to(post, OUTGOING))

    account = Account.objects.filter(assignments__person__name=OUTGOING, assignments__role="owner").first()
    cutover = timezone.localdate() + timedelta(days=70)
    start_plan(
        darcel,
        account,
        playbook="Soft cutover",
        reason="Promotion",
        fields={
            "Cutover": cutover.isoformat(),
            "Why the change": "I lead our new office from spring.",
            "What gets better for them": "Somebody who knows your industry.",
            "What stays as it is": "Contract, prices and the support desk.",
        },
        people={"incoming": INCOMING, "sponsor": LEADER},
    )

    expect(darcel.get_by_text("2 gates are still closed")).to_be_visible()
    expect(darcel.get_by_role("button", name="Move to “Announce”")).to_be_disabled()
    tick_off(darcel, "Check the guard-rails")
    expect(darcel.get_by_text("1 gate is still closed")).to_be_visible()

    plan = account.plans.get()
    melvin = visit()
    letters = [mail for mail in post.accepted if mail.recipient == address_of(LEADER)]
    accept(melvin, letters[0].mail.get_body(("plain",)).get_content())
    melvin.goto(f"/plans/{plan.uuid}/message/")
    field(melvin, "Whom they turn to now").fill(f"{OUTGOING}, as before.")
    melvin.get_by_role("button", name="Approve the message").click()
    expect(melvin.get_by_text("Version 1, approved by")).to_be_visible()

    darcel.reload()
    darcel.get_by_role("button", name="Move to “Announce”").click()
    expect(darcel.locator("li[aria-current=step]")).to_contain_text("Announce")

    said = open_packet(darcel)
    assert account.name in said
    assert "Somebody who knows your industry." in said

    tick(noon_of_first_step(plan, OUTGOING))
    digest = text_to(post, OUTGOING)
    assert account.name in digest
    assert "/welcome/" not in digest

    melvin.get_by_role("link", name="Transitions").click()
    expect(melvin.get_by_role("heading", name="Plans by stage")).to_be_visible()
    expect(melvin.get_by_role("table").first).to_contain_text("Announce")
    melvin.goto(f"/plans/{plan.uuid}/")
    expect(melvin.get_by_role("heading", name=account.name)).to_be_visible()


@pytest.mark.skipif(not CRM.exists(), reason=f"no CRM data at {CRM} (set OUTSIDE_DATA)")
def test_our_own_export_becomes_a_hard_handover(company, visit, post, worker, tick, tmp_path):
    accounts, teams, pipeline = (str(path) for path in FILES)
    call_command("import_crm", "--accounts", accounts, "--teams", teams, "--pipeline", pipeline)
    call_command("export_crm", "--out", str(tmp_path))
    exported = [tmp_path / "accounts.csv", tmp_path / "people.csv"]
    call_command("flush", interactive=False, verbosity=0)
    call_command("prepare", verbosity=0)
    create_administrator(email="ada@example.com", name="Ada Admin", password=PASSWORD, now=timezone.now())
    ada = visit()
    sign_in(ada, "ada@example.com")
    bring_in(ada, exported, "Our own export")
    assert Account.objects.count() == 85
    invite(ada, {INCOMING: "Account manager", LEADER: "Leader"})
    tick(timezone.now())
    melvin = visit()
    accept(melvin, text_to(post, LEADER))

    account = Account.objects.filter(assignments__person__name=OUTGOING, assignments__role="owner").first()
    yesterday = timezone.localdate() - timedelta(days=1)
    start_plan(
        melvin,
        account,
        playbook="Hard cutover",
        reason="Resignation",
        fields={"Cutover": yesterday.isoformat(), "Why the change": "Darcel has left us."},
        people={},
    )

    expect(melvin.get_by_text(re.compile("gates? (is|are) still closed"))).to_be_visible()
    melvin.locator("li").filter(has_text="Interim rep").get_by_role("link", name="Choose").first.click()
    pick(melvin, "interim", INCOMING)
    melvin.get_by_role("button", name=re.compile("Save|Choose|Keep")).first.click()
    expect(melvin.get_by_text(INCOMING).first).to_be_visible()

    said = open_packet(melvin)
    assert account.name in said

    tick(noon_of_first_step(account.plans.get(), INCOMING))
    assert account.name in text_to(post, INCOMING)

    melvin.get_by_role("link", name="Transitions").click()
    expect(melvin.get_by_role("heading", name="Plans by stage")).to_be_visible()
    expect(melvin.get_by_role("main")).to_contain_text(account.name)
