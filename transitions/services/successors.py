"""Readiness: the incoming rep reads, answers and accepts, or returns the handover with reasons."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_line, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.services.history import keep, keep_claimed
from transitions.models import (
    Acceptance,
    Answered,
    HandoverPlan,
    IntroductionRehearsal,
    PacketReading,
    PlanStep,
    ReadinessQuestion,
)
from transitions.rules import successors as rules
from transitions.rules.concerns import short
from transitions.rules.successors import ASKED, GAP, GAP_DAYS, HINDRANCES, READING, TRAINING
from transitions.selectors.successors import incoming_of, known_of, newest_packet, readiness_of
from transitions.services.opened import claimed, look_again, marked_done, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def read_packet(*, plan: HandoverPlan, packet_version: int, by: Person, now: datetime) -> PacketReading:
    """Note that the incoming rep has read the newest packet, the version that they were shown.

    What the records know of the client becomes questions to them. Doing it twice changes nothing.
    Raises PlanNotOpen, StaleVersion when a newer one was made since, and PlanRefused for somebody else.
    """
    plan = opened(plan.pk)
    _refuse_others(plan, by)
    packet = newest_packet(plan)
    if packet is None or packet.version != packet_version:
        raise StaleVersion(packet or plan)
    reading, first = PacketReading.objects.get_or_create(packet=packet, person=by, defaults={"read_at": now})
    if not first:
        return reading
    _told(plan, "read_packet", str(packet.version), by=by, now=now)
    there = set(plan.readiness_questions.exclude(key="").values_list("key", flat=True))
    for key, expected in rules.questions(known_of(plan)):
        if key not in there:
            row = ReadinessQuestion(
                plan=plan, key=key, asked=ASKED[key], expected=expected, created_by=by, created_at=now
            )
            keep(row, by=by, now=now)
    return reading


@transaction.atomic
def ask(
    *, plan: HandoverPlan, asked: str, expected: str = "", by: Person, now: datetime
) -> ReadinessQuestion:
    """Ask the incoming rep something that the records do not. Raises PlanNotOpen, PlanRefused ("asked")."""
    plan = opened(plan.pk)
    asked = clean_line(asked)
    if not asked:
        raise PlanRefused([("asked", Message(_("Write the question.")))])
    row = ReadinessQuestion(plan=plan, asked=asked, expected=expected, created_by=by, created_at=now)
    keep(row, by=by, now=now)
    _told(plan, "ask_successor", asked, by=by, now=now)
    return row


@transaction.atomic
def withdraw(*, question: ReadinessQuestion, version: int, by: Person, now: datetime) -> ReadinessQuestion:
    """Ask it no longer. Raises StaleVersion, PlanNotOpen."""
    plan = opened(question.plan_id)
    row = _row(question, version)
    row.archived_at = now
    keep_claimed(row, version=version, by=by, now=now)
    _told(plan, "withdraw_question", row.asked, by=by, now=now)
    return row


@transaction.atomic
def answer(
    *, question: ReadinessQuestion, version: int, answer: str, by: Person, now: datetime
) -> ReadinessQuestion:
    """Answer, or answer otherwise: then it is looked at again.

    Raises StaleVersion, PlanNotOpen, PlanRefused (field "answer").
    """
    plan = opened(question.plan_id)
    _refuse_others(plan, by)
    row = _row(question, version)
    answer = clean_text(answer)
    if not answer:
        raise PlanRefused([("answer", Message(_("Write what you know.")))])
    row.answer, row.answered_by, row.answered_at = answer, by, now
    row.verdict, row.explanation, row.judged_by, row.judged_at = "", "", None, None
    keep_claimed(row, version=version, by=by, now=now)
    _told(plan, "answer_question", row.asked, after=answer, by=by, now=now)
    return row


@transaction.atomic
def judge(
    *,
    question: ReadinessQuestion,
    version: int,
    verdict: str,
    explanation: str = "",
    by: Person,
    now: datetime,
) -> ReadinessQuestion:
    """Say that an answer is right, or explain how it is. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    plan = opened(question.plan_id)
    row = _row(question, version)
    explanation = clean_text(explanation)
    if row.answered_at is None:
        raise PlanRefused([("", Message(_("It has not been answered yet.")))])
    if row.answered_by_id == by.pk:
        raise PlanRefused([("", Message(_("Somebody else looks at your answers.")))])
    if verdict == Answered.EXPLAINED and not explanation:
        raise PlanRefused([("explanation", Message(_("Explain how it is.")))])
    row.verdict, row.explanation, row.judged_by, row.judged_at = verdict, explanation, by, now
    keep_claimed(row, version=version, by=by, now=now)
    _told(plan, "judge_answer", row.asked, after=explanation, by=by, now=now)
    return row


