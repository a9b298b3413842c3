"""Candidates for a plan: every rep who may be offered, judged for this one account."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import Organisation, Person, Rep, User
from accounts.selectors.calendar import our_tz
from transitions.documents.candidates import Candidate, Candidates
from transitions.models import CandidateChoice, HandoverPlan, Swap
from transitions.rules.candidates import ROLES
from transitions.rules.fit import Part, RepFacts, Weights, compare, fit, ranked
from transitions.selectors.departures.facts import (
    BookAccount,
    account_facts,
    candidates,
    period_of,
    rep_facts,
    scope_of,
)
from transitions.selectors.fit import weights_in_force


def candidates_of(
    plan: HandoverPlan, user: User, now: datetime, *, ours: Organisation, weights: Weights | None = None
) -> Candidates:
    """Reps who may succeed on this plan, ranked; those ruled out apart, each with its reasons.

    A leader is offered their own subtree, unless other teams may cover. A constant number of queries.
    """
    weights = weights or weights_in_force()
    today = now.astimezone(our_tz(ours)).date()
    roles = plan.roles.filter(assignment__role__in=("outgoing", *ROLES)).select_related("assignment__person")
    held: dict[str, Person] = {row.assignment.role: row.assignment.person for row in roles.order_by("-pk")}
    leaver = held.get("outgoing")
    period = period_of(plan.cutover_on or today, today)
    scope = scope_of(user, leaver or plan.steward, ours)
    without = [leaver.pk] if leaver else []
    reps = rep_facts(candidates(scope, without=without, on=period.from_on), today, ours)
    outgoing = {one.key: one for one in rep_facts(Rep.objects.filter(person__in=without), today, ours)}
    row = _row(plan, leaver)
    [account] = account_facts([row], outgoing, [rep.key for rep in reps], today, ours)
    incoming = held.get("incoming")
    fits = [fit(_without(rep, row, incoming), account, period=period, weights=weights) for rep in reps]
    found: list[Candidate] = []
    barred: list[Candidate] = []
    people = {
        person.pk: person
        for person in Person.objects.filter(pk__in=[rep.key for rep in reps]).select_related("team")
    }
    by_person = {person.pk: role for role, person in held.items() if role in ROLES}
    for one in ranked(fits):
        person = people[one.rep.key]
        candidate = Candidate(
            person.uuid,
            person.team.name if person.team else "",
            one,
            place=len(found) + 1 if one.open else 0,
            role=by_person.get(person.pk, ""),
            load=row.load,
        )
        (found if one.open else barred).append(candidate)
    return Candidates(
        tuple(found),
        tuple(barred),
        weights.version,
        verdict=compare(found[0].fit, found[1].fit) if len(found) > 1 else None,
    )


def choices_of(plan: HandoverPlan) -> Sequence[CandidateChoice]:
    """How the roles were given among candidates, the newest first. One query."""
    return list(plan.candidate_choices.select_related("person", "by").order_by("-pk"))


def swaps_of(plan: HandoverPlan) -> Sequence[Swap]:
    """When the second choice took the place of the first, the newest first. One query."""
    return list(plan.swaps.select_related("former", "person", "by").order_by("-pk"))


def _row(plan: HandoverPlan, leaver: Person | None) -> BookAccount:
    account = plan.account
    return BookAccount(
        pk=account.pk,
        uuid=account.uuid,
        name=account.name,
        tier=account.tier,
        industry=account.industry,
        country=account.country,
        tz=account.tz,
        team_id=account.team_id,
        parent_id=account.parent_id,
        yearly_value=account.yearly_value,
        owner_id=leaver.pk if leaver else 0,
    )


def _without(rep: RepFacts, row: BookAccount, incoming: Person | None) -> RepFacts:
    """The rep without this very account, where it is counted among what is planned for them already."""
    if incoming is None or rep.key != incoming.pk:
        return rep
    strategic = rep.strategic_new - (row.tier == "strategic")
    return replace(rep, planned=max(0.0, rep.planned - row.load), strategic_new=max(0, strategic))


def grounds(candidates: Candidates, chosen: Candidate) -> dict[str, object]:
    """What is kept of a choice: the fit as it was, and the best of the others."""
    others = [one for one in candidates.found if one.uuid != chosen.uuid][:3]
    return {
        "fit": chosen.score,
        "place": chosen.place,
        "considered": len(candidates.found),
        "weights": candidates.version,
        "parts": [_part(part) for part in chosen.fit.parts],
        "others": [{"name": one.name, "fit": one.score} for one in others],
    }


def _part(part: Part) -> dict[str, object]:
    score = None if part.score is None else round(100 * part.score)
    return {"key": part.key, "score": score, "weight": part.weight}
