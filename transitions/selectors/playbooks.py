"""Published playbooks as rules read them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Account
from accounts.rules.text import Message
from transitions.models import Mode, PlaybookVersion
from transitions.rules.plans import BEFORE, doubled
from transitions.rules.playbooks import Playbook, loads

MOST_KNOWN = 500
ANY_TIER = "standard"  # stages are the same in every tier
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


def attention_of(playbook: Playbook, account: Account, now: datetime) -> int:
    """How often a week doubled attention comes for `account`. No query where the playbook doubles nothing."""
    if not any(step.doubled for step in playbook.steps()):
        return 1
    since = now - timedelta(days=BEFORE)
    touches = account.touchpoints.filter(archived_at=None, happened_at__gte=since, happened_at__lt=now)
    return doubled(touches.count())


def newest_playbooks() -> QuerySet[PlaybookVersion]:
    """The newest version of each playbook, soft before hard, by name: what a plan can be started with."""
    return PlaybookVersion.objects.newest().order_by("-mode", "name", "pk")


def fitting(versions: Iterable[PlaybookVersion], mode: str, reason: str) -> PlaybookVersion | None:
    """Which of the newest `versions` a plan of this mode and reason follows; None where the mode has none.

    One made for the reason goes before one for any reason, and of those the company's own, the newest
    first, before what came with the product.
    """
    able = [one for one in versions if one.mode == mode and one.reason in ("", reason)]
    return max(
        able,
        key=lambda one: (one.reason == reason, one.published_by_id is not None, one.published_at, one.pk),
        default=None,
    )


def stage_titles(versions: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Message]:
    """Titles by version and stage key, for lists; `versions` are pairs of id and digest.

    No query where the contents are known in this process already, else one.
    """
    wanted = dict(versions)
    unknown = [pk for pk, digest in wanted.items() if (digest, ANY_TIER) not in _known]
    for version in PlaybookVersion.objects.filter(pk__in=unknown) if unknown else ():
        playbook_of(version, ANY_TIER)
    return {
        (pk, stage.key): Message(stage.title)
        for pk, digest in wanted.items()
        for stage in _known[digest, ANY_TIER].stages
    }


def hard_twin(reason: str) -> PlaybookVersion | None:
    """The newest playbook of a hard cutover for this reason, else the one for any; None: neither is there.

    Where the company has several for one reason, the one under the usual key counts.
    """
    usual = (f"hard-{reason}", f"hard-{reason.replace('_', '-')}")
    found = {version.key: version for version in PlaybookVersion.objects.newest().filter(mode=Mode.HARD)}
    for key in usual:
        if key in found:
            return found[key]
    for_reason = (one for key, one in sorted(found.items()) if loads(one.content).reason == reason)
    return next(for_reason, found.get("hard-standard"))
