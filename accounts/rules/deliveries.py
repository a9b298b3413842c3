"""What becomes of a message: after each answer of the mail server, and after a sender that died.

States: queued -> leased -> data -> sent, or back to queued with a later try, or dead, unsure, cancelled,
held. `data` is entered directly before the last line of a message, the only point from which silence
leaves open whether it was accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

CRASHES_MOST = 3
RESENDS_MOST = 1
# After the n-th failed try: quick at first, since most refusals are over in minutes; three days in all.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440))


class Answer(StrEnum):
    """What came of handing one message over."""

    SENT = "sent"
    REFUSED = "refused"  # for good: a 5xx about this recipient or this message
    LATER = "later"  # not accepted, for certain; another try may succeed
    UNREACHABLE = "unreachable"  # the server took nothing from us at all: about the server, not the message
    SILENT = "silent"  # handed over whole, and no answer
    OVERTAKEN = "overtaken"  # the lease was lost before the last line; nothing was accepted
    GONE = "gone"  # the reason for the message is gone; it was not offered


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and what the server said."""

    answer: Answer
    said: str = ""
    wish: timedelta | None = None  # not sooner than that, says the receiver


@dataclass(frozen=True, slots=True)
class Record:
    """What happened to a message so far. `attempts` counts leases, the present one included."""

    attempts: int
    retransmissions: int = 0
    crashes: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """The state that follows, the record to keep, and how long to wait before the next try."""

    state: str
    record: Record
    wait: timedelta = timedelta(0)


def after_answer(answer: Answer, record: Record, *, hold: bool, waits: Sequence[timedelta] = RETRIES) -> Next:
    """Return what follows an answer. `hold`: never send twice, wait for a decision instead.

    `waits`: how long after the first, the second, ... failed try; after the last of them it is over.

    Not for `OVERTAKEN`: whoever was overtaken has nothing to write.
    """
    match answer:
        case Answer.SENT:
            return Next("sent", record)
        case Answer.REFUSED:
            return Next("dead", record)
        case Answer.GONE:
            return Next("cancelled", record)
        case Answer.SILENT:
            return _after_silence(record, hold=hold, state="queued", wait=waits[0])
        case Answer.LATER | Answer.UNREACHABLE:
            wait = retry_after(record.attempts, waits)
            return Next("dead", record) if wait is None else Next("queued", record, wait)
        case _:
            raise ValueError(answer)


def after_crash(state: str, record: Record, *, hold: bool) -> Next:
    """Return what follows a lease that ran out in `state`: "leased" or "data".

    A message that kills its sender again and again is parked, or it would stop all the others.
    """
    record = replace(record, crashes=record.crashes + 1)
    if state == "data":
        return _after_silence(record, hold=hold, state="leased")
    return Next("dead" if record.crashes >= CRASHES_MOST else "leased", record)


def retry_after(attempts: int, waits: Sequence[timedelta] = RETRIES) -> timedelta | None:
    """Return how long to wait after so many failed tries, at least one; None when it was the last."""
    return waits[max(attempts, 1) - 1] if attempts <= len(waits) else None


def _after_silence(record: Record, *, hold: bool, state: str, wait: timedelta = timedelta(0)) -> Next:
    if hold or record.retransmissions >= RESENDS_MOST:
        return Next("unsure", record)
    return Next(state, replace(record, retransmissions=record.retransmissions + 1), wait)
