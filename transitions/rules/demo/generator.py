"""From the names and sentences of the demo company to tables and facts: the same for the same day."""

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.rules.briefing import BY_KEY
from transitions.rules.demo import company
from transitions.rules.demo.company import Client, Member
from transitions.rules.demo.industries import INDUSTRIES, Industry

SEED = 20
PRODUCTS = (
    ("ThermoGuard loggers", "Instruments", 380),
    ("FlowSense meters", "Instruments", 2400),
    ("Watch platform", "Software", 9600),
    ("Calibration service", "Service", 1800),
    ("Service contract Gold", "Service", 14500),
    ("Service contract Silver", "Service", 6200),
)
# Beside the industry's own: what contacts higher up are called.
CHIEFS = ("Managing Director", "Chief Operating Officer", "Chief Financial Officer")
DOS = (
    "Prefers a call to a long mail. Decides quickly when the figures are on one page.",
    "Write first, call later. Likes to think about things overnight.",
    "Always ask about the night shift; it is what worries them most.",
    "Do not come without an agenda. Leave five minutes before the hour.",
    "Speaks frankly, and expects the same. Never promise what you have to check first.",
    "Remembers every name. Bring whoever will do the work, not only whoever sells it.",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a client."""

    account: str
    name: str
    title: str
    level: str
    role: str
    channel: str
    email: str
    phone: str
    last_touch_on: date
    advice: str


@dataclass(frozen=True, slots=True)
class Asked:
    account: str
    contact: str
    owner: str
    title: str
    detail: str
    opened_on: date
    promised_on: date | None
    closed_on: date | None
    escalated: bool


@dataclass(frozen=True, slots=True)
class Promised:
    account: str
    contact: str
    owner: str
    text: str
    written: bool
    made_on: date
    due_on: date
    kept_on: date | None


@dataclass(frozen=True, slots=True)
class Touched:
    account: str
    contact: str
    person: str
    channel: str
    from_client: bool
    days_ago: int
    hour: int
    subject: str


@dataclass(frozen=True, slots=True)
class Knows:
    person: str
    account: str
    contact: str
    strength: int


@dataclass(frozen=True, slots=True)
class Noted:
    """One piece of a briefing; an empty text is a known gap, which somebody fills by a day."""

    account: str
    section: str
    text: str
    audience: str
    provenance: str
    owner: str
    due_on: date | None
    question: str = ""  # of the interview that it answers


@dataclass(frozen=True, slots=True)
class Company:
    tables: Mapping[str, bytes]  # kind -> a file for the importer
    owners: Mapping[str, str]  # account -> rep, as the deals will show
    contacts: Mapping[str, tuple[Person, ...]]
    requests: tuple[Asked, ...]
    commitments: tuple[Promised, ...]
    touchpoints: tuple[Touched, ...]
    acquaintances: tuple[Knows, ...]
    briefing: tuple[Noted, ...]


@dataclass(slots=True)
class Facts:
    requests: list[Asked] = field(default_factory=list)
    commitments: list[Promised] = field(default_factory=list)
    touchpoints: list[Touched] = field(default_factory=list)
    acquaintances: list[Knows] = field(default_factory=list)
    briefing: list[Noted] = field(default_factory=list)


def generate(
    today: date, *, busy: Iterable[str] = (), calm: Iterable[str] = (), escalated: Iterable[str] = ()
) -> Company:
    """Return the demo company as it is on `today`.

    `busy`: accounts that will have a plan, about which much is known. `calm`: those on which no escalated
    request is open, so that their plan can go through every gate; `escalated`: those on which one is.
    """
    owners = {client.name: owner_of(client, at) for at, client in enumerate(company.clients())}
    busy, calm, escalated = frozenset(busy), frozenset(calm), frozenset(escalated)
    facts, contacts, deals = Facts(), {}, []
    for client in company.clients():
        dice = random.Random(f"{SEED}/{client.name}")
        people = people_of(client, today, dice)
        contacts[client.name] = people
        deals += deals_of(client, owners[client.name], today, dice)
        mood = "calm" if client.name in calm else "escalated" if client.name in escalated else ""
        add_facts(
            facts, client, people, owners[client.name], today, dice, busy=client.name in busy, mood=mood
        )
    return Company(
        tables=tables_of(today, contacts, deals),
        owners=owners,
        contacts=contacts,
        requests=tuple(facts.requests),
        commitments=tuple(facts.commitments),
        touchpoints=tuple(facts.touchpoints),
        acquaintances=tuple(facts.acquaintances),
        briefing=tuple(facts.briefing),
    )


def owner_of(client: Client, at: int) -> str:
    reps = company.reps(client.region)
    return reps[at % len(reps)].name


def people_of(client: Client, today: date, dice: random.Random) -> tuple[Person, ...]:
    industry = INDUSTRIES[client.industry]
    given, family = company.GIVEN[client.country].split(), company.FAMILY[client.country].split()
    dice.shuffle(given)
    dice.shuffle(family)
    posts = [
        (industry.quality, "senior", "decision_maker"),
        (industry.user, "staff", "day_to_day"),
        (industry.operations, "senior", dice.choice(("champion", "influencer"))),
        (dice.choice(CHIEFS), "executive", "sponsor"),
    ][: dice.choice((2, 3, 3, 4, 4))]
    people = []
    for (title, level, role), first, last in zip(posts, given, family, strict=False):
        people.append(
            Person(
                account=client.name,
                name=f"{first} {last}",
                title=title,
                level=level,
                role=role,
                channel=dice.choice(("email", "phone", "phone", "face_to_face", "video")),
                email=f"{plain(first)}.{plain(last)}@{plain(client.name)}.example",
                phone=f"+{dice.randrange(30, 49)} {dice.randrange(100, 999)} {dice.randrange(10**4, 10**5)}",
                last_touch_on=today - timedelta(days=dice.randrange(2, 75)),
                advice=dice.choice(DOS) if level != "staff" else "",
            )
        )
    return tuple(people)


def plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())


def deals_of(client: Client, owner: str, today: date, dice: random.Random) -> list[list[object]]:
    """Two years of deals, most of them by the owner, who wins the most."""
    colleagues = [one.name for one in company.reps(client.region) if one.name != owner]
    size = max(1, client.employees // 400)
    deals: list[list[object]] = []
    for number in range(dice.randrange(4, 9)):
        product, _series, price = dice.choice(PRODUCTS)
        opened = today - timedelta(days=dice.randrange(120, 720))
        seller = owner if number < 3 or dice.random() < 0.7 else dice.choice(colleagues)
        won = number < 2 or (seller == owner and dice.random() < 0.7)
        closed = min(opened + timedelta(days=dice.randrange(20, 110)), today - timedelta(days=3))
        if number < 2:
            closed = today - timedelta(days=dice.randrange(10, 330))
            opened = min(opened, closed - timedelta(days=30))
        value = price * size * dice.randrange(2, 9)
        stage = "Won" if won else dice.choice(("Lost", "Engaging"))
        deals.append(
            [
                f"D-{plain(client.name)}-{number + 1}",
                seller,
                product,
                client.name,
                stage,
                opened,
                "" if stage == "Engaging" else closed,
                value if stage == "Won" else "",
            ]
        )
    return deals


def tables_of(
    today: date, contacts: Mapping[str, tuple[Person, ...]], deals: Sequence[Sequence[object]]
) -> dict[str, bytes]:
    return {
        "teams": as_csv(
            "Name,External id,Email,Job title,Team,Leads,Owns accounts,Seniority,Capacity,Joined on,"
            "Languages,"
            "Working and selling style,Time zone,Country",
            [person_row(one, at) for at, one in enumerate(company.MEMBERS)],
        ),
        "accounts": as_csv(
            "Account,External id,Industry,Country,Employees,Founded in,Renewal",
            [account_row(one, at, today) for at, one in enumerate(company.clients())],
        ),
        "contacts": as_csv(
            "Name,Account,Email,Phone,Job title,Level,Role,Preferred channel,Last touch,"
            "Personal dos and don'ts",
            [
                [
                    one.name,
                    one.account,
                    one.email,
                    one.phone,
                    one.title,
                    one.level,
                    one.role,
                    one.channel,
                    one.last_touch_on,
                    one.advice,
                ]
                for people in contacts.values()
                for one in people
            ],
        ),
        "pipeline": as_csv(
            "Deal id,Sold by,Product,Account,Deal stage,Opened on,Closed on,Deal value", deals
        ),
        "products": as_csv("Product,Series,Price", PRODUCTS),
    }


def person_row(one: Member, at: int) -> list[object]:
    place = f"{company.NAME} > {one.team}" if one.team else company.NAME
    return [
        one.name,
        f"U-{at + 1:03}",
        one.email,
        one.title,
        place,
        f"{company.NAME} > {one.leads}" if one.leads else "",
        "yes" if one.seniority else "no",
        one.seniority,
        one.capacity if one.seniority else "",
        f"{one.joined}-04-01" if one.joined else "",
        "; ".join(one.languages) if one.seniority else "",
        one.style,
        one.zone,
        one.country,
    ]


def account_row(client: Client, at: int, today: date) -> list[object]:
    dice = random.Random(f"{SEED}/renewal/{client.name}")
    renewal = today + timedelta(days=dice.randrange(40, 640))
    title = INDUSTRIES[client.industry].title
    return [client.name, f"A-{at + 1001}", title, client.country, client.employees, client.founded, renewal]


def as_csv(headings: str, rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(headings.split(","))
    writer.writerows(rows)
    return buffer.getvalue().encode()


def add_facts(
    facts: Facts,
    client: Client,
    people: tuple[Person, ...],
    owner: str,
    today: date,
    dice: random.Random,
    *,
    busy: bool,
    mood: str,
) -> None:
    industry = INDUSTRIES[client.industry]
    add_requests(facts, client, people, owner, industry, today, dice, busy=busy, mood=mood)
    add_promises(facts, client, people, owner, industry, today, dice, busy=busy)
    add_touches(facts, client, people, owner, industry, dice)
    lead = next(one.name for one in company.MEMBERS if one.leads == client.region)
    for person in people:
        strength = {"day_to_day": 3, "champion": 3, "decision_maker": 2}.get(person.role, 1)
        facts.acquaintances.append(Knows(owner, client.name, person.name, strength))
        if person.level == "executive":
            facts.acquaintances.append(Knows(lead, client.name, person.name, dice.choice((1, 2))))
    if dice.random() < 0.3:
        facts.acquaintances.append(Knows("Ben Carter", client.name, people[1].name, 2))
    add_briefing(facts, client, people, owner, industry, today, dice, busy=busy)


def add_requests(
    facts: Facts,
    client: Client,
    people: tuple[Person, ...],
    owner: str,
    industry: Industry,
    today: date,
    dice: random.Random,
    *,
    busy: bool,
    mood: str,
) -> None:
    wanted = dice.sample(industry.requests, k=2 if busy else dice.choice((0, 1, 1, 2)))
    for at, (title, detail) in enumerate(wanted):
        opened = today - timedelta(days=dice.randrange(4, 60))
        closed = opened + timedelta(days=dice.randrange(3, 20)) if at or dice.random() < 0.3 else None
        if (closed is not None and closed > today) or (mood == "escalated" and not at):
            closed = None
        hot = mood != "calm" and dice.random() < 0.22
        escalated = closed is None and (hot or (mood == "escalated" and not at))
        facts.requests.append(
            Asked(
                account=client.name,
                contact=people[dice.randrange(len(people))].name,
                owner="Mei Tanaka" if dice.random() < 0.25 else owner,
                title=title,
                detail=detail,
                opened_on=opened,
                promised_on=opened + timedelta(days=dice.randrange(10, 45)) if dice.random() < 0.85 else None,
                closed_on=closed,
                escalated=escalated,
            )
        )


def add_promises(
    facts: Facts,
    client: Client,
    people: tuple[Person, ...],
    owner: str,
    industry: Industry,
    today: date,
    dice: random.Random,
    *,
    busy: bool,
) -> None:
    for text in dice.sample(industry.promises, k=2 if busy else dice.choice((0, 1, 1))):
        made = today - timedelta(days=dice.randrange(10, 120))
        due = made + timedelta(days=dice.randrange(20, 150))
        kept = due - timedelta(days=dice.randrange(1, 9)) if due < today and dice.random() < 0.8 else None
        facts.commitments.append(
            Promised(client.name, people[0].name, owner, text, dice.random() < 0.5, made, due, kept)
        )


def add_touches(
    facts: Facts,
    client: Client,
    people: tuple[Person, ...],
    owner: str,
    industry: Industry,
    dice: random.Random,
) -> None:
    for _number in range(dice.randrange(2, 6)):
        facts.touchpoints.append(
            Touched(
                account=client.name,
                contact=people[dice.randrange(len(people))].name,
                person=owner if dice.random() < 0.85 else "Ben Carter",
                channel=dice.choice(("phone", "video", "face_to_face", "email")),
                from_client=dice.random() < 0.35,
                days_ago=dice.randrange(2, 170),
                hour=dice.randrange(8, 17),
                subject=dice.choice(industry.talks),
            )
        )


# What every outgoing rep could say, once asked: the rest of the interview.
ASKED = (
    ("first-2", "{contact} wants to hear bad news first, and by phone.", "said_by"),
    ("mood", "Good since the last review; {user} is the one to watch.", "said_by"),
    ("bought", "They compared three makers and chose {product} for the service behind it.", "records"),
    ("payment", "By transfer, on the last day of the term.", "records"),
    ("delivered", "Fewer standstills than in the year before; {contact} has the figures.", "to_confirm"),
    ("sore", "Spare parts came late twice last year, because the depot had been moved.", "said_by"),
    ("usage", "{user} uses {product} every day; the others look at the monthly report.", "records"),
    ("reference", "{contact} spoke for us at a trade fair, and would again.", "to_confirm"),
    ("week-one", "Call {user}. Read the last three reviews. Ask {contact} what must not change.", "said_by"),
)


def add_briefing(
    facts: Facts,
    client: Client,
    people: tuple[Person, ...],
    owner: str,
    industry: Industry,
    today: date,
    dice: random.Random,
    *,
    busy: bool,
) -> None:
    """What is known, by section; where a plan runs nearly everything, elsewhere the beginnings."""
    names = {"contact": people[0].name, "rep": owner, "product": industry.product, "user": people[1].name}

    def note(question: str, text: str, provenance: str = "said_by", audience: str = "internal") -> None:
        section = BY_KEY[question].section
        facts.briefing.append(
            Noted(client.name, section, text.format(**names), audience, provenance, owner, None, question)
        )

    note("business", dice.choice(industry.background), "records")
    note("first-1", dice.choice(industry.first))
    if not busy:
        return
    note("never", dice.choice(industry.never))
    note(
        "terms",
        f"{industry.product}, the Watch platform and a service contract. Payment within thirty days; "
        "the discount of the last renewal was traded for a reference.",
        "records",
    )
    note(
        "influence",
        "{contact} decides. {user} works with our instruments every day and sees first when "
        "something is wrong.",
    )
    note("goals", dice.choice(industry.goals), audience="client")
    note("projects", dice.choice(industry.work), "records", "client")
    note("risk", dice.choice(industry.health))
    note("more", dice.choice(industry.opportunity), "to_confirm")
    note(
        "rhythm",
        "A call every second Tuesday with {user}; a review each quarter with {contact}, in person "
        "twice a year.",
        "records",
        "client",
    )
    note(
        "places",
        f"Shared folder “{client.name}” on the sales drive; the Watch tenant has their name. Service "
        "tickets go to the group “Field service”.",
        "records",
    )
    note(
        "papers",
        "Framework contract and the minutes of the last three reviews are in the shared folder.",
        "records",
    )
    for question in ("order", "unanswered"):
        if dice.random() < 0.5:
            due = today + timedelta(days=dice.randrange(3, 20))
            section = BY_KEY[question].section
            facts.briefing.append(
                Noted(client.name, section, "", "internal", "to_confirm", owner, due, question)
            )
    for question, text, provenance in ASKED:
        note(question, text, provenance)
