"""Chats as their pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import ChatEndpoint, Delivery, DeliveryState, Person

MOVING = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.DATA)


@dataclass(frozen=True, slots=True)
class ShownChat:
    """`state`: on, failing, off (switched off), given_up. `test`: the last test message, if any is kept."""

    endpoint: ChatEndpoint
    state: str
    test: Delivery | None

    @property
    def testing(self) -> bool:
        return self.test is not None and self.test.state in MOVING


def chats_of(person: Person) -> list[ShownChat]:
    """A person's own, in the order in which they were entered. Two queries."""
    return _shown(ChatEndpoint.objects.filter(person=person))


def chats_of_teams() -> list[ShownChat]:
    """Those of all teams, by team. Two queries."""
    return _shown(ChatEndpoint.objects.filter(team__isnull=False).order_by("team__path", "pk"))


def _shown(rows: QuerySet[ChatEndpoint]) -> list[ShownChat]:
    endpoints = list(rows.select_related("team", "person"))
    tests = _last_tests([one.pk for one in endpoints])
    return [ShownChat(one, state_of(one), tests.get(one.pk)) for one in endpoints]


def state_of(endpoint: ChatEndpoint) -> str:
    if endpoint.paused_at is not None:
        return "off"
    if endpoint.disabled_at is not None:
        return "given_up"
    return "failing" if endpoint.failing_at is not None else "on"


def _last_tests(endpoints: Iterable[int]) -> dict[int, Delivery]:
    rows = Delivery.objects.filter(endpoint__in=endpoints, kind="chat_test").order_by("created_at", "pk")
    return {row.endpoint_id: row for row in rows.defer("text", "html") if row.endpoint_id is not None}
