"""Writing digests for chats into the outbox: a person's beside their mail, a team's each morning."""

from collections.abc import Iterable
from datetime import date, datetime

from accounts.documents.chat import ChatNote
from accounts.documents.deliveries import Outgoing
from accounts.models import ChatEndpoint, Delivery
from accounts.rendering.chat import body_of
from accounts.rules.text import gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import deliveries
from transitions.documents.digests import Digest
from transitions.rendering.chat import note_of, team_note
from transitions.rules.digests import CHAT_KIND as KIND
from transitions.rules.digests import digest_key
from transitions.selectors import chat as selectors

TEAM_KIND = "chat_team_digest"
NOTHING_DUE = gettext_noop("Nothing is due any more.")


def outgoing(
    *, person: int, digest: Digest, ends_at: datetime, endpoints: Iterable[ChatEndpoint]
) -> list[Outgoing]:
    """A person's digest as messages to their chats: one for each chat and local date."""
    key = digest_key(person, digest.on)
    return messages(
        note_of(digest), key=key, kind=KIND, person=person, expires_at=ends_at, endpoints=endpoints
    )


def messages(
    note: ChatNote,
    *,
    key: str,
    kind: str,
    person: int,
    expires_at: datetime,
    endpoints: Iterable[ChatEndpoint],
) -> list[Outgoing]:
    """What a mail with `key` says, as messages to a person's chats: one for each."""
    return [
        Outgoing(
            key=f"{key}:chat:{endpoint.pk}",
            kind=kind,
            person_id=person,
            address=endpoint.shown_url,
            subject=note.title,
            text=body_of(note, endpoint.kind),
            endpoint_id=endpoint.pk,
            expires_at=expires_at,
        )
        for endpoint in endpoints
    ]


def write_teams(*, now: datetime) -> int:
    """Queue what the chats of teams are told today. Returns how many are new; running it again adds none."""
    if not (found := selectors.teams_due(now)):
        return 0
    ours = organisation()
    queued = 0
    for due in found:
        assert due.endpoint.team is not None
        digest = selectors.team_digest(due.endpoint.team, due.on, ours=ours)
        if digest is None:
            continue
        note = team_note(digest)
        queued += deliveries.queue(
            Outgoing(
                key=selectors.team_key(due.endpoint.uuid, due.on),
                kind=TEAM_KIND,
                person_id=None,
                address=due.endpoint.shown_url,
                subject=note.title,
                text=body_of(note, due.endpoint.kind),
                endpoint_id=due.endpoint.pk,
                expires_at=due.ends_at,
            ),
            now=now,
        )
    return queued


def why_no_team_digest(*, delivery: Delivery, now: datetime) -> str:
    """Why a team's digest need not go out any more; "" while it must. Asked directly before sending."""
    on = date.fromisoformat(delivery.key.rpartition(":")[2])
    team = delivery.endpoint.team if delivery.endpoint is not None else None
    return "" if team is not None and selectors.is_due_in(team, on) else NOTHING_DUE
