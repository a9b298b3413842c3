"""Each of the eight reasons for a change of rep, from its start to its end, by people in a browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account, Assignment, Department, Person
from tests.factories import NOW, TODAY, make_account, make_contact
from tests.journeys.conftest import SHOTS
from tests.journeys.hands import pick
from tests.journeys.walk import WHO, WORDS, Walk
from transitions.models import HandoverPlan
from transitions.services.playbooks import publish_shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = 30_000  # milliseconds: the first page of a server takes long on a busy machine
DAYLIGHT, NIGHT = "light", "dark"


@dataclass(frozen=True)
class Change:
    """One reason: how its plan is started, what its people do by hand, and how the account ends up."""

    reason: str
    mode: str
    tier: str
    lead: str = "vera"  # who starts the plan and takes it from stage to stage
    owner: str = "olga"  # whose account it is before
    after: str = "ivan"  # ... and at the end
    team_after: str = "East"
    ended: str = "Handed over"
    named: tuple[str, ...] = ("incoming", "second_choice", "sponsor")  # in the start form
    who: Mapping[str, str] = field(default_factory=dict)  # where others than WHO hold a role
    dates: Mapping[str, date] = field(default_factory=dict)
    words: tuple[str, ...] = ("why", "gets_better", "stays")
    confidential: bool = False
    by_hand: frozenset[str] = frozenset()  # steps that are done on the pages
    waived: frozenset[str] = frozenset()  # gates
    account: Mapping[str, object] = field(default_factory=dict)
    along: Mapping[str, Callable[[Walk], None]] = field(default_factory=dict)  # what else happens in a stage


def hear_what_they_miss(walk: Walk) -> None:
    walk.raise_concern("We wait for days until anybody answers.", "Red")


def see_what_was_written(walk: Walk) -> None:
    """Olga comes back and reads what happened while she was away."""
    page = walk.page("hand-back/", walk.cast.olga)
    expect(page.get_by_text("They are content so far.").first).to_be_visible()


def is_secret(walk: Walk) -> None:
    page = walk.window(walk.cast.olga)
    answer = page.goto(f"/plans/{walk.plan.uuid}/")
    assert answer is not None
    assert answer.status == 404, "the outgoing rep reads a confidential plan"


def owner_has_not_changed(walk: Walk) -> None:
    assert walk.plan.account.assignments.owners().get().person == walk.cast.olga


CHANGES = (
    Change(
        "promotion",
        "soft",
        "strategic",
        named=("sponsor",),  # the client is heard before the choice
        by_hand=frozenset({"new-task", "former-call", "sponsor-call"}),
        account={"renewal_on": TODAY + timedelta(days=110)},
    ),
    Change(
        "leave",
        "soft",
        "standard",
        lead="olga",
        after="olga",
        ended="Covered and handed back",
        by_hand=frozenset({"check-in/1", "tell-return", "back-call", "records-back"}),
        dates={"return": TODAY + timedelta(days=180)},
        along={"cover": owner_has_not_changed, "hand-back": see_what_was_written},
    ),
    Change(
        "resignation",
        "hard",
        "strategic",
        named=("second_choice", "sponsor"),
        who={"second_choice": "stella"},
        dates={"cutover": TODAY + timedelta(days=3)},
        by_hand=frozenset({"leaver-says", "follows"}),
        words=("why",),
    ),
    Change(
        "performance",
        "hard",
        "standard",
        named=("interim", "second_choice", "sponsor"),
        who={"second_choice": "stella"},
        dates={"cutover": TODAY},
        confidential=True,
        by_hand=frozenset({"mend", "why-unseen"}),
        along={"secure": is_secret},
    ),
    Change(
        "realignment",
        "soft",
        "small",
        named=("incoming",),
        by_hand=frozenset({"their-side", "stays-put"}),
        waived=frozenset({"second-choice"}),
    ),
    Change(
        "client_request",
        "soft",
        "standard",
        dates={"announcement": TODAY + timedelta(days=21), "cutover": TODAY + timedelta(days=28)},
        by_hand=frozenset({"their-words", "got-it"}),
        along={"announce": hear_what_they_miss},
    ),
    Change(
        "step_back",
        "soft",
        "standard",
        lead="sam",
        owner="sam",
        who={"sponsor": "vera"},
        by_hand=frozenset({"former-visit/1", "ceo-call/1"}),
    ),
    Change(
        "closeout",
        "soft",
        "standard",
        lead="olga",
        after="stella",
        team_after="West",
        who={"incoming": "stella"},
        by_hand=frozenset({"delivered", "acceptance", "way-in"}),
    ),
)


@pytest.fixture
def clock(transactional_db):
    """The clock of server and test, which a test moves on; it begins where the factories' rows begin."""
    with time_machine.travel(NOW) as travelling:
        yield travelling


