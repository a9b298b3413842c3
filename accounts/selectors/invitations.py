"""Ways in: which are open, and what became of the others."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Invitation, User


def invitations(viewer: User) -> QuerySet[Invitation]:
    """Every invitation, newest first."""
    return (
        Invitation.objects.visible_to(viewer)
        .select_related("person", "invited_by")
        .order_by("-created_at", "-pk")
    )


def state_of(invitation: Invitation, *, now: datetime) -> str:
    """Return "open", "accepted", "revoked" or "expired"."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "open" if invitation.expires_at > now else "expired"
