"""Links that finish a step from a mail: made for a digest, and looked up when somebody opens one."""

import hmac
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from accounts.models import Person
from accounts.rendering.links import link as address_of
from accounts.rules.text import Message
from accounts.rules.tokens import placeholder, token_for
from transitions.models import PlanReader, PlanState, PlanStep
from transitions.rules import finish as rules
from transitions.rules.plans import number_of
from transitions.selectors.playbooks import playbook_of


@dataclass(frozen=True, slots=True)
class Finishable:
    """What a good link opens: a step and whoever owes it, who is taken to be the one who holds the mail.

    `gates` are the labels of the gates that wait for it; `mail` is the key of the digest with the link.
    """

    step: PlanStep
    owner: Person
    mail: str
    title: Message
    number: int
    gates: tuple[Message, ...]
    by_link: bool  # whether the link is enough, without signing in


def link_of(step: UUID, owner: int, due_on: date, series: int) -> str:
    """What the token of a step's link is made over."""
    return rules.link_id(step=str(step), owner=owner, due_on=due_on, series=series)


def finish_url(step: UUID, on: date, link: str) -> str:
    """The absolute address in the digest for the date `on`, with the placeholder of its token."""
    token = placeholder(rules.secret_name(link))
    return settings.SITE_URL + address_of("finish", on.isoformat(), step, token)


def found(*, uuid: UUID, on: date, token: str, today: date) -> Finishable | None:
    """The step that a link finishes; None for a link that is forged, void, too old or of no use any more.

    One query for every link that was not sent by us; the same work whether there is such a step or not.
    """
    step = (
        PlanStep.objects.filter(uuid=uuid)
        .select_related("owner__user", "owner__reminders", "plan__account", "plan__playbook", "done_by")
        .first()
    )
    owner = step.owner if step is not None else None
    link = link_of(
        uuid, owner.pk if owner else 0, step.due_on if step else date.min, _series(owner) if owner else 0
    )
    mail = rules.mail_of(owner=owner.pk if owner else 0, on=on)
    right = token_for(key=settings.SECRET_KEY, link=link, delivery=mail)
    fits = hmac.compare_digest(right.encode(), token.encode(errors="replace"))
    if not fits or step is None or owner is None:
        return None
    if rules.has_expired(on=on, today=today) or not _stands(step, owner):
        return None
    book = playbook_of(step.plan.playbook, step.plan.tier)
    return Finishable(
        step=step,
        owner=owner,
        mail=mail,
        title=Message(step.title),
        number=number_of(step.key),
        gates=tuple(Message(label) for label in rules.gates_of(book, step.key)),
        by_link=rules.by_link(book, book.step(step.key)),
    )


def _series(owner: Person) -> int:
    return owner.reminders.link_series if hasattr(owner, "reminders") else 0


def _stands(step: PlanStep, owner: Person) -> bool:
    """Whether the plan is open, needs the step, and its owner is with us and may know of it."""
    barred = hasattr(owner, "user") and not owner.user.is_active
    if barred or owner.archived_at is not None:
        return False
    if step.plan.state != PlanState.OPEN or step.dropped_at is not None or not rules.is_plain(step.kind):
        return False
    if step.plan.released_at is not None:
        return True
    return PlanReader.objects.filter(plan=step.plan_id, person=owner).exists()
