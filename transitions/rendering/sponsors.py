"""Promises in words and bars: promised against delivered, and how full somebody's weeks are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Channel
from accounts.rendering.numbers import day
from accounts.rendering.text import translate
from accounts.rules.text import Message
from transitions.documents.sponsors import NextPromise, PersonLoad, Promise, PromisesPage, Tally
from transitions.models import PlanStep
from transitions.rendering.words import title
from transitions.rules.plans import number_of
from transitions.rules.sponsors import STATES

LOOKS = {
    "missed": "bad",
    "due": "info",
    "ahead": "",
    "kept": "good",
    "kept_in_part": "warn",
    "let_go": "",
    "dropped": "",
}
# The parts of a bar from the left: what was kept first, what is still open last.
BAR = (
    ("kept", ("kept",)),
    ("part", ("kept_in_part",)),
    ("missed", ("missed",)),
    ("gone", ("let_go", "dropped")),
    ("ahead", ("due", "ahead")),
)
HEADINGS = (
    gettext_lazy("Promise"),
    gettext_lazy("Role"),
    gettext_lazy("Who"),
    gettext_lazy("Promised for"),
    gettext_lazy("Promised channel"),
    gettext_lazy("With whom"),
    gettext_lazy("In writing"),
    gettext_lazy("State"),
    gettext_lazy("Kept on"),
    gettext_lazy("Channel"),
    gettext_lazy("Kept by"),
    gettext_lazy("Evidence"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in hundredths of its width."""

    look: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    tally: Tally
    in_part: int
    missed: int
    gone: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A promise with its words."""

    promise: Promise
    title: str
    role: str
    channel: str
    kept_channel: str
    state: str
    look: str


def context(page: PromisesPage) -> dict[str, Any]:
    """Everything that `transitions/sponsors/promises.html` reads."""
    return {
        "page": page,
        "promises": [_shown(promise) for promise in page.promises],
        "by_role": [_bar(title(tally.key, "role"), tally) for tally in page.by_role],
        "by_channel": [_bar(channel(tally.key) or _("Any channel"), tally) for tally in page.by_channel],
        "homeless": page.homeless,
        "left": sorted({one.inherited_from or one.owner for one in page.homeless}),
        "kept": page.count("kept", "kept_in_part"),
        "missed": page.count("missed"),
        "open": page.count("due", "ahead"),
        "gone": page.count("let_go"),
    }


def person_context(page: PersonLoad) -> dict[str, Any]:
    """Everything that `transitions/sponsors/person.html` reads."""
    return {
        "page": page,
        "load": page.load,
        "weeks": list(zip(page.mondays, page.load.weeks, strict=True)),
        "most": max(page.load.limit, *page.load.weeks, 1),
        "proposals": [(one, titled(one.title, one.number), one.after > one.before) for one in page.proposals],
        "promises": [
            (one, titled(one.title, one.number), translate(Message(STATES[one.state])), channel(one.channel))
            for one in page.promises
        ],
    }


def table(page: PromisesPage) -> Iterator[Sequence[object]]:
    """The rows of the file under HEADINGS."""
    for shown in map(_shown, page.promises):
        one = shown.promise
        yield (
            shown.title,
            shown.role,
            one.owner,
            one.due_on,
            shown.channel,
            one.contact,
            one.in_writing,
            shown.state,
            one.kept_on,
            shown.kept_channel,
            one.kept_by or one.let_go_by,
            one.evidence,
        )


def in_lines(promises: Iterable[NextPromise]) -> list[dict[str, Any]]:
    """Who promised what next, for the page of an account."""
    return [
        {
            "promise": one,
            "title": titled(one.title, one.number),
            "state": translate(Message(STATES[one.state])) if one.state != "ahead" else "",
            "look": LOOKS[one.state],
            "channel": channel(one.channel),
        }
        for one in promises
    ]


def in_a_line(step: PlanStep) -> str:
    """A promise among others to choose from: what, when, and who keeps it now."""
    owner = step.owner.name if step.owner else _("nobody yet")
    if step.owner and step.owner.archived_at:
        owner = _("%(name)s, who has left") % {"name": owner}
    return f"{titled(Message(step.title), number_of(step.key))} · {day(step.due_on)} · {owner}"


def titled(words: Message, number: int) -> str:
    """A step's title with the number of its repetition."""
    said = translate(words)
    if not number:
        return said
    return pgettext("a repeated step", "%(title)s, no. %(number)d") % {"title": said, "number": number}


def channel(key: str) -> str:
    """The name of a channel; "" for none in particular."""
    return str(dict(Channel.choices).get(key, ""))


def _shown(promise: Promise) -> Shown:
    return Shown(
        promise=promise,
        title=titled(promise.title, promise.number),
        role=title(promise.role, "role"),
        channel=channel(promise.channel),
        kept_channel=channel(promise.kept_channel),
        state=translate(Message(STATES[promise.state])),
        look=LOOKS[promise.state],
    )


def _bar(name: str, tally: Tally) -> Bar:
    counts = tally.counts
    return Bar(
        name=name,
        tally=tally,
        in_part=counts.get("kept_in_part", 0),
        missed=counts.get("missed", 0),
        gone=counts.get("let_go", 0) + counts.get("dropped", 0),
        parts=tuple(_parts(tally)),
    )


def _parts(tally: Tally) -> Iterable[Part]:
    x = 0.0
    for look, states in BAR:
        count = sum(tally.counts.get(state, 0) for state in states)
        if count:
            width = 100 * count / tally.promised
            yield Part(look, round(x, 2), round(width, 2))
            x += width
