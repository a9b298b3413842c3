"""What guards look at, and what leaders said: for one plan or many, in one query each time."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from accounts.models import Assignment, ClientRequest, Organisation
from accounts.models.prepared import prepared
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message
from accounts.selectors.calendar import calendar_of, today_of
from accounts.selectors.organisation import organisation
from transitions.documents.guardrails import GuardLine, GuardsPage
from transitions.models import Anchor, Approval, HandoverPlan, PlanRole
from transitions.rules import guardrails
from transitions.rules.guardrails import Circumstances, GuardState, Verdict
from transitions.rules.playbooks import Playbook
from transitions.selectors.playbooks import playbook_of

COLUMNS = ("what", "of", "key", "number", "day", "at", "who", "said", "why", "on_basis")
DATED = ("announcement", "cutover")


@dataclass(slots=True)
class Read:
    """What was read of one plan."""

    escalations: int = 0
    owned_since: list[date] = field(default_factory=list)
    incoming: int | None = None
    junior: bool = False
    anchors: dict[str, date] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)


def undecided(
    plans: Sequence[HandoverPlan], today: date, *, ours: Organisation | None = None
) -> dict[int, tuple[str, ...]]:
    """By plan, the guards that wait for a leader. One query; `plans` with account and playbook."""
    ours = ours or organisation()
    found = read(plans)
    return {
        plan.pk: tuple(
            state.guard
            for state in standing(plan, found[plan.pk], calendar_of(plan.account, today, ours=ours))
            if state.waits
        )
        for plan in plans
    }


def guards_page(plan: HandoverPlan, now: datetime, *, ours: Organisation | None = None) -> GuardsPage:
    """Every guard of a plan, raised or not, with what was said. Two queries."""
    today = today_of(plan.account, now, ours=ours)
    found = read([plan])[plan.pk]
    calendar = calendar_of(plan.account, today, ours=ours)
    seen = circumstances(plan, found, calendar)
    states = {state.guard: state for state in standing(plan, found, calendar)}
    playbook = playbook_of(plan.playbook, plan.tier)
    return GuardsPage(
        lines=tuple(_line(guard, states.get(guard), seen) for guard in guardrails.GUARDS),
        asked=plan.is_open and not playbook.has_passed_owner(plan.stage),
        lost=tuple(_lost(plan, calendar)) if "notice" in states else (),
    )


def _line(guard: str, state: GuardState | None, seen: Circumstances) -> GuardLine:
    title = Message(guardrails.GUARDS[guard])
    if state is None:
        return GuardLine(guard, title, Message(guardrails.CALM[guard]), "calm")
    last = state.last
    return GuardLine(
        guard,
        title,
        state.message,
        state.state,
        over=guardrails.seen(seen.basis, state),
        by=last.by if last else "",
        at=last.at if last else None,
        verdict=last.verdict if last else "",
        reason=last.reason if last else "",
        changed=tuple(Message(guardrails.BASIS[name]) for name in state.changed),
    )


def _lost(plan: HandoverPlan, calendar: Calendar) -> Iterator[tuple[Message, int]]:
    """Open steps that short notice took business days from. One query."""
    squeezed = plan.steps.undone().filter(pinned=False, due_on__gt=F("planned_on"))
    rows = squeezed.order_by("due_on", "position", "pk").values_list("title", "planned_on", "due_on")
    for title, planned_on, due_on in rows:
        if days := calendar.between(planned_on, due_on):
            yield Message(title), days


def standing(plan: HandoverPlan, read: Read, calendar: Calendar) -> tuple[GuardState, ...]:
    """How the raised guards stand, from what was read. Once the account has its new owner none is asked."""
    playbook = playbook_of(plan.playbook, plan.tier)
    if not plan.is_open or playbook.has_passed_owner(plan.stage):
        return ()
    return guardrails.states(circumstances(plan, read, calendar), read.verdicts)


def circumstances(plan: HandoverPlan, read: Read, calendar: Calendar) -> Circumstances:
    notice = 0
    if set(DATED) <= set(read.anchors):
        notice = calendar.between(read.anchors["announcement"], read.anchors["cutover"])
    return Circumstances(
        mode=plan.mode,
        tier=plan.account.tier,
        cutover_on=read.anchors.get("cutover"),
        renewal_on=plan.account.renewal_on,
        escalations=read.escalations,
        changes=tuple(sorted(read.owned_since)[1:]),  # the first owner changed nothing
        notice=notice,
        notice_asked=notice_asked(playbook_of(plan.playbook, plan.tier)),
        incoming=read.incoming,
        junior=read.junior,
    )


def notice_asked(playbook: Playbook) -> int | None:
    return next((gate.args["at_least"] for gate in playbook.gates() if gate.check == "notice"), None)


def read(plans: Iterable[HandoverPlan]) -> dict[int, Read]:
    """Everything that guards of these plans ask, in one query."""
    rows = list(plans)
    found = {plan.pk: Read() for plan in rows}
    of_account: dict[int, list[Read]] = {}
    for plan in rows:
        of_account.setdefault(plan.account_id, []).append(found[plan.pk])
    if not rows:
        return found
    for row in _union(plans=list(found), accounts=list(of_account)):
        named = dict(zip(COLUMNS, row, strict=True))
        of_plan = named["what"] in ("anchor", "incoming", "verdict")
        for one in [found[named["of"]]] if of_plan else of_account[named["of"]]:
            _take(one, named)
    for one in found.values():
        one.verdicts.sort(key=lambda verdict: verdict.pk)  # oldest first
    return found


def _take(read: Read, row: Mapping[str, Any]) -> None:
    match row["what"]:
        case "escalation":
            read.escalations += 1
        case "owner":
            read.owned_since.append(row["day"])
        case "anchor":
            read.anchors[row["key"]] = row["day"]
        case "incoming":
            read.incoming, read.junior = row["number"], row["key"] == "junior"
        case "verdict":
            read.verdicts.append(
                Verdict(
                    pk=row["number"],
                    guard=row["key"],
                    verdict=row["said"],
                    reason=row["why"],
                    by=row["who"],
                    at=row["at"],
                    basis=json.loads(row["on_basis"]),
                )
            )


@prepared
def _union(*, plans: Sequence[int], accounts: Sequence[int]) -> QuerySet[Any, Any]:
    requests = ClientRequest.objects.filter(account__in=accounts).escalated()
    owners = Assignment.objects.filter(account__in=accounts, role="owner")
    anchors = Anchor.objects.filter(plan__in=plans, key__in=DATED)
    incoming = PlanRole.objects.filter(plan__in=plans, assignment__role="incoming")
    seniority = Coalesce("assignment__person__rep__seniority", Value(""), output_field=CharField())
    return _rows(requests, "escalation", F("account_id")).union(
        _rows(owners, "owner", F("account_id"), number=F("pk"), day=F("from_on")),
        _rows(anchors, "anchor", F("plan_id"), key=F("key"), day=F("falls_on")),
        _rows(incoming, "incoming", F("plan_id"), key=seniority, number=F("assignment__person")),
        _rows(
            Approval.objects.filter(plan__in=plans),
            "verdict",
            F("plan_id"),
            key=F("guard"),
            number=F("pk"),
            at=F("decided_at"),
            who=F("by__name"),
            said=F("verdict"),
            why=F("reason"),
            on_basis=F("basis"),
        ),
        all=True,
    )


def _rows(rows: QuerySet[Any], what: str, of: F, **columns: Any) -> QuerySet[Any, Any]:
    """Rows in the columns of the union: each is cast, because a NULL alone has no type."""
    named = {"what": Value(what), "of": of, **columns}
    types: dict[str, Any] = {
        "what": CharField(),
        "of": IntegerField(),
        "key": CharField(),
        "number": IntegerField(),
        "day": DateField(),
        "at": DateTimeField(),
        "who": CharField(),
        "said": CharField(),
        "why": TextField(),
        "on_basis": TextField(),
    }
    cast = {f"_{name}": Cast(named.get(name, Value(None)), output_field=kind) for name, kind in types.items()}
    return rows.order_by().annotate(**cast).values_list(*cast)
