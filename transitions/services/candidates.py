"""Choosing the incoming rep or the second choice among the candidates, with what was known then."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Person, User
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.organisation import organisation
from transitions.models import CandidateChoice, HandoverPlan
from transitions.rules.candidates import ROLES
from transitions.selectors.candidates import candidates_of, grounds
from transitions.services import plans
from transitions.services.opened import record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def choose(
    *, plan: HandoverPlan, role: str, candidate: UUID, why: str, version: int, by: User, now: datetime
) -> CandidateChoice:
    """Let a candidate hold `role` and keep on what grounds.

    Whoever holds the other of the two roles is not chosen for this one: swap, or choose somebody else there
    first. `why` must be said where a better one could have been chosen. Raises StaleVersion, PlanNotOpen,
    PlanRefused (fields "candidate", "why", "role", or the role).
    """
    if role not in ROLES:
        raise PlanRefused([("role", Message(_("Choose what they are to be.")))])
    found = candidates_of(plan, by, now, ours=organisation())
    chosen = found.of(candidate)
    if chosen is None:
        raise PlanRefused([("candidate", Message(_("This person cannot be offered any more.")))])
    if not chosen.fit.open:
        raise PlanRefused([("candidate", reason) for reason in chosen.fit.barred])
    better = [one for one in found.found[: chosen.place - 1] if one.role not in set(ROLES) - {role}]
    if better and not clean_text(why):
        words = _("%(name)s fits better. Say why it is to be somebody else.")
        raise PlanRefused([("why", Message(words, {"name": better[0].name}))])
    person = Person.objects.get(uuid=candidate)
    plan = plans.set_people(plan=plan, role=role, people=[person], version=version, by=by.person, now=now)
    # The history is read by everybody who sees the plan: the name stands there, and no score.
    change = {"model": "candidate", "label": person.name, "before": {"said": ""}, "after": {"said": ""}}
    record(plan=plan, verb="choose_candidate", changes=[change], by=by.person, now=now)
    return CandidateChoice.objects.create(
        plan=plan, role=role, person=person, by=by.person, chosen_at=now, why=why, **grounds(found, chosen)
    )
