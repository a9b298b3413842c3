"""The demo's incoming reps read the packet, answer and accept."""

from datetime import datetime

from accounts.models import Person
from transitions.models import Answered, HandoverPlan
from transitions.rules.demo.readiness import ANSWERS, OWN, REHEARSED
from transitions.selectors.successors import readiness_of
from transitions.services import successors


def take_on(plan: HandoverPlan, *, asker: Person, at: datetime) -> bool:
    """Whether the incoming rep is ready now and was not before."""
    found = readiness_of(plan)
    if not found.incoming or found.packet is None or found.accepted:
        return False
    by, version = found.incoming[0], found.packet.version
    if by == asker:
        return False
    own = {}
    for asked, expected, answer, explanation in OWN:
        row = successors.ask(plan=plan, asked=asked, expected=expected, by=asker, now=at)
        own[row.pk] = answer, explanation
    successors.read_packet(plan=plan, packet_version=version, by=by, now=at)
    for row in plan.readiness_questions.live().order_by("pk"):
        known, explanation = own.get(row.pk, ("", ""))
        answer = known or ANSWERS[row.key].format(expected=row.expected)
        row = successors.answer(question=row, version=row.version, answer=answer, by=by, now=at)
        successors.judge(
            question=row,
            version=row.version,
            verdict=Answered.EXPLAINED if explanation else Answered.RIGHT,
            explanation=explanation,
            by=asker,
            now=at,
        )
    went, improve = REHEARSED
    successors.note_rehearsal(
        plan=plan, partner=asker, held_on=at.date(), went=went, improve=improve, by=by, now=at
    )
    successors.accept(plan=plan, packet_version=version, by=by, now=at)
    return True
