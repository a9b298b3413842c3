"""What people wrote: the answers of the interview, and whatever else they noted in a section.

Where nobody has said yet what to know first, the records say what they hold of it, marked as such.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from accounts.models import BriefingEntry, Provenance
from accounts.rules.briefing import BY_KEY, SECTIONS, Question, questions_in
from accounts.rules.text import Message, gettext_noop
from transitions.documents.packet import TO_CONFIRM, TOLD, UNTOLD, Asked, Draft, Gap, Note
from transitions.selectors.packets.reading import (
    MOST_CHARACTERS,
    MOST_CHARACTERS_IN_CELL,
    MOST_CHARACTERS_IN_SECTION,
    MOST_ENTRIES,
    Reading,
    label,
    shortened,
)

ASKS = {section.key: section.asks for section in SECTIONS}
THINGS = ("first-1", "first-2", "first-3")  # the questions of what to know first
RECORDS = label(Provenance.RECORDS)


def with_entries(known: Reading, key: str, draft: Draft) -> Draft:
    """Add what people wrote about this section: answers in the order of the questions, then the rest."""
    entries = known.entries.get(key, [])
    asked = questions_in(key)
    answers = {entry.question: entry for entry in entries if entry.question}
    others = [entry for entry in entries if not entry.question]
    free = [entry for entry in others if entry.text]
    wanted = [*(answers[one.key] for one in asked if one.key in answers and answers[one.key].text), *free]
    most = _share([len(entry.text) for entry in wanted if entry.question])
    room = accumulate(min(len(entry.text), most if entry.question else MOST_CHARACTERS) for entry in wanted)
    shown = [
        entry
        for entry, used in zip(wanted[:MOST_ENTRIES], room, strict=False)
        if used <= MOST_CHARACTERS_IN_SECTION
    ]
    ordered = [
        *(entry for entry in shown if entry.question),
        *sorted((entry for entry in shown if not entry.question), key=lambda entry: entry.pk),
    ]
    gaps = [
        Gap(what=Message(ASKS[key]), owner=entry.owner.name if entry.owner else "", due_on=entry.due_on)
        for entry in others
        if not entry.text
    ]
    seen = {one.key: _asked(one, answers.get(one.key)) for one in asked}
    if len(asked) == 1 and not answers and free:
        # Where only one thing is asked, whatever was noted before there were questions is about that.
        points = max(_points(entry) for entry in free)
        seen[asked[0].key] = Asked(Message(asked[0].title), points)
    notes = [note(entry, most if entry.question else MOST_CHARACTERS) for entry in ordered]
    if key == "first":
        for thing, entry in zip(_lacking(seen), free, strict=False):
            seen[thing] = replace(seen[thing], points=_points(entry))
        notes = _led(known, notes, seen)
    return Draft(
        facts=draft.facts,
        notes=(*draft.notes, *notes),
        tables=draft.tables,
        gaps=(*draft.gaps, *gaps),
        asked=(*draft.asked, *(seen[one.key] for one in asked)),
        more=len(ordered) < len(wanted),
    )


def _share(lengths: Sequence[int]) -> int:
    """How many characters one answer may have, so that a long one pushes no other out of its section."""
    left = MOST_CHARACTERS_IN_SECTION
    for place, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - place)
        if length > share:
            return min(share, MOST_CHARACTERS)
        left -= length
    return MOST_CHARACTERS


def note(entry: BriefingEntry, most: int = MOST_CHARACTERS) -> Note:
    text, cut = shortened(entry.text, most)
    if entry.provenance == Provenance.SAID_BY and entry.said_by:
        source = Message(gettext_noop("Said by %(name)s"), {"name": entry.said_by.name})
    else:
        source = label(Provenance(entry.provenance))
    question = entry.answers
    leads = entry.section == "first" and (question is None or question.key in THINGS)
    return Note(
        text=text,
        title=Message(question.title) if question and not leads else None,
        source=source,
        shortened=cut,
        audience=entry.audience,
        look="first" if leads else "never" if question and question.key == "never" else "",
    )


def _lacking(seen: dict[str, Asked]) -> list[str]:
    """Which of the things to know first nobody has said, or promised to find out."""
    return [key for key in THINGS if not seen[key].points and not seen[key].owner]


def _led(known: Reading, notes: list[Note], seen: dict[str, Asked]) -> list[Note]:
    """What leads the document, in order: three things to know, the mood, the one thing not to do.

    Where nobody has said it, the records do, and `seen` counts it as still to be confirmed.
    """
    for key, (title, text) in zip(_lacking(seen), _pressing(known), strict=False):
        notes.append(Note(text=text, title=title, source=RECORDS, look="first"))
        seen[key] = replace(seen[key], points=TO_CONFIRM)
    advice = next((one for one in known.contacts if one.dos_and_donts), None)
    if advice is not None and not seen["never"].points and not seen["never"].owner:
        text = f"{advice.name}: {shortened(advice.dos_and_donts, MOST_CHARACTERS_IN_CELL)[0]}"
        notes.append(Note(text, Message(BY_KEY["never"].title), RECORDS, look="never"))
        seen["never"] = replace(seen["never"], points=TO_CONFIRM)
    places = {"first": 0, "": 1, "never": 2}
    return sorted(notes, key=lambda one: places[one.look])


def _pressing(known: Reading) -> list[tuple[Message, str]]:
    """What of the records a successor must know first, the most pressing before the rest."""
    concerns = [
        (Message(gettext_noop("Serious concern")), one.words) for one in known.concerns if one.is_serious
    ]
    escalated = [
        (Message(gettext_noop("Escalated request")), one.title) for one in known.requests if one.escalated
    ]
    promised = [
        (Message(gettext_noop("The next promise, due on %(day)s"), {"day": one.due_on}), one.text)
        for one in known.commitments
        if one.due_on
    ][:1]
    found = [*concerns, *escalated, *promised]
    return [(title, shortened(text, MOST_CHARACTERS_IN_CELL)[0]) for title, text in found]


def _asked(question: Question, entry: BriefingEntry | None) -> Asked:
    what = Message(question.title)
    if entry is None:
        return Asked(what, UNTOLD)
    if entry.text:
        return Asked(what, _points(entry))
    return Asked(what, UNTOLD, entry.owner.name if entry.owner else "", entry.due_on)


def _points(entry: BriefingEntry) -> int:
    return TO_CONFIRM if entry.provenance == Provenance.TO_CONFIRM else TOLD
