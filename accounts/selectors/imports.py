"""What an import compares with, what users taught it, and what a staged import would do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.documents.imports import Column, File, Preview, build
from accounts.models import (
    Account,
    AccountRole,
    Assignment,
    Contact,
    ImportFile,
    ImportMemory,
    ImportRun,
    ImportState,
    Person,
    Team,
    User,
)
from accounts.rules.imports import files
from accounts.rules.imports.cells import Style
from accounts.rules.imports.changes import Changes, Known, KnownTeam, Path, World
from accounts.rules.imports.compare import compare
from accounts.rules.imports.fields import Kind
from accounts.rules.imports.people import PERSON_FIELDS, REP_FIELDS
from accounts.rules.imports.readings import Read, read_table
from accounts.rules.imports.shapes import Table
from accounts.rules.imports.tables import KINDS, guess_mapping, lacks
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation

PERSON_VALUES = ("name", *PERSON_FIELDS)
ACCOUNT_VALUES = (
    "name",
    "tier",
    "yearly_value",
    "renewal_on",
    "industry",
    "country",
    "tz",
    "employees",
    "turnover",
    "founded",
    "external_id",
)
CONTACT_VALUES = (
    "name",
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
COUNTRY, STYLE = "country", "style"  # topics of ImportMemory; columns are remembered by kind


@dataclass(frozen=True, slots=True)
class Staged:
    """One file of a staged import, read: its table, its columns, and what they lack."""

    file: ImportFile
    table: Table
    kind: Kind | None
    mapping: dict[str, str]
    read: Read | None  # None while the kind or a needed column is unknown

    @property
    def lacks(self) -> tuple[str, ...]:
        """The titles (msgids) of the fields that need a column."""
        return tuple(field.title for field in lacks(self.kind, self.mapping)) if self.kind else ()


def memory(source: str, topic: str) -> dict[str, str]:
    """What users taught the importer about files from `source`: as heard -> as meant."""
    rows = ImportMemory.objects.filter(source=source, topic=topic)
    return dict(rows.values_list("heard", "meant"))


def columns_topic(kind: str) -> str:
    return f"columns:{kind}"


def style_of(source: str) -> Style:
    taught = memory(source, STYLE)
    return Style(
        dates=taught.get("dates", "ymd"),
        numbers=taught.get("numbers", "point"),
        countries=memory(source, COUNTRY),
    )


def runs(user: User) -> QuerySet[ImportRun]:
    """The imports that `user` may see, the latest first, without reports and the bytes of files."""
    names = Prefetch("files", ImportFile.objects.defer("content", "mapping").order_by("pk"))
    seen = ImportRun.objects.visible_to(user).defer("report").select_related("by").prefetch_related(names)
    return seen.order_by("-created_at", "-pk")


def sources() -> list[str]:
    """The sources imported from so far, by name."""
    return sorted(set(ImportRun.objects.exclude(source="").values_list("source", flat=True)))


def staged_files(run: ImportRun) -> list[Staged]:
    """Read every file of `run` with the columns chosen so far."""
    style = style_of(run.source)
    return [staged(file, style) for file in run.files.order_by("pk")]


def staged(file: ImportFile, style: Style) -> Staged:
    table = files.read(bytes(file.content))
    kind = KINDS.get(file.kind)
    if kind is None:
        return Staged(file, table, None, {}, None)
    mapping = {key: heading for key, heading in file.mapping.items() if heading in table.headings}
    whole = not lacks(kind, mapping)
    return Staged(file, table, kind, mapping, read_table(table, kind, mapping, style) if whole else None)


def mapping_for(table: Table, kind: Kind, source: str) -> dict[str, str]:
    """The columns that headings tell, corrected by what users chose before for this source."""
    return guess_mapping(kind, table.headings, memory(source, columns_topic(kind.key)))


def changes_of(run: ImportRun, read: Iterable[Staged]) -> Changes:
    """What committing `run` would do now. A constant number of queries."""
    return compare({one.kind.key: one.read for one in read if one.kind and one.read}, world(run.source))


def world(source: str) -> World:
    ours = organisation()
    with translation.override(ours.language):
        team_of = _("%(name)s's team")
    teams = list(known_teams())
    paths = {team.pk: team.path for team in teams}
    return World(
        source=source,
        company=ours.name,
        team_of=team_of,
        people=tuple(known_people(paths)),
        teams=tuple(teams),
        accounts=tuple(known_accounts(paths)),
        contacts=tuple(known_contacts()),
    )


def known_teams() -> Iterable[KnownTeam]:
    """Teams from the top down, with the names of all above each."""
    names: dict[str, Path] = {}
    rows = Team.objects.order_by("path").values_list("pk", "path", "name", "lead", "external_id")
    for pk, path, name, lead, external_id in rows:
        names[path] = (*names.get(path[: -Team.steplen], ()), name)
        yield KnownTeam(pk, names[path], lead, external_id)


def known_people(paths: Mapping[int, Path]) -> Iterable[Known]:
    rep_values = [f"rep__{name}" for name in REP_FIELDS]
    fields = ("pk", "version", "uuid", "source", "archived_at", "team", "rep", *PERSON_VALUES, *rep_values)
    for row in Person.objects.values(*fields):
        values = {name: row[name] for name in PERSON_VALUES}
        values["rep"] = row["rep"] is not None
        values["team"] = paths.get(row["team"])
        for name in REP_FIELDS:
            value = row[f"rep__{name}"]
            values[name] = tuple(value) if isinstance(value, list) else value
        yield known(row, values)


def known_accounts(paths: Mapping[int, Path]) -> Iterable[Known]:
    owners = dict(Assignment.objects.owners().values_list("account", "person"))
    owned = set(Assignment.objects.filter(role=AccountRole.OWNER).values_list("account", flat=True))
    fields = ("pk", "version", "uuid", "source", "archived_at", "team", "parent", *ACCOUNT_VALUES)
    for row in Account.objects.values(*fields):
        values = {name: row[name] for name in (*ACCOUNT_VALUES, "parent")}
        values["team"] = paths.get(row["team"])
        yield known(row, values, owner=owners.get(row["pk"]), was_owned=row["pk"] in owned)


def known_contacts() -> Iterable[Known]:
    fields = ("pk", "version", "uuid", "source", "archived_at", "account", *CONTACT_VALUES)
    for row in Contact.objects.values(*fields):
        yield known(row, {name: row[name] for name in CONTACT_VALUES}, account=row["account"])


def known(
    row: Mapping[str, object],
    values: Mapping[str, object],
    *,
    account: int = 0,
    owner: int | None = None,
    was_owned: bool = False,
) -> Known:
    return Known(
        pk=row["pk"],  # type: ignore[arg-type]
        version=row["version"],  # type: ignore[arg-type]
        uuid=str(row["uuid"]),
        source=str(row["source"]),
        external_id=str(row["external_id"]),
        name=str(row["name"]),
        email=str(row.get("email") or ""),
        archived=row["archived_at"] is not None,
        account=account,
        owner=owner,
        was_owned=was_owned,
        values=values,
    )


def committed_since(run: ImportRun) -> ImportRun | None:
    """Another import of the very same files that was carried out after this one was uploaded."""
    ours = sorted(run.files.values_list("sha256", flat=True))
    others = ImportRun.objects.filter(
        source=run.source, state=ImportState.COMMITTED, committed_at__gte=run.created_at
    ).exclude(pk=run.pk)
    for other in others.prefetch_related("files"):
        if sorted(file.sha256 for file in other.files.all()) == ours:
            return other
    return None


def preview_of(run: ImportRun) -> tuple[Preview, Changes]:
    """The preview of a staged import, and the changes behind it."""
    read = staged_files(run)
    changes = changes_of(run, read)
    ready = bool(read) and all(one.read is not None for one in read)
    return build(run.source, [file_line(one) for one in read], changes, ready=ready), changes


def file_line(one: Staged) -> File:
    used = set(one.mapping.values())
    columns = sorted(one.mapping.items(), key=lambda column: one.table.headings.index(column[1]))
    return File(
        name=one.file.name,
        kind=one.file.kind,
        title=Message(one.kind.title) if one.kind else Message(gettext_noop("Not recognised")),
        records=len(one.table.records),
        encoding=one.table.encoding,
        delimiter=one.table.delimiter,
        notes=one.table.notes,
        columns=tuple(
            Column(Message(one.kind.field(key).title), heading) for key, heading in columns if one.kind
        ),
        ignored=tuple(heading for heading in one.table.headings if heading not in used),
        lacks=tuple(Message(title) for title in one.lacks),
    )
