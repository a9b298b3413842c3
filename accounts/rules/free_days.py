"""Days on which nothing is due beside the public holidays: written one to a line, kept as pairs."""

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.rules.text import BadText, Message, clean_line, gettext_noop

_ = gettext_noop

MOST_DAYS = 200
NAME_LENGTH = 100


def parsed(text: str) -> list[list[str]]:
    """The days that `text` lists, by day: "2027-05-03 Company day" gives ["2027-05-03", "Company day"].

    A day named twice counts once. Raises BadText that names the line.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        day, _blank, name = line.strip().partition(" ")
        if not day:
            continue
        try:
            on = date.fromisoformat(day)
        except ValueError:
            words = _("Line %(line)d: begin with the day as year-month-day, like 2027-05-03.")
            raise BadText(Message(words, {"line": number})) from None
        if not 2000 <= on.year <= 2199:
            raise BadText(Message(_("Line %(line)d: this year is too far away."), {"line": number}))
        found[on.isoformat()] = clean_line(name, most=NAME_LENGTH)
    if len(found) > MOST_DAYS:
        raise BadText(Message(_("Name %(most)d days at most."), {"most": MOST_DAYS}))
    return [[day, found[day]] for day in sorted(found)]


def written(days: Iterable[Sequence[str]]) -> str:
    """What `parsed` read, as it is typed."""
    return "\n".join(f"{day} {name}".strip() for day, name in days)


def dates(days: Iterable[Sequence[str]]) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day, _name in days)
