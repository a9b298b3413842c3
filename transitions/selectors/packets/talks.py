"""What a packet says of the plan's talks: the story, who introduces whom, series, extras, open questions."""

from accounts.models import Channel, Contact, ContactLevel, ContactRole
from accounts.rules.text import Message, gettext_noop
from transitions.documents.packet import CLIENT, TOLD, UNTOLD, Asked, Column, Draft, Note, Row, Table
from transitions.rules.feeds import RHYTHMS
from transitions.rules.successors import GAP
from transitions.selectors.packets import steps
from transitions.selectors.packets.reading import (
    MOST_ROWS,
    Reading,
    label,
    shortened,
)

# Whom a successor is introduced to by name.
KEY_ROLES = (
    ContactRole.SPONSOR,
    ContactRole.DECISION_MAKER,
    ContactRole.CHAMPION,
    ContactRole.DETRACTOR,
    ContactRole.DAY_TO_DAY,
)
KEY_LEVELS = (ContactLevel.EXECUTIVE, ContactLevel.SENIOR)
MOST_TO_SAY = 700  # characters of the talking points of one meeting


def communication(known: Reading) -> Draft:
    """The story in the client's words, who inside has read it, what to say in which meeting."""
    plan = known.plan
    words = (
        (gettext_noop("Why"), plan.why),
        (gettext_noop("What gets better"), plan.gets_better),
        (gettext_noop("What stays as it is"), plan.stays),
    )
    notes = [
        Note(text=text, title=Message(title), shortened=cut, audience=CLIENT)
        for title, written in words
        if written
        for text, cut in [shortened(written)]
    ]
    if known.narrative is not None:
        text, cut = shortened(known.narrative.who_now)
        approved = Message(
            gettext_noop("Approved by %(name)s on %(day)s"),
            {"name": known.narrative.approved_by.name, "day": known.day(known.narrative.approved_at)},
        )
        title = Message(gettext_noop("Whom the client turns to now"))
        notes.append(Note(text, title, approved, cut, CLIENT))
    asked = [Asked(Message(title), TOLD if written else UNTOLD) for title, written in words]
    asked.append(
        Asked(Message(gettext_noop("The message approved by a leader")), TOLD if known.narrative else UNTOLD)
    )
    return Draft(
        notes=tuple(notes),
        tables=(steps.meetings(known), talking_points(known), departments(known)),
        asked=tuple(asked),
    )


def talking_points(known: Reading) -> Table:
    """What we say in meetings that are still to be held."""
    rows = [
        Row(cells=(Message(one.meeting.step.title), *(_brief(text) for text in (one.points, one.questions))))
        for one in known.points
    ]
    return Table(
        title=Message(gettext_noop("Talking points")),
        columns=(
            Column(Message(gettext_noop("Meeting"))),
            Column(Message(gettext_noop("What we say")), shape="wide", optional=True),
            Column(Message(gettext_noop("Questions they may ask")), shape="wide", optional=True),
        ),
        rows=tuple(rows[:MOST_ROWS]),
    )


def _brief(text: str) -> str | None:
    return shortened(text, MOST_TO_SAY)[0] or None


def departments(known: Reading) -> Table:
    """Who inside must say the same, and whether they have read it."""
    return Table(
        title=Message(gettext_noop("Who inside says the same")),
        columns=(
            Column(Message(gettext_noop("Department"))),
            Column(Message(gettext_noop("Who answers for it"))),
            Column(Message(gettext_noop("Read on")), shape="date"),
        ),
        rows=tuple(
            Row(
                cells=(
                    one.department.name,
                    one.step.owner.name if one.step.owner else None,
                    known.day(one.read_at) if one.read_at else None,
                )
            )
            for one in known.acknowledgements
        ),
        more=known.more_acknowledgements,
    )


def introductions(known: Reading) -> Table:
    """Each key contact: who introduces the successor, and when. The one they know best does it."""
    meeting = next((one for one in known.meetings if one.purpose == "introduce"), None)
    there = {one.contact_id for one in meeting.attendees.all() if one.contact_id} if meeting else set()
    outgoing = known.outgoing[0].name if known.outgoing else None
    on = None
    if meeting is not None:
        on = known.day(meeting.held_at) if meeting.held_at else meeting.step.due_on
    rows = []
    for contact in known.contacts:
        if not (contact.pk in there or _is_key(contact)):
            continue
        knowing = [tie for tie in known.known.get(contact.pk, []) if tie.person.archived_at is None]
        by = knowing[0].person.name if knowing else outgoing
        rows.append(Row(cells=(contact.name, by, on, label(Channel(contact.channel)))))
    return Table(
        title=Message(gettext_noop("Introductions")),
        columns=(
            Column(Message(gettext_noop("Who")), shape="wide"),
            Column(Message(gettext_noop("Introduced by"))),
            Column(Message(gettext_noop("When")), shape="date"),
            Column(Message(gettext_noop("Prefers"))),
        ),
        rows=tuple(rows[:MOST_ROWS]),
        more=len(rows) > MOST_ROWS,
    )


def _is_key(contact: Contact) -> bool:
    return contact.role in KEY_ROLES[:-1] or contact.level in KEY_LEVELS


def recurring(known: Reading) -> Table:
    """Series with the client: the old organiser ends them, the new one invites anew."""
    return Table(
        title=Message(gettext_noop("Recurring meetings")),
        columns=(
            Column(Message(gettext_noop("What")), shape="wide"),
            Column(Message(gettext_noop("How often"))),
            Column(Message(gettext_noop("One of its days")), shape="date"),
            Column(Message(gettext_noop("Organised by"))),
            Column(Message(gettext_noop("Taken over")), shape="date", optional=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    one.title,
                    Message(RHYTHMS[one.rhythm].title),
                    known.day(one.next_at),
                    one.organiser.name,
                    known.day(one.reissued_at) if one.reissued_at else None,
                )
            )
            for one in known.recurring
        ),
        more=known.more_recurring,
    )


def extras(known: Reading) -> Table:
    """What we do besides, as far as it has not happened yet."""
    return Table(
        title=Message(gettext_noop("Unexpected extras")),
        columns=(
            Column(Message(gettext_noop("What")), shape="wide"),
            Column(Message(gettext_noop("Who sees to it"))),
            Column(Message(gettext_noop("Planned for")), shape="date"),
        ),
        rows=tuple(Row(cells=(one.what, one.owner.name, one.planned_on)) for one in known.extras),
        more=known.more_extras,
    )


def questions(known: Reading) -> Draft:
    """What the incoming rep has not answered yet, and why the handover was returned."""
    unanswered = Table(
        title=Message(gettext_noop("Not answered by the incoming rep yet")),
        columns=(
            Column(Message(gettext_noop("Question")), shape="wide"),
            Column(Message(gettext_noop("Asked by"))),
        ),
        rows=tuple(
            Row(cells=(Message(one.asked) if one.key else _brief(one.asked), one.created_by.name))
            for one in known.questions
        ),
        more=known.more_questions,
    )
    returned = Table(
        title=Message(gettext_noop("Returned, to be cleared up")),
        columns=(
            Column(Message(gettext_noop("What is missing")), shape="wide"),
            Column(Message(gettext_noop("Who clears it up"))),
            Column(Message(gettext_noop("Due")), shape="date"),
        ),
        rows=tuple(
            Row(cells=(_brief(one.title), one.owner.name if one.owner else None, one.due_on))
            for one in known.steps
            if one.kind == GAP and one.done_at is None
        ),
    )
    return Draft(tables=(unanswered, returned))
