"""The outbox: queueing, leasing, sending and settling messages, and what an administrator can do about one.

The rows are the truth; Celery only wakes the sender. One row, one transaction, one recipient. Every
write-back names the token of the lease, so a sender whose lease ran out writes nothing. Leases are measured
by the database's clock: that of a sender may jump.
"""

import contextlib
import hashlib
import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from accounts.documents.deliveries import Letter, Outgoing
from accounts.models import Delivery, DeliveryChannel, DeliveryState, Person
from accounts.models.deliveries import DeliveryQuerySet
from accounts.rules.chat import WAITS
from accounts.rules.deliveries import RETRIES, Answer, Next, Outcome, Record, after_answer, after_crash
from accounts.rules.text import gettext_noop, tame, tame_text
from accounts.rules.tokens import placeholder, token_for
from accounts.selectors.organisation import organisation
from accounts.services import audit, endpoints
from accounts.services.smtp import Post

logger = logging.getLogger(__name__)

SUBJECT_MOST = 250
EXPIRED = gettext_noop("It could not be sent in time.")
PERSON_LEFT = gettext_noop("The person is no longer with us.")
CRASHED = gettext_noop("The sender died on it again and again.")
NO_ANSWER = gettext_noop("The mail server took it and did not answer.")
_OPEN = (DeliveryState.LEASED, DeliveryState.DATA)
_REASON_OF_END = {str(DeliveryState.DEAD): CRASHED, str(DeliveryState.UNSURE): NO_ANSWER}


class TooLate(Exception):
    """The message has expired: sending it now would tell old news as new."""


class NotWaiting(Exception):
    """The message is in a state in which this cannot be done; somebody else was quicker, most likely."""


# --- Queueing ---------------------------------------------------------------------------------------


def queue(outgoing: Outgoing, *, now: datetime) -> bool:
    """Queue one message in the transaction of its cause. Returns False where its key was queued before."""
    return queue_many([outgoing], now=now) == 1


def queue_many(outgoing: Iterable[Outgoing], *, now: datetime) -> int:
    """Queue messages; those whose key exists change nothing. Returns how many are new. Two queries per batch.

    Names are cleaned, never refused: a hostile one must not silence a mail.
    """
    rows = [_row(one, now) for one in outgoing]
    Delivery.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)
    ours = [row.uuid for row in rows]
    return sum(
        Delivery.objects.filter(uuid__in=ours[start : start + 200]).count()
        for start in range(0, len(ours), 200)
    )


def message_id_of(key: str) -> str:
    """Return the Message-ID of the message with `key`: always the same, in this installation only."""
    return f"<{hashlib.sha256(f'{settings.SITE_URL} {key}'.encode()).hexdigest()[:40]}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def secret_token(link: str, key: str) -> str:
    """Return the token of `link` in the message with `key`. Only its hash may be stored."""
    return token_for(key=settings.SECRET_KEY, link=link, delivery=key)


def _row(one: Outgoing, now: datetime) -> Delivery:
    return Delivery(
        key=one.key,
        kind=one.kind,
        person_id=one.person_id,
        channel=DeliveryChannel.CHAT if one.endpoint_id else DeliveryChannel.MAIL,
        endpoint_id=one.endpoint_id,
        address=one.address,
        subject=tame(one.subject, most=SUBJECT_MOST),
        text=tame_text(one.text),
        html=tame_text(one.html),
        calendar=tame_text(one.calendar),
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers, please
            **_belonging(one),
            **{name: tame(value, most=900) for name, value in one.headers.items()},
        },
        secrets=dict(one.secrets),
        message_id=message_id_of(one.key),
        dated_at=now,
        due_at=now,
        expires_at=one.expires_at,
        created_at=now,
    )


def _belonging(one: Outgoing) -> dict[str, str]:
    """What lets a mail program put the message where it belongs: with others about the same, or as a list."""
    found: dict[str, str] = {}
    if one.thread:
        # Nobody sends the message that these answer to: naming the same one is what groups them.
        found |= dict.fromkeys(("In-Reply-To", "References"), message_id_of(one.thread))
    if "List-Unsubscribe" in one.headers:
        found["List-Id"] = f"<{one.kind}.{_host()}>"  # RFC 2919: for filters of the reader's own
    return found


# --- Sending ----------------------------------------------------------------------------------------


def send_next(*, post: Post, clock: Callable[[], datetime]) -> Answer | None:
    """Send the next message that is due; return what came of it, None when none is due.

    A message that breaks the sender stays leased, is counted when the lease runs out, and is parked the
    third time: it never stops the others.
    """
    row = claim(now=clock())
    if row is None:
        return None
    try:
        outcome = _reason_gone(row, clock()) or _handed_over(row, post, clock)
    except Exception:  # whatever is wrong with this one, the next one is due too
        logger.exception("Unable to send delivery %s", row.pk)
        return Answer.OVERTAKEN
    if outcome.answer != Answer.OVERTAKEN:
        settle(row, outcome, now=clock())
    return outcome.answer


