"""Transitions, with the links that lead down to the plans behind every number."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Tier
from transitions.documents.board import Board, Filters, PlanLine, StageCount
from transitions.models import Mode, Reason

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StageRow:
    count: StageCount
    on_time: int
    url: str


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    sunday: date
    plans: tuple[PlanLine, ...]
    revenue: Decimal


def context(board: Board, filters: Filters) -> dict[str, Any]:
    """Everything that `transitions/board/board.html` reads."""
    chosen = {name: value for name, value in asdict(filters).items() if value}
    both = len({count.mode for count in board.stages}) > 1
    return {
        "board": board,
        "filters": filters,
        "filtered": bool(chosen),
        "modes": Mode.choices,
        "tiers": Tier.choices,
        "reasons": Reason.choices,
        "both_modes": both,
        "stages": [
            StageRow(
                count,
                count.plans - count.late,
                _plans(chosen | {"mode": count.mode, "stage": count.stage}),
            )
            for count in board.stages
        ],
        "teams_counted": [
            (count, _plans(chosen | ({"team": count.team_id} if count.team_id else {})))
            for count in board.teams
        ],
        "weeks": list(_weeks(board.cutovers)),
        "plans_url": _plans(chosen),
        "late_url": _plans(chosen | {"late": "on"}),
        "risk_url": _plans(chosen | {"sort": "-risk"}),
    }


def _plans(chosen: dict[str, Any]) -> str:
    address = reverse("plans")
    return f"{address}?{urlencode(chosen)}" if chosen else address


def _weeks(cutovers: Iterable[PlanLine]) -> Iterable[Week]:
    by_monday: dict[date, list[PlanLine]] = {}
    for line in cutovers:
        if line.cutover_on:
            monday = line.cutover_on - timedelta(days=line.cutover_on.weekday())
            by_monday.setdefault(monday, []).append(line)
    for monday, lines in sorted(by_monday.items()):
        revenue = sum((line.revenue or Decimal(0) for line in lines), Decimal(0))
        yield Week(monday, monday + ONE_WEEK - timedelta(days=1), tuple(lines), revenue)
