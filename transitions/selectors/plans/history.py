"""What happened to a plan, newest first: its moves, waivers, changed dates and people, steps done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, TextField, Value

from accounts.models import Person
from accounts.models.prepared import prepared
from accounts.rules.text import Message, gettext_noop
from transitions.documents.plan import Change, Entry, StepLine
from transitions.models import ChangeSet, HandoverPlan, StageChange, Waiver
from transitions.rules.history import DEEDS
from transitions.rules.plans import ROLE_TITLES
from transitions.rules.playbooks import Playbook

_ = gettext_noop

MOST_CHANGES = 40  # change sets shown, newest first
DATED = {"anchor": "falls_on", "step": "due_on"}  # what a change of such a row is told by


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of what happened, as read. `subject`: a stage, a gate, a verb or a step's title."""

    kind: str  # one of rules.history.KINDS
    subject: str
    at: datetime
    by: str
    why: str = ""
    changes: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    uuid: UUID | None = None
    by_id: int | None = None  # where only the person's id is on record


@prepared
def _moves_and_waivers(*, plan: int) -> QuerySet:
    moves = StageChange.objects.filter(plan=plan).annotate(
        kind=Value("stage", output_field=CharField()),
        subject=F("to_stage"),
        at=F("changed_at"),
        said=Value("", output_field=TextField()),
    )
    waivers = Waiver.objects.filter(plan=plan).annotate(
        kind=Value("waiver", output_field=CharField()),
        subject=F("gate"),
        at=F("waived_at"),
        said=F("reason"),
    )
    cells = ("kind", "subject", "at", "by__name", "said")
    return moves.values_list(*cells).union(waivers.values_list(*cells), all=True)


@prepared
def _changes(*, plan: int) -> QuerySet:
    changes = ChangeSet.objects.filter(plan=plan).order_by("-at", "-pk")
    return changes.values_list("verb", "at", "by__name", "why", "changes", "uuid")[:MOST_CHANGES]


def deeds_of(plan: HandoverPlan, steps: Sequence[StepLine]) -> list[Deed]:
    """Everything that happened, newest first; `steps` are those of the plan. Two queries."""
    deeds = [Deed(*row) for row in _moves_and_waivers(plan=plan.pk)]
    deeds += [Deed(DEEDS[row[0]].kind, *row) for row in _changes(plan=plan.pk)]
    deeds += [Deed("step", step.title.msgid, step.done_at, step.done_by) for step in steps if step.done_at]
    deeds += [_done_before(deed) for deed in deeds if deed.subject == "reopen_step"]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)


def _done_before(reopened: Deed) -> Deed:
    """That a step had been done before it was reopened."""
    (change,) = reopened.changes
    done = change["before"]
    at = datetime.fromisoformat(done["done_at"])
    return Deed("step", change["label"], at, "", by_id=done["done_by"])


def entries_of(plan: HandoverPlan, playbook: Playbook, deeds: Sequence[Deed]) -> tuple[Entry, ...]:
    """The history as the page says it. One query where somebody must be named by their id."""
    ids = {
        person
        for deed in deeds
        for change in deed.changes
        if change["model"] == "role"
        for side in ("before", "after")
        for person in change[side]["people"]
    }
    ids |= {deed.by_id for deed in deeds if deed.by_id is not None}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return tuple(
        Entry(
            kind=deed.kind,
            at=deed.at,
            by=deed.by or names.get(deed.by_id, ""),
            message=_message(deed, playbook),
            why=deed.why,
            changes=tuple(_change(change, names) for change in deed.changes if deed.subject != "reopen_step"),
            change_set=deed.uuid if plan.is_open and _undoable(deed) else None,
        )
        for deed in deeds
    )


ENDINGS = {
    "closed": _("The plan was closed early."),
    "cancelled": _("The plan was cancelled."),
}


def _undoable(deed: Deed) -> bool:
    return deed.uuid is not None and DEEDS[deed.subject].undoable


def _message(deed: Deed, playbook: Playbook) -> Message:
    if deed.kind == "stage":
        if deed.subject in ENDINGS:
            return Message(ENDINGS[deed.subject])
        if deed.subject == playbook.stages[0].key:
            return Message(_("The plan was opened."))
        return Message(
            _("The plan moved on to: %(stage)s."), {"stage": Message(playbook.stage(deed.subject).title)}
        )
    if deed.kind == "waiver":
        gate = playbook.gate(deed.subject)
        return Message(
            _("A gate was waived: %(gate)s."), {"gate": Message(gate.label if gate else deed.subject)}
        )
    if deed.uuid is None:
        return Message(_("Done: %(step)s."), {"step": Message(deed.subject)})
    label = deed.changes[0]["label"] if deed.changes else ""
    return Message(DEEDS[deed.subject].sentence, {"step": Message(label)})


def _change(change: Mapping[str, Any], names: Mapping[int, str]) -> Change:
    if change["model"] == "role":
        return Change(
            Message(ROLE_TITLES.get(change["label"], change["label"])),
            ", ".join(names.get(person, "") for person in change["before"]["people"]),
            ", ".join(names.get(person, "") for person in change["after"]["people"]),
        )
    before, after = change["before"], change["after"]
    if change["model"] in DATED:
        name = DATED[change["model"]]
        return Change(
            Message(change["label"]), date.fromisoformat(before[name]), date.fromisoformat(after[name])
        )
    return Change(Message(change["label"]), before.get("said", ""), after.get("said", ""))
