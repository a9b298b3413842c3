"""People: who works here, how each can be reached, what each is responsible for."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Lower

from accounts.documents.people import Obligations, Owed
from accounts.models import (
    Account,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Invitation,
    Person,
    Team,
    User,
)


def people(viewer: User, *, now: datetime, today: date) -> QuerySet[Person]:
    """Everyone, with what the list shows of each: `owned` (accounts that `viewer` sees), `role`,
    whether they may sign in (`active`), have an open invitation (`invited`) and are on leave (`away`).
    """
    away = Q(away_from_on__lte=today) & (Q(away_until_on=None) | Q(away_until_on__gte=today))
    return (
        Person.objects.visible_to(viewer)
        .select_related("team")
        .annotate(
            owned=_owned(viewer),
            role=F("user__role"),
            active=F("user__is_active"),
            invited=Exists(Invitation.objects.open_at(now).filter(person=OuterRef("pk"))),
            away=Case(When(away, then=True), default=False),
        )
    )


def _owned(viewer: User) -> Coalesce:
    seen = Account.objects.visible_to(viewer).live()
    owners = Assignment.objects.owners().shown().filter(person=OuterRef("pk"), account__in=seen)
    counted = owners.order_by().values("person").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def without_sign_in(viewer: User, *, now: datetime) -> QuerySet[Person]:
    """People who work here and cannot sign in, with whether each is a rep, leads a team, is invited."""
    return (
        Person.objects.visible_to(viewer)
        .live()
        .filter(user=None)
        .select_related("team")
        .annotate(
            is_rep=Q(rep__isnull=False),
            is_lead=Exists(Team.objects.filter(lead=OuterRef("pk"))),
            invited=Exists(Invitation.objects.open_at(now).filter(person=OuterRef("pk"))),
        )
        .order_by(F("team__path").asc(nulls_last=True), Lower("name"), "pk")
    )


def roles_held(person: Person, viewer: User) -> QuerySet[Assignment]:
    """The live roles of `person` on accounts that `viewer` sees; never those of confidential plans."""
    return (
        Assignment.objects.live()
        .shown()
        .filter(person=person, account__in=Account.objects.visible_to(viewer).live())
        .select_related("account")
        .order_by("role", Lower("account__name"), "pk")
    )


def obligations(person: Person, viewer: User, *, today: date) -> Obligations:
    """What `person` owes on accounts that `viewer` sees. Six queries, however much it is."""
    seen = Account.objects.visible_to(viewer).live()
    owned = (
        Assignment.objects.owners()
        .shown()
        .filter(person=person, account__in=seen)
        .select_related("account")
        .order_by(Lower("account__name"), "pk")
    )
    requests = (
        ClientRequest.objects.open()
        .filter(owner=person, account__in=seen)
        .select_related("account")
        .order_by(F("promised_on").asc(nulls_last=True), "pk")
    )
    commitments = (
        Commitment.objects.open()
        .filter(owner=person, account__in=seen)
        .select_related("account")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    gaps = (
        BriefingEntry.objects.filter(owner=person, account__in=seen, text="", archived_at=None)
        .select_related("account")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    return Obligations(
        accounts=tuple(_owed(row.account.name, row.account, None, today) for row in owned),
        requests=tuple(_owed(row.title, row.account, row.promised_on, today) for row in requests),
        commitments=tuple(_owed(row.text, row.account, row.due_on, today) for row in commitments),
        gaps=tuple(_owed(row.get_section_display(), row.account, row.due_on, today) for row in gaps),
        teams=_names(Team.objects.filter(lead=person).order_by("name", "pk")),
        stands_in_for=_names(Person.objects.live().filter(substitute=person).order_by("name", "pk")),
    )


def _owed(title: str, account: Account, due_on: date | None, today: date) -> Owed:
    return Owed(
        title=title,
        account=account.name,
        account_id=str(account.uuid),
        due_on=due_on,
        late=due_on is not None and due_on < today,
    )


def _names(rows: Iterable[Person | Team]) -> tuple[str, ...]:
    return tuple(row.name for row in rows)


def sign_in_of(person: Person) -> User | None:
    return User.objects.filter(person=person).first()


def open_invitation_of(person: Person, *, now: datetime) -> Invitation | None:
    return Invitation.objects.open_at(now).filter(person=person).select_related("invited_by").last()


def is_lead(person: Person) -> bool:
    return Team.objects.filter(lead=person).exists()
