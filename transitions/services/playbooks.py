"""Publishing playbooks: what is published never changes; a change is the next version."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, gettext_noop
from transitions.models import PlaybookDraft, PlaybookVersion
from transitions.rules.playbooks import SHIPPED, Playbook, digest, dumps, loads

_ = gettext_noop

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


class KeyTaken(Exception):
    """Another playbook, or a draft of one, has this key already. Carries the sentence as `message`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.message = Message(_("There is a playbook “%(key)s” already. Choose another key."), {"key": key})


@transaction.atomic
def draft(*, version: PlaybookVersion, by: Person, now: datetime) -> PlaybookDraft:
    """Begin to change a playbook: a draft of its next version. One that was begun already is given back."""
    values = {"content": version.content, "begun_from": version, "created_by": by}
    found, _made = PlaybookDraft.objects.get_or_create(
        key=version.key, defaults={**values, "updated_by": by, "updated_at": now}
    )
    return found


@transaction.atomic
def copy(*, version: PlaybookVersion, key: str, name: str, by: Person, now: datetime) -> PlaybookDraft:
    """Begin a playbook of its own from the content of another. Raises KeyTaken."""
    if PlaybookVersion.objects.filter(key=key).exists():
        raise KeyTaken(key)
    content = json.loads(dumps(replace(loads(version.content), key=key, name=name)))
    values = {"content": content, "begun_from": version, "created_by": by}
    found, made = PlaybookDraft.objects.get_or_create(
        key=key, defaults={**values, "updated_by": by, "updated_at": now}
    )
    if not made:
        raise KeyTaken(key)
    return found


@transaction.atomic
def save_draft(
    *, draft: PlaybookDraft, playbook: Playbook, version: int, by: Person, now: datetime
) -> PlaybookDraft:
    """Keep a changed playbook in its draft, with whatever problems it has. Raises StaleVersion."""
    _claim(draft, version)
    draft.version = version + 1
    draft.content = json.loads(dumps(playbook))
    draft.updated_by, draft.updated_at = by, now
    draft.save(update_fields=["content", "updated_by", "updated_at", "version"])
    return draft


@transaction.atomic
def discard_draft(*, draft: PlaybookDraft, version: int) -> None:
    """Throw a draft away. Raises StaleVersion when somebody changed it meanwhile."""
    _claim(draft, version)
    draft.delete()


@transaction.atomic
def publish_draft(*, draft: PlaybookDraft, version: int, by: Person, now: datetime) -> PlaybookVersion:
    """Publish a draft as the next version of its key; the draft ends. Plans that run keep what they have.

    Raises StaleVersion when somebody changed the draft since, PlaybookRefused with every problem.
    """
    _claim(draft, version)
    draft.refresh_from_db()
    published = publish(playbook=loads(draft.content), by=by, now=now)
    draft.delete()
    return published


def _claim(draft: PlaybookDraft, version: int) -> None:
    if not PlaybookDraft.objects.filter(pk=draft.pk).exists():  # published or thrown away meanwhile
        raise StaleVersion(draft)
    PlaybookDraft.objects.claim(pk=draft.pk, version=version)
