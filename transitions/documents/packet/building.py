"""A packet built from what is known: the internal edition whole, the client's by leaving out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from accounts.rules.briefing import SECTIONS
from accounts.rules.text import Message, gettext_noop
from transitions.documents.packet.parts import (
    CLIENT,
    EDITIONS,
    TOLD,
    UNTOLD,
    Asked,
    Course,
    Draft,
    Gap,
    Packet,
    Row,
    Section,
    Table,
)

# What a section asks for when it holds nothing, where that differs from "still to be told".
MISSING = {
    "issues": gettext_noop("No open request is on record. Confirm with the client that nothing is open."),
    "promises": gettext_noop("No promise is on record. Ask the outgoing rep what was promised by word."),
    "people": gettext_noop("No contact is on record."),
    "cadence": gettext_noop("No meeting or conversation is on record."),
    "communication": gettext_noop("Nothing is on record about how the client hears of the change."),
}
# The client reads first why and when, then who, then what is owed to them.
CLIENT_ORDER = (
    "cover",
    "communication",
    "people",
    "actions",
    "cadence",
    "issues",
    "promises",
    "work",
    "goals",
)
# Our words, and what the client edition says in their place.
CLIENT_WORDS = {
    "Cover and control": gettext_noop("The change at a glance"),
    "Communication plan": gettext_noop("Why, and what it means for you"),
    "People map": gettext_noop("Who is there for you"),
    "Open requests and escalations": gettext_noop("Your open requests"),
    "Promises and commitments": gettext_noop("What we promised you"),
    "First actions for the new owner": gettext_noop("What happens next"),
    "Goals and measures": gettext_noop("Your goals"),
    "Outgoing rep": gettext_noop("Until now"),
    "Incoming rep": gettext_noop("From then on"),
    "Interim rep": gettext_noop("In the meantime"),
    "Owner": gettext_noop("Your contact"),
    "Sponsor": gettext_noop("Your sponsor with us"),
    "Support": gettext_noop("Also there for you"),
    "Cutover": gettext_noop("Takes effect on"),
    "Our side": gettext_noop("Our people"),
    "What they ask": gettext_noop("What you asked for"),
    "Open requests": gettext_noop("Open with us"),
    "Open promises": gettext_noop("Still to be kept"),
    "What they want to reach": gettext_noop("What you want to reach"),
    "Whom the client turns to now": gettext_noop("Whom you turn to now"),
}


def build(
    *,
    edition: str,
    language: str,
    client: str,
    drafts: Mapping[str, Draft],
    owner: str = "",
    due_on: date | None = None,
    course: Course | None = None,
) -> Packet:
    """Return the packet of one edition from what is known, by section key.

    The internal edition has every section; what one ought to say and does not is named as missing, with
    `owner` and `due_on` for whatever has no owner of its own. The client edition holds only what was marked
    for the client. Raises ValueError for an unknown edition or section.
    """
    if edition not in EDITIONS:
        raise ValueError(f"unknown edition {edition!r}")
    if strangers := set(drafts) - {section.key for section in SECTIONS}:
        raise ValueError(f"unknown sections {sorted(strangers)}")
    if edition == CLIENT:
        return Packet(edition=edition, language=language, client=client, sections=_client_sections(drafts))
    sections = []
    for number, asked in enumerate(SECTIONS, start=1):
        draft = drafts.get(asked.key, Draft())
        section = Section(
            key=asked.key,
            number=number,
            title=Message(asked.title),
            facts=draft.facts,
            notes=draft.notes,
            tables=tuple(table for table in draft.tables if table.rows),
            gaps=draft.gaps,
            more=draft.more,
        )
        wanted = _wanted(draft, section, asked.asks)
        gaps = [*draft.gaps, *(Gap(one.what, one.owner, one.due_on) for one in wanted if not one.points)]
        sections.append(
            replace(
                section,
                gaps=tuple(
                    replace(gap, owner=gap.owner or owner, due_on=gap.due_on or due_on) for gap in gaps
                ),
                points=sum(one.points for one in wanted),
                of=TOLD * (len(wanted) + len(draft.gaps)),
            )
        )
    return Packet(edition=edition, language=language, client=client, sections=tuple(sections), course=course)


def _wanted(draft: Draft, section: Section, asks: str) -> list[Asked]:
    """Everything that the section ought to say, with the points that it gets for it."""
    wanted = [Asked(fact.label, UNTOLD if fact.value is None else TOLD) for fact in draft.facts]
    wanted += draft.asked
    if section.empty and section.key in MISSING:
        wanted.append(Asked(Message(MISSING[section.key]), UNTOLD))
    elif section.empty and not wanted and not draft.gaps:
        wanted.append(Asked(Message(asks), UNTOLD))
    return wanted


def _client_sections(drafts: Mapping[str, Draft]) -> tuple[Section, ...]:
    titles = {section.key: section.title for section in SECTIONS}
    others = tuple(key for key in titles if key not in CLIENT_ORDER)
    sections: list[Section] = []
    for key in CLIENT_ORDER + others:
        draft = drafts.get(key, Draft())
        section = Section(
            key=key,
            number=len(sections) + 1,
            title=_in_their_words(Message(titles[key])),
            facts=tuple(
                replace(fact, label=_in_their_words(fact.label), value=_in_their_words(fact.value))
                for fact in _for_client(draft.facts)
                if fact.value is not None
            ),
            notes=tuple(
                replace(note, title=_in_their_words(note.title), source=None)
                for note in _for_client(draft.notes)
            ),
            tables=tuple(table for table in map(_client_table, _for_client(draft.tables)) if table.rows),
        )
        if not section.empty:
            sections.append(section)
    return tuple(sections)


def _for_client(items: Sequence[Any]) -> list[Any]:
    return [item for item in items if item.audience == CLIENT]


def _client_table(table: Table) -> Table:
    shown = [index for index, column in enumerate(table.columns) if column.audience == CLIENT]
    return replace(
        table,
        title=_in_their_words(table.title),
        columns=tuple(
            replace(column, title=_in_their_words(column.title), optional=True)
            for column in (table.columns[index] for index in shown)
        ),
        rows=tuple(
            Row(cells=tuple(_in_their_words(row.cells[index]) for index in shown), audience=CLIENT)
            for row in _for_client(table.rows)
            if shown
        ),
    )


def _in_their_words(value: Any) -> Any:
    if isinstance(value, tuple):  # several values in one cell
        return tuple(map(_in_their_words, value))
    if isinstance(value, Message) and value.msgid in CLIENT_WORDS:
        return replace(value, msgid=CLIENT_WORDS[value.msgid])
    return value
