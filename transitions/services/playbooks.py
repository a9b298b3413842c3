"""Publishing playbooks: what is published never changes; a change is the next version."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.rules.text import Message
from transitions.models import PlaybookVersion
from transitions.rules.playbooks import SHIPPED, Playbook, digest, dumps

TRIES = 3


class PlaybookRefused(Exception):
    """The playbook has problems. Carries the sentences as `problems`."""

    def __init__(self, problems: Sequence[Message]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = list(problems)


def publish(*, playbook: Playbook, by: Person | None, now: datetime) -> PlaybookVersion:
    """Publish a playbook; the content of its newest version again gives that version.

    Raises PlaybookRefused with every problem.
    """
    if problems := playbook.problems():
        raise PlaybookRefused(problems)
    for _attempt in range(TRIES):
        newest = PlaybookVersion.objects.filter(key=playbook.key).order_by("-version").first()
        if newest is not None and newest.digest == digest(playbook):
            return newest
        try:
            with transaction.atomic():
                return PlaybookVersion.objects.create(
                    key=playbook.key,
                    version=newest.version + 1 if newest else 1,
                    name=playbook.name,
                    mode=playbook.mode,
                    reason=playbook.reason,
                    content=json.loads(dumps(playbook)),
                    digest=digest(playbook),
                    published_at=now,
                    published_by=by,
                )
        except IntegrityError:  # somebody published at the same moment: look again
            continue
    raise RuntimeError(f"playbook {playbook.key} is being published by others all the time")


def publish_shipped(*, by: Person | None = None, now: datetime) -> list[PlaybookVersion]:
    """Publish the playbooks that come with the product. Safe to repeat at every start.

    Where the company has published a version of its own under such a key, that one stays the newest.
    """
    return [_own_version(playbook) or publish(playbook=playbook, by=by, now=now) for playbook in SHIPPED]


def _own_version(playbook: Playbook) -> PlaybookVersion | None:
    newest = PlaybookVersion.objects.newest().filter(key=playbook.key).first()
    return newest if newest is not None and newest.published_by_id is not None else None
