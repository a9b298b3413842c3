"""The leaders' board, counted by the database."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek

from accounts.models import Organisation, Team, User
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import our_tz
from accounts.selectors.organisation import organisation
from transitions.documents.board import Board, Filters, PlanLine, StageCount, TeamCount, WeekCount
from transitions.models import HandoverPlan, PlanRole, PlanStep
from transitions.rules.plans import HIGH_RISK
from transitions.selectors.playbooks import stage_titles

_ = gettext_noop

NO_FILTERS = Filters()
WEEKS = 8
LINES = 8  # plans in each list of the board
MOST_CUTOVERS = 40
ONE_DAY, SOON = timedelta(days=1), timedelta(days=30)
DECIDE_WITHIN = timedelta(days=7)
NAME_WITHIN = timedelta(days=21)  # a cutover this near wants an incoming rep

LINE = (
    "uuid",
    "account__name",
    "account__team__name",
    "mode",
    "playbook",
    "playbook__digest",
    "stage",
    "cutover_on",
    "risk",
    "account__yearly_value",
)


def board(
    user: User, now: datetime, filters: Filters = NO_FILTERS, *, ours: Organisation | None = None
) -> Board:
    """What the open plans that `user` sees add up to, in a constant number of queries.

    `ours` spares a query for the zone in which today is reckoned.
    """
    today = today_in(now, our_tz(ours or organisation()))
    plans = _filtered(HandoverPlan.objects.open().visible_to(user), filters)
    groups = list(_groups(plans, today))
    decisions = [*_decisions(plans, today), *_unnamed(plans, today)]
    late = [
        (row, Message(_("Work has been late since %(day)s."), {"day": due}))
        for *row, due in plans.filter(next_due_on__lt=today)
        .order_by("next_due_on", "pk")
        .values_list(*LINE, "next_due_on")[:LINES]
    ]
    cutovers = _cutovers(plans, today)
    sums = _sums(plans, today)
    versions = {(group["playbook"], group["playbook__digest"]) for group in groups}
    titles = stage_titles(versions | {(row[4], row[5]) for row, why in (*decisions, *late, *cutovers)})
    return Board(
        today=today,
        plans=sum(group["plans"] for group in groups),
        late=sum(group["late"] for group in groups),
        revenue=sum((group["revenue"] or Decimal(0) for group in groups), Decimal(0)),
        at_risk=sum(group["at_risk"] for group in groups),
        stages=_stages(groups, titles),
        weeks=_weeks(plans, today),
        teams=_teams(groups),
        late_steps=sums["late_steps"],
        unprotected=sums["unprotected"] or Decimal(0),
        cutovers_soon=sums["soon"],
        cutovers=tuple(_line(row, why, titles) for row, why in cutovers),
        decisions=tuple(_line(row, why, titles) for row, why in _once(decisions)[:LINES]),
        late_plans=tuple(_line(row, why, titles) for row, why in late),
    )


def _filtered(plans: QuerySet[HandoverPlan], filters: Filters) -> QuerySet[HandoverPlan]:
    if filters.mode:
        plans = plans.filter(mode=filters.mode)
    if filters.tier:
        plans = plans.filter(tier=filters.tier)
    if filters.reason:
        plans = plans.filter(reason=filters.reason)
    if filters.team:
        # What is no team's id filters out everything: an address typed by hand shows nothing, not all.
        team = Team.objects.filter(pk=filters.team).first() if filters.team.isdecimal() else None
        plans = plans.filter(account__team__path__startswith=team.path) if team else plans.none()
    return plans


def _groups(plans: QuerySet[HandoverPlan], today: date) -> Iterable[Any]:
    """One pass over the plans: everything that is counted by stage and by team."""
    return (
        plans.order_by()
        .values("playbook", "playbook__digest", "mode", "stage", "account__team", "account__team__name")
        .annotate(
            plans=Count("pk"),
            late=Count("pk", filter=Q(next_due_on__lt=today)),
            revenue=Sum("account__yearly_value"),
            risks=Sum("risk"),
            at_risk=Count("pk", filter=Q(risk__gte=HIGH_RISK)),
        )
    )


def _stages(
    groups: Sequence[dict[str, Any]], titles: dict[tuple[int, str], Message]
) -> tuple[StageCount, ...]:
    """Counts by mode and stage, soft first, in the order of the playbook's stages."""
    order = {key: place for place, key in enumerate(titles)}
    counts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for group in sorted(groups, key=lambda group: order[group["playbook"], group["stage"]]):
        counts.setdefault((group["mode"], group["stage"]), []).append(group)
    return tuple(
        StageCount(
            mode=mode,
            stage=stage,
            title=titles[rows[0]["playbook"], stage],
            plans=sum(row["plans"] for row in rows),
            late=sum(row["late"] for row in rows),
            revenue=_revenue(rows),
        )
        for (mode, stage), rows in sorted(counts.items(), key=lambda item: item[0][0] != "soft")
    )


