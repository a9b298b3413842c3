"""Publishing playbooks: what is published never changes; a change is the next version."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from transitions.models import PlaybookVersion
from transitions.rules.playbooks import Playbook


class PlaybookRefused(Exception):
    """The playbook has problems; `problems` are the sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@transaction.atomic
def publish(*, playbook: Playbook, by: Person | None, now: datetime) -> PlaybookVersion:
    """Publish a playbook; the same content again gives the row that stands already.

    Raises PlaybookRefused with every problem.
    """
    raise NotImplementedError


def publish_shipped(*, by: Person | None = None, now: datetime) -> list[PlaybookVersion]:
    """Publish the playbooks that come with the product. Safe to repeat at every start."""
    raise NotImplementedError
