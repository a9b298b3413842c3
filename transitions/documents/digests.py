"""What a daily digest says: everything that one person owes, by how near it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message, gettext_noop
from transitions.rules.finish import secret_name

MOST_ITEMS = 40  # of one section; a longer list is read on the page

TITLES = {
    "late": Message(gettext_noop("Overdue")),
    "today": Message(gettext_noop("Today")),
    "week": Message(gettext_noop("This week")),
    "waiting": Message(gettext_noop("Others owe your plans")),
    "decided": Message(gettext_noop("Decided since the last digest")),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `number` tells which repetition it is; `owner` is somebody else who owes it."""

    kind: str  # step, unowned, commitment, request, missed, concern, extra, decision
    title: Message
    account: str
    due_on: date  # of a decision: when it fell
    url: str  # absolute
    number: int = 0
    owner: str = ""
    escalated: bool = False
    missed: bool = False  # a promise to the client that was not kept
    # Where a step is finished without a detour, with the placeholder of its token; "" where that cannot be.
    finish_url: str = ""
    finish_link: str = ""  # what the token is made over


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is late, today, week, waiting or decided; `more` counts what was left out."""

    key: str
    items: tuple[Item, ...]
    more: int = 0

    @property
    def title(self) -> Message:
        return TITLES[self.key]

    @property
    def total(self) -> int:
        return len(self.items) + self.more


@dataclass(frozen=True, slots=True)
class Reading:
    """To whom the digest speaks, in which language, from whom, and where its links lead (absolute)."""

    name: str
    language: str
    hour: int
    organisation: str
    colour: str  # #rrggbb
    day_url: str
    settings_url: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest: for the local date `on`; its sections are not empty and stand in reading order."""

    on: date
    reading: Reading
    sections: tuple[Section, ...]

    @property
    def secrets(self) -> dict[str, str]:
        """The links whose tokens the sender fills in, by the name in their placeholders."""
        items = [item for section in self.sections for item in section.items if item.finish_link]
        return {secret_name(item.finish_link): item.finish_link for item in items}

    def count(self, key: str) -> int:
        return sum(section.total for section in self.sections if section.key == key)


def build(
    *,
    on: date,
    reading: Reading,
    owed: Iterable[Item],
    waiting: Iterable[Item],
    decided: Iterable[Item] = (),
) -> Digest:
    """Sort what is `owed`, and what others owe (`waiting`), into sections; earliest first.

    What was `decided` stands last, in the order given.
    """
    mine = sorted(owed, key=_order)
    split = {
        "late": [item for item in mine if item.due_on < on],
        "today": [item for item in mine if item.due_on == on],
        "week": [item for item in mine if item.due_on > on],
        "waiting": sorted(waiting, key=_order),
        "decided": list(decided),
    }
    return Digest(on, reading, tuple(_section(key, items) for key, items in split.items() if items))


def _section(key: str, items: Sequence[Item]) -> Section:
    return Section(key, tuple(items[:MOST_ITEMS]), max(0, len(items) - MOST_ITEMS))


def _order(item: Item) -> tuple[date, str, str]:
    return (item.due_on, item.account, item.title.msgid)
