"""Standing cover is counted: nightly, and when somebody asks; only for whom something has changed."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from accounts.selectors.calendar import our_tz
from accounts.selectors.organisation import organisation
from transitions.models import StandingCover
from transitions.selectors.departures.cover import covers, digests

AT_ONCE = 50  # reps whose books are read together
FIELDS = [
    "counted_on",
    "digest",
    "accounts",
    "revenue",
    "strategic",
    "single_threaded",
    "undocumented",
    "uncovered",
    "score",
    "grade",
    "lines",
]


def keep_covers(
    *,
    now: datetime,
    only: Iterable[int] | None = None,
    everything: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Count the standing cover again where its digest changed; returns for how many reps.

    `only` looks at these people alone; `everything` asks no digest. Rows of whoever owns nothing any more
    or has left are taken away. Running it twice changes nothing.
    """
    ours = organisation()
    today = now.astimezone(our_tz(ours)).date()
    wanted = digests(ours, today)
    if only is None:
        StandingCover.objects.exclude(person__in=wanted).delete()
    else:
        asked = set(only)
        wanted = {person: digest for person, digest in wanted.items() if person in asked}
    known = dict(StandingCover.objects.filter(person__in=wanted).values_list("person", "digest"))
    stale = [person for person, digest in wanted.items() if everything or known.get(person) != digest]
    for start in range(0, len(stale), AT_ONCE):
        part = stale[start : start + AT_ONCE]
        found = covers(part, today, ours=ours)
        for cover in found:
            cover.digest = wanted[cover.person_id]
        with transaction.atomic():
            StandingCover.objects.bulk_create(
                found, update_conflicts=True, unique_fields=["person"], update_fields=FIELDS
            )
        progress(start + len(part), len(stale))
    return len(stale)
