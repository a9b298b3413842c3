"""Meetings with the client: which channel will do, who must not be there yet, and what to say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message, gettext_noop

_ = gettext_noop

PURPOSE_TITLES = {
    "listen": _("Explain and listen"),
    "introduce": _("Introduce and endorse"),
    "review": _("See how it goes"),
}

# How the client seemed to us.
MOODS = {
    1: _("Angry or cold"),
    2: _("Worried"),
    3: _("Guarded, wait and see"),
    4: _("Open"),
    5: _("Warm and confident"),
}

# From the nearest to the most distant. Whatever is nearer than what was asked for will do as well.
NEARNESS = ("face_to_face", "video", "phone", "chat", "email")

MOST_MINUTES = 24 * 60
# Whom each purpose wants at the table, by role on the plan.
WANTED = {
    "listen": ("outgoing", "lead"),
    "introduce": ("outgoing", "interim", "incoming"),
    "review": ("incoming",),
}

Problems = list[tuple[str, Message]]


def suits(asked: str, held: str) -> bool:
    """Whether a meeting held in one channel is as near to the client as the one that was asked for."""
    return not asked or NEARNESS.index(held) <= NEARNESS.index(asked)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another meeting of the plan that must lie before or after: its title (a msgid), purpose and day."""

    title: str
    purpose: str
    on: date


def problems_of_day(
    purpose: str, on: date, *, announcement: date | None, others: Iterable[Neighbour]
) -> Problems:
    """Why a meeting with the client cannot be on this day: news and faces come in their order."""
    found: Problems = []
    if announcement is not None and on < announcement:
        found.append(
            (
                "starts_at",
                Message(
                    _("The client is told of the change on %(day)s. No meeting about it can lie before."),
                    {"day": announcement},
                ),
            )
        )
    for other in others:
        names = {"title": Message(other.title), "day": other.on}
        if purpose == "introduce" and other.purpose == "listen" and on < other.on:
            message = Message(_("First comes, on %(day)s: %(title)s. Nobody is introduced before."), names)
            found.append(("starts_at", message))
        if purpose == "listen" and other.purpose == "introduce" and on > other.on:
            message = Message(_("This must come before: %(title)s, on %(day)s."), names)
            found.append(("starts_at", message))
    return found


def problems_of_people(
    purpose: str, roles: Mapping[int, Iterable[str]], people: Mapping[int, str]
) -> Problems:
    """Who must not sit there: the successor, while the client is only told and heard.

    `roles` are those that each person holds on the plan; `people` are the attendees with their names.
    """
    if purpose != "listen":
        return []
    return [
        (
            "people",
            Message(
                _("%(name)s is not introduced yet: this meeting is for explaining and listening."),
                {"name": name},
            ),
        )
        for person, name in people.items()
        if set(roles.get(person, ())) & {"incoming", "second_choice"}
        and not set(roles.get(person, ())) & {"outgoing", "interim", "lead", "sponsor"}
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """One that the client may ask, and what we answer."""

    question: str
    answer: str = ""


def questions_of(text: str) -> tuple[Question, ...]:
    """Questions as they are typed: each on a line of its own, its answer below, an empty line between."""
    found = []
    for block in text.split("\n\n"):
        question, _newline, answer = block.strip().partition("\n")
        if question:
            found.append(Question(question.strip(), answer.strip()))
    return tuple(found)


def lines_of(text: str) -> tuple[str, ...]:
    """Items as they are typed, one on a line; a dash or a dot before one is ours to draw."""
    lines = (line.strip().lstrip("-•*").strip() for line in text.split("\n"))
    return tuple(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Template:
    """What talking points begin with. All of it msgids; the answers are for people to write."""

    agenda: tuple[str, ...]
    points: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]


TEMPLATES = {
    "listen": Template(
        agenda=(
            _("Why we asked for this meeting"),
            _("What changes, when, and what stays as it is"),
            _("What this means for you: your questions and your worries"),
            _("What happens next, and whom to ask until then"),
        ),
        points=(
            _("Say it in the first two minutes: who hands over, when and why, in their words."),
            _("Say what stays: contract, prices, the people whom they know."),
            _("Then listen. Write each worry down as they say it, and do not argue."),
            _("No name yet: who comes next is decided in the light of what they say."),
            _("Promise an answer to each worry, with a day, and say who gives it."),
        ),
        questions=(
            (
                _("Who will look after us?"),
                _("We decide that now, and what you tell us today decides with us."),
            ),
            (
                _("Do we have to explain everything again?"),
                _("No: what we know is written down, and you can read and correct it."),
            ),
            (_("Whom do we call until then?"), ""),
            (_("Does anything change in contract or prices?"), ""),
        ),
    ),
    "introduce": Template(
        agenda=(
            _("The person who takes over, and why we chose them for you"),
            _("What you told us last time, and what became of it"),
            _("What you want to reach this year"),
            _("The next weeks: who leads, who backs up, how to reach us"),
        ),
        points=(
            _("The outgoing rep introduces and endorses: what they have seen the new rep do well."),
            _("The new rep says what they have read and asks what is missing; no presentation."),
            _("Go through the concerns one by one: is each answered?"),
            _("Say what the outgoing rep still does, and until when."),
            _("Leave with the day of the next meeting."),
        ),
        questions=(
            (_("How long will you stay with us?"), ""),
            (
                _("What do you know about us?"),
                _("Name three things from the packet; ask for a fourth."),
            ),
            (_("Can we still call the person we know?"), ""),
            (_("Who decides if we disagree?"), ""),
        ),
    ),
    "review": Template(
        agenda=(
            _("How the change feels from your side"),
            _("What we promised, and what we have kept"),
            _("What is open, and when it will be solved"),
            _("What you would like from us next"),
        ),
        points=(
            _("Ask first, show later: how is it going, honestly?"),
            _("Bring the list of promises with their dates, the missed ones too."),
            _("Ask what they miss that used to be there."),
            _("Ask who else at the client should know us."),
        ),
        questions=(
            (_("Why did we have to wait for an answer?"), ""),
            (_("What happens with the points that are still open?"), ""),
        ),
    ),
}
# What a reason makes them ask besides.
ASKED_FOR_REASON: Mapping[str, tuple[tuple[str, str], ...]] = {
    "resignation": ((_("Why did they leave?"), _("Their reasons are theirs. What we owe you stays.")),),
    "leave": ((_("Will they come back to us?"), ""),),
    "performance": (
        (
            _("Why did you not notice earlier?"),
            _("We should have asked sooner. From now on a leader asks you without the rep there."),
        ),
    ),
    "client_request": ((_("What is different this time?"), ""),),
    "step_back": ((_("Can we still reach the one who hands over?"), ""),),
    "closeout": ((_("Who knows what was built in the project?"), ""),),
    "realignment": ((_("Is this about costs?"), ""),),
    "promotion": ((_("Do we lose our best person?"), _("You gain an advocate further up.")),),
}
# What the largest clients expect to hear besides.
FOR_STRATEGIC = _("Name the sponsor, and what they have promised in person.")


def template(purpose: str, reason: str, tier: str) -> Template:
    """What the talking points of a meeting begin with."""
    found = TEMPLATES[purpose]
    asked = ASKED_FOR_REASON.get(reason, ()) if purpose in ("listen", "introduce") else ()
    points = (*found.points, FOR_STRATEGIC) if tier == "strategic" and purpose != "review" else found.points
    return Template(found.agenda, points, (*found.questions, *asked))
