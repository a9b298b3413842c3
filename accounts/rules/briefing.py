"""What is known about an account: its sections, in a packet's order, and the questions that fill them.

The sections are those that published handover templates name most often. Whatever the records cannot say is
asked of whoever knows the client; few questions, because nobody reads or writes a long packet.
"""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.rules.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str  # a msgid
    asks: str  # a msgid: what belongs here


SECTIONS = (
    Section(
        "first",
        gettext_noop("Three things to know first"),
        gettext_noop("The three things that matter most, the overall mood, and the one thing not to do."),
    ),
    Section(
        "cover", gettext_noop("Cover and control"), gettext_noop("Who hands over to whom, why and when.")
    ),
    Section(
        "background",
        gettext_noop("Client background"),
        gettext_noop("Their business, their size, why they bought from us."),
    ),
    Section(
        "contract",
        gettext_noop("Contract and money"),
        gettext_noop("Products, value, renewal, terms, price history, payment habits."),
    ),
    Section(
        "people",
        gettext_noop("People map"),
        gettext_noop("Who decides, who helps, who resists, and how each wants to be treated."),
    ),
    Section(
        "goals",
        gettext_noop("Goals and measures"),
        gettext_noop("What they want to reach, in their words, and what we have delivered so far."),
    ),
    Section("work", gettext_noop("Current work"), gettext_noop("Projects under way, their state and dates.")),
    Section(
        "issues",
        gettext_noop("Open requests and escalations"),
        gettext_noop("What is open, what caused it, and when it will be solved."),
    ),
    Section(
        "promises",
        gettext_noop("Promises and commitments"),
        gettext_noop("What was promised, to whom, by whom, by when, in writing or by word."),
    ),
    Section(
        "health",
        gettext_noop("Health and risk"),
        gettext_noop("Mood, usage, renewal risk, competitors, worries about the change."),
    ),
    Section(
        "opportunities",
        gettext_noop("Opportunities"),
        gettext_noop("Where more is possible, and who would be a reference."),
    ),
    Section(
        "cadence",
        gettext_noop("Cadence"),
        gettext_noop("Regular meetings and reports: how often, the last, the next."),
    ),
    Section(
        "access",
        gettext_noop("Access and tools"),
        gettext_noop("Shared folders, channels, portals. Never a password."),
    ),
    Section(
        "documents",
        gettext_noop("Documents"),
        gettext_noop("The contract, the last review, notes worth reading."),
    ),
    Section(
        "communication",
        gettext_noop("Communication plan"),
        gettext_noop("The story of the change, who tells whom in which order, talking points."),
    ),
    Section(
        "actions",
        gettext_noop("First actions for the new owner"),
        gettext_noop("What to do in week one, and by day 30, 60 and 90."),
    ),
    Section(
        "questions",
        gettext_noop("Open questions"),
        gettext_noop("What could not be answered yet, and who will find out."),
    ),
)
SECTION_KEYS = tuple(section.key for section in SECTIONS)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the records cannot say, asked of whoever knows the client."""

    key: str
    section: str
    asks: str  # a msgid: the question, to the person who answers
    title: str  # a msgid: what stands above the answer in a packet, and what is missing without one
    helps: str = ""  # a msgid: an example, or what to think of
    shareable: bool = False  # whether an answer may ever be marked for the client


_ = gettext_noop

QUESTIONS = (
    Question(
        "first-1",
        "first",
        _("What is the first thing your successor must know?"),
        _("The first thing to know"),
        _("What would go wrong in the first week without it?"),
    ),
    Question("first-2", "first", _("And the second?"), _("The second thing to know")),
    Question("first-3", "first", _("And the third?"), _("The third thing to know")),
    Question(
        "mood",
        "first",
        _("How is the overall mood?"),
        _("Overall mood"),
        _("One sentence, and since when."),
    ),
    Question(
        "never",
        "first",
        _("What is the one thing not to do?"),
        _("The one thing not to do"),
        _("A topic, a person to go around, a habit that they dislike."),
    ),
    Question(
        "business",
        "background",
        _("What is their business, and how are they organised?"),
        _("Their business"),
    ),
    Question(
        "bought",
        "background",
        _("Why did they buy from us, and how long did they take?"),
        _("Why they bought from us"),
    ),
    Question(
        "terms",
        "contract",
        _("What do they buy, on which terms and service levels?"),
        _("Products, terms and service levels"),
    ),
    Question(
        "price",
        "contract",
        _("What is the story of the price?"),
        _("The story of the price"),
        _("Discounts, and what was traded for them."),
    ),
    Question("payment", "contract", _("How do they pay?"), _("How they pay")),
    Question(
        "influence",
        "people",
        _("Who really decides, who helps, and who resists?"),
        _("Who really decides"),
        _("Also whom above your main contact we know."),
    ),
    Question(
        "goals",
        "goals",
        _("What do they want to reach, and how do they measure it?"),
        _("What they want to reach"),
        _("In their words."),
        shareable=True,
    ),
    Question(
        "delivered", "goals", _("What have we delivered so far?"), _("Delivered so far"), shareable=True
    ),
    Question(
        "projects",
        "work",
        _("Which projects are under way, and what do they depend on?"),
        _("Projects under way"),
        _("State and dates."),
        shareable=True,
    ),
    Question(
        "sore",
        "issues",
        _("Which sore spots lie behind the open requests, and what caused them?"),
        _("Sore spots and their causes"),
        _("If nothing is open, say so, and who confirmed it."),
    ),
    Question(
        "by-word",
        "promises",
        _("What was promised that is written nowhere?"),
        _("Promised by word only"),
        _("If nothing was, say so."),
    ),
    Question(
        "usage",
        "health",
        _("How much do they use what they pay for, and does it grow?"),
        _("Use and its trend"),
    ),
    Question(
        "risk",
        "health",
        _("What puts the renewal at risk?"),
        _("Risk to the renewal"),
        _("Competitors included."),
    ),
    Question("more", "opportunities", _("Where is more possible?"), _("Where more is possible")),
    Question(
        "reference", "opportunities", _("Who would speak for us to others?"), _("Who would be a reference")
    ),
    Question(
        "rhythm",
        "cadence",
        _("Which regular meetings and reports are there?"),
        _("Regular meetings and reports"),
        _("How often, with whom, the last review and the next."),
        shareable=True,
    ),
    Question(
        "places",
        "access",
        _("Where are the folders, channels, portals and watch lists?"),
        _("Folders, channels and portals"),
        _("Addresses only: never a password."),
    ),
    Question(
        "papers",
        "documents",
        _("Where are the contract, the last review and the notes worth reading?"),
        _("Contract, reviews and notes"),
    ),
    Question(
        "order",
        "communication",
        _("Who is told by whom, in which order?"),
        _("Who is told by whom"),
        _("At the client and among ourselves."),
    ),
    Question(
        "week-one",
        "actions",
        _("What are the first three to five things to do?"),
        _("To do in week one"),
    ),
    Question(
        "unanswered",
        "questions",
        _("What could you not answer, and who would know?"),
        _("What could not be answered"),
        _("If you could answer everything, say so."),
    ),
)
BY_KEY = {question.key: question for question in QUESTIONS}


def questions_in(section: str) -> tuple[Question, ...]:
    """The questions of one section, in their order; the cover has none, because the plan says it all."""
    return tuple(question for question in QUESTIONS if question.section == section)


ASKED_SECTIONS = tuple(key for key in SECTION_KEYS if questions_in(key))


def resume(answered: Collection[str]) -> str:
    """The section in which the interview goes on: the first with a question that is not `answered`.

    Where all are, the first one.
    """
    return next((one.section for one in QUESTIONS if one.key not in answered), QUESTIONS[0].section)
