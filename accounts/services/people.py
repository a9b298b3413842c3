"""Persons and their sign-ins: added, edited, archived, given a role."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import Invitation, Person, Rep, Role, User
from accounts.rules.text import BadText, Message, clean_line, gettext_noop
from accounts.services import audit
from accounts.services.history import keep

# What an administrator may change about a person, and what a person may change about themselves.
EDITABLE = frozenset(
    {
        "name",
        "email",
        "phone",
        "title",
        "team",
        "tz",
        "country",
        "language",
        "substitute",
        "away_from_on",
        "away_until_on",
    }
)
EDITABLE_BY_ONESELF = EDITABLE - {"email", "title", "team"}
NAME_LENGTH = 200


class PeopleRefused(Exception):
    """Why it was not done, for a person to read. `field` names what to correct, if one thing is."""

    def __init__(self, *messages: Message, field: str | None = None) -> None:
        super().__init__("; ".join(map(str, messages)))
        self.messages = messages
        self.field = field


@transaction.atomic
def create_administrator(*, email: str, name: str, password: str, now: datetime) -> User:
    """Create an administrator who can sign in; a person with that address already becomes one.

    Raises PeopleRefused with every reason: a bad name or address, one that signs in already, or
    a password that is easy to guess.
    """
    problems: list[Message] = []
    try:
        name = clean_line(name, most=NAME_LENGTH)
        if not name:
            problems.append(Message(gettext_noop("Give a name.")))
    except BadText as error:
        problems.append(error.message)
    try:
        email = checked_address(email)
        if User.objects.filter(email=email).exists():
            problems.append(Message(gettext_noop("%(email)s signs in here already."), {"email": email}))
    except PeopleRefused as refusal:
        problems += refusal.messages
    try:
        validate_password(password, User(email=email))
    except ValidationError as error:
        problems += [Message("%(problem)s", {"problem": problem}) for problem in error.messages]
    if problems:
        raise PeopleRefused(*problems)
    person = Person.objects.filter(email__iexact=email).first() or Person(email=email)
    person.name, person.archived_at, person.version = name, None, person.version + 1
    keep(person, by=None, now=now, why="made an administrator")
    user = new_user(person=person, email=email, role=Role.ADMINISTRATOR, password=password, now=now)
    audit.record(verb="create_administrator", rows=[person], by=None, now=now)
    return user


def new_user(*, person: Person, email: str, role: str, password: str, now: datetime) -> User:
    """Write the sign-in of a person who has none. The caller has checked the address and password."""
    # Lower case: allauth looks sign-in addresses up so.
    user = User(person=person, email=email.lower(), role=role, created_at=now)
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def add(*, details: Mapping[str, Any], by: Person, now: datetime) -> Person:
    """Add a person with `details`, keys of EDITABLE.

    Raises PeopleRefused for an address that somebody has, or leave that ends before it begins.
    """
    person = Person()
    _write(person, details, EDITABLE)
    return _kept(person, by=by, now=now)


@transaction.atomic
def edit(*, person: Person, version: int, details: Mapping[str, Any], by: Person, now: datetime) -> Person:
    """Change what an administrator may change; a new address is also the new sign-in address.

    Raises StaleVersion when somebody was faster, and PeopleRefused as `add` does.
    """
    was = person.email
    _claim(person, version)
    _write(person, details, EDITABLE)
    _kept(person, by=by, now=now)
    if person.email.lower() != was.lower():
        _follow_address(person, now=now)
    return person


@transaction.atomic
def edit_own(*, person: Person, version: int, details: Mapping[str, Any], now: datetime) -> Person:
    """Change one's own preferences, keys of EDITABLE_BY_ONESELF. Raises as `edit` does."""
    _claim(person, version)
    _write(person, details, EDITABLE_BY_ONESELF)
    return keep(person, by=person, now=now, why="own preferences")


@transaction.atomic
def edit_rep(
    *,
    person: Person,
    version: int,
    seniority: str,
    capacity: int,
    joined_on: date | None,
    industries: list[str],
    products: list[str],
    languages: list[str],
    style: str,
    working_styles: list[str] | None = None,
    selling_styles: list[str] | None = None,
    by: Person,
    now: datetime,
) -> Rep:
    """Write the capacity profile; whoever has none becomes a rep. Raises StaleVersion.

    The person's version guards it. `capacity` is in workload points, see `rules.clients.WORKLOAD`.
    """
    _claim(person, version)
    rep = Rep.objects.filter(person=person).first() or Rep(person=person)
    rep.seniority, rep.capacity, rep.joined_on = seniority, capacity, joined_on
    rep.industries, rep.products, rep.languages, rep.style = industries, products, languages, style
    rep.working_styles, rep.selling_styles = working_styles or [], selling_styles or []
    rep.save()
    keep(person, by=by, now=now, why="rep profile")
    return rep


