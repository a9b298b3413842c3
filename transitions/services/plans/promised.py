"""Dates that the client was promised in writing: such a date does not move unasked."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, gettext_noop
from transitions.models import Anchor, HandoverPlan
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop

PROMISED = _("The client was promised this date in writing. Confirm that they are told of the new one.")


@transaction.atomic
def tell_client(*, plan: HandoverPlan, key: str, by: Person, now: datetime) -> Anchor:
    """Note that the client was told this date in writing. Noting it again changes nothing.

    Raises PlanNotOpen, PlanRefused for a date that the plan does not have.
    """
    return _noted(plan, key, now, verb="tell_client", by=by, now=now)


@transaction.atomic
def untell_client(*, plan: HandoverPlan, key: str, by: Person, now: datetime) -> Anchor:
    """Take that note back: it was a mistake. Raises PlanNotOpen, PlanRefused."""
    return _noted(plan, key, None, verb="untell_client", by=by, now=now)


def _noted(
    plan: HandoverPlan, key: str, promised_at: datetime | None, *, verb: str, by: Person, now: datetime
) -> Anchor:
    plan = opened(plan.pk)
    anchor = Anchor.objects.filter(plan=plan, key=key).first()
    if anchor is None:
        raise PlanRefused([("to", Message(_("This plan has no such date.")))])
    if (anchor.promised_at is None) == (promised_at is None):
        return anchor
    anchor.promised_at = promised_at
    anchor.save(update_fields=["promised_at"])
    rule = playbook_of(plan.playbook, plan.tier).anchor(key)
    day = anchor.falls_on.isoformat()
    change = {
        "model": "anchor",
        "id": anchor.pk,
        "version": None,
        "label": rule.title if rule else key,
        "before": {"falls_on": day},
        "after": {"falls_on": day},
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now)
    return anchor


def moved(anchor: Anchor, to: date, title: str) -> dict[str, Any]:
    """Write another day into an anchor; what was promised of the old day no longer holds for the new one.

    Returns the change for the record.
    """
    before = _state(anchor)
    anchor.falls_on, anchor.promised_at = to, None
    anchor.save(update_fields=["falls_on", "promised_at"])
    return {
        "model": "anchor",
        "id": anchor.pk,
        "version": None,
        "label": title,
        "key": anchor.key,
        "before": before,
        "after": _state(anchor),
    }


def _state(anchor: Anchor) -> dict[str, str | None]:
    promised = anchor.promised_at.isoformat() if anchor.promised_at else None
    return {"falls_on": anchor.falls_on.isoformat(), "promised_at": promised}
