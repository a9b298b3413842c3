"""All files of one import together against what is stored: what would change, and what must be said."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from accounts.rules.imports.cells import MOST_MONEY
from accounts.rules.imports.changes import Changes, Known, Note, World
from accounts.rules.imports.clients import (
    Accounts,
    compare_accounts,
    identify_accounts,
    note,
)
from accounts.rules.imports.contacts import Contacts, compare_contacts
from accounts.rules.imports.deals import OPEN, WON, Deal, outcome_of, owner_of, records, yearly_values
from accounts.rules.imports.matching import Ambiguous, Directory, name_key
from accounts.rules.imports.people import People, compare_people
from accounts.rules.imports.readings import Read, Reading
from accounts.rules.text import Message, gettext_noop


def compare(reads: Mapping[str, Read], world: World) -> Changes:
    """Return what importing the files `reads`, by kind, into `world` would do. Changes nothing."""
    people = compare_people(reads.get("teams"), world)
    accounts = identify_accounts(reads.get("accounts"), world)
    notes: list[Note] = []
    values, derived = what_deals_say(reads, accounts, people, notes)
    compare_accounts(accounts, people, world, values=values, derived=derived)
    contacts = compare_contacts(reads["contacts"], world, accounts) if "contacts" in reads else Contacts()
    refused = {"teams": people.bad, "accounts": accounts.bad, "contacts": contacts.bad}
    whole = {kind: read.refusing(refused.get(kind, {})) for kind, read in reads.items()}
    return Changes(
        people=tuple(people.changes),
        teams=people.tree.changes(),
        accounts=tuple(accounts.changes.values()),
        contacts=tuple(contacts.changes),
        owners=tuple(accounts.owners),
        owners_differ=tuple(accounts.owners_differ),
        missing=missing(reads, world, people, accounts, contacts),
        bad={kind: read.bad for kind, read in whole.items() if read.bad},
        countries=countries(reads),
        notes=(*people.notes, *accounts.notes, *notes),
        records={kind: len(read.rows) for kind, read in whole.items()},
    )


def what_deals_say(
    reads: Mapping[str, Read], accounts: Accounts, people: People, notes: list[Note]
) -> tuple[dict[int, Decimal], dict[int, tuple[int, date | None]]]:
    """Return yearly values and owners by account, and add notes on deals that say nothing."""
    read = reads.get("pipeline")
    if read is None:
        return {}, {}
    check_products(read, reads.get("products"), notes)
    deals, agents = deals_of(read, accounts.directory, people.directory, notes)
    values = {int(account): value for account, value in yearly_values(deals).items() if value < MOST_MONEY}
    derived = {}
    for account, by_agent in records(deal for deal in deals if deal.agent in agents).items():
        agent = owner_of(by_agent)
        derived[int(account)] = (agents[agent], by_agent[agent].since)
    return values, derived


def deals_of(
    read: Read, accounts: Directory, people: Directory, notes: list[Note]
) -> tuple[list[Deal], dict[str, int]]:
    """Return the deals whose account is known, and the persons of the agents who are."""
    deals: list[Deal] = []
    agents: dict[str, int] = {}
    nameless: list[int] = []
    strangers: dict[str, list[int]] = {}
    unknown: dict[str, list[int]] = {}
    dateless: list[int] = []
    first_lines: dict[str, int] = {}
    repeated: list[int] = []
    for row in read.rows:
        deal_id = row.text("external_id")
        if deal_id and first_lines.setdefault(deal_id, row.line) != row.line:
            repeated.append(row.line)
            continue
        name = row.text("account") or row.text("account_external_id")
        if not name:
            nameless.append(row.line)
            continue
        account = found(accounts, row.text("account_external_id"), row.text("account"))
        if account is None:
            strangers.setdefault(name, []).append(row.line)
            continue
        agent = row.text("agent") or row.text("agent_external_id")
        person = found(people, row.text("agent_external_id"), row.text("agent"))
        if person is not None:
            agents[agent] = person
        elif agent:
            unknown.setdefault(agent, []).append(row.line)
        deal = deal_of(row, account, agent)
        if deal.outcome == WON and deal.closed_on is None:
            dateless.append(row.line)
        deals.append(deal)
    add_deal_notes(notes, accounts, nameless, strangers, unknown, dateless, repeated)
    return deals, agents


def found(directory: Directory, external_id: str, name: str) -> int | None:
    try:
        return directory.find(external_id=external_id, name=name)
    except Ambiguous:
        return None


def deal_of(row: Reading, account: int, agent: str) -> Deal:
    opened, closed, value = (row.values.get(key) for key in ("opened_on", "closed_on", "value"))
    outcome = outcome_of(row.text("stage"))
    return Deal(
        account=str(account),
        agent=agent,
        outcome=outcome,
        opened_on=opened if isinstance(opened, date) else None,
        closed_on=closed if isinstance(closed, date) and outcome != OPEN else None,
        value=value if isinstance(value, Decimal) else Decimal(0),
    )


def add_deal_notes(
    notes: list[Note],
    accounts: Directory,
    nameless: list[int],
    strangers: Mapping[str, list[int]],
    unknown: Mapping[str, list[int]],
    dateless: list[int],
    repeated: list[int],
) -> None:
    if nameless:
        message = Message(gettext_noop("Deals without an account count for nobody's yearly value."))
        notes.append(note("pipeline", message, nameless))
    for name, lines in strangers.items():
        notes.append(
            note("pipeline", unknown_name(gettext_noop("account"), name, accounts.names.values()), lines)
        )
    for name, lines in unknown.items():
        message = Message(
            gettext_noop(
                "“%(name)s” sold deals but is not among our people. The deals count, the seller does not."
            ),
            {"name": name},
        )
        notes.append(note("pipeline", message, lines))
    if dateless:
        message = Message(gettext_noop("Won deals without a date on which they closed are not counted."))
        notes.append(note("pipeline", message, dateless))
    if repeated:
        message = Message(gettext_noop("Deals whose id stood in the file before are counted once."))
        notes.append(note("pipeline", message, repeated))


def unknown_name(what: str, name: str, names: Iterable[str]) -> Message:
    """Say that a name is unknown, and which known one is nearest. Nothing is replaced."""
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.8)
    if near:
        return Message(
            gettext_noop("The %(what)s “%(name)s” is not known; the nearest known one is “%(near)s”."),
            {"what": Message(what), "name": name, "near": near[0]},
        )
    return Message(
        gettext_noop("The %(what)s “%(name)s” is not known."), {"what": Message(what), "name": name}
    )


def check_products(read: Read, products: Read | None, notes: list[Note]) -> None:
    if products is None:
        return
    names = {name_key(row.text("name")): row.text("name") for row in products.rows}
    unknown: dict[str, list[int]] = {}
    for row in read.rows:
        product = row.text("product")
        if product and name_key(product) not in names:
            unknown.setdefault(product, []).append(row.line)
    for name, lines in unknown.items():
        notes.append(
            note("pipeline", unknown_name(gettext_noop("product"), name, tuple(names.values())), lines)
        )


def missing(
    reads: Mapping[str, Read], world: World, people: People, accounts: Accounts, contacts: Contacts
) -> dict[str, tuple[str, ...]]:
    """Return, by kind, the names of stored rows of this source that the file does not have."""
    seen: dict[str, set[int]] = {
        "teams": {change.id for change in people.changes}
        | {manager for manager in people.manager_of.values() if manager is not None},
        "accounts": set(accounts.rows),
        "contacts": {change.id for change in contacts.changes},
    }
    stored: dict[str, tuple[Known, ...]] = {
        "teams": world.people,
        "accounts": world.accounts,
        "contacts": world.contacts,
    }
    for kind, names in (("teams", people.directory), ("accounts", accounts.directory)):
        for row in reads[kind].spoiled if kind in reads else ():
            seen[kind].add(
                found(names, row.text("external_id"), row.text("name")) or 0
            )  # there, but unusable
    return {
        kind: tuple(
            row.name
            for row in stored[kind]
            if row.source == world.source and not row.archived and row.pk not in numbers
        )
        for kind, numbers in seen.items()
        if kind in reads
    }


def countries(reads: Mapping[str, Read]) -> dict[str, tuple[int, ...]]:
    asked: dict[str, tuple[int, ...]] = {}
    for read in reads.values():
        for name, lines in read.countries.items():
            asked[name] = (*asked.get(name, ()), *lines)
    return asked
