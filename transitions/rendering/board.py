"""Transitions, with the links that lead down to the plans behind every number."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Tier
from accounts.rendering.links import links
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from transitions.documents.board import Board, Filters, PlanLine, StageCount, TeamCount
from transitions.models import Mode, Reason
from transitions.rendering.words import money_in_short, risk, weekday

ONE_WEEK = timedelta(days=7)
LINE_SHAPE = ("look", "said", "guarded", "dated", "with_team", "valued")


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    sunday: date
    plans: tuple[PlanLine, ...]
    revenue: Decimal
    drawn: str  # its plans


def context(
    board: Board, filters: Filters, teams: Iterable[tuple[str, str]], *, currency: str
) -> dict[str, Any]:
    """Everything that `transitions/board/board.html` reads; `teams` are ids and names to choose from."""
    chosen = {name: value for name, value in asdict(filters).items() if value}
    place = links("plan")
    return {
        "board": board,
        "filters": filters,
        "filtered": bool(chosen),
        "teams": _options(teams, filters.team),
        "modes": _options(Mode.choices, filters.mode),
        "tiers": _options(Tier.choices, filters.tier),
        "reasons": _options(Reason.choices, filters.reason),
        "stages": _stages(board.stages, chosen, currency),
        "teams_counted": _teams(board.teams, chosen, currency),
        "decisions": _lines(board.decisions, place, currency),
        "late_plans": _lines(board.late_plans, place, currency),
        "missed": _lines(board.missed, links("promises"), currency),
        "weeks": list(_weeks(board.cutovers, place)),
        "plans_url": _plans(chosen),
        "late_url": _plans(chosen | {"late": "on"}),
        "risk_url": _plans(chosen | {"sort": "-risk"}),
    }


def _options(choices: Iterable[tuple[str, Any]], chosen: str) -> str:
    rows = ({"chosen": value == chosen, "value": value, "words": words} for value, words in choices)
    return drawn("components/option.html", rows, shape=("chosen",))


def _plans(chosen: dict[str, Any]) -> str:
    address = reverse("plans")
    return f"{address}?{urlencode(chosen)}" if chosen else address


def _lines(lines: Iterable[PlanLine], place: Callable[[object], str], currency: str) -> str:
    rows = []
    decide, back = links("plan-guards"), urlencode({"next": reverse("transitions")})
    for line in lines:
        degree = risk(line.risk)
        waiting = ", ".join(translate(guard) for guard in line.undecided)
        rows.append(
            {
                "look": degree.look,
                "said": bool(line.why.msgid),
                "guarded": bool(waiting),
                "guards": waiting,
                "decide_url": f"{decide(line.uuid)}?{back}",
                "dated": line.cutover_on is not None,
                "with_team": bool(line.team),
                "valued": bool(line.revenue),
                "url": place(line.uuid),
                "account": line.account,
                "risk": degree.words,
                "why": translate(line.why),
                "stage": translate(line.stage_title),
                "on": weekday(line.cutover_on),
                "team": line.team,
                "amount": money_in_short(line.revenue, currency),
            }
        )
    return drawn("transitions/board/line.html", rows, shape=LINE_SHAPE)


def _stages(counts: Sequence[StageCount], chosen: dict[str, Any], currency: str) -> str:
    both = len({count.mode for count in counts}) > 1
    rows = (
        {
            "mode": count.mode if both else "",
            "url": _plans(chosen | {"mode": count.mode, "stage": count.stage}),
            "title": translate(count.title),
            "on_time": count.plans - count.late,
            "late": count.late,
            "plans": count.plans,
            "amount": money_in_short(count.revenue, currency),
        }
        for count in counts
    )
    return drawn("transitions/board/stage.html", rows, shape=("mode",))


def _teams(counts: Iterable[TeamCount], chosen: dict[str, Any], currency: str) -> str:
    rows = []
    of_all = {name: value for name, value in chosen.items() if name != "team"}
    of_team = _plans(of_all | {"team": ""})  # an id follows
    kept = _("%(kept)d of %(promised)d")  # of the promises that have come to their day: "7 of 9"
    for count in counts:
        degree = risk(count.risk)
        rows.append(
            {
                "look": degree.look,
                "named": bool(count.team),
                "url": f"{of_team}{count.team_id}" if count.team_id else _plans(chosen),
                "team": count.team,
                "plans": count.plans,
                "late": count.late,
                "amount": money_in_short(count.revenue, currency),
                "risk": degree.words,
                "kept": kept % {"kept": count.promises_kept, "promised": count.promises},
                "promised": bool(count.promises),
                "missed": bool(count.promises_missed),
            }
        )
    return drawn("transitions/board/team.html", rows, shape=("look", "named", "promised", "missed"))


def _weeks(cutovers: Iterable[PlanLine], place: Callable[[object], str]) -> Iterable[Week]:
    by_monday: dict[date, list[PlanLine]] = {}
    for line in cutovers:
        if line.cutover_on:
            monday = line.cutover_on - timedelta(days=line.cutover_on.weekday())
            by_monday.setdefault(monday, []).append(line)
    for monday, lines in sorted(by_monday.items()):
        revenue = sum((line.revenue or Decimal(0) for line in lines), Decimal(0))
        rows = (
            {
                "url": place(line.uuid),
                "account": line.account,
                "on": weekday(line.cutover_on),
                "stage": translate(line.stage_title),
            }
            for line in lines
        )
        shown = drawn("transitions/board/cutover.html", rows)
        yield Week(monday, monday + ONE_WEEK - timedelta(days=1), tuple(lines), revenue, shown)
