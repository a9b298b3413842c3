"""Leave: who is away on a day, and who gets what is due from them until they are back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta

from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _

MOST_HOPS = 5  # from substitute to substitute, who may all be away


def back_on(until_on: date | None) -> date | None:
    """The first day back; None while the return is not known."""
    return None if until_on is None else until_on + timedelta(days=1)


def is_away(from_on: date | None, until_on: date | None, day: date) -> bool:
    """Whether `day` lies in the leave; both its ends included."""
    return from_on is not None and from_on <= day and (until_on is None or day <= until_on)


def candidates(
    person: int,
    *,
    substitutes: Mapping[int, int | None],
    here: Collection[int],
    leads: Iterable[int] = (),
) -> tuple[int, ...]:
    """Who may stand in for `person`, who is away, the nearest first; each once, and nobody who is away.

    Their substitute, or where that one is away too the substitute's, and so on for MOST_HOPS; then the
    `leads` above them, the nearest first. `substitutes` holds everybody who is away, with their substitute;
    `here` everybody who can be reached. Circles end where they close.
    """
    found: dict[int, None] = {}
    seen, at = {person}, substitutes.get(person)
    for _hop in range(MOST_HOPS):
        if at is None or at in seen:
            break
        if at not in substitutes:
            found |= {at: None} if at in here else {}
            break
        seen.add(at)
        at = substitutes[at]
    for lead in leads:
        if lead in here and lead not in substitutes and lead != person:
            found.setdefault(lead)
    return tuple(found)


def stand_in(person: int, standing_by: Iterable[int], may: Callable[[int], bool] = lambda _: True) -> int:
    """Who gets some work of `person`, who is away: the first standing by who may, else themselves."""
    return next((one for one in standing_by if may(one)), person)


def overlap(from_on: date, until_on: date | None, other_from: date | None, other_until: date | None) -> bool:
    """Whether two leaves share a day."""
    if other_from is None:
        return False
    return (until_on is None or other_from <= until_on) and (other_until is None or from_on <= other_until)


# What a leave means, by whether its end is known and who gets the work.
SAID = {
    (True, "substitute"): _("From %(from)s until %(until)s, %(name)s gets what is due from you."),
    (False, "substitute"): _("From %(from)s on, %(name)s gets what is due from you."),
    (True, "leader"): _("From %(from)s until %(until)s, your leader %(name)s gets what is due from you."),
    (False, "leader"): _("From %(from)s on, your leader %(name)s gets what is due from you."),
    (True, ""): _("From %(from)s until %(until)s, what is due from you stays with you: nobody stands in."),
    (False, ""): _("From %(from)s on, what is due from you stays with you: nobody stands in."),
}
BOTH_AWAY = _("%(name)s is on leave then as well: for that time it goes to whoever stands in for them.")


def said(from_on: date, until_on: date | None, *, substitute: str = "", leader: str = "") -> Message:
    """The sentence that tells somebody what their leave does, before they save it."""
    who = "substitute" if substitute else "leader" if leader else ""
    values = {"from": from_on, "until": until_on, "name": substitute or leader}
    return Message(SAID[until_on is not None, who], values)
