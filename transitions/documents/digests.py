"""What a daily digest says: everything that one person owes, by how near it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message, gettext_noop
from transitions.rules.finish import secret_name

MOST_ITEMS = 40  # of one section; a longer list is read on the page
MOST_OF_OTHERS = 12  # of what others have to do, or did: nobody reads the same long list every day
OF_OTHERS = frozenset({"risen", "others", "decided"})

TITLES = {
    "late": Message(gettext_noop("Overdue")),
    "today": Message(gettext_noop("Today")),
    "week": Message(gettext_noop("This week")),
    "waiting": Message(gettext_noop("Waiting for you")),
    "risen": Message(gettext_noop("Overdue with others, and come up to you")),
    "others": Message(gettext_noop("Others owe your plans")),
    "decided": Message(gettext_noop("Decided since the last digest")),
}
RISEN = frozenset({"missed", "risen"})  # kinds of what others did not do


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
    asks: bool = False  # others wait for the reader's word
    urgent: bool = False  # the reader wants to be told of such things first
    note: Message | None = None  # for whom one does it, or to whom it has come up
    risen_on: date | None = None  # when it came up to the reader
    # Where a step is finished without a detour, with the placeholder of its token; "" where that cannot be.
    finish_url: str = ""
    finish_link: str = ""  # what the token is made over


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is one of TITLES; `more` counts what was left out."""

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
    """One digest: for the local date `on`; its sections are not empty and stand in reading order.

    `late` and `today` count what is due, in whichever section it stands.
    """

    on: date
    reading: Reading
    sections: tuple[Section, ...]
    late: int
    today: int

    @property
    def secrets(self) -> dict[str, str]:
        """The links whose tokens the sender fills in, by the name in their placeholders."""
        items = [item for section in self.sections for item in section.items if item.finish_link]
        return {secret_name(item.finish_link): item.finish_link for item in items}


def build(
    *,
    on: date,
    reading: Reading,
    owed: Iterable[Item],
    others: Iterable[Item] = (),
    decided: Iterable[Item] = (),
) -> Digest:
    """Sort what is `owed`, and what `others` owe, into sections; what is urgent first, then the earliest.

    What came up to the reader begins with what did so last: the rest they know. What was `decided` stands
    last, in the order given.
    """
    split: dict[str, list[Item]] = {key: [] for key in TITLES}
    mine = sorted(owed, key=_order)
    for item in mine:
        split[_section_of(item, on)].append(item)
    split["risen"].sort(key=lambda item: (not item.urgent, -(item.risen_on or on).toordinal()))
    split["others"] = sorted(others, key=_order)
    split["decided"] = list(decided)
    return Digest(
        on,
        reading,
        tuple(_section(key, items) for key, items in split.items() if items),
        late=sum(item.due_on < on for item in mine),
        today=sum(item.due_on == on for item in mine),
    )


def _section_of(item: Item, on: date) -> str:
    if item.kind in RISEN:
        return "risen"
    if item.asks:
        return "waiting"
    return "late" if item.due_on < on else "today" if item.due_on == on else "week"


def _section(key: str, items: Sequence[Item]) -> Section:
    most = MOST_OF_OTHERS if key in OF_OTHERS else MOST_ITEMS
    return Section(key, tuple(items[:most]), max(0, len(items) - most))


def _order(item: Item) -> tuple[bool, date, str, str]:
    return (not item.urgent, item.due_on, item.account, item.title.msgid)
