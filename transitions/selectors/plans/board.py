"""The leaders' board, counted by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import Organisation, User
from accounts.models.prepared import prepared
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message, gettext_noop, ngettext_noop
from accounts.selectors.calendar import our_tz
from accounts.selectors.organisation import organisation
from transitions.documents.board import Board, Filters, PlanLine, StageCount, TeamCount
from transitions.models import HandoverPlan, PlanState, PlanStep, PlaybookVersion
from transitions.models.plans import HandoverPlanQuerySet, sight_of, ways_in
from transitions.rules.guardrails import GUARDS
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

# Why a plan needs a decision.
OWED = _("By %(day)s: %(step)s")
RESTED = _("It was to go on by %(day)s: resume it, or end it.")
UNNAMED = _("The cutover is near and no incoming rep is named.")

# A thin first measure: nobody is named who takes over, or nobody should that fail.
UNPROTECTED = Q(has_incoming=False) | Q(has_second_choice=False)

LINE = (
    "uuid",
    "account__name",
    "team",
    "mode",
    "playbook",
    "stage",
    "cutover_on",
    "risk",
    "yearly_value",
)


class _Group(NamedTuple):
    """What is counted of the plans of one stage and team."""

    playbook: int
    stage: str
    team: int | None
    plans: int
    late: int
    revenue: Decimal | None
    risks: int
    late_steps: int
    unprotected: Decimal | None
    soon: int
    at_risk: int
    promises_kept: int
    promises_missed: int


Row = Sequence[Any]  # the cells of LINE
Scope = Mapping[str, Any]  # which plans are meant, as the keywords of `within`


def board(
    user: User, now: datetime, filters: Filters = NO_FILTERS, *, ours: Organisation | None = None
) -> Board:
    """What the open plans that `user` sees add up to, in a constant number of queries.

    `ours` spares a query for the zone in which today is reckoned.
    """
    ours = ours or organisation()
    today = today_in(now, our_tz(ours))
    sight, chosen = seen_by(user), _chosen(user, filters)
    scope = known_in(sight) | chosen
    groups = [_Group(*row) for row in _groups(**scope, today=today, soon=today + SOON)]
    decisions, waiting = _decisions(scope, today)
    late, cutovers, missed = _late(scope), _cutovers(scope, today), _missed(sight | chosen)
    lines = (*decisions, *late, *cutovers, *missed)
    versions = {group.playbook for group in groups} | {row[4] for row, why in lines}
    playbooks = _versions(playbooks=sorted(versions))
    titles = stage_titles((pk, digest) for pk, digest, mode in playbooks)
    modes = {pk: mode for pk, digest, mode in playbooks}
    names = {team.pk: team.name for team in user.team_tree()}
    return Board(
        today=today,
        plans=_total(groups, "plans"),
        late=_total(groups, "late"),
        revenue=_revenue(groups),
        at_risk=_total(groups, "at_risk"),
        stages=_stages(groups, titles, modes),
        teams=_teams(groups, names),
        late_steps=_total(groups, "late_steps"),
        unprotected=_revenue(groups, "unprotected"),
        cutovers_soon=_total(groups, "soon"),
        cutovers=tuple(_line(row, why, titles, names) for row, why in cutovers),
        decisions=tuple(
            replace(_line(row, why, titles, names), undecided=waiting.get(row[0], ()))
            for row, why in decisions
        ),
        late_plans=tuple(_line(row, why, titles, names) for row, why in late),
        missed=tuple(_line(row, why, titles, names) for row, why in missed),
        promises_missed=_total(groups, "promises_missed"),
    )


def seen_by(user: User) -> dict[str, Any]:
    return sight_of(user) if user.is_active else {"known": []}


def known_in(sight: dict[str, Any]) -> dict[str, Any]:
    """The open plans in that sight. A leader's are few: looked up once here, not in each query."""
    if "person" not in sight:
        return sight
    known = [pk for (pk,) in _known(**sight)]
    return sight if len(known) > MOST_KNOWN else {"known": known}


def _chosen(user: User, filters: Filters) -> dict[str, Any]:
    """What narrows the plans, as lookups."""
    chosen = {name: getattr(filters, name) for name in ("mode", "tier", "reason") if getattr(filters, name)}
    if not filters.team:
        return chosen
    # What is no team's id filters out everything: an address typed by hand shows nothing, not all.
    paths = tuple(team.path for team in user.team_tree() if str(team.pk) == filters.team)
    return chosen | {"team__in": [team.pk for team in user.team_tree() if team.path.startswith(paths)]}


