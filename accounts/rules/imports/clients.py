"""Accounts of a file against those stored, with what deals say about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from accounts.rules.imports.changes import (
    CHANGED,
    NEW,
    UNCHANGED,
    Change,
    Difference,
    Known,
    NewOwner,
    Note,
    OwnerDiffers,
    World,
)
from accounts.rules.imports.deals import tiers
from accounts.rules.imports.matching import (
    Ambiguous,
    Directory,
    ambiguous,
    compared,
    name_key,
    title_of,
    twice,
    written,
)
from accounts.rules.imports.people import People
from accounts.rules.imports.readings import Read, Reading
from accounts.rules.imports.shapes import BadCell
from accounts.rules.imports.tables import ACCOUNTS
from accounts.rules.text import Message, gettext_noop

ACCOUNT_FIELDS = (
    "industry",
    "country",
    "tier",
    "yearly_value",
    "turnover",
    "employees",
    "founded",
    "renewal_on",
    "tz",
    "external_id",
)
# What most lists call the lines of business. Others are kept as written, and pointed out.
USUAL_INDUSTRIES = frozenset(
    name.strip()
    for name in [
        "\n    aerospace",
        " agriculture",
        " apparel",
        " automotive",
        " aviation",
        " banking",
        " biotechnology",
        " chemicals",
        " communications",
        "\n    construction",
        " consulting",
        " consumer goods",
        " defence",
        " defense",
        " education",
        " electronics",
        " employment",
        " energy",
        "\n    engineering",
        " entertainment",
        " environmental",
        " finance",
        " financial services",
        " food & beverage",
        " food and beverage",
        "\n    food",
        " government",
        " healthcare",
        " hospitality",
        " insurance",
        " legal",
        " logistics",
        " machinery",
        " manufacturing",
        " marketing",
        "\n    media",
        " medical",
        " mining",
        " not for profit",
        " nonprofit",
        " pharmaceuticals",
        " professional services",
        " public sector",
        "\n    real estate",
        " recreation",
        " retail",
        " services",
        " shipping",
        " software",
        " technology",
        " telecommunications",
        " tourism",
        "\n    transport",
        " transportation",
        " utilities",
        " wholesale\n    ",
    ]
)


@dataclass(slots=True)
class Accounts:
    directory: Directory
    changes: dict[int, Change] = field(default_factory=dict)
    rows: dict[int, Reading] = field(default_factory=dict)
    bad: dict[int, tuple[BadCell, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    owners: list[NewOwner] = field(default_factory=list)
    owners_differ: list[OwnerDiffers] = field(default_factory=list)


def identify_accounts(read: Read | None, world: World) -> Accounts:
    """Give each record the number of the account that it describes; refuse doubles."""
    directory = Directory(world.source)
    directory.know(world.accounts)
    result = Accounts(directory)
    seen: dict[int, int] = {}
    for row in read.rows if read else ():
        assert read is not None
        source = row.source(directory.source)
        try:
            number = directory.same(row, source)
        except Ambiguous:
            result.bad[row.record] = (ambiguous(row, read.heading("name"), row.text("name")),)
            continue
        if number is not None and number in seen:
            result.bad[row.record] = (twice(row, read.heading("name"), row.text("name"), seen[number]),)
            continue
        if number is None:
            number = -row.record
            directory.add(
                number, row.text("name"), source, uuid=row.text("uuid"), external_id=row.text("external_id")
            )
        seen[number] = row.line
        result.rows[number] = row
    return result


def compare_accounts(
    result: Accounts,
    people: People,
    world: World,
    *,
    values: Mapping[int, Decimal],
    derived: Mapping[int, tuple[int, date | None]],
) -> None:
    """Fill `result` with changes, owners and notes.

    `values`: yearly values from deals by account; `derived`: owner and since when, from deals.
    """
    stored = result.directory.stored
    unknown_parents: dict[str, list[int]] = {}
    unknown_owners: dict[str, list[int]] = {}
    for number, row in result.rows.items():
        known = stored.get(number)
        if known is not None and known.archived:
            result.notes.append(archived(known, row))
            result.changes[number] = Change(number, known.version, row.line, known.name, UNCHANGED)
            continue
        wanted: dict[str, object] = {key: row.values[key] for key in ACCOUNT_FIELDS if key in row.values}
        wanted["name"] = row.text("name")
        if number in values:
            wanted.setdefault("yearly_value", values[number])
        if parent := row.text("parent"):
            found = parent_of(result.directory, parent)
            if found is None or found == number:
                unknown_parents.setdefault(parent, []).append(row.line)
            else:
                wanted["parent"] = found
        team = row.values.get("team")
        if isinstance(team, tuple):
            wanted["team"] = people.tree.place(team)
        if known is None:
            wanted["source"] = row.source(world.source)
            if "uuid" in row.values:
                wanted["uuid"] = row.values["uuid"]
        result.changes[number] = compared(number, known, row, ACCOUNTS, wanted, result.directory.names)
        choose_owner(number, row, known, people, derived.get(number), result, unknown_owners)
    refuse_circles(result)
    from_deals_alone(result, people, values, derived)
    for owner in result.owners:
        result.changes[owner.account] = with_team(owner, people, result)
    derive_tiers(result)
    add_notes(result, unknown_parents, unknown_owners)


def parent_of(directory: Directory, name: str) -> int | None:
    try:
        return directory.find(external_id=name) or directory.find(name=name)
    except Ambiguous:
        return None


def refuse_circles(result: Accounts) -> None:
    """An account cannot be above itself: the parent that closes a circle is left out."""
    above: dict[int, object] = {
        pk: known.values.get("parent") for pk, known in result.directory.stored.items()
    }
    for number, change in result.changes.items():
        if "parent" not in change.values:
            continue
        climbed: object = change.values["parent"]
        while climbed is not None and climbed != number:
            climbed = above.get(climbed) if isinstance(climbed, int) else None
        if climbed is None:
            above[number] = change.values["parent"]
            continue
        values = {key: value for key, value in change.values.items() if key != "parent"}
        differences = tuple(one for one in change.differences if one.field != "parent")
        state = UNCHANGED if change.state == CHANGED and not values else change.state
        result.changes[number] = replace(change, values=values, differences=differences, state=state)
        message = Message(
            gettext_noop("The parent of “%(name)s” belongs to it in turn. The field stays empty."),
            {"name": change.name},
        )
        result.notes.append(note("accounts", message, [change.line]))


def choose_owner(
    number: int,
    row: Reading,
    known: Known | None,
    people: People,
    derived: tuple[int, date | None] | None,
    result: Accounts,
    unknown: dict[str, list[int]],
) -> None:
    """An account that never had an owner gets the file's, else the one that its deals show. Ours stays."""
    named = row.text("owner") or row.text("owner_email")
    person = None
    if named or row.text("owner_id"):
        try:
            person = people.directory.find(
                uuid=row.text("owner_id"), email=row.text("owner_email"), name=row.text("owner")
            )
        except Ambiguous:
            person = None
        if person is None:
            unknown.setdefault(named, []).append(row.line)
    since = row.values.get("owner_since")
    found = (person, since if isinstance(since, date) else None) if person is not None else None
    settle_owner(number, known, people, found, derived if not named else None, result)


