"""Leave: who is away on a day, and who gets what is due from them until they are back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta

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
