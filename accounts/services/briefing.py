"""What is known about an account, written down: entry by entry, or as answers of the interview."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Account, Audience, BriefingEntry, Person
from accounts.models.base import StaleVersion
from accounts.rules.briefing import BY_KEY
from accounts.selectors.briefing import answer_to
from accounts.services.history import keep, keep_claimed


def add(*, entry: BriefingEntry, by: Person, now: datetime) -> BriefingEntry:
    _fit(entry)
    entry.updated_at = now
    return keep(entry, by=by, now=now)


def edit(*, entry: BriefingEntry, version: int, by: Person, now: datetime) -> BriefingEntry:
    """Keep what was typed into `entry`. Raises StaleVersion."""
    _fit(entry)
    entry.updated_at = now
    return keep_claimed(entry, version=version, by=by, now=now)


def archive(*, entry: BriefingEntry, version: int, by: Person, now: datetime) -> BriefingEntry:
    """Take out what no longer holds. Raises StaleVersion."""
    entry.archived_at = now
    return keep_claimed(entry, version=version, by=by, now=now)


@transaction.atomic
def unarchive(*, entry: BriefingEntry, by: Person, now: datetime) -> BriefingEntry:
    """Bring back what was archived; where its question was answered anew meanwhile, as a plain note."""
    entry.archived_at = None
    if entry.question and answer_to(entry.account, entry.question) is not None:
        entry.question = ""
    return keep_claimed(entry, version=entry.version, by=by, now=now)


@transaction.atomic
def answer(
    *,
    account: Account,
    question: str,
    version: int,
    text: str,
    provenance: str,
    said_by: Person | None = None,
    owner: Person | None = None,
    due_on: date | None = None,
    audience: str = Audience.INTERNAL,
    by: Person,
    now: datetime,
) -> BriefingEntry | None:
    """Keep the answer to a question of the interview, typed over `version`: 0 where there was none.

    Without text, `owner` and `due_on` say who finds it out; without either, the answer is withdrawn and
    None is returned. The same answer once more changes nothing. Raises StaleVersion when somebody else
    was first, and KeyError for an unknown question.
    """
    asked = BY_KEY[question]
    row = answer_to(account, question)
    told = bool(text) or owner is not None
    if row is None and not told:
        return None
    if (row.version if row else 0) != version and row is not None:
        raise StaleVersion(row)
    if row is not None and not told:
        archive(entry=row, version=version, by=by, now=now)
        return None
    row = row or BriefingEntry(account=account, section=asked.section, question=question)
    typed = {
        "text": text,
        "provenance": provenance,
        "said_by": said_by,
        "owner": owner,
        "due_on": due_on,
        "audience": audience if asked.shareable else Audience.INTERNAL,
    }
    if row.pk and all(getattr(row, name) == value for name, value in typed.items()):
        return row
    for name, value in typed.items():
        setattr(row, name, value)
    if row.pk:
        return edit(entry=row, version=version, by=by, now=now)
    try:
        with transaction.atomic():
            return add(entry=row, by=by, now=now)
    except IntegrityError:
        # Somebody else answered at the same moment.
        first = answer_to(account, question)
        if first is None:
            raise
        raise StaleVersion(first) from None


@transaction.atomic
def assign(*, entry: BriefingEntry, version: int, question: str, by: Person, now: datetime) -> BriefingEntry:
    """Let a note that stood in the section already be the answer to `question`.

    Raises StaleVersion, also when the question has an answer by now, and KeyError for a question of another
    section.
    """
    if BY_KEY[question].section != entry.section:
        raise KeyError(question)
    answered = answer_to(entry.account, question)
    if answered is not None:
        raise StaleVersion(answered)
    entry.question = question
    return edit(entry=entry, version=version, by=by, now=now)


def _fit(entry: BriefingEntry) -> None:
    """An entry that was moved to another section answers no question of the old one."""
    if entry.question and BY_KEY[entry.question].section != entry.section:
        entry.question = ""
