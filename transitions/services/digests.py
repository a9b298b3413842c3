"""Writing the digests that are due into the outbox."""

from datetime import datetime

from accounts.documents.deliveries import Outgoing
from accounts.models import Delivery, DeliveryChannel
from accounts.rules.text import gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import deliveries
from transitions.documents.digests import Digest
from transitions.rendering.digests import written
from transitions.rules.digests import KIND, DigestDue, date_in, digest_key
from transitions.selectors import digests as selectors
from transitions.selectors.chat import chats_of
from transitions.selectors.digests import AT_ONCE, Recipient
from transitions.services import chat
from transitions.services.plans import hand_on

UNREACHABLE = gettext_noop("The person cannot be reached any more, or the address has changed.")
UNWANTED = gettext_noop("The person wants no digests any more.")
QUIET = gettext_noop("The person wants no digest on this day any more.")
NOTHING_DUE = gettext_noop("Nothing is due any more.")


def write_due(*, now: datetime) -> int:
    """Queue the digests that are due at `now`, by mail and by chat.

    Returns how many are new; running it again adds none. Before it, plans whose author has left
    get somebody in their place: no digest is written past them.
    """
    hand_on()
    asked = selectors.on_time(now)
    queued = 0
    for start in range(0, len(asked), AT_ONCE):
        due = selectors.digests_of(asked[start : start + AT_ONCE], now)
        chats = chats_of([recipient.pk for recipient, _one, _digest in due])
        letters = []
        for recipient, one, digest in due:
            theirs = chats.get(recipient.pk, ())
            ways = recipient.ways(theirs)
            if ways.mail:
                letters.append(_outgoing(recipient, one, digest))
            if ways.chats:
                letters += chat.outgoing(
                    person=recipient.pk, digest=digest, ends_at=one.ends_at, endpoints=theirs
                )
        queued += deliveries.queue_many(letters, now=now)
    return queued + chat.write_teams(now=now)


def why_not(*, delivery: Delivery, now: datetime) -> str:
    """Why a queued digest need not go out any more; "" while it must. Asked directly before sending."""
    ours = organisation()
    people = selectors.recipients(ours, only=delivery.person_id)
    by_mail = delivery.channel == DeliveryChannel.MAIL
    if not people or (by_mail and people[0].email != delivery.address):
        return UNREACHABLE
    [recipient] = people
    ways = recipient.ways(chats_of([recipient.pk])[recipient.pk])
    if not recipient.wants or not (ways.mail if by_mail else ways.chats):
        return UNWANTED
    on = date_in(delivery.key)
    reader = selectors.reader_of(recipient, ours, now)
    if reader.quiet_on(on):
        urgent = reader.urgent_anyway and selectors.anything_due(
            recipient.pk, on, now, urgent=recipient.urgent
        )
        return "" if urgent else QUIET
    return "" if selectors.anything_due(recipient.pk, on, now) else NOTHING_DUE


def _outgoing(recipient: Recipient, due: DigestDue, digest: Digest) -> Outgoing:
    mail = written(digest)
    return Outgoing(
        key=digest_key(recipient.pk, due.on),
        kind=KIND,
        person_id=recipient.pk,
        address=recipient.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        secrets=digest.secrets,
        headers=one_click(digest.reading.unsubscribe_url),
        expires_at=due.ends_at,  # yesterday's list is no news: today's holds all that is still open
    )


def one_click(url: str) -> dict[str, str]:
    """The headers by which a mail program stops such mails. RFC 8058: by POST only, so that a scanner that
    opens links stops nothing.
    """
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
