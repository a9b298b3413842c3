"""Reading what is known about an account, section by section."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Account, Assignment, BriefingEntry, Person
from accounts.rules.briefing import (
    ASKED_SECTIONS,
    QUESTIONS,
    SECTIONS,
    Question,
    Section,
    questions_in,
    resume,
)

PLACES = {question.key: place for place, question in enumerate(QUESTIONS)}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section with what is known in it, and the gaps that somebody has promised to fill."""

    section: Section
    known: list[BriefingEntry]
    gaps: list[BriefingEntry]


def chapters_of(account: Account) -> list[Chapter]:
    """All sections in their order, the empty ones too: answers before other notes. One query."""
    by_section: dict[str, list[BriefingEntry]] = {section.key: [] for section in SECTIONS}
    for entry in account.briefing.live().select_related("said_by", "owner").order_by("pk"):
        by_section[entry.section].append(entry)
    for entries in by_section.values():
        entries.sort(key=lambda entry: PLACES.get(entry.question, len(PLACES)))
    return [
        Chapter(
            section,
            known=[entry for entry in by_section[section.key] if entry.text],
            gaps=[entry for entry in by_section[section.key] if not entry.text],
        )
        for section in SECTIONS
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what stands there: an answer, a gap that somebody will fill, or nothing yet."""

    question: Question
    entry: BriefingEntry | None

    @property
    def state(self) -> str:
        """ "answered", "gap" or "open"."""
        if self.entry is None:
            return "open"
        return "answered" if self.entry.text else "gap"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One section in the interview's list."""

    section: Section
    answered: int
    of: int
    here: bool


@dataclass(frozen=True, slots=True)
class Interview:
    """One section's questions, and how far the whole is."""

    section: Section
    asked: tuple[Asked, ...]
    noted: tuple[BriefingEntry, ...]  # what else stands in this section, and answers no question yet
    leaves: tuple[Leaf, ...]
    before: str  # the section before this one; "" in the first
    after: str

    @property
    def answered(self) -> int:
        return sum(leaf.answered for leaf in self.leaves)

    @property
    def of(self) -> int:
        return len(QUESTIONS)


def answer_to(account: Account, question: str) -> BriefingEntry | None:
    """What stands there as the answer to `question`: words, or who will find it out. One query."""
    rows = BriefingEntry.objects.live().filter(account=account, question=question)
    return rows.select_related("owner", "said_by").first()


def interview_of(account: Account, section: str) -> Interview:
    """The interview at one of ASKED_SECTIONS. One query."""
    entries = list(account.briefing.live().select_related("said_by", "owner").order_by("pk"))
    by_question = {entry.question: entry for entry in entries if entry.question}
    answered = {key for key, entry in by_question.items() if entry.text}
    place = ASKED_SECTIONS.index(section)
    around = ("", *ASKED_SECTIONS, "")
    sections = {one.key: one for one in SECTIONS}
    return Interview(
        section=sections[section],
        asked=tuple(Asked(one, by_question.get(one.key)) for one in questions_in(section)),
        noted=tuple(
            entry for entry in entries if entry.section == section and entry.text and not entry.question
        ),
        leaves=tuple(
            Leaf(
                sections[key],
                answered=sum(one.key in answered for one in questions_in(key)),
                of=len(questions_in(key)),
                here=key == section,
            )
            for key in ASKED_SECTIONS
        ),
        before=around[place],
        after=around[place + 2],
    )


def resume_at(account: Account) -> str:
    """The section in which the interview of this account goes on. One query."""
    rows = account.briefing.live().exclude(question="").exclude(text="")
    return resume(set(rows.values_list("question", flat=True)))


def people_around(account: Account, also: Iterable[int | None] = ()) -> list[Person]:
    """Who of ours has something to do with this client, and `also` these; by name. One query."""
    held = Assignment.objects.live().shown().filter(account=account)
    around = Person.objects.filter(
        Q(archived_at=None, pk__in=held.values("person"))
        | Q(archived_at=None, acquaintances__contact__account=account)
        | Q(pk__in=[pk for pk in also if pk])
    )
    return list(around.distinct().order_by("name", "pk"))
