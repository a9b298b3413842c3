"""The one text rule at the edge, and messages that are translated only when someone reads them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

NAME_LENGTH = 200
LINE_LENGTH = 500
TEXT_LENGTH = 20_000

# C0 and C1 controls, line and paragraph separators, bidi overrides and isolates, surrogates.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FORBIDDEN_IN_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_MOST_COMBINING = 8


def gettext_noop(msgid: str) -> str:
    """Mark a msgid for translation without translating it here."""
    return msgid


def ngettext_noop(singular: str, plural: str) -> tuple[str, str]:
    """Mark a msgid and its plural for translation, as one entry, without translating them here."""
    return singular, plural


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for a person: a msgid and its named values, translated by whoever renders it.

    `count` names the value that chooses the plural; `plural` is the plural msgid. See `counted`.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    plural: str = ""
    count: str = ""

    @classmethod
    def counted(cls, msgids: tuple[str, str], params: Mapping[str, object], *, count: str) -> "Message":
        """Return a sentence with a plural, from what `ngettext_noop` gives; `count` names its number."""
        singular, plural = msgids
        return cls(singular, params, plural=plural, count=count)

    def __str__(self) -> str:
        chosen = self.plural if self.plural and self.params.get(self.count) != 1 else self.msgid
        return chosen % dict(self.params) if self.params else chosen


class BadText(ValueError):
    """Text that may not be stored. Carries the reason as a `Message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def clean_line(value: str, *, most: int = LINE_LENGTH) -> str:
    """Return `value` as one line in NFC without outer blanks.

    Raises BadText for control characters, bidirectional overrides, lone surrogates, piles of
    combining marks, or more than `most` characters.
    """
    return _clean(value, forbidden=_FORBIDDEN, most=most)


def clean_text(value: str, *, most: int = TEXT_LENGTH) -> str:
    """Return `value` in NFC with line ends as LF. Raises BadText as `clean_line` does."""
    return _clean(value.replace("\r\n", "\n").replace("\r", "\n"), forbidden=_FORBIDDEN_IN_TEXT, most=most)


def tame(value: str, *, most: int = LINE_LENGTH) -> str:
    """Return `value` as one line that `clean_line` accepts. Never raises: the last wall, not the first.

    For what nobody can be asked to correct: the subject of a mail, the answer of a mail server.
    """
    value = unicodedata.normalize("NFC", _FORBIDDEN.sub(" ", value))
    kept, run = [], 0
    for character in value:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MOST_COMBINING:
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def tame_text(value: str) -> str:
    """Return `value` with line ends as LF and without what no page, mail or database should hold."""
    return _FORBIDDEN_IN_TEXT.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))


def _clean(value: str, *, forbidden: re.Pattern[str], most: int) -> str:
    found = forbidden.search(value)
    if found:
        raise BadText(
            Message(
                gettext_noop("Remove the invisible character %(code)s at position %(position)d."),
                {"code": f"U+{ord(found.group()):04X}", "position": found.start() + 1},
            )
        )
    value = unicodedata.normalize("NFC", value).strip()
    if len(value) > most:
        raise BadText(
            Message(
                gettext_noop("This has %(length)d characters; at most %(most)d fit."),
                {"length": len(value), "most": most},
            )
        )
    run = 0
    for character in value:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _MOST_COMBINING:
            raise BadText(Message(gettext_noop("Remove the pile of combining marks.")))
    return value
