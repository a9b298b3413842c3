"""One finished message, as it goes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says and to whom. The same letter always becomes the same bytes.

    `sender` may carry a display name; `recipient` is one bare address.
    """

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    dated_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""  # an iCalendar object, which names its method

    @property
    def calendar_method(self) -> str:
        """REQUEST or CANCEL, as the calendar says: the part of the mail must say the same (RFC 6047)."""
        found = re.search(r"^METHOD:([A-Z]+)\r?$", self.calendar, re.MULTILINE)
        return found.group(1) if found else "PUBLISH"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be queued. `key` is unique for ever: the same key again is the same message.

    `secrets` names the links whose tokens the sender fills in, as {"name": "id of the link"}; text and
    html then hold `accounts.rules.tokens.placeholder("name")`. After `expires_at` it is not sent any more.
    `thread` is what it is about, as "plan:<uuid>": mail programs show messages about one thing together.
    """

    key: str
    kind: str
    person_id: int | None
    address: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    calendar: str = ""
    thread: str = ""
    endpoint_id: int | None = None  # by chat: `text` is then the finished body, `address` only shown