def _teams(groups: Sequence[dict[str, Any]]) -> tuple[TeamCount, ...]:
    """Counts by team, the most revenue in motion first."""
    counts: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
    for group in groups:
        team = (group["account__team"], group["account__team__name"] or "")
        counts.setdefault(team, []).append(group)
    found = []
    for (team_id, name), rows in counts.items():
        plans = sum(row["plans"] for row in rows)
        found.append(
            TeamCount(
                team_id=team_id,
                team=name,
                plans=plans,
                late=sum(row["late"] for row in rows),
                revenue=_revenue(rows),
                risk=round(sum(row["risks"] for row in rows) / plans),
            )
        )
    return tuple(sorted(found, key=lambda team: (-team.revenue, team.team, team.team_id or 0)))


def _revenue(rows: Sequence[dict[str, Any]]) -> Decimal:
    return sum((row["revenue"] or Decimal(0) for row in rows), Decimal(0))


def _weeks(plans: QuerySet[HandoverPlan], today: date) -> tuple[WeekCount, ...]:
    """Cutovers of this week and the weeks after it, empty weeks included."""
    monday = today - timedelta(days=today.weekday())
    rows = (
        plans.order_by()
        .filter(cutover_on__gte=monday, cutover_on__lt=monday + timedelta(weeks=WEEKS))
        .annotate(week=TruncWeek("cutover_on"))
        .values("week")
        .annotate(plans=Count("pk"), revenue=Sum("account__yearly_value"))
    )
    found = {row["week"]: (row["plans"], row["revenue"] or Decimal(0)) for row in rows}
    weeks = [monday + timedelta(weeks=number) for number in range(WEEKS)]
    return tuple(WeekCount(day, *found.get(day, (0, Decimal(0)))) for day in weeks)


Line = tuple[Sequence[Any], Message]


def _cutovers(plans: QuerySet[HandoverPlan], today: date) -> list[Line]:
    """The plans behind `_weeks`, by day."""
    monday = today - timedelta(days=today.weekday())
    ahead = plans.filter(cutover_on__gte=today, cutover_on__lt=monday + timedelta(weeks=WEEKS))
    rows = ahead.order_by("cutover_on", "pk").values_list(*LINE)
    return [(row, Message("")) for row in rows[:MOST_CUTOVERS]]


def _sums(plans: QuerySet[HandoverPlan], today: date) -> dict[str, Any]:
    """What is counted over all plans at once. One query.

    Unprotected is revenue whose plan names no incoming rep or no second choice: a thin first measure.
    """
    roles = PlanRole.objects.filter(plan=OuterRef("pk"))
    thin = Q(~Exists(roles.filter(assignment__role="incoming")))
    thin |= Q(~Exists(roles.filter(assignment__role="second_choice")))
    soon = today + SOON
    late = PlanStep.objects.due_by(today - ONE_DAY).filter(plan__in=plans.values("pk"))
    return plans.order_by().aggregate(
        unprotected=Sum("account__yearly_value", filter=thin),
        soon=Count("pk", filter=Q(cutover_on__gte=today, cutover_on__lte=soon)),
    ) | {"late_steps": late.count()}


def _decisions(plans: QuerySet[HandoverPlan], today: date) -> list[Line]:
    """Decisions that a leader owes soon or owed already."""
    rows = (
        PlanStep.objects.due_by(today + DECIDE_WITHIN)
        .filter(kind="decision", plan__in=plans.values("pk"))
        .order_by("due_on", "pk")
        .values_list(*(f"plan__{name}" for name in LINE), "title", "due_on")
    )
    sentence = _("%(step)s, by %(day)s.")
    return [
        (row, Message(sentence, {"step": Message(title), "day": due})) for *row, title, due in rows[:LINES]
    ]


def _unnamed(plans: QuerySet[HandoverPlan], today: date) -> list[Line]:
    """Plans whose cutover is near and whose incoming rep nobody has named."""
    incoming = PlanRole.objects.filter(plan=OuterRef("pk"), assignment__role="incoming")
    rows = (
        plans.filter(cutover_on__lte=today + NAME_WITHIN)
        .exclude(Exists(incoming))
        .order_by("cutover_on", "pk")
        .values_list(*LINE)
    )
    why = Message(_("The cutover is near and no incoming rep is named."))
    return [(row, why) for row in rows[:LINES]]


def _once(lines: Sequence[Line]) -> list[Line]:
    """Each plan once, with the first reason found."""
    found: dict[Any, Line] = {}
    for row, why in lines:
        found.setdefault(row[0], (row, why))
    return list(found.values())


def _line(row: Sequence[Any], why: Message, titles: dict[tuple[int, str], Message]) -> PlanLine:
    uuid, account, team, mode, playbook, _digest, stage, cutover_on, risk, revenue = row
    return PlanLine(
        uuid=uuid,
        account=account,
        team=team or "",
        mode=mode,
        stage_title=titles[playbook, stage],
        cutover_on=cutover_on,
        risk=risk,
        revenue=revenue,
        why=why,
    )