def _handed_over(row: Delivery, post: Post, clock: Callable[[], datetime]) -> Outcome:
    def commit() -> bool:
        return point_of_no_return(row)

    if row.channel == DeliveryChannel.CHAT:
        return endpoints.hand_over(row, commit=commit, now=clock())
    return post.hand_over(letter_of(row), commit=commit)


def claim(*, now: datetime) -> Delivery | None:
    """Lease the next message that is due, or None. Ends or parks, on the way, what its sender left behind."""
    lost = 0  # races, in a row, against other senders
    while True:
        with _turn():
            row = _pick(_abandoned().order_by("lease_until", "pk"), lost)
            row = row or _pick(_due(now).order_by("due_at", "pk"), lost)
            if row is None and lost == 0:
                return None
            taken = row is not None and _take(row)
        if taken and row is not None and row.state == DeliveryState.LEASED:
            return row
        lost = 0 if taken or row is None else lost + 1


def point_of_no_return(row: Delivery) -> bool:
    """Enter `data` directly before the last line goes out. False: the lease was lost, stop.

    The lease begins anew here, so that no successor can take the row while the answer is awaited.
    """
    mine = Delivery.objects.filter(pk=row.pk, token=row.token, state=DeliveryState.LEASED)
    return bool(mine.update(state=DeliveryState.DATA, lease_until=_lease_end()))


def settle(row: Delivery, outcome: Outcome, *, now: datetime) -> bool:
    """Write back what came of a leased message. Returns False, and writes nothing, for a lost lease."""
    is_chat = row.channel == DeliveryChannel.CHAT
    waits = WAITS if is_chat else RETRIES
    silent = outcome.answer == Answer.SILENT  # whatever else came of it, nobody asks
    following = after_answer(outcome.answer, _record(row), hold=silent and _hold(row), waits=waits)
    if outcome.wish is not None:
        following = replace(following, wait=max(following.wait, outcome.wish))
    reason = outcome.said
    if following.state == DeliveryState.UNSURE:
        reason = reason or NO_ANSWER
    if not is_chat:
        return _write(row, following, reason, now)
    with transaction.atomic():
        written = _write(row, following, reason, now)
        if written:
            over = following.state == DeliveryState.DEAD
            queue_many(endpoints.note_answer(row, outcome, over=over, now=now), now=now)
        return written


def letter_of(row: Delivery) -> Letter:
    """Return the letter that the row holds, its secret links filled in."""
    headers = dict(row.headers)
    return Letter(
        sender=headers.pop("From", settings.DEFAULT_FROM_EMAIL),
        recipient=row.address,
        subject=row.subject,
        text=filled(row.text, row),
        html=filled(row.html, row),
        message_id=row.message_id,
        dated_at=row.dated_at,
        headers=headers,
        calendar=row.calendar,
    )


def filled(content: str, row: Delivery) -> str:
    """Return `content` with the tokens of the row's secret links in place of their placeholders."""
    for name, link in row.secrets.items():
        content = content.replace(placeholder(name), secret_token(link, row.key))
    return content


def _due(now: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__lte=now)


def _abandoned() -> DeliveryQuerySet:
    return Delivery.objects.filter(state__in=_OPEN, lease_until__lt=Now())


def _turn() -> contextlib.AbstractContextManager[object]:
    """A transaction where rows can be locked. SQLite would lock out every other writer while we look."""
    skips = connection.features.has_select_for_update_skip_locked
    return transaction.atomic() if skips else contextlib.nullcontext()


