"""A rep leaves, done by a leader in a browser: from standing cover to plans for the whole book."""

import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account, Assignment, Delivery, Organisation, Person, Rep, Role, Team, User
from tests.books import make_book
from tests.environment import OUTSIDE_DATA
from tests.factories import PASSWORD, make_user
from transitions.models import Departure, HandoverPlan, StandingCover
from transitions.services import departures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CRM = OUTSIDE_DATA / "crm_sales"
FILES = [str(CRM / name) for name in ("accounts.csv", "sales_teams.csv", "sales_pipeline.csv")]
LONG = 60_000  # milliseconds: a proposal takes up to twenty seconds


@pytest.fixture
def crm(transactional_db):
    """A company as its CRM export leaves it; everybody has room for more."""
    call_command("prepare", verbosity=0)
    Organisation.objects.update_or_create(
        pk=1, defaults={"name": "Northwind", "tz": "America/New_York", "country": "US", "currency": "USD"}
    )
    accounts, teams, pipeline = FILES
    call_command("import_crm", "--accounts", accounts, "--teams", teams, "--pipeline", pipeline)
    Rep.objects.update(capacity=60)
    for person in Person.objects.all():  # the export knows no addresses
        person.email = f"{person.name.lower().replace(' ', '.')}@example.com"
        person.save()


def busiest() -> Person:
    owned = Assignment.objects.owners().values_list("person", flat=True)
    counts: dict[int, int] = {}
    for person in owned:
        counts[person] = counts.get(person, 0) + 1
    return Person.objects.get(pk=max(counts, key=lambda pk: (counts[pk], -pk)))


def leader_of(person: Person) -> User:
    path = person.team.path
    above = [path[:end] for end in range(Team.steplen, len(path) + 1, Team.steplen)]
    team = Team.objects.filter(path__in=above, lead__isnull=False).order_by("-path").first()
    lead = team.lead
    return make_user(lead, Role.LEADER)


def sign_in(page: Page, email: str) -> Page:
    """With patience: the first page waits for what the test has just written by the thousand."""
    page.set_default_timeout(LONG)
    page.goto("/sign-in/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/")
    return page


def begin(page: Page, person: Person, *, reason: str = "Resignation") -> None:
    """From standing cover to a departure that is being prepared."""
    departures.keep_covers(now=timezone.now())
    page.get_by_role("link", name="Departures").first.click()
    page.get_by_role("link", name="If they left today").first.click()
    page.goto(f"/standing-cover/{StandingCover.objects.get(person=person).uuid}/")
    expect(page.get_by_role("heading", name=f"If {person.name} left today")).to_be_visible()
    page.get_by_role("link", name="Plan this departure").click()
    expect(page.get_by_text("Accounts owned")).to_be_visible()
    page.get_by_label(re.compile(r"^\W*Last day\W*$")).fill(timezone.localdate().isoformat())
    page.get_by_label(re.compile(r"^\W*Reason\W*$")).select_option(label=reason)
    page.get_by_role("button", name="Prepare the departure").click()
    expect(page.get_by_text("Nothing has changed hands yet.")).to_be_visible(timeout=LONG)


def propose(page: Page) -> None:
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("heading", name="Proposal", exact=True).nth(1)).to_be_visible(timeout=LONG)
    expect(page.get_by_role("link", name="Carry it out")).to_be_visible(timeout=LONG)


def carry_out(page: Page) -> None:
    page.get_by_role("link", name="Carry it out").click()
    page.get_by_label(re.compile("Everybody concerned is told")).check()
    page.get_by_role("button", name="Carry it out").click()


@pytest.mark.skipif(not CRM.exists(), reason=f"no CRM data at {CRM} (set OUTSIDE_DATA)")
def test_the_rep_with_the_most_accounts_leaves(crm, visit, worker, faults):
    leaver = busiest()
    owned = Account.objects.filter(assignments__person=leaver, assignments__role="owner").count()
    page = sign_in(visit(), leader_of(leaver).email)
    begin(page, leaver)
    assert faults(page) == []
    page.get_by_role("link", name="Proposal").click()
    propose(page)
    assert faults(page, thoroughly=True) == []

    page.get_by_role("link", name="Choose").first.click()
    page.get_by_role("button", name=re.compile("^Pin")).first.click()
    expect(page.get_by_text("The settings have changed since this proposal.")).to_be_visible()
    propose(page)
    page.get_by_role("link", name="Save as another scenario").click()
    page.get_by_label(re.compile("Name of the scenario")).fill("Without the busiest")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Without the busiest")).to_be_visible()
    carry_out(page)

    expect(page.get_by_text(f"{owned} plans were opened.")).to_be_visible(timeout=LONG)
    assert HandoverPlan.objects.filter(reason="resignation", mode="hard").count() == owned
    mails = Delivery.objects.filter(kind="departure")
    assert 0 < mails.count() == mails.values("person").distinct().count()
    page.get_by_role("button", name="Undo the whole departure").click()
    expect(page.get_by_text("Undone: the plans are cancelled")).to_be_visible(timeout=LONG)
    assert not HandoverPlan.objects.open().exists()


def test_a_book_of_five_hundred_accounts_changes_hands(transactional_db, visit, worker):
    leaver, user = make_book(accounts=500, reps=40, now=timezone.now(), company="Northwind")
    user.set_password(PASSWORD)
    user.save()
    page = sign_in(visit(), user.email)
    begin(page, leaver)
    page.get_by_role("link", name="Proposal").click()
    propose(page)
    carry_out(page)

    expect(page.get_by_text("500 plans were opened.")).to_be_visible(timeout=LONG)
    assert Departure.objects.get().state == "committed"
    assert HandoverPlan.objects.open().count() == 500
