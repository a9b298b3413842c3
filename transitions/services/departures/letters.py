"""One mail for each person whom a departure concerns: what comes to them, however much it is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from accounts.documents.deliveries import Outgoing
from accounts.models import Person
from accounts.rendering.mail import Brand
from accounts.selectors.organisation import organisation
from accounts.services import deliveries
from transitions.models import Departure
from transitions.rendering.departures import summary
from transitions.services.plans import Birth

KIND = "departure"
IN_LETTERS = ("incoming", "second_choice")


@dataclass(slots=True)
class Told:
    """By person and kind: how much comes to them, and the names of it."""

    counts: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    names: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, person: int, kind: str, name: str = "", *, count: int = 1) -> None:
        self.counts[person][kind] += count
        if name:
            self.names[person, kind].append(name)

    @classmethod
    def of_plans(cls, births: Iterable[Birth]) -> "Told":
        told = cls()
        for birth in births:
            for role in IN_LETTERS:
                for person in birth.people.get(role, ()):
                    told.add(person.pk, role, birth.account.name)
        return told

    def __add__(self, other: "Told") -> "Told":
        both = Told()
        for one in (self, other):
            for person, counts in one.counts.items():
                both.counts[person].update(counts)
            for key, names in one.names.items():
                both.names[key] += names
        return both


def queue_letters(departure: Departure, told: Told, *, now: datetime) -> int:
    """Queue one mail for each person with an address; a second commit of the same departure adds none.

    Three queries per 200 people.
    """
    ours = organisation()
    people: Sequence[Person] = list(Person.objects.live().filter(pk__in=told.counts).exclude(email=""))
    letters = []
    for person in people:
        written = summary(
            leaver=departure.person.name,
            last_on=departure.last_on,
            counts=told.counts[person.pk],
            names={kind: names for (whose, kind), names in told.names.items() if whose == person.pk},
            url=settings.SITE_URL,
            brand=Brand(ours.name, ours.colour),
            language=person.language or ours.language,
        )
        letters.append(
            Outgoing(
                key=f"{KIND}:{departure.uuid}:{person.uuid}",
                kind=KIND,
                person_id=person.pk,
                address=person.email,
                subject=written.subject,
                text=written.text,
                html=written.html,
            )
        )
    return deliveries.queue_many(letters, now=now)