@transaction.atomic
def note_rehearsal(
    *,
    plan: HandoverPlan,
    partner: Person,
    held_on: date,
    went: str,
    improve: str = "",
    by: Person,
    now: datetime,
) -> IntroductionRehearsal:
    """Note that the incoming rep has rehearsed the introduction with one of us.

    Raises PlanNotOpen, and PlanRefused (fields "partner", "held_on", "went").
    """
    plan = opened(plan.pk)
    _refuse_others(plan, by)
    row = IntroductionRehearsal(plan=plan, person=by, created_at=now)
    _rehearsed(row, partner, held_on, went, improve, now)
    keep(row, by=by, now=now)
    _told(plan, "note_rehearsal", partner.name, after=row.went, by=by, now=now)
    return row


@transaction.atomic
def edit_rehearsal(
    *,
    rehearsal: IntroductionRehearsal,
    version: int,
    partner: Person,
    held_on: date,
    went: str,
    improve: str = "",
    by: Person,
    now: datetime,
) -> IntroductionRehearsal:
    """Correct what one noted. Raises StaleVersion, PlanNotOpen, and PlanRefused as for a new one."""
    row = _own_rehearsal(rehearsal, version, by)
    _rehearsed(row, partner, held_on, went, improve, now)
    keep_claimed(row, version=version, by=by, now=now)
    _told(row.plan, "edit_rehearsal", partner.name, after=row.went, by=by, now=now)
    return row


@transaction.atomic
def withdraw_rehearsal(
    *, rehearsal: IntroductionRehearsal, version: int, by: Person, now: datetime
) -> IntroductionRehearsal:
    """It did not happen after all. An acceptance given since stays. Raises StaleVersion, PlanNotOpen."""
    row = _own_rehearsal(rehearsal, version, by)
    row.archived_at = now
    keep_claimed(row, version=version, by=by, now=now)
    _told(row.plan, "withdraw_rehearsal", row.partner.name, by=by, now=now)
    return row


@transaction.atomic
def accept(*, plan: HandoverPlan, packet_version: int, by: Person, now: datetime) -> Acceptance:
    """Take the account on, knowing the newest packet; the step that asks for it is done with that.

    Doing it twice changes nothing. Raises PlanNotOpen, StaleVersion when a newer packet was made since, and
    PlanRefused with everything that is still missing.
    """
    plan = opened(plan.pk)
    _refuse_others(plan, by)
    found = readiness_of(plan)
    if found.packet is not None and found.packet.version != packet_version:
        raise StaleVersion(found.packet)
    problems = [("", Message(HINDRANCES[key])) for key in found.hindrances]
    if problems or found.packet is None:
        raise PlanRefused(problems)
    if found.accepted and found.acceptance is not None:
        return found.acceptance
    row = Acceptance.objects.create(plan=plan, packet=found.packet, person=by, accepted_at=now)
    _told(plan, "accept_handover", "", by=by, now=now)
    step = plan.steps.undone().filter(key=READING).first()
    if step is not None:
        marked_done(claimed(step, step.version), by=by, now=now)
        look_again([plan.pk], today=today_of(plan.account, now))
    return row


@transaction.atomic
def hand_back(*, plan: HandoverPlan, reason: str, owner: Person, by: Person, now: datetime) -> PlanStep:
    """Return the handover: `owner` clears the reason up within three business days, and an acceptance ends.

    Raises PlanNotOpen, and PlanRefused (field "reason").
    """
    plan = opened(plan.pk)
    _refuse_others(plan, by)
    reason = clean_line(reason)
    if not reason:
        raise PlanRefused([("reason", Message(_("Say what is missing.")))])
    today = today_of(plan.account, now)
    calendar = calendar_of(plan.account, today)
    due_on = calendar.add(calendar.roll(today), GAP_DAYS)
    step = _added(plan, GAP, reason, due_on, owner, role=GAP, by=by, now=now)
    plan.acceptances.filter(person=by, returned_at=None).update(returned_at=now)
    _told(plan, "return_handover", reason, by=by, now=now)
    return step


