"""Promises of any kind that were not kept by their day and are not kept yet, as a leader may know of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Value, Window

from accounts.models import ClientRequest, Commitment, User
from accounts.models.prepared import prepared
from accounts.rendering.links import link
from accounts.rules.text import Message
from transitions.documents.weekly import LINES, Missed, Section
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.plans import number_of
from transitions.rules.weekly import WEEK
from transitions.selectors.plans.board import among


def any_missed(user: User, sight: dict[str, Any], on: date) -> bool:
    """Whether there is one at all: three queries at most."""
    return bool(
        _check_ins(1, since=on - WEEK, today=on, **sight)
        or _commitments(user, on, most=1)
        or _requests(user, on, most=1)
    )


def missed(user: User, sight: dict[str, Any], on: date) -> Section[Missed]:
    """Those of the week before `on`, the latest first; older ones are counted. Three queries."""
    steps = _check_ins(LINES, since=on - WEEK, today=on, **sight)
    commitments, requests = _commitments(user, on), _requests(user, on)
    lines = [*_of_plans(steps), *_of_clients("commitment", commitments), *_of_clients("request", requests)]
    lines = sorted((line for line in lines if line.due_on >= on - WEEK), key=_latest_first)
    counted = [rows[0][-2:] for rows in (steps, commitments, requests) if rows]
    recent = sum(of_week for _in_all, of_week in counted)
    return Section(tuple(lines[:LINES]), recent, sum(in_all for in_all, _of_week in counted) - recent)


def _latest_first(line: Missed) -> tuple[int, str, str]:
    return (-line.due_on.toordinal(), line.account, line.title.msgid)


@prepared
def _check_ins(most: int, *, since: date, today: date, **sight: Any) -> QuerySet:
    """The last cells of these rows: how many there are in all, and how many of the week."""
    plans = among(HandoverPlan.objects.filter(promises_owed__gt=0), **sight).order_by().values("pk")
    late = PlanStep.objects.open().filter(kind="check-in", due_on__lt=today, plan__in=plans)
    return late.order_by("-due_on", "position", "pk").values_list(
        "key",
        "title",
        "due_on",
        "owner__name",
        "plan__uuid",
        "plan__account__name",
        Window(Count("pk")),
        Window(Count("pk", filter=Q(due_on__gte=since))),
    )[:most]


def _of_plans(rows: Sequence[Sequence[Any]]) -> Iterator[Missed]:
    for key, title, due_on, owner, plan, account, *_counts in rows:
        url = settings.SITE_URL + link("promises", plan)
        yield Missed("check-in", Message(title), account, url, due_on, owner or "", number_of(key))


def _commitments(user: User, on: date, most: int = LINES) -> list[Sequence[Any]]:
    late = Commitment.objects.open().visible_to(user).filter(due_on__lt=on, account__archived_at=None)
    return list(
        late.order_by("-due_on", "pk").values_list(
            "text",
            "due_on",
            "owner__name",
            "account__uuid",
            "account__name",
            Value(False),
            Window(Count("pk")),
            Window(Count("pk", filter=Q(due_on__gte=on - WEEK))),
        )[:most]
    )


def _requests(user: User, on: date, most: int = LINES) -> list[Sequence[Any]]:
    late = ClientRequest.objects.open().visible_to(user).filter(promised_on__lt=on, account__archived_at=None)
    return list(
        late.order_by("-promised_on", "pk").values_list(
            "title",
            "promised_on",
            "owner__name",
            "account__uuid",
            "account__name",
            F("escalated"),
            Window(Count("pk")),
            Window(Count("pk", filter=Q(promised_on__gte=on - WEEK))),
        )[:most]
    )


def _of_clients(kind: str, rows: Sequence[Sequence[Any]]) -> Iterator[Missed]:
    for words, due_on, owner, uuid, account, escalated, *_counts in rows:
        url = settings.SITE_URL + link("account", uuid)
        yield Missed(kind, Message(words), account, url, due_on, owner, escalated=bool(escalated))
