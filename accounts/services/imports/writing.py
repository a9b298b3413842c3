"""From changes to rows: teams, people, accounts, owners, contacts, each in bulk and with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Account, AccountRole, Assignment, Contact, Person, Rep, Team
from accounts.rules.imports.changes import CHANGED, NEW, Change, Changes, Path
from accounts.rules.imports.people import REP_FIELDS, keys
from accounts.selectors.imports import known_teams
from accounts.services import audit
from accounts.services.history import keep_many, keep_new


@dataclass(slots=True)
class Written:
    """Stored keys of what the import numbered: new rows have negative numbers."""

    source: str
    by: Person
    now: datetime
    teams: dict[Path, int] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    accounts: dict[int, int] = field(default_factory=dict)


def write(changes: Changes, *, source: str, by: Person, now: datetime) -> None:
    """Write all of `changes`. The caller holds the transaction.

    Raises StaleVersion when a row is no longer as it was read.
    """
    done = Written(source, by, now)
    write_teams(changes, done)
    write_people(changes.people, done)
    write_leads(changes, done)
    write_accounts(changes.accounts, done)
    write_owners(changes, done)
    write_contacts(changes.contacts, done)


def write_teams(changes: Changes, done: Written) -> None:
    done.teams = {keys(team.path): team.pk for team in known_teams()}
    for team in changes.teams:
        if team.pk is not None:
            continue
        fields = {"name": team.path[-1], "external_id": team.external_id}
        if len(team.path) == 1:
            row = Team.objects.add_root(fields)
        else:
            above = Team.objects.get(pk=done.teams[keys(team.path[:-1])])
            row = Team.objects.add_child(above, fields)
        audit.record(verb="add_team", rows=[row], by=done.by, now=done.now)
        done.teams[keys(team.path)] = row.pk


def write_leads(changes: Changes, done: Written) -> None:
    for team in changes.teams:
        if team.lead is None:
            continue
        row = Team.objects.get(pk=done.teams[keys(team.path)])
        row.lead_id = done.people.get(team.lead, team.lead)
        row.version += 1
        row.save(update_fields=["lead", "version"])
        audit.record(verb="change_team", rows=[row], by=done.by, now=done.now)


def write_people(people: Sequence[Change], done: Written) -> None:
    new = [change for change in people if change.state == NEW]
    rows = [Person(**person_fields(change.values, done)) for change in new]
    for change, row in zip(new, keep_new(rows, Person, by=done.by, now=done.now), strict=True):
        done.people[change.id] = row.pk
    update(Person, people, lambda values: person_fields(values, done), done)
    write_reps(people, done)


def person_fields(values: Mapping[str, object], done: Written) -> dict[str, Any]:
    fields = {key: value for key, value in values.items() if key not in (*REP_FIELDS, "rep", "team")}
    if isinstance(team := values.get("team"), tuple):
        fields["team_id"] = done.teams[keys(team)]
    return fields


def write_reps(people: Sequence[Change], done: Written) -> None:
    """Give reps their profile, or change it. Who once had one keeps it."""
    wanted = {
        done.people.get(change.id, change.id): {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in change.values.items()
            if key in REP_FIELDS
        }
        for change in people
        if change.values.get("rep") or any(key in REP_FIELDS for key in change.values)
    }
    stored = {rep.person_id: rep for rep in Rep.objects.filter(person__in=wanted)}
    Rep.objects.bulk_create(
        [Rep(person_id=person, **fields) for person, fields in wanted.items() if person not in stored],
        batch_size=500,
    )
    changed = [rep for person, rep in stored.items() if wanted[person]]
    for rep in changed:
        for key, value in wanted[rep.person_id].items():
            setattr(rep, key, value)
    if changed:
        Rep.objects.bulk_update(changed, REP_FIELDS, batch_size=200)


def write_accounts(accounts: Sequence[Change], done: Written) -> None:
    """New accounts, those above before those below, so that each knows its parent; then the changed ones."""
    waiting = [change for change in accounts if change.state == NEW]
    while waiting:
        numbers = {change.id for change in waiting}
        ready = [change for change in waiting if change.values.get("parent") not in numbers]
        rows = [Account(**account_fields(change.values, done), created_at=done.now) for change in ready]
        for change, row in zip(ready, keep_new(rows, Account, by=done.by, now=done.now), strict=True):
            done.accounts[change.id] = row.pk
        waiting = [change for change in waiting if change.id not in done.accounts]
    update(Account, accounts, lambda values: account_fields(values, done), done)


def account_fields(values: Mapping[str, object], done: Written) -> dict[str, Any]:
    fields = {key: value for key, value in values.items() if key not in ("team", "parent")}
    if isinstance(team := values.get("team"), tuple):
        fields["team_id"] = done.teams[keys(team)]
    if isinstance(parent := values.get("parent"), int):
        fields["parent_id"] = done.accounts.get(parent, parent)
    return fields


def write_owners(changes: Changes, done: Written) -> None:
    today = done.now.date()
    named = _("Imported from %(source)s") % {"source": done.source}
    derived = _("Imported from %(source)s: won the most deals") % {"source": done.source}
    Assignment.objects.bulk_create(
        [
            Assignment(
                account_id=done.accounts.get(owner.account, owner.account),
                person_id=done.people.get(owner.person, owner.person),
                role=AccountRole.OWNER,
                from_on=min(owner.since, today) if owner.since else today,
                why=derived if owner.derived else named,
            )
            for owner in changes.owners
        ],
        batch_size=500,
    )


def write_contacts(contacts: Sequence[Change], done: Written) -> None:
    new = [change for change in contacts if change.state == NEW]
    keep_new(
        [Contact(**contact_fields(change.values, done)) for change in new], Contact, by=done.by, now=done.now
    )
    update(Contact, contacts, lambda values: contact_fields(values, done), done)


def contact_fields(values: Mapping[str, object], done: Written) -> dict[str, Any]:
    fields = {key: value for key, value in values.items() if key != "account"}
    if isinstance(account := values.get("account"), int):
        fields["account_id"] = done.accounts.get(account, account)
    return fields


def update(model: Any, changes: Sequence[Change], fields_of: Any, done: Written) -> None:
    """Write the changed rows of a tracked model, each claimed at the version that was compared."""
    wanted = {change.id: fields_of(change.values) for change in changes if change.state == CHANGED}
    if not wanted:
        return
    model.objects.claim_many({change.id: change.version for change in changes if change.id in wanted})
    rows = list(model.objects.filter(pk__in=list(wanted)))
    touched = {"version"}
    for row in rows:
        for name, value in wanted[row.pk].items():
            setattr(row, name, value)
            touched.add(name.removesuffix("_id") if name in ("team_id", "parent_id") else name)
    keep_many(rows, model, sorted(touched), by=done.by, now=done.now)
