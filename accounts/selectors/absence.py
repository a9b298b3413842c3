"""Who is on leave, who leads them, and who stands in: for everybody at once, in two queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from accounts.models import Organisation, Person, Team
from accounts.models.prepared import prepared
from accounts.rules import absence as rules
from accounts.rules.calendar import ONE_DAY
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message
from accounts.selectors.calendar import our_tz, tz_in
from accounts.selectors.organisation import organisation


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may stand in, or who leads: `role` is empty where they have no sign-in."""

    pk: int
    name: str
    role: str
    team: int | None


@dataclass(frozen=True, slots=True)
class Leave:
    """The leave of somebody who is away now; `standing_by`: who may stand in, the nearest first."""

    person: int
    name: str
    back_on: date | None
    standing_by: tuple[Colleague, ...]


@prepared
def _teams() -> QuerySet:
    lead = ("lead", "lead__name", "lead__user__role", "lead__team")
    reached = ("lead__email", "lead__archived_at", "lead__user__is_active")
    return Team.objects.values_list("pk", "path", *lead, *reached)


def _about(earliest: date, latest: date) -> QuerySet[Person]:
    """Those on leave on some of these days."""
    begun = Person.objects.live().filter(away_from_on__lte=latest)
    return begun.filter(Q(away_until_on=None) | Q(away_until_on__gte=earliest))


@prepared
def _on_leave(*, earliest: date, latest: date) -> QuerySet:
    other = ("substitute", "substitute__name", "substitute__user__role", "substitute__team")
    reached = ("substitute__email", "substitute__archived_at", "substitute__user__is_active")
    own = ("pk", "name", "team", "tz", "country", "away_from_on", "away_until_on")
    return _about(earliest, latest).order_by("pk").values_list(*own, *other, *reached)


@prepared
def _leave_of(*, owner: int, earliest: date, latest: date) -> QuerySet:
    return _about(earliest, latest).filter(pk=owner).values_list("pk")


class Company:
    """The teams with those who lead them, and with `now` who is away then.

    One query for the teams and one for who is away, each asked when it is needed.
    """

    def __init__(self, ours: Organisation, now: datetime | None = None) -> None:
        self.ours, self.now = ours, now
        self._above: dict[int | None, tuple[Colleague, ...]] = {}

    @cached_property
    def _tree(self) -> dict[int, tuple[str, Colleague | None]]:
        """The path of every team, and who leads it, if they can be reached."""
        return {pk: (path, _reached(*lead)) for pk, path, *lead in _teams()}

    @cached_property
    def _led(self) -> dict[str, Colleague]:
        return {path: lead for path, lead in self._tree.values() if lead is not None}

    @cached_property
    def leads(self) -> frozenset[int]:
        """Everybody who leads a team."""
        return frozenset(lead.pk for lead in self._led.values())

    def path_of(self, team: int | None) -> str:
        return self._tree[team][0] if team in self._tree else ""

    def paths_led_by(self, people: Collection[int]) -> tuple[str, ...]:
        return tuple(path for path, lead in self._led.items() if lead.pk in people)

    def teams_under(self, paths: tuple[str, ...]) -> list[int]:
        """The teams in the subtree of any of these paths."""
        return [pk for pk, (path, _lead) in self._tree.items() if path.startswith(paths)]

    def above(self, team: int | None) -> tuple[Colleague, ...]:
        """Who leads the team and those above it, the nearest first, each once."""
        if team not in self._above:
            path = self.path_of(team)
            ends = range(len(path), 0, -Team.steplen)
            leads = [self._led[path[:end]] for end in ends if path[:end] in self._led]
            self._above[team] = tuple(dict.fromkeys(leads))
        return self._above[team]

    @cached_property
    def leaves(self) -> dict[int, Leave]:
        """Everybody who is away by their own date."""
        if self.now is None:
            return {}
        today = self.now.astimezone(UTC).date()
        rows = [
            row
            # Wherever somebody is, their date lies at most a day from that in UTC.
            for row in _on_leave(earliest=today - ONE_DAY, latest=today + ONE_DAY)
            if rules.is_away(row[5], row[6], self._date(row[3], row[4]))
        ]
        if not rows:
            return {}
        known = {lead.pk: lead for lead in self._led.values()}
        known |= {other.pk: other for row in rows if (other := _reached(*row[7:])) is not None}
        substitutes = {row[0]: row[7] for row in rows}
        found = {}
        for pk, name, team, _tz, _country, _from_on, until_on, *_substitute in rows:
            leads = [lead.pk for lead in self.above(team)]
            order = rules.candidates(pk, substitutes=substitutes, here=known, leads=leads)
            found[pk] = Leave(pk, name, rules.back_on(until_on), tuple(known[one] for one in order))
        return found

    def _date(self, tz: str, country: str) -> date:
        assert self.now is not None
        return today_in(self.now, tz_in(tz, country) or our_tz(self.ours))

    def covered_by(self, people: Collection[int]) -> list[int]:
        """Those who are away, and for whom one of `people` may stand in."""
        return [pk for pk, leave in self.leaves.items() if any(one.pk in people for one in leave.standing_by)]


def _reached(
    pk: int | None,
    name: str,
    role: str | None,
    team: int | None,
    email: str,
    archived_at: datetime | None,
    is_active: bool | None,
) -> Colleague | None:
    """The person of these cells, if there is one who is with us, can be reached and is not barred."""
    if pk is None or not email or archived_at is not None or is_active is False:
        return None
    return Colleague(pk, name, role or "", team)


def stands_in(person: int, owner: int, now: datetime) -> bool:
    """Whether `person` is one of those who may stand in for `owner`, who is away now.

    One query where `owner` is not on leave; else four.
    """
    today = now.astimezone(UTC).date()
    if not _leave_of(owner=owner, earliest=today - ONE_DAY, latest=today + ONE_DAY):
        return False
    leave = Company(organisation(), now).leaves.get(owner)
    return leave is not None and any(one.pk == person for one in leave.standing_by)


def owed_by(person: int, now: datetime) -> frozenset[int]:
    """Whose work `person` has to do: their own, and that of those for whom they may stand in. Two queries."""
    return frozenset((person, *Company(organisation(), now).covered_by([person])))


def what_it_does(
    person: Person,
    *,
    from_on: date | None,
    until_on: date | None,
    substitute: Person | None,
    today: date,
    ours: Organisation,
) -> list[Message]:
    """What a leave with these dates would do, in words; nothing where there is none ahead. One query."""
    if from_on is None or (until_on is not None and until_on < max(from_on, today)):
        return []
    if substitute is not None and substitute.reachable and substitute.pk != person.pk:
        found = [rules.said(from_on, until_on, substitute=substitute.name)]
        if rules.overlap(from_on, until_on, substitute.away_from_on, substitute.away_until_on):
            found.append(Message(rules.BOTH_AWAY, {"name": substitute.name}))
        return found
    above = (lead.name for lead in Company(ours).above(person.team_id) if lead.pk != person.pk)
    return [rules.said(from_on, until_on, leader=next(above, ""))]
