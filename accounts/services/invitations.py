"""Ways in: an expiring link for one person, sent, revoked, accepted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.documents.deliveries import Outgoing
from accounts.documents.people import InvitationLetter
from accounts.models import Delivery, Invitation, Organisation, Person, Role, User
from accounts.rendering.mail import Brand
from accounts.rendering.mail import invitation as write
from accounts.rules.text import Message, gettext_noop
from accounts.rules.tokens import hash_of, placeholder
from accounts.selectors.invitations import state_of
from accounts.selectors.organisation import organisation
from accounts.services import audit, deliveries
from accounts.services.history import keep
from accounts.services.people import PeopleRefused, checked_address, new_user, refuse_taken_address

SECRET = "invitation"  # the name of the link's token in the mail


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody to invite: at which address, with which role."""

    person: Person
    email: str
    role: str


class RowsRefused(Exception):
    """Several were to be invited and none was: why, by the person's public id."""

    def __init__(self, problems: Mapping[str, Message]) -> None:
        super().__init__("; ".join(map(str, problems.values())))
        self.problems = problems


class InvitationUnusable(Exception):
    """The link opens nothing. `state`: "unknown", "accepted", "revoked" or "expired"."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@transaction.atomic
def invite(*, person: Person, email: str, role: str, by: Person, now: datetime) -> Invitation:
    """Give a person an expiring way in and send them the link; an earlier link stops working.

    An address other than the person's becomes theirs. Raises PeopleRefused for an archived person,
    one who signs in already, and an address that is bad or somebody else's.
    """
    invited = _checked(Invited(person, email, role))
    return _write([invited], by=by, now=now)[0]


@transaction.atomic
def invite_many(*, rows: Sequence[Invited], by: Person, now: datetime) -> list[Invitation]:
    """Invite all of them or none. Raises RowsRefused with the problem of each bad row."""
    if problems := problems_of(rows):
        raise RowsRefused(problems)
    return _write([_checked(row) for row in rows], by=by, now=now)


def problems_of(rows: Sequence[Invited]) -> dict[str, Message]:
    """Return what keeps people from being invited, by their public id; empty when nothing does."""
    problems: dict[str, Message] = {}
    given: dict[str, str] = {}
    for row in rows:
        try:
            email = _checked(row).email
        except PeopleRefused as refusal:
            problems[str(row.person.uuid)] = refusal.messages[0]
            continue
        if email in given:
            problems[str(row.person.uuid)] = Message(
                gettext_noop("You gave this address to %(name)s too."), {"name": given[email]}
            )
        given.setdefault(email, row.person.name)
    return problems


@transaction.atomic
def revoke(*, invitation: Invitation, by: Person, now: datetime) -> None:
    """Make a link stop working. Doing it twice, or too late, changes nothing."""
    revoked = Invitation.objects.open_at(now).filter(pk=invitation.pk).update(revoked_at=now)
    if revoked:
        audit.record(verb="revoke_invitation", rows=[invitation], by=by, now=now)


def find(*, token: str, now: datetime) -> Invitation:
    """Return the open invitation of `token`. Raises InvitationUnusable. One query, whatever it is."""
    invitation = Invitation.objects.filter(token_hash=hash_of(token)).select_related("person").first()
    if invitation is None:
        raise InvitationUnusable("unknown")
    state = state_of(invitation, now=now)
    if state != "open":
        raise InvitationUnusable(state)
    return invitation


@transaction.atomic
def accept(*, token: str, name: str, password: str, now: datetime) -> User:
    """Use an invitation: the person gets a sign-in, under the name they go by.

    Raises InvitationUnusable; of two who use one link at the same moment, one does.
    """
    invitation = find(token=token, now=now)
    if not Invitation.objects.open_at(now).filter(pk=invitation.pk).update(accepted_at=now):
        raise InvitationUnusable("accepted")
    person = Person.objects.get(pk=invitation.person_id)
    if person.archived_at is not None or User.objects.filter(person=person).exists():
        raise InvitationUnusable("revoked")
    if person.name != name:
        person.name, person.version = name, person.version + 1
        keep(person, by=person, now=now, why="accepted an invitation")
    user = new_user(person=person, email=invitation.email, role=invitation.role, password=password, now=now)
    audit.record(verb="accept_invitation", rows=[invitation], by=person, now=now)
    return user


def token_of(invitation: Invitation) -> str:
    """Return the secret of the link: what its mail carries, and no row holds."""
    return deliveries.secret_token(str(invitation.uuid), _key(invitation))


def link_with(token: str) -> str:
    return settings.SITE_URL + reverse("invitation-accept", args=[token])


def why_not(*, delivery: Delivery, now: datetime) -> str:
    """Why an invitation need not be sent any more, asked when its turn has come; or nothing."""
    link = delivery.secrets[SECRET]
    open_still = Invitation.objects.open_at(now).filter(uuid=link).exists()
    return "" if open_still else gettext_noop("The invitation was accepted or revoked.")


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.uuid}"


def _letter(invitation: Invitation, *, days: int, ours: Organisation) -> Outgoing:
    person = invitation.person
    letter = InvitationLetter(
        name=person.name,
        organisation=ours.name,
        invited_by=invitation.invited_by.name,
        link=link_with(placeholder(SECRET)),
        days=days,
    )
    mail = write(letter, Brand(ours.name, ours.colour), language=person.language or ours.language)
    return Outgoing(
        key=_key(invitation),
        kind="invitation",
        person_id=person.pk,
        address=invitation.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        secrets={SECRET: str(invitation.uuid)},
        expires_at=invitation.expires_at,
    )


def _checked(invited: Invited) -> Invited:
    person = invited.person
    if person.archived_at is not None:
        raise PeopleRefused(
            Message(gettext_noop("%(name)s is archived. Reactivate them first."), {"name": person.name})
        )
    if User.objects.filter(person=person).exists():
        raise PeopleRefused(Message(gettext_noop("%(name)s signs in already."), {"name": person.name}))
    if invited.role not in Role.values:
        raise PeopleRefused(Message(gettext_noop("Choose a role.")), field="role")
    email = checked_address(invited.email)
    refuse_taken_address(email, person)
    return Invited(person, email, invited.role)


def _write(rows: Iterable[Invited], *, by: Person, now: datetime) -> list[Invitation]:
    rows = list(rows)
    people = [row.person for row in rows]
    for row in rows:
        if row.person.email.lower() != row.email:
            row.person.email, row.person.version = row.email, row.person.version + 1
            keep(row.person, by=by, now=now, why="address for the invitation")
    Invitation.objects.open_at(now).filter(person__in=people).update(revoked_at=now)
    written = []
    days = settings.INVITATION_DAYS
    for row in rows:
        invitation = Invitation(
            person=row.person,
            email=row.email,
            role=row.role,
            invited_by=by,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        invitation.token_hash = hash_of(token_of(invitation))
        written.append(invitation)
    Invitation.objects.bulk_create(written)
    ours = organisation()
    deliveries.queue_many([_letter(invitation, days=days, ours=ours) for invitation in written], now=now)
    audit.record(verb="invite", rows=written, by=by, now=now)
    return written
