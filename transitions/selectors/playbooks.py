"""Published playbooks as rules read them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.rules.text import Message
from transitions.models import PlaybookVersion
from transitions.rules.playbooks import Playbook, loads

MOST_KNOWN = 500
_known: dict[tuple[str, str], Playbook] = {}  # by digest: the content behind one never changes


def playbook_of(version: PlaybookVersion, tier: str) -> Playbook:
    """The playbook of a published version, for one tier. Kept in the process.

    Where `version` was read without its content, the first asker pays one query for it.
    """
    key = (version.digest, tier)
    if key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[key] = loads(version.content).for_tier(tier)
    return _known[key]


def newest_playbooks() -> QuerySet[PlaybookVersion]:
    """The newest version of each playbook, soft before hard, by name: what a plan can be started with."""
    return PlaybookVersion.objects.newest().order_by("-mode", "name", "pk")


def stage_titles(version_ids: Iterable[int]) -> dict[tuple[int, str], Message]:
    """Titles by version and stage key, for lists. One query, and none for content known already."""
    versions = PlaybookVersion.objects.filter(pk__in=set(version_ids)).defer("content")
    return {
        (version.pk, stage.key): Message(stage.title)
        for version in versions
        for stage in playbook_of(version, "standard").stages
    }
