"""Mail about signing in, through the outbox; and the links with which a forgotten password is set anew.

The link of a reset is stored nowhere: the row holds a placeholder, and the sender makes the token.
"""

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings

from accounts.documents.deliveries import Outgoing
from accounts.models import User
from accounts.rendering.mail import Brand, notice
from accounts.rules.tokens import placeholder
from accounts.selectors.organisation import organisation
from accounts.services import deliveries

SECRET = "reset"


def new_reset_key(*, now: datetime) -> str:
    """Return the part of a link that is not secret: when it was asked for, and which it is."""
    return f"{int(now.timestamp())}.{secrets.token_hex(8)}.{placeholder(SECRET)}"


def reset_key_fits(user: User, key: str, *, now: datetime) -> bool:
    """Whether `key` is a link of ours for `user` that still opens something.

    It does for PASSWORD_RESET_TIMEOUT seconds, and until the person signs in or has a new password.
    """
    begun, _dot, rest = key.partition(".")
    name, _dot, token = rest.partition(".")
    if not (begun.isascii() and begun.isdigit() and len(begun) < 12 and token):
        return False
    expected = deliveries.secret_token(_reset_of(user, f"{begun}.{name}"), _delivery_of(f"{begun}.{name}"))
    fits = hmac.compare_digest(expected.encode(), token.encode(errors="replace"))
    young = 0 <= now.timestamp() - int(begun) <= settings.PASSWORD_RESET_TIMEOUT
    return fits and young and user.is_active


def queue_mail(*, user: User, subject: str, text: str, reset_key: str = "", now: datetime) -> None:
    """Queue a mail about somebody's sign-in; `reset_key`: it carries the link made with that key."""
    name = reset_key.rpartition(".")[0]
    ours = organisation()
    mail = notice(
        subject, text, Brand(ours.name, ours.colour), language=user.person.language or ours.language
    )
    deliveries.queue(
        Outgoing(
            key=_delivery_of(name) if name else f"sign-in:{uuid.uuid4()}",
            kind="sign-in",
            person_id=user.person_id,
            address=user.email,
            subject=subject,
            text=text,
            html=mail.html,
            secrets={SECRET: _reset_of(user, name)} if name else {},
            expires_at=now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) if name else None,
        ),
        now=now,
    )


def _delivery_of(name: str) -> str:
    return f"reset:{name}"


def _reset_of(user: User, name: str) -> str:
    """What the link opens: this sign-in as it is now. It changes with the password and each sign-in."""
    state = f"{user.pk}:{user.email}:{user.password}:{user.last_login}:{name}"
    return hashlib.sha256(state.encode()).hexdigest()
