"""Reading client accounts: their list, their people, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import (
    Account,
    AccountRole,
    Acquaintance,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    ContactLevel,
    User,
)
from accounts.rules.clients import Known, threads
from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class TeamChoice:
    pk: int
    uuid: str
    path: str
    label: str  # indented by its depth in what is seen


def teams_of(user: User) -> list[TeamChoice]:
    """The teams whose accounts `user` sees, as a tree in one list."""
    teams = user.seen_teams()
    top = min((team.depth for team in teams), default=0)
    return [
        TeamChoice(team.pk, str(team.uuid), team.path, f"{'– ' * (team.depth - top)}{team.name}")
        for team in teams
    ]


LISTED = (
    "pk",
    "uuid",
    "name",
    "tier",
    "yearly_value",
    "renewal_on",
    "industry",
    "country",
    "external_id",
    "archived_at",
)


def listed(accounts: QuerySet[Account]) -> QuerySet:
    """What a list of accounts shows of each, as dictionaries; the owner comes by join, not by row."""
    owning = FilteredRelation(
        "assignments",
        condition=Q(
            assignments__role=AccountRole.OWNER, assignments__until_on=None, assignments__hidden=False
        ),
    )
    return accounts.annotate(owning=owning).values(
        *LISTED, owner=F("owning__person__name"), team_name=F("team__name")
    )


def roles_of(account: Account) -> tuple[list[Assignment], list[Assignment]]:
    """Who holds a role now, and who held one before; without those of confidential plans. One query."""
    rows = (
        account.assignments.shown()
        .select_related("person")
        .only("role", "capacity", "from_on", "until_on", "why", "account", "person__name", "person__uuid")
        .order_by("-from_on", "-pk")
    )
    order = {role: place for place, role in enumerate(AccountRole.values)}
    now = sorted((row for row in rows if row.until_on is None), key=lambda row: order[row.role])
    return now, [row for row in rows if row.until_on is not None]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the tabs of an account count."""

    contacts: int
    requests: int
    escalated: int
    commitments: int
    sections: int

    @property
    def waiting(self) -> int:
        return self.requests + self.commitments


def tally_of(account: Account) -> Tally:
    """One query."""
    counts = Account.objects.filter(pk=account.pk).values_list(
        _count(Contact.objects.live()),
        _count(ClientRequest.objects.open()),
        _count(ClientRequest.objects.escalated()),
        _count(Commitment.objects.open()),
        _count(BriefingEntry.objects.live().exclude(text=""), of="section"),
    )
    return Tally(*counts.get())


def _count(rows: QuerySet, *, of: str = "pk") -> Coalesce:
    counted = rows.filter(account=OuterRef("pk")).order_by().values("account")
    return Coalesce(Subquery(counted.annotate(n=Count(of, distinct=of != "pk")).values("n")), 0)


@dataclass(frozen=True, slots=True)
class PeopleMap:
    contacts: list[Contact]  # each with `known_by`, a list of acquaintances
    archived: list[Contact]
    hints: tuple[Message, ...]


def people_map(account: Account) -> PeopleMap:
    """The people at a client, the most senior first, and who of ours knows whom. Two queries."""
    contacts = list(account.contacts.order_by("name", "pk"))
    ties: dict[int, list[Acquaintance]] = {}
    for tie in (
        Acquaintance.objects.filter(contact__account=account)
        .select_related("person")
        .only("uuid", "strength", "note", "contact", "person__name", "person__uuid")
        .order_by("-strength", "person__name", "pk")
    ):
        ties.setdefault(tie.contact_id, []).append(tie)
    order = {level: place for place, level in enumerate(ContactLevel.values)}
    for contact in contacts:
        contact.known_by = ties.get(contact.pk, [])
    live = sorted((row for row in contacts if row.archived_at is None), key=lambda row: order[row.level])
    return PeopleMap(
        contacts=live,
        archived=[row for row in contacts if row.archived_at is not None],
        hints=threads([_known(contact) for contact in live]),
    )


def _known(contact: Any) -> Known:
    return Known(contact.name, contact.level, tuple(tie.person.name for tie in contact.known_by))


@dataclass(frozen=True, slots=True)
class Family:
    parent: Account | None
    children: list[Account]


def family_of(account: Account, user: User) -> Family:
    """Parent and children, as far as `user` sees them. Two queries at most."""
    seen = Account.objects.visible_to(user).only("uuid", "name", "tier")
    parent = seen.filter(pk=account.parent_id).first() if account.parent_id else None
    return Family(parent, list(seen.live().filter(parent=account).order_by("name", "pk")))


def waiting_of(account: Account, today: date) -> tuple[list[ClientRequest], list[Commitment]]:
    """Requests that are escalated or late, and commitments that are late. Two queries."""
    requests = (
        account.requests.open()
        .filter(Q(escalated=True) | Q(promised_on__lt=today) | Q(promised_on=None))
        .select_related("owner")
        .order_by("-escalated", F("promised_on").asc(nulls_last=True), "pk")[:5]
    )
    commitments = (
        account.commitments.open()
        .filter(due_on__lt=today)
        .select_related("owner")
        .order_by("due_on", "pk")[:5]
    )
    return list(requests), list(commitments)


def suggested(rows: QuerySet, field: str, typed: str, *, most: int = 12) -> Sequence[str]:
    """Distinct values of `field` that hold `typed`, in order."""
    found = rows.filter(**{f"{field}__icontains": typed}).exclude(**{field: ""})
    return list(found.order_by(field).values_list(field, flat=True).distinct()[:most])


def same_names(accounts: QuerySet[Account], names: Sequence[str]) -> set[str]:
    """Those of `names` that several accounts have."""
    counted = accounts.filter(name__in=names).order_by().values("name").annotate(n=Count("pk"))
    return set(counted.filter(n__gt=1).values_list("name", flat=True))
