"""A company of any size for measuring: bulk rows around plans that the product's own service starts."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import (
    Account,
    AccountRole,
    Assignment,
    ClientRequest,
    Commitment,
    Contact,
    Organisation,
    Person,
    Rep,
    Role,
    Team,
    Touchpoint,
    User,
)
from transitions.models import (
    Concern,
    CustomerMeeting,
    HandoverPlan,
    PlanStep,
    PlaybookVersion,
    SponsorCheckIn,
)
from transitions.services import plans, playbooks

ACCOUNTS_PER_REP = 100
REPS_PER_TEAM = 10
INDUSTRIES = ("retail", "software", "medical", "finance", "logistics", "energy", "education")
TIERS = (
    "standard",
    "small",
    "standard",
    "small",
    "small",
    "standard",
    "strategic",
    "small",
    "standard",
    "small",
)


def seed(*, accounts: int, now: datetime) -> dict[str, str]:
    """Fill an empty database; one account in ten is in a plan. Returns session keys by role."""
    today = now.date()
    Organisation.objects.create(pk=1, name="Bench", currency="EUR", country="DE", tz="Europe/Berlin")
    playbooks.publish_shipped(by=None, now=now)
    reps = max(accounts // ACCOUNTS_PER_REP, 4)
    root = Team.objects.add_root({"name": "Company"})
    teams = [
        Team.objects.add_child(root, {"name": f"Team {n}"}) for n in range(max(reps // REPS_PER_TEAM, 2))
    ]
    leads = [
        Person(name=f"Lead {n}", email=f"lead{n}@example.com", team=team, tz="Europe/Berlin")
        for n, team in enumerate(teams)
    ]
    staff = [
        Person(name=f"Rep {n}", email=f"rep{n}@example.com", team=teams[n % len(teams)], tz="Europe/Berlin")
        for n in range(reps)
    ]
    boss = Person(name="Boss", email="boss@example.com", team=root, tz="Europe/Berlin")
    Person.objects.bulk_create([*leads, *staff, boss])
    for team, lead in zip(teams, leads, strict=True):
        Team.objects.filter(pk=team.pk).update(lead=lead)
    Rep.objects.bulk_create(Rep(person=person) for person in staff)

    rows = [
        Account(
            name=f"Client {n:05d} {INDUSTRIES[n % 7]}",
            tier=TIERS[n % 10],
            yearly_value=Decimal(5_000 + n * 37 % 400_000),
            renewal_on=today + timedelta(days=n * 13 % 365),
            industry=INDUSTRIES[n % 7],
            country=("DE", "US", "FR", "PL", "GB")[n % 5],
            team=staff[n % reps].team,
            created_at=now,
        )
        for n in range(accounts)
    ]
    Account.objects.bulk_create(rows, batch_size=2000)
    Assignment.objects.bulk_create(
        (
            Assignment(
                account=account,
                person=staff[n % reps],
                role=AccountRole.OWNER,
                from_on=today - timedelta(days=400 + n % 300),
            )
            for n, account in enumerate(rows)
        ),
        batch_size=2000,
    )
    contacts = [
        Contact(account=account, name=f"Contact {n}-{k}", email=f"c{n}.{k}@client.example")
        for n, account in enumerate(rows)
        for k in range(2)
    ]
    Contact.objects.bulk_create(contacts, batch_size=2000)
    Touchpoint.objects.bulk_create(
        (
            Touchpoint(
                account=account,
                person=staff[n % reps],
                channel="email",
                happened_at=now - timedelta(days=n % 90),
                subject="Weekly call",
            )
            for n, account in enumerate(rows)
        ),
        batch_size=2000,
    )
    ClientRequest.objects.bulk_create(
        ClientRequest(
            account=account,
            owner=staff[n % reps],
            title="Invoice looks wrong",
            opened_on=today - timedelta(days=10),
            promised_on=today + timedelta(days=n % 9 - 3),
            escalated=n % 40 == 0,
        )
        for n, account in enumerate(rows)
        if n % 20 == 0
    )
    Commitment.objects.bulk_create(
        Commitment(
            account=account,
            owner=staff[n % reps],
            text="Send the new price list",
            made_on=today - timedelta(days=20),
            due_on=today + timedelta(days=n % 11 - 3),
        )
        for n, account in enumerate(rows)
        if n % 15 == 0
    )
    # One account in ten of every rep: each has about ten plans of their own, whatever the size.
    chosen = [account for n, account in enumerate(rows) if n // reps % 10 == n % 10]
    _start_plans(chosen, staff=staff, boss=boss, now=now)

    sessions = {}
    for name, person, role in (
        ("rep", staff[0], Role.ACCOUNT_MANAGER),
        ("leader", leads[0], Role.LEADER),
        ("executive", boss, Role.EXECUTIVE),
    ):
        user = User(person=person, email=person.email, role=role, created_at=now)
        user.set_unusable_password()
        user.save()
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.save()
        sessions[name] = store.session_key
    return sessions


def _start_plans(rows: list[Account], *, staff: list[Person], boss: Person, now: datetime) -> None:
    soft = PlaybookVersion.objects.newest().get(key="soft-standard")
    began = now - timedelta(days=30)  # plans are under way, some of their steps late
    # The first client is handled by rep 0, whose pages are measured: spread the incoming reps.
    others = cycle(staff[1:])
    owners = dict(Assignment.objects.owners().values_list("account_id", "person_id"))
    for n, account in enumerate(rows):
        incoming = next(others)
        if incoming.pk == owners[account.pk]:
            incoming = next(others)
        announced = began.date() + timedelta(days=3 + n % 40)
        plans.start(
            account=account,
            playbook=soft,
            reason="realignment",
            anchors={"announcement": announced, "cutover": announced + timedelta(days=35)},
            people={"incoming": [incoming], "sponsor": [boss]},
            why="Your region gets its own team.",
            gets_better="Someone in your own time zone.",
            stays="Contract, prices and support desk.",
            by=boss,
            now=began,
        )
    # A third of the steps are done: plans are under way, not all fresh.
    steps = PlanStep.objects.filter(position__lt=5)
    PlanStep.objects.filter(pk__in=steps.values("pk")).update(done_at=now, done_by=boss)


def first_plan_of(person_email: str) -> str:
    """The address of one plan of whoever is measured."""
    plan = HandoverPlan.objects.filter(roles__assignment__person__email=person_email).order_by("pk").first()
    assert plan is not None
    return f"/plans/{plan.uuid}/"


def large_plan_of(person_email: str) -> HandoverPlan:
    """Another plan of theirs made large: 60 steps, of them 6 meetings and 20 promises, and 10 concerns."""
    plans = HandoverPlan.objects.filter(roles__assignment__person__email=person_email).order_by("pk")
    plan = plans[1]
    steps = list(plan.steps.standing())
    meetings = _more(plan, steps, kind="meeting", until=6)
    promises = _more(plan, steps, kind="check-in", until=20)
    present = len(steps) + len(meetings) + len(promises)
    tasks = _more(plan, steps, kind="task", until=60 - present + sum(one.kind == "task" for one in steps))
    PlanStep.objects.bulk_create([*meetings, *promises, *tasks])
    CustomerMeeting.objects.bulk_create(
        CustomerMeeting(plan=plan, step=step, purpose="review") for step in meetings
    )
    SponsorCheckIn.objects.bulk_create(
        SponsorCheckIn(plan=plan, step=step, channel="phone") for step in promises
    )
    Concern.objects.bulk_create(
        Concern(
            plan=plan,
            words=f"Will number {n} still pick up the phone?",
            raised_on=plan.created_at.date(),
            seriousness=("green", "amber", "red")[n % 3],
            owner=plan.created_by,
            created_at=plan.created_at,
            created_by=plan.created_by,
        )
        for n in range(10)
    )
    kinds = Counter(plan.steps.standing().values_list("kind", flat=True))
    assert (kinds.total(), kinds["meeting"], kinds["check-in"]) == (60, 6, 20), kinds
    return plan


def _more(plan: HandoverPlan, steps: list[PlanStep], *, kind: str, until: int) -> list[PlanStep]:
    """New steps of that kind, spread over the plan's days, so that there are `until` of them."""
    alike = [step for step in steps if step.kind == kind]
    first = min(step.due_on for step in steps)
    return [
        PlanStep(
            plan=plan,
            key=f"more-{kind}/{n}",
            stage=alike[n % len(alike)].stage,
            kind=kind,
            title=alike[n % len(alike)].title,
            position=n,
            planned_on=first + timedelta(days=3 * n),
            due_on=first + timedelta(days=3 * n),
            owner_role="incoming",
            owner=plan.created_by,
        )
        for n in range(until - len(alike))
    ]


def first_account_of(person_email: str) -> str:
    """The address of one account that whoever is measured owns."""
    owned = Assignment.objects.owners().filter(person__email=person_email).order_by("pk").first()
    assert owned is not None
    return f"/accounts/{owned.account.uuid}/"
