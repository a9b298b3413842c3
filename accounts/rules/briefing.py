"""The sections of what is known about an account, in the order in which a packet shows them."""

from dataclasses import dataclass

from accounts.rules.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str  # a msgid
    asks: str  # a msgid: what belongs here


SECTIONS = (
    Section(
        "cover", gettext_noop("Cover and control"), gettext_noop("Who hands over to whom, why and when.")
    ),
    Section(
        "first",
        gettext_noop("Three things to know first"),
        gettext_noop("The three things that matter most, the overall mood, and the one thing not to do."),
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
