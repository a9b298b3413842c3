"""The leaders' board, counted by the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import Organisation, Team, User
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import our_tz
from accounts.selectors.organisation import organisation
from transitions.documents.board import Board, Filters, PlanLine, StageCount, TeamCount
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.plans import HIGH_RISK
from transitions.selectors.playbooks import stage_titles

_ = gettext_noop

NO_FILTERS = Filters()
WEEKS = 8
MOST_KNOWN = 500  # plans that are named one by one in a query
LINES = 8  # plans in each list of the board
MOST_CUTOVERS = 40
SOON = timedelta(days=30)
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
    plans = _filtered(_visible(user), filters)
    groups = list(_groups(plans, today))
    decisions, late, cutovers = _decisions(plans, today), _late(plans, today), _cutovers(plans, today)
    versions = {(group["playbook"], group["playbook__digest"]) for group in groups}
    titles = stage_titles(versions | {(row[4], row[5]) for row, why in (*decisions, *late, *cutovers)})
    return Board(
        today=today,
        plans=_total(groups, "plans"),
        late=_total(groups, "late"),
        revenue=_revenue(groups),
        at_risk=_total(groups, "at_risk"),
        stages=_stages(groups, titles),
        teams=_teams(groups, {team.pk: team.name for team in user.team_tree()}),
        late_steps=_total(groups, "late_steps"),
        unprotected=_revenue(groups, "unprotected"),
        cutovers_soon=_total(groups, "soon"),
        cutovers=tuple(_line(row, why, titles) for row, why in cutovers),
        decisions=tuple(_line(row, why, titles) for row, why in decisions),
        late_plans=tuple(_line(row, why, titles) for row, why in late),
    )


def _visible(user: User) -> QuerySet[HandoverPlan]:
    """Open plans that the user sees. A leader's are few: looked up once here, not in each query."""
    plans = HandoverPlan.objects.open().visible_to(user)
    if user.reads_everything:
        return plans
    known = list(plans.values_list("pk", flat=True)[: MOST_KNOWN + 1])
    return plans if len(known) > MOST_KNOWN else HandoverPlan.objects.open().filter(pk__in=known)


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
        .values("playbook", "playbook__digest", "mode", "stage", "account__team")
        .annotate(
            plans=Count("pk"),
            late=Count("pk", filter=Q(next_due_on__lt=today)),
            revenue=Sum("account__yearly_value"),
            risks=Sum("risk"),
            late_steps=Sum("late_steps"),
            # A thin first measure: nobody is named who takes over, or nobody should that fail.
            unprotected=Sum(
                "account__yearly_value", filter=Q(has_incoming=False) | Q(has_second_choice=False)
            ),
            soon=Count("pk", filter=Q(cutover_on__gte=today, cutover_on__lte=today + SOON)),
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


def _teams(groups: Sequence[dict[str, Any]], names: Mapping[int, str]) -> tuple[TeamCount, ...]:
    """Counts by team, the most revenue in motion first."""
    counts: dict[int | None, list[dict[str, Any]]] = {}
    for group in groups:
        counts.setdefault(group["account__team"], []).append(group)
    found = []
    for team_id, rows in counts.items():
        plans = sum(row["plans"] for row in rows)
        found.append(
            TeamCount(
                team_id=team_id,
                team=names[team_id] if team_id else "",
                plans=plans,
                late=sum(row["late"] for row in rows),
                revenue=_revenue(rows),
                risk=round(sum(row["risks"] for row in rows) / plans),
            )
        )
    return tuple(sorted(found, key=lambda team: (-team.revenue, team.team, team.team_id or 0)))


def _revenue(rows: Sequence[dict[str, Any]], name: str = "revenue") -> Decimal:
    return sum((row[name] or Decimal(0) for row in rows), Decimal(0))


def _total(rows: Sequence[dict[str, Any]], name: str) -> int:
    return sum(row[name] or 0 for row in rows)


Line = tuple[Sequence[Any], Message]


def _cutovers(plans: QuerySet[HandoverPlan], today: date) -> list[Line]:
    """The plans whose cutover is ahead, this week and the next few, by day."""
    monday = today - timedelta(days=today.weekday())
    ahead = plans.filter(cutover_on__gte=today, cutover_on__lt=monday + timedelta(weeks=WEEKS))
    rows = ahead.order_by("cutover_on", "pk").values_list(*LINE)
    return [(row, Message("")) for row in rows[:MOST_CUTOVERS]]


def _late(plans: QuerySet[HandoverPlan], today: date) -> list[Line]:
    """Plans with work that is late, the longest late first."""
    rows = plans.filter(next_due_on__lt=today).order_by("next_due_on", "pk")
    sentence = _("Work has been late since %(day)s.")
    return [
        (row, Message(sentence, {"day": due})) for *row, due in rows.values_list(*LINE, "next_due_on")[:LINES]
    ]


def _decisions(plans: QuerySet[HandoverPlan], today: date) -> list[Line]:
    """Plans with a decision that a leader owes soon, or whose cutover is near and unstaffed."""
    owed = Q(decides_on__lte=today + DECIDE_WITHIN)
    unnamed = Q(cutover_on__lte=today + NAME_WITHIN, has_incoming=False)
    rows = list(
        plans.filter(owed | unnamed)
        .order_by(F("decides_on").asc(nulls_last=True), "cutover_on", "pk")
        .values_list(*LINE, "decides_on", "pk")[:LINES]
    )
    steps = PlanStep.objects.undone().filter(plan__in=[row[-1] for row in rows], kind="decision")
    titles = {(plan, due): title for plan, due, title in steps.values_list("plan", "due_on", "title")}
    found = []
    for *row, due, pk in rows:
        why = Message(_("The cutover is near and no incoming rep is named."))
        if due is not None and due <= today + DECIDE_WITHIN:
            step = Message(titles[pk, due])
            why = Message(_("By %(day)s: %(step)s"), {"step": step, "day": due})
        found.append((row, why))
    return found


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