def _pick(rows: DeliveryQuerySet, lost: int) -> Delivery | None:
    """The first of `rows` that no other sender is claiming; without row locks, past the races just lost."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True).first()
    return rows[lost : lost + 1].first()


def _take(row: Delivery) -> bool:
    """Lease `row`, or write that it has come to its end. False where it is not any more as it was read."""
    as_read = {"pk": row.pk, "state": row.state, "token": row.token}
    following = Next(DeliveryState.LEASED, _record(row))
    if row.state in _OPEN:
        unknown = row.state == DeliveryState.DATA
        following = after_crash(row.state, _record(row), hold=unknown and _hold(row))
    leased = following.state == DeliveryState.LEASED
    row.state, row.reason = following.state, _REASON_OF_END.get(following.state, row.reason)
    row.token = uuid.uuid4() if leased else None
    row.attempts += leased
    row.retransmissions, row.crashes = following.record.retransmissions, following.record.crashes
    taken = Delivery.objects.filter(**as_read).update(
        state=row.state,
        token=row.token,
        lease_until=_lease_end() if leased else None,
        attempts=row.attempts,
        retransmissions=row.retransmissions,
        crashes=row.crashes,
        reason=row.reason,
    )
    return bool(taken)


def _write(row: Delivery, following: Next, reason: str, now: datetime) -> bool:
    mine = Delivery.objects.filter(pk=row.pk, token=row.token, state__in=_OPEN)
    return bool(
        mine.update(
            state=following.state,
            token=None,
            lease_until=None,
            due_at=now + following.wait if following.state == DeliveryState.QUEUED else row.due_at,
            sent_at=now if following.state == DeliveryState.SENT else None,
            retransmissions=following.record.retransmissions,
            crashes=following.record.crashes,
            reason=tame(reason),
        )
    )


def _reason_gone(row: Delivery, now: datetime) -> Outcome | None:
    """Whether the reason for the message still stands, asked when it is about to go out."""
    why = ""
    if row.expires_at is not None and row.expires_at <= now:
        why = EXPIRED
    elif row.person_id and Person.objects.filter(pk=row.person_id, archived_at__isnull=False).exists():
        why = PERSON_LEFT
    elif why := endpoints.why_not(row):
        pass
    elif check := settings.DELIVERY_CHECKS.get(row.kind):
        why = import_string(check)(delivery=row, now=now)
    return Outcome(Answer.GONE, why) if why else None


def _record(row: Delivery) -> Record:
    return Record(row.attempts, row.retransmissions, row.crashes)


def _hold(row: Delivery) -> bool:
    """Whether an administrator, or whoever installed us, wants to be asked before it is sent again."""
    return row.kind in settings.DELIVERY_HOLD_KINDS or row.kind in organisation().hold_kinds


def _lease_end() -> Any:
    lease = Value(timedelta(seconds=settings.DELIVERY_LEASE_SECONDS))
    return ExpressionWrapper(Now() + lease, output_field=DateTimeField())


# --- What an administrator can do -------------------------------------------------------------------


@transaction.atomic
def retry(*, delivery: Delivery, by: Person, now: datetime) -> None:
    """Try a message again from the start that failed, is unsure, or waits for its next try.

    Raises NotWaiting, or TooLate for one that has expired.
    """
    _refuse_old_news(delivery, now)
    tried = (DeliveryState.DEAD, DeliveryState.UNSURE, DeliveryState.QUEUED)
    again = Case(When(state=DeliveryState.UNSURE, then=1), default=0)  # it may have arrived before
    _change(
        delivery,
        tried,
        state=DeliveryState.QUEUED,
        due_at=now,
        attempts=0,
        crashes=0,
        retransmissions=F("retransmissions") + again,
    )
    audit.record(verb="retry", rows=[delivery], by=by, now=now)


@transaction.atomic
def release(*, delivery: Delivery, by: Person, now: datetime) -> None:
    """Let a held message go. Raises NotWaiting, or TooLate for one that has expired."""
    _refuse_old_news(delivery, now)
    _change(delivery, (DeliveryState.HELD,), state=DeliveryState.QUEUED, due_at=now)
    audit.record(verb="release", rows=[delivery], by=by, now=now)


@transaction.atomic
def release_all(*, by: Person, now: datetime) -> int:
    """Let every held message go that has not expired. Returns how many."""
    fresh = Q(expires_at=None) | Q(expires_at__gt=now)
    rows = list(Delivery.objects.filter(fresh, state=DeliveryState.HELD))
    ours = Delivery.objects.filter(fresh, state=DeliveryState.HELD)
    audit.record(verb="release", rows=rows, by=by, now=now)
    return ours.update(state=DeliveryState.QUEUED, due_at=now)


@transaction.atomic
def cancel(*, delivery: Delivery, by: Person, now: datetime) -> None:
    """Never send a message that is not on its way. Raises NotWaiting."""
    waiting = (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.DEAD, DeliveryState.UNSURE)
    _change(delivery, waiting, state=DeliveryState.CANCELLED)
    audit.record(verb="cancel", rows=[delivery], by=by, now=now)


def purge(*, now: datetime) -> int:
    """Delete what was settled long ago; failed and unsure stay four times as long. Returns how many."""
    keep = timedelta(days=settings.DELIVERY_KEEP_DAYS)
    over = (DeliveryState.SENT, DeliveryState.CANCELLED)
    failed = (DeliveryState.DEAD, DeliveryState.UNSURE)
    settled = Delivery.objects.filter(
        Q(state__in=over, created_at__lt=now - keep) | Q(state__in=failed, created_at__lt=now - 4 * keep)
    )
    return settled.delete()[0]


def _refuse_old_news(delivery: Delivery, now: datetime) -> None:
    if delivery.expires_at is not None and delivery.expires_at <= now:
        raise TooLate


def _change(delivery: Delivery, states: tuple[DeliveryState, ...], **fields: object) -> None:
    if not Delivery.objects.filter(pk=delivery.pk, state__in=states).update(**fields):
        raise NotWaiting
