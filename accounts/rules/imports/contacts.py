"""Contacts of a file against those stored."""

from dataclasses import dataclass, field

from accounts.rules.imports.changes import UNCHANGED, Change, World
from accounts.rules.imports.clients import Accounts
from accounts.rules.imports.matching import Ambiguous, Directory, ambiguous, compared, fault, twice
from accounts.rules.imports.readings import Read, Reading
from accounts.rules.imports.shapes import BadCell
from accounts.rules.imports.tables import CONTACTS
from accounts.rules.text import gettext_noop

CONTACT_FIELDS = (
    "email",
    "phone",
    "title",
    "level",
    "role",
    "channel",
    "last_touch_on",
    "dos_and_donts",
    "external_id",
)


@dataclass(slots=True)
class Contacts:
    changes: list[Change] = field(default_factory=list)
    bad: dict[int, tuple[BadCell, ...]] = field(default_factory=dict)


def compare_contacts(read: Read, world: World, accounts: Accounts) -> Contacts:
    directory = Directory(world.source)
    directory.know(world.contacts)
    account_of = {contact.pk: contact.account for contact in world.contacts}
    by_email = {
        (contact.account, contact.email.casefold()): contact.pk for contact in world.contacts if contact.email
    }
    result = Contacts()
    lines: dict[int, int] = {}
    for row in read.rows:
        account = account_meant(row, read, accounts.directory, result)
        if account is None:
            continue
        source = row.source(world.source)
        try:
            number = by_email.get((account, row.text("email").casefold())) if row.text("email") else None
            number = directory.same(row, source, scope=account_of, within=account) or number
        except Ambiguous:
            result.bad[row.record] = (ambiguous(row, read.heading("name"), row.text("name")),)
            continue
        if number is not None and number in lines:
            result.bad[row.record] = (twice(row, read.heading("name"), row.text("name"), lines[number]),)
            continue
        if number is None:
            number = -row.record
            external_id, email = row.text("external_id"), row.text("email")
            directory.add(number, row.text("name"), source, uuid=row.text("uuid"), external_id=external_id)
            account_of[number] = account
            if email:
                by_email[account, email.casefold()] = number
        lines[number] = row.line
        result.changes.append(contact_change(number, account, row, source, directory))
    return result


def account_meant(row: Reading, read: Read, directory: Directory, result: Contacts) -> int | None:
    named = next(
        (key for key in ("account", "account_external_id", "account_id") if row.text(key)), "account"
    )
    try:
        found = directory.find(
            uuid=row.text("account_id"), external_id=row.text("account_external_id"), name=row.text("account")
        )
    except Ambiguous:
        result.bad[row.record] = (ambiguous(row, read.heading(named), row.text(named)),)
        return None
    if found is None:
        result.bad[row.record] = (
            fault(
                row,
                read.heading(named),
                row.text(named),
                gettext_noop("No account of this name or id is known."),
                gettext_noop("Import the account first, or together with its contacts."),
            ),
        )
        return None
    return found


def contact_change(number: int, account: int, row: Reading, source: str, directory: Directory) -> Change:
    known = directory.stored.get(number)
    if known is not None and known.archived:
        return Change(number, known.version, row.line, known.name, UNCHANGED)
    wanted: dict[str, object] = {key: row.values[key] for key in CONTACT_FIELDS if key in row.values}
    wanted["name"] = row.text("name")
    if known is None:
        wanted |= {"account": account, "source": source}
        if "uuid" in row.values:
            wanted["uuid"] = row.values["uuid"]
    return compared(number, known, row, CONTACTS, wanted)