def settle_owner(
    number: int,
    known: Known | None,
    people: People,
    named: tuple[int, date | None] | None,
    derived: tuple[int, date | None] | None,
    result: Accounts,
) -> None:
    chosen = named or derived
    if chosen is None:
        return
    person, since = chosen
    if known is None or not known.was_owned:
        result.owners.append(NewOwner(number, person, since, derived=named is None))
    elif known.owner != person:
        ours = people.directory.names[known.owner] if known.owner is not None else ""
        theirs = people.directory.names[person]
        result.owners_differ.append(
            OwnerDiffers(known.pk, known.uuid, known.name, ours, theirs, derived=named is None)
        )


def from_deals_alone(
    result: Accounts,
    people: People,
    values: Mapping[int, Decimal],
    derived: Mapping[int, tuple[int, date | None]],
) -> None:
    """Stored accounts that have deals but no record of their own: only their yearly value can change."""
    for number, value in values.items():
        known = result.directory.stored.get(number)
        if known is None or number in result.changes or known.archived:
            continue
        before = known.values.get("yearly_value")
        if before == value:
            result.changes[number] = Change(number, known.version, 0, known.name, UNCHANGED)
        else:
            change = compared(
                number, known, Reading(0, 0, {"name": known.name}), ACCOUNTS, {"yearly_value": value}
            )
            result.changes[number] = change
        settle_owner(number, known, people, None, derived.get(number), result)


