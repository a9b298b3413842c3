"""Plans as the lines of a list: read flat, then completed by who hands over to whom."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet

from transitions.models import HandoverPlan, PlanRole, PlanState
from transitions.selectors.playbooks import stage_titles

ENDS = ("outgoing", "incoming")


def as_lines(rows: QuerySet[HandoverPlan]) -> QuerySet[HandoverPlan, Any]:
    """Only what a list shows, as dictionaries."""
    return rows.values(
        "pk",
        "uuid",
        "mode",
        "tier",
        "stage",
        "reason",
        "state",
        "risk",
        "cutover_on",
        "next_due_on",
        "late_steps",
        "released_at",
        "playbook",
        "yearly_value",
        digest=F("playbook__digest"),
        account_name=F("account__name"),
        team_name=F("team__name"),
    )


def with_people(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with `outgoing`, `incoming`, `stage_title` (a Message), `late` and `confidential`.

    One query for all of them, and one more for playbooks that this process has not seen yet.
    """
    names: dict[int, dict[str, str]] = {}
    held = PlanRole.objects.filter(plan__in=[line["pk"] for line in lines], assignment__role__in=ENDS)
    # A closed plan's roles have ended; the list still says who they were.
    for plan, role, name in held.order_by("pk").values_list(
        "plan", "assignment__role", "assignment__person__name"
    ):
        names.setdefault(plan, {})[role] = name
    titles = stage_titles((line["playbook"], line["digest"]) for line in lines)
    for line in lines:
        line |= {role: names.get(line["pk"], {}).get(role, "") for role in ENDS}
        line["stage_title"] = titles[line["playbook"], line["stage"]]
        line["confidential"] = line["released_at"] is None
        line["late"] = line["state"] == PlanState.OPEN and line["late_steps"] > 0
    return list(lines)
