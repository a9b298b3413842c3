"""What is told to the client, who inside has read it, and what gates need to know of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Department
from accounts.models.prepared import prepared
from accounts.selectors.organisation import departments
from transitions.models import Acknowledgement, HandoverPlan, Narrative
from transitions.rules import story as rules
from transitions.rules.story import WORDS, Asked


@dataclass(frozen=True, slots=True)
class Standing:
    """One department and its acknowledgement; None: it has not been asked yet."""

    department: Department
    acknowledgement: Acknowledgement | None
    heard: bool  # has read the newest narrative


@dataclass(frozen=True, slots=True)
class Story:
    """The page of the message."""

    narrative: Narrative | None
    changed: tuple[str, ...]  # of rules.story.WORDS, since it was approved
    standings: tuple[Standing, ...]

    @property
    def agreed(self) -> bool:
        return self.narrative is not None and not self.changed

    @property
    def asked(self) -> int:
        return sum(not (one.acknowledgement and one.acknowledgement.excused) for one in self.standings)

    @property
    def heard(self) -> int:
        return sum(one.heard for one in self.standings)

    @property
    def unasked(self) -> bool:
        """Whether a department was added since the others were asked."""
        return self.narrative is not None and any(one.acknowledgement is None for one in self.standings)


def newest(plan: HandoverPlan) -> Narrative | None:
    """The narrative that was approved last. One query."""
    return plan.narratives.select_related("approved_by").order_by("-version").first()


def words_of(row: HandoverPlan | Narrative) -> dict[str, str]:
    return {word: getattr(row, word) for word in WORDS}


def story_of(plan: HandoverPlan) -> Story:
    """Everything that the page of the message says. Three queries, however many departments there are."""
    narrative = newest(plan)
    rows = plan.acknowledgements.select_related("step__owner", "read_by")
    acknowledged = {row.department_id: row for row in rows}
    standings = []
    for department in departments():
        row = acknowledged.get(department.pk)
        heard = bool(row and narrative and row.read_version == narrative.version and not row.excused)
        standings.append(Standing(department, row, heard))
    changed = rules.changed(words_of(narrative), words_of(plan)) if narrative else ()
    return Story(narrative, changed, tuple(standings))


def facts(plan: HandoverPlan, today: date) -> Mapping[str, Any]:
    """What the gate "one message" asks: see `rules.gates.Facts`. Two queries at most."""
    approved = next(iter(_approved(plan=plan.pk)), None)
    if approved is None:
        return {"message": ""}
    version, *words = approved
    if rules.changed(dict(zip(WORDS, words, strict=True)), words_of(plan)):
        return {"message": "changed"}
    asked = [Asked(name, read or 0, bool(excused)) for name, read, excused in _asked(plan=plan.pk)]
    return {"message": "approved", "unheard": rules.unheard(version, asked)}


@prepared
def _approved(*, plan: int) -> QuerySet:
    newest = Narrative.objects.filter(plan=plan).order_by("-version")
    return newest.values_list("version", *WORDS)[:1]


@prepared
def _asked(*, plan: int) -> QuerySet:
    row = Acknowledgement.objects.filter(plan=plan, department=OuterRef("pk"))
    return (
        Department.objects.live()
        .order_by("name", "pk")
        .values_list("name", Subquery(row.values("read_version")), Subquery(row.values("excused_why")))
    )
