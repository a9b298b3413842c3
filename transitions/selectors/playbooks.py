"""Published playbooks as rules read them."""

from django.db.models import QuerySet

from transitions.models import PlaybookVersion
from transitions.rules.playbooks import Playbook


def playbook_of(version_id: int, tier: str) -> Playbook:
    """The playbook of a published version with the values of one tier. Kept in the process: it never changes."""
    raise NotImplementedError


def newest_playbooks() -> QuerySet[PlaybookVersion]:
    """The newest version of each playbook, soft before hard, by name: what a plan can be started with."""
    return PlaybookVersion.objects.newest().order_by("-mode", "name", "pk")