@pytest.fixture
def window(cast, visit, settings, live_server):
    """`window(person)`: the window in which a person is signed in, the same each time."""
    settings.SESSION_COOKIE_AGE = 10 * 365 * 24 * 3600  # a plan takes months, and nobody signs in anew
    users = {user.person_id: user for user in cast.users.values()}
    windows: dict[int, Page] = {}

    def of(person: Person) -> Page:
        if person.pk not in windows:
            client, page = Client(), visit()
            page.set_default_timeout(LONG)
            client.force_login(users[person.pk], backend="django.contrib.auth.backends.ModelBackend")
            name = configured.SESSION_COOKIE_NAME
            page.context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
            )
            windows[person.pk] = page
        return windows[person.pk]

    return of


def an_account(cast, change: Change) -> Account:
    """A client who knows somebody by name, whose contract renews some day, and a desk that talks to them."""
    account = make_account(
        "Acme Precision Tools",
        team=cast.east,
        owner=getattr(cast, change.owner),
        tier=change.tier,
        **{"renewal_on": date(2029, 3, 31), **change.account},
    )
    make_contact(account, "Carla Client", title="Head of operations")
    Department.objects.create(name="Support desk", person=cast.walt)
    if change.tier == "strategic":
        since = date(2026, 1, 7)
        Assignment.objects.create(
            account=account, person=cast.walt, role="support", capacity="service", from_on=since
        )
    return account


def start(walk: Walk, account: Account, change: Change) -> HandoverPlan:
    page = walk.visit(f"/accounts/{account.uuid}/")
    page.get_by_role("link", name="Start a handover plan").click()
    page.locator(f"[name=mode][value={change.mode}]").check()
    page.locator("[name=reason]").select_option(change.reason)
    for name, day in change.dates.items():
        page.locator(f"[name={name}]").fill(day.isoformat())
    for role in change.named:
        pick(page, role, getattr(walk.cast, walk.who[role]).name)
    for word in change.words:
        page.locator(f"[name={word}]").fill(WORDS[word][1])
    if change.confidential:
        page.get_by_label("Keep this plan confidential for now").check()
    page.wait_for_load_state("networkidle")  # the preview of the dates
    expect(page.locator("#start-preview")).to_contain_text("Cutover")
    page.get_by_role("button", name="Start the plan").click()
    expect(page.get_by_text("The plan has begun. These are its first steps.")).to_be_visible()
    return account.plans.get()


def look(walk: Walk, name: str, *looks: tuple[int, str]) -> None:
    """Keep how the plan's page looks, where a folder is given for that."""
    if not SHOTS:
        return
    for width, theme in looks:
        page = walk.page("notes/")  # a page in between, so that the plan is loaded as wide as it is shown
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        walk.page("").wait_for_load_state("networkidle")
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{theme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme=DAYLIGHT)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.reason)
def test_a_plan_for_this_reason_is_carried_out(change, cast, clock, window):
    publish_shipped(now=timezone.now())
    account = an_account(cast, change)
    walk = Walk(cast=cast, window=window, clock=clock, lead=change.lead)
    walk.who = {**WHO, **change.who}
    walk.plan = start(walk, account, change)
    assert (walk.plan.reason, walk.plan.mode) == (change.reason, change.mode)
    stages = walk.playbook.stages
    middle = stages[len(stages) // 2].key

    while not walk.playbook.is_last(walk.plan.stage):
        if also := change.along.get(walk.plan.stage):
            also(walk)
        walk.work(change.by_hand)
        if walk.plan.stage == middle:
            look(walk, f"{change.reason}-middle", (1280, DAYLIGHT), (360, NIGHT))
        walk.open_gates(change.waived)
        walk.advance()

    walk.lead = change.after  # whoever has the account now looks back
    page = walk.page("")
    expect(page.get_by_text("This plan was closed on")).to_contain_text(f"How it ended: {change.ended}.")
    look(walk, f"{change.reason}-closed", (1280, NIGHT), (360, DAYLIGHT))
    account.refresh_from_db()
    owner = account.assignments.owners().get().person
    assert owner == getattr(cast, change.after)
    assert account.team.name == change.team_after
    page.goto(f"/accounts/{account.uuid}/")
    expect(page.get_by_role("main")).to_contain_text(owner.name)
    page = walk.page("history/?kind=stage")
    story = page.locator("ol.story")
    for stage in stages[1:]:  # of the first it says that the plan was opened
        expect(story).to_contain_text(stage.title)
    done = walk.plan.steps.filter(key__in=change.by_hand).exclude(done_at=None)
    assert set(done.values_list("key", flat=True)) == change.by_hand