def with_team(owner: NewOwner, people: People, result: Accounts) -> Change:
    """An account belongs to its first owner's team, unless its record or what is stored names one."""
    change = result.changes[owner.account]
    known = result.directory.stored.get(owner.account)
    team = people.team_of.get(owner.person)
    if "team" in change.values or team is None or (known is not None and known.values.get("team")):
        return change
    values = {**change.values, "team": team}
    if known is None:
        return replace(change, values=values)
    difference = Difference("team", title_of(ACCOUNTS, "team"), "", written(team, "team"))
    return replace(change, values=values, state=CHANGED, differences=(*change.differences, difference))


def derive_tiers(result: Accounts) -> None:
    """New accounts without a tier get one by their yearly value, measured against all accounts."""
    values: dict[str, Decimal | None] = {}
    for number, known in result.directory.stored.items():
        values[str(number)] = as_money(known.values.get("yearly_value"))
    for number, change in result.changes.items():
        if "yearly_value" in change.values or change.state == NEW:
            values[str(number)] = as_money(change.values.get("yearly_value"))
    derived = tiers(values)
    for number, change in result.changes.items():
        if change.state == NEW and "tier" not in change.values:
            result.changes[number] = replace(change, values={**change.values, "tier": derived[str(number)]})


def as_money(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def add_notes(
    result: Accounts, unknown_parents: Mapping[str, list[int]], unknown_owners: Mapping[str, list[int]]
) -> None:
    notes = result.notes
    for name, lines in unknown_parents.items():
        message = Message(
            gettext_noop("The parent account “%(name)s” is not known. The field stays empty."), {"name": name}
        )
        notes.append(note("accounts", message, lines))
    for name, lines in unknown_owners.items():
        message = Message(
            gettext_noop(
                "The owner “%(name)s” is not among our people. Those accounts get no owner from it."
            ),
            {"name": name},
        )
        notes.append(note("accounts", message, lines))
    industries: dict[str, list[int]] = {}
    for row in result.rows.values():
        industry = row.text("industry")
        if industry and industry.casefold().replace("_", " ") not in USUAL_INDUSTRIES:
            industries.setdefault(industry, []).append(row.line)
    for name, lines in industries.items():
        message = Message(
            gettext_noop("The industry “%(name)s” is none of the usual ones. It is kept as written."),
            {"name": name},
        )
        notes.append(note("accounts", message, lines))
    owned = {owner.account for owner in result.owners}
    orphans = [
        change.line
        for number, change in result.changes.items()
        if change.state == NEW and number not in owned
    ]
    if orphans:
        message = Message(
            gettext_noop("New accounts have no owner: only executives and administrators see them.")
        )
        notes.append(note("accounts", message, orphans))
    twins = [
        change.line
        for change in result.changes.values()
        if change.state == NEW and len(result.directory.anywhere[name_key(change.name)]) > 1
    ]
    if twins:
        message = Message(
            gettext_noop("New accounts have the name of an account from another source or with another id.")
        )
        notes.append(note("accounts", message, twins))


def archived(known: Known, row: Reading) -> Note:
    message = Message(
        gettext_noop("The account “%(name)s” is archived here; the record changes nothing."),
        {"name": known.name},
    )
    return Note("accounts", message, (row.line,), 1)


def note(file: str, message: Message, lines: list[int]) -> Note:
    return Note(file, message, tuple(sorted(lines)[:10]), len(lines))
