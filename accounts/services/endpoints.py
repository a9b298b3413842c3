"""What the sender knows of chat endpoints: their address, whether they are still wanted, how they fare."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.documents.chat import ChatFailedLetter
from accounts.documents.deliveries import Outgoing
from accounts.models import ChatEndpoint, ChatKind, Delivery, DeliveryChannel, Person
from accounts.rendering.chat import TEAMS_FAILED
from accounts.rendering.mail import Brand, chat_failed
from accounts.rules.chat import GIVEN_UP_AFTER, secret_of
from accounts.rules.deliveries import Answer, Outcome
from accounts.rules.sealed import CannotOpen, seal, unseal
from accounts.rules.text import gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import webhook
from accounts.services.webhook import Parcel

TEST = "chat_test"  # a kind of message, which is sent to an endpoint that was given up as well
REMOVED = gettext_noop("The chat was removed.")
NOT_WANTED = gettext_noop("The chat is switched off.")
SEALED = gettext_noop(
    "The address cannot be read any more: the installation’s key was changed. Enter it anew."
)
_PURPOSE = "chat endpoint"


def sealed_url(url: str) -> str:
    return seal(url, key=settings.SECRET_KEY, purpose=_PURPOSE)


def url_of(endpoint: ChatEndpoint) -> str:
    """The address in plain. Raises CannotOpen."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return unseal(endpoint.sealed_url, keys=keys, purpose=_PURPOSE)


def signing_secret(endpoint: ChatEndpoint) -> str:
    """What the owner of a receiver of JSON checks our messages with; "" for the others, which do not ask."""
    if endpoint.kind != ChatKind.JSON:
        return ""
    return secret_of(key=settings.SECRET_KEY, endpoint=str(endpoint.uuid))


def hand_over(row: Delivery, *, commit: Callable[[], bool], now: datetime) -> Outcome:
    """Post the finished body of a delivery. See `webhook.hand_over`."""
    endpoint = row.endpoint
    if endpoint is None:
        return Outcome(Answer.GONE, REMOVED)
    try:
        url = url_of(endpoint)
    except CannotOpen:
        return Outcome(Answer.REFUSED, SEALED)
    parcel = Parcel(
        url=url,
        body=row.text.encode(),
        message_id=row.message_id.strip("<>").partition("@")[0],
        secret=signing_secret(endpoint),
        failed_text=TEAMS_FAILED if endpoint.kind == ChatKind.TEAMS else "",
    )
    return webhook.hand_over(parcel, commit=commit, now_at=now.timestamp())


def why_not(row: Delivery) -> str:
    """Why a message by chat need not go out any more; "" while it must, and for mail."""
    if row.channel != DeliveryChannel.CHAT:
        return ""
    if row.endpoint is None:
        return REMOVED
    off = row.endpoint.paused_at is not None or row.endpoint.disabled_at is not None
    return NOT_WANTED if off and row.kind != TEST else ""


def note_answer(row: Delivery, outcome: Outcome, *, over: bool, now: datetime) -> list[Outgoing]:
    """Keep how an endpoint fares; `over`: the message was given up. Returns the mail to its owner, if any.

    An endpoint is given up when it says that it is gone, or when every try for three days has failed. Its
    owner is told once; a message that arrives, a test perhaps, opens it again.
    """
    if row.endpoint_id is None:
        return []
    rows = ChatEndpoint.objects.filter(pk=row.endpoint_id)
    if outcome.answer == Answer.SENT:
        rows.update(failing_at=None, disabled_at=None, reason="")
        return []
    if outcome.answer not in (Answer.LATER, Answer.REFUSED):
        return []
    rows.update(reason=outcome.said)
    rows.filter(failing_at=None).update(failing_at=now)
    gone = outcome.said.startswith(f"{webhook.GONE} ") or outcome.said == SEALED
    long = rows.filter(failing_at__lte=now - GIVEN_UP_AFTER).exists()
    tried_out = over and outcome.answer == Answer.LATER
    if not (gone or long or tried_out):
        return []
    # Whoever changes the row tells: two senders at once tell once.
    if not rows.filter(disabled_at=None).update(disabled_at=now):
        return []
    endpoint = rows.select_related("person", "team__lead", "created_by").get()
    owner = owner_of(endpoint)
    return [_told(endpoint, owner, now)] if owner is not None else []


def owner_of(endpoint: ChatEndpoint) -> Person | None:
    """Who is told when an endpoint fails: its person; of a team who entered it, else who leads the team."""
    asked = [endpoint.person] if endpoint.team is None else [endpoint.created_by, endpoint.team.lead]
    return next((one for one in asked if one is not None and one.reachable), None)


def _told(endpoint: ChatEndpoint, owner: Person, now: datetime) -> Outgoing:
    ours = organisation()
    page = settings.SITE_URL + reverse("team-chats" if endpoint.team_id else "chats")
    language = owner.language or ours.language
    mail = chat_failed(
        ChatFailedLetter(owner.name, endpoint.name, endpoint.shown_url, endpoint.reason, page),
        Brand(ours.name, ours.colour),
        language=language,
    )
    return Outgoing(
        key=f"chat-failed:{endpoint.uuid}:{now.isoformat()}",
        kind="chat_failed",
        person_id=owner.pk,
        address=owner.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
    )
