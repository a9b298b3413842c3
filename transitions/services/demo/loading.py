"""From the generator to rows, in one transaction: organisation, import, facts, sign-ins, plans."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Account, ImportRun, Organisation, Person, User
from accounts.selectors.calendar import calendar_of
from accounts.services import audit, imports
from accounts.services.history import keep
from transitions.rules.demo import company, plans
from transitions.rules.demo.generator import Company, generate
from transitions.services import plans as handovers
from transitions.services import sponsors
from transitions.services.demo.departures import prepare_departure
from transitions.services.demo.facts import known, write_facts
from transitions.services.demo.message import name_departments
from transitions.services.demo.needs import write_needs
from transitions.services.demo.plans import write_plans
from transitions.services.playbooks import publish_shipped

IMPORTED = timedelta(days=200)  # before now: the company has worked with the product for a while


class NotEmpty(Exception):
    """There are people already who are not the demo company's."""


@dataclass(frozen=True, slots=True)
class Loaded:
    new: bool  # False: it was there already
    unmade_packets: tuple[str, ...] = ()  # accounts whose packet could not be drawn, and why


@transaction.atomic
def load(*, now: datetime, say: Callable[[str], None] = lambda line: None) -> Loaded:
    """Fill an empty database with the demo company as it is at `now`. Loading it twice changes nothing.

    Raises NotEmpty. `say` is told what happens.
    """
    if ImportRun.objects.filter(source=company.SOURCE).exists():
        return Loaded(new=False)
    if User.objects.exists() or Person.objects.exists():
        raise NotEmpty
    today = now.date()
    accounts = [plan.account for plan in plans.PLANS]
    made = generate(today, busy=accounts, calm=plans.CALM, escalated=plans.ESCALATED)
    write_organisation(today)
    say("People, teams, accounts, contacts and deals go through the importer")
    bring_in(made, now=now - IMPORTED)
    write_sign_ins(now=now - IMPORTED)
    say("Requests, commitments, touchpoints and briefings")
    write_facts(made, now=now)
    rows = known()
    write_needs(rows, by=rows.people[company.member("Nadia Petrov").name], now=now)
    publish_shipped(now=now - IMPORTED)
    name_departments(by=Person.objects.get(name="Nadia Petrov"), now=now - IMPORTED)
    say("Handover plans, carried on from day to day")
    unmade = write_plans(made, now=now)
    give_a_day_off(now=now)
    let_the_leaver_go(now=now)
    sponsors.rehome_left(now=now)
    sponsors.carry_on(now=now)
    # Each deed counted what was late on its own day, weeks ago.
    handovers.refresh_risk(now)
    say("A departure that is being prepared, and standing cover")
    prepare_departure(now=now)
    return Loaded(new=True, unmade_packets=tuple(unmade))


def write_organisation(today: date) -> None:
    free = [
        [date(year, month, day).isoformat(), name]
        for year in (today.year, today.year + 1)
        for month, day, name in plans.FREE_DAYS
    ]
    Organisation.objects.update_or_create(
        pk=1,
        defaults={
            "name": company.NAME,
            "currency": company.CURRENCY,
            "country": company.COUNTRY,
            "tz": company.ZONE,
            "free_days": free,
        },
    )


def bring_in(made: Company, *, now: datetime) -> None:
    """The same way as any company: as files of a CRM. Sales operations imports, and is in the file too."""
    sales = company.member("Nadia Petrov")
    by = keep(Person(name=sales.name, email=sales.email), by=None, now=now)
    uploads = [(f"{kind}.csv", content) for kind, content in made.tables.items()]
    run = imports.stage(uploads=uploads, kinds=list(made.tables), source=company.SOURCE, by=by, now=now)
    imports.commit(run=run, by=by, now=now)


def write_sign_ins(*, now: datetime) -> None:
    """Everybody knows this password: it is printed when the demo starts, and stands on its sign-in page."""
    for name, role, _words in company.SIGN_INS:
        person = Person.objects.get(name=name)
        user = User(person=person, email=person.email, role=role, created_at=now)
        user.set_password(company.PASSWORD)
        user.save()
        audit.record(verb="add_user", rows=[user], by=None, now=now)


def give_a_day_off(*, now: datetime) -> None:
    """A client's extra free day, of which its plan knows nothing yet: somebody has to count it again."""
    name, ahead, words = plans.CLIENT_FREE
    account = Account.objects.get(name=name)
    day = calendar_of(account, now.date()).roll(now.date() + timedelta(days=ahead))
    account.free_days = [[day.isoformat(), words]]
    account.version += 1
    keep(account, by=Person.objects.get(name="Nadia Petrov"), now=now, why="free days")


def let_the_leaver_go(*, now: datetime) -> None:
    leaver = Person.objects.get(name=company.LEAVER)
    leaver.archived_at = now - timedelta(days=13)
    leaver.version += 1
    keep(leaver, by=None, now=leaver.archived_at, why="left the company")