SIGHT = {"reader", "person", "teams", "led"}


def within(**scope: Any) -> QuerySet[HandoverPlan]:
    return among(HandoverPlan.objects.open(), **scope)


def among(
    plans: HandoverPlanQuerySet, *, known: Sequence[int] | None = None, **scope: Any
) -> QuerySet[HandoverPlan]:
    """The known ones of the plans, or those in somebody's sight; the rest of the scope is lookups."""
    sight = {name: scope.pop(name) for name in SIGHT & scope.keys()}
    plans = plans.in_sight(**sight) if known is None else plans.filter(pk__in=known)
    return plans.filter(**scope)


@prepared
def _known(**sight: Any) -> QuerySet:
    """Found by each way in by itself, which an index answers, and not by asking each plan for all of them."""
    found = [HandoverPlan.objects.open().filter(way).order_by().values_list("pk") for way in ways_in(**sight)]
    return found[0].union(*found[1:])[: MOST_KNOWN + 1]


@prepared
def _groups(*, today: date, soon: date, **scope: Any) -> QuerySet:
    """One pass over the plans: everything that is counted by stage and by team."""
    return (
        within(**scope)
        .order_by()
        .values("playbook", "stage", "team")
        .annotate(
            plans=Count("pk"),
            late=Count("pk", filter=Q(late_steps__gt=0)),
            revenue=Sum("yearly_value"),
            risks=Sum("risk"),
            late_steps=Sum("late_steps"),
            unprotected=Sum("yearly_value", filter=UNPROTECTED),
            soon=Count("pk", filter=Q(cutover_on__gte=today, cutover_on__lte=soon)),
            at_risk=Count("pk", filter=Q(risk__gte=HIGH_RISK)),
            promises_kept=Sum("promises_kept"),
            promises_missed=Sum("promises_missed"),
        )
        .values_list(*_Group._fields)
    )


@prepared
def _versions(*, playbooks: Sequence[int]) -> QuerySet:
    """Few rows: joined to every plan they would be most of what is grouped."""
    return PlaybookVersion.objects.filter(pk__in=playbooks).values_list("pk", "digest", "mode")


def _stages(
    groups: Sequence[_Group], titles: dict[tuple[int, str], Message], modes: Mapping[int, str]
) -> tuple[StageCount, ...]:
    """Counts by mode and stage, soft first, in the order of the playbook's stages."""
    order = {key: place for place, key in enumerate(titles)}
    counts: dict[tuple[str, str], list[_Group]] = {}
    for group in sorted(groups, key=lambda group: order[group.playbook, group.stage]):
        counts.setdefault((modes[group.playbook], group.stage), []).append(group)
    return tuple(
        StageCount(
            mode=mode,
            stage=stage,
            title=titles[rows[0].playbook, stage],
            plans=sum(row.plans for row in rows),
            late=sum(row.late for row in rows),
            revenue=_revenue(rows),
        )
        for (mode, stage), rows in sorted(counts.items(), key=lambda item: item[0][0] != "soft")
    )


def _teams(groups: Sequence[_Group], names: Mapping[int, str]) -> tuple[TeamCount, ...]:
    """Counts by team, the most revenue in motion first."""
    counts: dict[int | None, list[_Group]] = {}
    for group in groups:
        counts.setdefault(group.team, []).append(group)
    found = []
    for team_id, rows in counts.items():
        plans = sum(row.plans for row in rows)
        found.append(
            TeamCount(
                team_id=team_id,
                team=names[team_id] if team_id else "",
                plans=plans,
                late=sum(row.late for row in rows),
                revenue=_revenue(rows),
                risk=round(sum(row.risks for row in rows) / plans),
                promises_kept=_total(rows, "promises_kept"),
                promises_missed=_total(rows, "promises_missed"),
            )
        )
    return tuple(sorted(found, key=lambda team: (-team.revenue, team.team, team.team_id or 0)))


def _revenue(rows: Sequence[_Group], name: str = "revenue") -> Decimal:
    return sum((getattr(row, name) or Decimal(0) for row in rows), Decimal(0))


def _total(rows: Sequence[_Group], name: str) -> int:
    return sum(getattr(row, name) or 0 for row in rows)


Line = tuple[Row, Message]


