"""Chats: entered, tried out, switched off and on, removed."""

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.documents.deliveries import Outgoing
from accounts.models import ChatEndpoint, Person, Team
from accounts.rendering.chat import body_of, test_note
from accounts.rules.chat import masked, problem_of, same
from accounts.rules.sealed import CannotOpen
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import audit, deliveries
from accounts.services.endpoints import TEST, sealed_url, url_of

TEST_WAITS = timedelta(minutes=10)
MOST = 10  # of one person or team
TOO_MANY = gettext_noop("These are %(most)d chats already. Remove one that nobody reads.")
TWICE = gettext_noop("“%(name)s” goes to this address already.")


class ChatRefused(Exception):
    """What was typed cannot be. `field`: "url", or "" for the whole form."""

    def __init__(self, field: str, message: Message) -> None:
        super().__init__(str(message))
        self.field, self.message = field, message


@transaction.atomic
def add(
    *,
    kind: str,
    name: str,
    url: str,
    person: Person | None = None,
    team: Team | None = None,
    by: Person,
    now: datetime,
) -> ChatEndpoint:
    """Enter the webhook of a person or of a team. Raises ChatRefused."""
    rows = ChatEndpoint.objects.filter(person=person, team=team)
    if rows.count() >= MOST:
        raise ChatRefused("", Message(TOO_MANY, {"most": MOST}))
    _check(url, rows)
    row = ChatEndpoint.objects.create(
        kind=kind,
        name=name,
        person=person,
        team=team,
        sealed_url=sealed_url(url),
        shown_url=masked(url),
        created_by=by,
        created_at=now,
    )
    audit.record(verb="add_chat", rows=[row], by=by, now=now)
    return row


@transaction.atomic
def edit(
    *, endpoint: ChatEndpoint, kind: str, name: str, url: str, by: Person, now: datetime
) -> ChatEndpoint:
    """Change name, program and, unless `url` is empty, the address, which then is tried anew.

    Raises ChatRefused.
    """
    row = ChatEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.kind, row.name = kind, name
    if url:
        others = ChatEndpoint.objects.filter(person=row.person_id, team=row.team_id).exclude(pk=row.pk)
        _check(url, others)
        row.sealed_url, row.shown_url = sealed_url(url), masked(url)
        row.failing_at, row.disabled_at, row.reason = None, None, ""
    row.save()
    audit.record(verb="edit_chat", rows=[row], by=by, now=now)
    return row


@transaction.atomic
def switch(*, endpoint: ChatEndpoint, on: bool, by: Person, now: datetime) -> None:
    """Send there, or not. Switching on begins anew where we had given up. Twice is the same as once."""
    row = ChatEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.paused_at = None if on else row.paused_at or now
    if on:
        row.failing_at, row.disabled_at, row.reason = None, None, ""
    row.save()
    audit.record(verb="switch_chat", rows=[row], by=by, now=now)


@transaction.atomic
def remove(*, endpoint: ChatEndpoint, by: Person, now: datetime) -> None:
    """Forget an address for good; what waits for it is not sent. Twice is the same as once."""
    rows = list(ChatEndpoint.objects.select_for_update().filter(pk=endpoint.pk))
    audit.record(verb="remove_chat", rows=rows, by=by, now=now)
    ChatEndpoint.objects.filter(pk=endpoint.pk).delete()


@transaction.atomic
def send_test(*, endpoint: ChatEndpoint, by: Person, now: datetime) -> None:
    """Queue a message that shows whether an endpoint works; it goes out even where we had given up."""
    ours = organisation()
    language = by.language or ours.language
    note = test_note(organisation=ours.name, asked_by=by.name, url=settings.SITE_URL, language=language)
    outgoing = Outgoing(
        key=f"{TEST}:{uuid.uuid4()}",
        kind=TEST,
        person_id=by.pk,
        address=endpoint.shown_url,
        subject=note.title,
        text=body_of(note, endpoint.kind),
        endpoint_id=endpoint.pk,
        expires_at=now + TEST_WAITS,
    )
    deliveries.queue(outgoing, now=now)


def _check(url: str, others: Iterable[ChatEndpoint]) -> None:
    """`others`: those beside it, to which the same is told."""
    if problem := problem_of(url):
        raise ChatRefused("url", problem)
    for other in others:
        with suppress(CannotOpen):
            if same(url, url_of(other)):
                raise ChatRefused("url", Message(TWICE, {"name": other.name}))
