"""What a message by chat says, whichever program shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One thing, in the reader's language. `url` is absolute, or "" where nothing is to be opened."""

    title: str
    about: str = ""  # account, day, who owes it
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChatSection:
    """`more` says in words that there is more than these lines; "" where there is not."""

    title: str
    lines: tuple[ChatLine, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class ChatNote:
    """A message: `kind` is for programs ("digest", "test"), everything else for people."""

    kind: str
    language: str
    title: str
    intro: str
    sections: tuple[ChatSection, ...] = ()
    url: str = ""  # where the button leads
    action: str = ""  # what stands on it
    foot: str = ""


@dataclass(frozen=True, slots=True)
class ChatFailedLetter:
    """What the owner of a chat is told that takes nothing. `answer` is a msgid or what the program said."""

    name: str
    chat: str
    address: str  # masked
    answer: str
    page: str  # absolute
