from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig


class TransitionsConfig(AppConfig):
    """What: handover plans and everything hung on them."""

    name = "transitions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.models import Account
        from accounts.services.history import rows_kept

        rows_kept.connect(_follow, sender=Account)


def _follow(pks: Sequence[int], **_more: Any) -> None:
    from transitions.services.opened import follow_accounts

    follow_accounts(pks)
