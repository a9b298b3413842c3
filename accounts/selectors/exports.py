"""Accounts, contacts and people as tables that the importer reads back: the same fields, the same words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Account, Assignment, Contact, Person, Team
from accounts.rules.imports.cells import join
from accounts.rules.imports.changes import Path
from accounts.rules.imports.fields import ACCOUNTS, CONTACTS, TEAMS, Kind
from accounts.selectors.imports import known_teams

ACCOUNT_COLUMNS = (
    "name",
    "uuid",
    "external_id",
    "source",
    "industry",
    "country",
    "tier",
    "yearly_value",
    "turnover",
    "employees",
    "founded",
    "renewal_on",
    "tz",
    "parent",
    "owner",
    "owner_id",
    "owner_since",
    "team",
)
CONTACT_COLUMNS = (
    "name",
    "account",
    "account_id",
    "uuid",
    "external_id",
    "source",
    "email",
    "phone",
    "title",
    "level",
    "role",
    "channel",
    "last_touch_on",
    "dos_and_donts",
)
PEOPLE_COLUMNS = (
    "name",
    "uuid",
    "external_id",
    "source",
    "email",
    "phone",
    "title",
    "team",
    "leads",
    "rep",
    "seniority",
    "capacity",
    "joined_on",
    "industries",
    "products",
    "languages",
    "working_styles",
    "selling_styles",
    "style",
    "tz",
    "country",
    "language",
)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Export:
    """One table to take away: `rows` makes it for a user, or for None: everything there is."""

    key: str
    kind: Kind
    columns: tuple[str, ...]
    rows: Callable[[Any], Iterator[Sequence[object]]]

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(self.kind.field(column).title for column in self.columns)


def seen_by(queryset: Any, user: Any) -> Any:
    """Live rows that `user` may see; without a user all of them."""
    live = queryset.filter(archived_at=None)
    return live if user is None else live.visible_to(user)


def account_rows(user: Any = None) -> Iterator[Sequence[object]]:
    paths = team_paths()
    owners = {
        account: (person, name, since)
        for account, person, name, since in Assignment.objects.owners().values_list(
            "account", "person__uuid", "person__name", "from_on"
        )
    }
    rows = seen_by(Account.objects.all(), user).order_by("name", "pk")
    for row in rows.select_related("parent").iterator(chunk_size=BATCH):
        owner = owners.get(row.pk, ("", "", None))
        named = {"owner_id": owner[0], "owner": owner[1], "owner_since": owner[2]}
        named |= {"team": paths.get(row.team_id, ""), "parent": row.parent.name if row.parent else ""}
        yield [named[column] if column in named else getattr(row, column) for column in ACCOUNT_COLUMNS]


def contact_rows(user: Any = None) -> Iterator[Sequence[object]]:
    rows = seen_by(Contact.objects.filter(account__archived_at=None), user)
    for row in (
        rows.select_related("account").order_by("account__name", "name", "pk").iterator(chunk_size=BATCH)
    ):
        named = {"account": row.account.name, "account_id": row.account.uuid}
        yield [named[column] if column in named else getattr(row, column) for column in CONTACT_COLUMNS]


def people_rows(user: Any = None) -> Iterator[Sequence[object]]:
    paths = team_paths()
    led: dict[int, list[str]] = {}
    for team, lead in Team.objects.exclude(lead=None).order_by("path").values_list("pk", "lead"):
        led.setdefault(lead, []).append(paths[team])
    rows = seen_by(Person.objects.all(), user).order_by("name", "pk")
    for row in rows.select_related("rep").iterator(chunk_size=BATCH):
        rep = getattr(row, "rep", None)
        named: dict[str, object] = {
            "team": paths.get(row.team_id, ""),
            "leads": join(tuple(led.get(row.pk, ())), ";"),
            "rep": rep is not None,
        }
        for column in ("seniority", "capacity", "joined_on", "style"):
            named[column] = getattr(rep, column) if rep else None
        for column in ("industries", "products", "languages", "working_styles", "selling_styles"):
            named[column] = join(tuple(getattr(rep, column)), ";") if rep else ""
        yield [named[column] if column in named else getattr(row, column) for column in PEOPLE_COLUMNS]


def team_paths() -> dict[int | None, str]:
    """Each team's place in the tree as one cell. One query."""
    paths: dict[int | None, str] = {}
    for team in known_teams():
        path: Path = team.path
        paths[team.pk] = join(path, ">")
    return paths


EXPORTS = {
    export.key: export
    for export in (
        Export("accounts", ACCOUNTS, ACCOUNT_COLUMNS, account_rows),
        Export("contacts", CONTACTS, CONTACT_COLUMNS, contact_rows),
        Export("people", TEAMS, PEOPLE_COLUMNS, people_rows),
    )
}