@transaction.atomic
def give_role(*, person: Person, role: str, by: Person, now: datetime) -> User:
    """Give whoever signs in another global role; it holds from their next click.

    Raises PeopleRefused for a person without a sign-in, for oneself, and for the last administrator.
    """
    user = User.objects.filter(person=person).first()
    if user is None:
        raise PeopleRefused(
            Message(
                gettext_noop("%(name)s has no sign-in yet. Invite them with that role."),
                {"name": person.name},
            )
        )
    if person.pk == by.pk:
        raise PeopleRefused(Message(gettext_noop("Ask another administrator to change your own role.")))
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(person)
    user.role = role
    user.save(update_fields=["role"])
    audit.record(verb=f"give_role:{role}", rows=[person], by=by, now=now)
    return user


@transaction.atomic
def archive(*, person: Person, version: int, by: Person, now: datetime) -> Person:
    """Take a person out of work: no sign-in, no open invitation, every session ended at once.

    What they owe stays theirs until somebody takes it over: `selectors.people.obligations` lists it.
    Raises StaleVersion, and PeopleRefused for oneself and for the last administrator.
    """
    if person.pk == by.pk:
        raise PeopleRefused(Message(gettext_noop("Ask another administrator to archive you.")))
    _keep_an_administrator(person)
    _claim(person, version)
    person.archived_at = now
    keep(person, by=by, now=now, why="archived")
    Invitation.objects.open_at(now).filter(person=person).update(revoked_at=now)
    user = User.objects.filter(person=person).first()
    if user is not None:
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user, now=now)
    audit.record(verb="archive", rows=[person], by=by, now=now)
    return person


@transaction.atomic
def reactivate(*, person: Person, version: int, by: Person, now: datetime) -> Person:
    """Bring an archived person back; whoever had a sign-in has it again. Raises StaleVersion."""
    _claim(person, version)
    person.archived_at = None
    keep(person, by=by, now=now, why="reactivated")
    user = User.objects.filter(person=person).first()
    if user is not None:
        user.is_active = True
        user.save(update_fields=["is_active"])
    audit.record(verb="reactivate", rows=[person], by=by, now=now)
    return person


def end_sessions(user: User, *, now: datetime) -> None:
    """End every session of `user`, whichever way it began. Reads all sessions: rare, and worth it."""
    for listed in UserSession.objects.filter(user=user):
        listed.end()
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def checked_address(email: str) -> str:
    """Return `email` as it is stored: trimmed, in lower case. Raises PeopleRefused for a bad one."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise PeopleRefused(
            Message(gettext_noop("This is not an email address: %(email)s"), {"email": email[:100]}),
            field="email",
        ) from None
    return email


def _claim(person: Person, version: int) -> None:
    Person.objects.claim(pk=person.pk, version=version)
    person.version = version + 1


def _kept(person: Person, *, by: Person, now: datetime) -> Person:
    """Save; two people who take the same address at the same moment meet at the constraint."""
    try:
        with transaction.atomic():
            return keep(person, by=by, now=now)
    except IntegrityError:
        refuse_taken_address(person.email, person)
        raise


def _write(person: Person, details: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if strange := set(details) - allowed:
        raise ValueError(f"not to be written here: {sorted(strange)}")
    for name, value in details.items():
        setattr(person, name, value)
    if details.get("email"):
        person.email = checked_address(person.email)
        refuse_taken_address(person.email, person)
    if person.away_from_on and person.away_until_on and person.away_until_on < person.away_from_on:
        raise PeopleRefused(Message(gettext_noop("The leave ends before it begins.")), field="away_until_on")
    if person.away_until_on and not person.away_from_on:
        raise PeopleRefused(Message(gettext_noop("Say when the leave begins.")), field="away_from_on")
    if person.substitute_id is not None and person.substitute_id == person.pk:
        raise PeopleRefused(Message(gettext_noop("Nobody can stand in for themselves.")), field="substitute")


def refuse_taken_address(email: str, person: Person) -> None:
    """Raise PeopleRefused when somebody other than `person` has `email`."""
    holder = Person.objects.filter(email__iexact=email).exclude(pk=person.pk).first()
    if holder is None:
        return
    if holder.archived_at is not None:
        raise PeopleRefused(
            Message(
                gettext_noop("%(name)s, who is archived, has this address. Reactivate them instead."),
                {"name": holder.name},
            ),
            field="email",
        )
    raise PeopleRefused(
        Message(gettext_noop("%(name)s has this address already."), {"name": holder.name}), field="email"
    )


def _follow_address(person: Person, *, now: datetime) -> None:
    """An address that is no longer the person's neither signs in nor accepts an invitation."""
    Invitation.objects.open_at(now).filter(person=person).update(revoked_at=now)
    user = User.objects.filter(person=person).first()
    if user is None:
        return
    if not person.email:
        raise PeopleRefused(
            Message(
                gettext_noop("%(name)s signs in with this address. Archive them to end that."),
                {"name": person.name},
            ),
            field="email",
        )
    user.email = person.email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()


def _keep_an_administrator(person: Person) -> None:
    """Raise PeopleRefused when nobody could manage people any more without `person`."""
    # Locked, so that two administrators cannot remove each other at the same moment.
    administrators = User.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMINISTRATOR, is_active=True
    )
    held_by = {user.person_id for user in administrators}
    if held_by == {person.pk}:
        raise PeopleRefused(
            Message(
                gettext_noop("%(name)s is the only administrator. Give somebody else that role first."),
                {"name": person.name},
            )
        )
