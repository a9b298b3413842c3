"""What is told to the client, who inside has read it, and what gates need to know of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Department
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
    """What the gate "one message" asks: see `rules.gates.Facts`. Three queries."""
    story = story_of(plan)
    if story.narrative is None:
        return {"message": ""}
    asked = [
        Asked(
            one.department.name,
            one.acknowledgement.read_version if one.acknowledgement else 0,
            one.acknowledgement.excused if one.acknowledgement else False,
        )
        for one in story.standings
    ]
    return {
        "message": "changed" if story.changed else "approved",
        "unheard": rules.unheard(story.narrative.version, asked),
    }