@prepared
def _cutovers_between(*, today: date, end: date, **scope: Any) -> QuerySet:
    ahead = within(**scope).filter(cutover_on__gte=today, cutover_on__lt=end)
    return ahead.order_by("cutover_on", "pk").values_list(*LINE)[:MOST_CUTOVERS]


def _cutovers(scope: Scope, today: date) -> list[Line]:
    """The plans whose cutover is ahead, this week and the next few, by day."""
    end = today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS)
    return [(row, Message("")) for row in _cutovers_between(**scope, today=today, end=end)]


@prepared
def _longest_late(**scope: Any) -> QuerySet:
    rows = within(**scope).filter(late_steps__gt=0)
    return rows.order_by("next_due_on", "pk").values_list(*LINE, "next_due_on")[:LINES]


def _late(scope: Scope) -> list[Line]:
    """Plans with work that is late, the longest late first."""
    sentence = _("Work has been late since %(day)s.")
    return [(line, Message(sentence, {"day": due})) for *line, due in _longest_late(**scope)]


@prepared
def _most_missed(**scope: Any) -> QuerySet:
    rows = among(HandoverPlan.objects.all(), **scope).filter(promises_missed__gt=0)
    return rows.order_by("-promises_missed", "cutover_on", "pk").values_list(*LINE, "promises_missed")[:LINES]


def _missed(scope: Scope) -> list[Line]:
    """Plans with promises that were not kept, the most first; a plan that was carried out owes them too."""
    counted = ngettext_noop("%(count)d promise was missed.", "%(count)d promises were missed.")
    return [
        (line, Message.counted(counted, {"count": count}, count="count"))
        for *line, count in _most_missed(**scope)
    ]


def wants_decision(by: date, near: date, today: date) -> Q:
    """Plans with a decision owed by `by`, a cutover by `near` without an incoming rep, a pause that is over,
    or a guard that waits."""
    owed = Q(decides_on__lte=by)
    unnamed = Q(cutover_on__lte=near, has_incoming=False)
    rested = Q(state=PlanState.ON_HOLD, resumes_on__lte=today)
    return owed | unnamed | rested | Q(undecided__gt=0)


@prepared
def _to_decide(*, by: date, near: date, today: date, **scope: Any) -> QuerySet:
    """The last cells: what asks for a decision, and the step that it is."""
    steps = PlanStep.objects.undone().filter(
        plan=OuterRef("pk"), kind="decision", due_on=OuterRef("decides_on")
    )
    return (
        within(**scope)
        .filter(wants_decision(by, near, today))
        .order_by(F("decides_on").asc(nulls_last=True), "cutover_on", "pk")
        .values_list(
            *LINE,
            "decides_on",
            "cutover_on",
            "has_incoming",
            "state",
            "resumes_on",
            "waiting_guards",
            Subquery(steps.order_by("position", "pk").values("title")[:1]),
        )[:LINES]
    )


def _decisions(scope: Scope, today: date) -> tuple[list[Line], dict[UUID, tuple[Message, ...]]]:
    """Plans with a decision that a leader owes soon, a guard that waits for one, a cutover that is near
    and unstaffed, or a pause that is over; and by plan the guards that wait."""
    by, near = today + DECIDE_WITHIN, today + NAME_WITHIN
    found, guarded = [], {}
    for *line, due, cutover, named, state, resumes, guards, step in _to_decide(
        **scope, by=by, near=near, today=today
    ):
        why = Message("")
        if due is not None and due <= by:
            why = Message(OWED, {"step": Message(step), "day": due})
        elif state == PlanState.ON_HOLD and resumes is not None and resumes <= today:
            why = Message(RESTED, {"day": resumes})
        elif not named and cutover is not None and cutover <= near:
            why = Message(UNNAMED)
        found.append((line, why))
        guarded[line[0]] = tuple(Message(GUARDS[guard]) for guard in guards.split())
    return found, guarded


def _line(
    row: Row, why: Message, titles: dict[tuple[int, str], Message], names: Mapping[int, str]
) -> PlanLine:
    uuid, account, team, mode, playbook, stage, cutover_on, risk, revenue = row
    return PlanLine(
        uuid=uuid,
        account=account,
        team=names[team] if team else "",
        mode=mode,
        stage_title=titles[playbook, stage],
        cutover_on=cutover_on,
        risk=risk,
        revenue=revenue,
        why=why,
    )