@transaction.atomic
def add_training(*, plan: HandoverPlan, what: str, due_on: date, by: Person, now: datetime) -> PlanStep:
    """A dated step for what the incoming rep has yet to learn.

    Raises PlanNotOpen, and PlanRefused (fields "what", "due_on", or none while nobody is named).
    """
    plan = opened(plan.pk)
    what, incoming = clean_line(what), incoming_of(plan)
    if not incoming:
        raise PlanRefused([("", Message(_("No incoming rep is named yet.")))])
    if not what:
        raise PlanRefused([("what", Message(_("Say what is to be learned.")))])
    if due_on < today_of(plan.account, now):
        raise PlanRefused([("due_on", Message(_("Choose a day that has not passed.")))])
    step = _added(plan, TRAINING, what, due_on, incoming[0], role="incoming", by=by, now=now)
    _told(plan, "add_training", what, by=by, now=now)
    return step


def _own_rehearsal(rehearsal: IntroductionRehearsal, version: int, by: Person) -> IntroductionRehearsal:
    plan = opened(rehearsal.plan_id)
    row = IntroductionRehearsal.objects.select_related("partner").get(pk=rehearsal.pk)
    if row.version != version or row.archived_at is not None:
        raise StaleVersion(row)
    if row.person_id != by.pk:
        raise PlanRefused([("", Message(_("Only whoever rehearsed can say this.")))])
    _refuse_others(plan, by)
    row.plan = plan
    return row


def _rehearsed(
    row: IntroductionRehearsal, partner: Person, held_on: date, went: str, improve: str, now: datetime
) -> None:
    """Put what was typed into the row. Raises PlanRefused."""
    problems = []
    if partner.pk == row.person_id:
        problems.append(("partner", Message(_("Rehearse it with somebody else."))))
    elif partner.archived_at is not None and partner.pk != row.partner_id:
        problems.append(("partner", Message(_("%(name)s has left."), {"name": partner.name})))
    if held_on > today_of(row.plan.account, now):
        problems.append(("held_on", Message(_("This day has not come yet."))))
    if not clean_text(went):
        problems.append(("went", Message(_("Write how it went."))))
    if problems:
        raise PlanRefused(problems)
    row.partner, row.held_on, row.went, row.improve = partner, held_on, clean_text(went), clean_text(improve)


def _added(
    plan: HandoverPlan,
    kind: str,
    title: str,
    due_on: date,
    owner: Person,
    *,
    role: str,
    by: Person,
    now: datetime,
) -> PlanStep:
    number = plan.steps.filter(kind=kind).count() + 1
    step = PlanStep(
        plan=plan,
        key=f"{kind}-{number}-added",
        stage=plan.stage,
        kind=kind,
        title=title,
        planned_on=due_on,
        due_on=due_on,
        pinned=True,
        owner_role=role,
        owner=owner,
    )
    keep(step, by=by, now=now)
    look_again([plan.pk], today=today_of(plan.account, now))
    return step


def _refuse_others(plan: HandoverPlan, by: Person) -> None:
    """Nobody answers for the incoming rep; who it is may have changed since the page was shown."""
    if by not in incoming_of(plan):
        raise PlanRefused([("", Message(_("Only the incoming rep can say this.")))])


def _row(question: ReadinessQuestion, version: int) -> ReadinessQuestion:
    row = ReadinessQuestion.objects.get(pk=question.pk)
    if row.version != version or row.archived_at is not None:
        raise StaleVersion(row)
    return row


def _told(plan: HandoverPlan, verb: str, label: str, *, after: str = "", by: Person, now: datetime) -> None:
    said = {"label": short(label), "before": {"said": ""}, "after": {"said": after}}
    record(plan=plan, verb=verb, changes=[{"model": "readiness", **said}], by=by, now=now)
