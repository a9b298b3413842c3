"""A book of any size, as departures meet it: tiers, industries, people who know people, promises."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import (
    Account,
    AccountRole,
    Acquaintance,
    Assignment,
    ClientRequest,
    Commitment,
    Contact,
    Organisation,
    Person,
    Rep,
    Role,
    Team,
    User,
)
from transitions.services import playbooks

INDUSTRIES = ("retail", "software", "medical", "finance", "logistics", "energy", "education")
TIERS = ("standard", "small", "small", "standard", "small", "small", "standard", "small", "small", "small")
SENIORITIES = ("mid", "senior", "junior", "principal")


def make_book(
    *, accounts: int, reps: int, now: datetime, capacity: int = 0, company: str = "Bench"
) -> tuple[Person, User]:
    """Fill an empty database: one leaver with `accounts`, `reps` who may take them over, and their leader.

    Returns the leaver and the leader's sign-in. Capacity is 60 % more than the book needs, unless given.
    """
    today = now.date()
    Organisation.objects.update_or_create(
        pk=1, defaults={"name": company, "currency": "EUR", "country": "DE", "tz": "Europe/Berlin"}
    )
    playbooks.publish_shipped(by=None, now=now)
    team = Team.objects.add_root({"name": "Company"})
    lead = Person.objects.create(name="Lena Lead", email="lena.lead@example.com", team=team)
    Team.objects.filter(pk=team.pk).update(lead=lead)
    user = User(person=lead, email=lead.email, role=Role.LEADER, created_at=now)
    user.set_unusable_password()
    user.save()
    leaver = Person.objects.create(name="Lara Leaver", email="lara.leaver@example.com", team=team)
    staff = Person.objects.bulk_create(
        Person(name=f"Rep {n:02d}", email=f"rep{n}@example.com", team=team) for n in range(reps)
    )
    strategic = min(accounts // 10, 3 * reps)  # no rep takes more than three in a quarter
    tiers = ["strategic" if n < strategic else TIERS[n % 10] for n in range(accounts)]
    points = sum({"strategic": 8, "standard": 3, "small": 1}[tier] for tier in tiers)
    room = capacity or points * 16 // 10 // max(reps, 1) + 8
    Rep.objects.bulk_create(
        Rep(
            person=person,
            seniority=SENIORITIES[n % 4],
            capacity=room,
            joined_on=today - timedelta(days=100 + 211 * n % 3000),
            industries=[INDUSTRIES[n % 7], INDUSTRIES[(n * 3 + 1) % 7]],
        )
        for n, person in enumerate([leaver, *staff])
    )
    rows = Account.objects.bulk_create(
        (
            Account(
                name=f"Client {n:04d}",
                tier=tier,
                yearly_value=Decimal(5_000 + n * 37_000 % 400_000),
                renewal_on=today + timedelta(days=n * 13 % 365),
                industry=INDUSTRIES[n % 7],
                country=("DE", "US", "FR", "PL", "GB")[n % 5],
                team=team,
                created_at=now,
            )
            for n, tier in enumerate(tiers)
        ),
        batch_size=1000,
    )
    since = today - timedelta(days=400)
    Assignment.objects.bulk_create(
        (Assignment(account=row, person=leaver, role=AccountRole.OWNER, from_on=since) for row in rows),
        batch_size=1000,
    )
    contacts = Contact.objects.bulk_create(
        (Contact(account=row, name=f"Contact {n}-{k}") for n, row in enumerate(rows) for k in range(2)),
        batch_size=1000,
    )
    Acquaintance.objects.bulk_create(
        (Acquaintance(person=staff[n % reps], contact=contact) for n, contact in enumerate(contacts[::5])),
        batch_size=1000,
    )
    ClientRequest.objects.bulk_create(
        ClientRequest(account=row, owner=leaver, title="Invoice looks wrong", opened_on=since)
        for row in rows[::4]
    )
    Commitment.objects.bulk_create(
        Commitment(account=row, owner=leaver, text="Send the price list", made_on=since) for row in rows[::3]
    )
    return leaver, user
