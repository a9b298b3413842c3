"""What happened to a plan, newest first: its moves, waivers, changed dates and people, steps done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, TextField, Value

from accounts.models import Person
from accounts.models.prepared import prepared
from accounts.rules.text import Message, gettext_noop
from transitions.documents.plan import Change, Entry
from transitions.models import ChangeSet, HandoverPlan, StageChange, Waiver
from transitions.rules.history import DEEDS, OUR_REASONS, message_of
from transitions.rules.plans import ROLE_TITLES
from transitions.rules.playbooks import Playbook
from transitions.rules.record import said
from transitions.selectors.playbooks import playbook_of

_ = gettext_noop

MOST_CHANGES = 40  # change sets read for the plan's own page, newest first
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


def history_of(plan: HandoverPlan) -> tuple[Entry, ...]:
    """The whole history of a plan, newest first, however long. Four queries at most."""
    done = plan.steps.filter(done_at__isnull=False).values_list("title", "done_at", "done_by__name")
    return entries_of(plan, playbook_of(plan.playbook, plan.tier), deeds_of(plan, done, most=None))


def deeds_of(
    plan: HandoverPlan, done: Iterable[tuple[str, datetime, str]], *, most: int | None = MOST_CHANGES
) -> list[Deed]:
    """What happened, newest first; `done` are title, moment and person of the steps that are done.

    At most so many change sets. Two queries.
    """
    deeds = [Deed(*row) for row in _moves_and_waivers(plan=plan.pk)]
    deeds += [Deed(DEEDS[row[0]].kind, *row) for row in _changes(most, plan=plan.pk)]
    deeds += [Deed("step", title, at, by) for title, at, by in done]
    deeds += [_done_before(deed) for deed in deeds if deed.subject == "reopen_step"]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)


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
def _changes(most: int | None, *, plan: int) -> QuerySet:
    changes = ChangeSet.objects.filter(plan=plan).order_by("-at", "-pk")
    return changes.values_list("verb", "at", "by__name", "why", "changes", "uuid")[:most]


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
        for side in ("before", "after")
        for person in _people(change[side])
    }
    ids |= {deed.by_id for deed in deeds if deed.by_id is not None}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    named = _Named(playbook, deeds)
    return tuple(
        Entry(
            kind=deed.kind,
            at=deed.at,
            by=deed.by or names.get(deed.by_id, ""),
            message=_message(deed, named),
            why=Message(deed.why) if deed.why in OUR_REASONS else deed.why,
            changes=tuple(
                _change(change, names)
                for change in deed.changes
                if deed.subject != "reopen_step"
                and change["model"] != "plan"
                and not _is_in_sentence(deed, change)
            ),
            change_set=deed.uuid if plan.is_open and _undoable(deed) else None,
        )
        for deed in deeds
    )


def _is_in_sentence(deed: Deed, change: Mapping[str, Any]) -> bool:
    """Whether the sentence says it all: of a state, and where the label is all that there is to say."""
    if deed.subject == "reopen_step" or change["model"] == "plan":
        return True
    if deed.subject not in DEEDS or "%(step)s" not in DEEDS[deed.subject].sentence:
        return False
    words = {change[side].get("said", None) for side in ("before", "after")}
    return words <= {"", change["label"]}


STATES = {
    "open": _("Open"),
    "on_hold": _("On hold"),
    "closed": _("Closed"),
    "cancelled": _("Cancelled"),
}


def _undoable(deed: Deed) -> bool:
    return deed.uuid is not None and DEEDS[deed.subject].undoable


class _Named:
    """Titles of the stages and gates of every playbook that the plan had, and how it was opened."""

    def __init__(self, playbook: Playbook, deeds: Sequence[Deed]) -> None:
        before = [change for deed in deeds for change in deed.changes if change["model"] == "plan"]
        self.stages = {key: title for change in before for key, title in change["stages"].items()}
        self.stages |= {stage.key: stage.title for stage in playbook.stages}
        self.gates = {key: label for change in before for key, label in change["gates"].items()}
        self.gates |= {gate.key: gate.label for gate in playbook.gates()}
        moves = [deed for deed in deeds if deed.kind == "stage"]
        self.opening = min(moves, key=lambda deed: deed.at, default=None)


def _message(deed: Deed, named: _Named) -> Message:
    if deed.kind == "stage":
        if deed is named.opening:
            return Message(_("The plan was opened."))
        stage = Message(named.stages.get(deed.subject, deed.subject))
        return Message(_("The plan moved on to: %(stage)s."), {"stage": stage})
    if deed.kind == "waiver":
        gate = Message(named.gates.get(deed.subject, deed.subject))
        return Message(_("A gate was waived: %(gate)s."), {"gate": gate})
    if deed.uuid is None:
        return Message(_("Done: %(step)s."), {"step": Message(deed.subject)})
    label = Message(deed.changes[0]["label"]) if deed.changes else Message("")
    return Message(DEEDS[deed.subject].sentence, {"step": label, "outcome": label})


def _people(side: Mapping[str, Any]) -> list[int]:
    """The persons that one side of a change names by their ids."""
    owner = [side["owner_id"]] if side.get("owner_id") is not None else []
    return [*side.get("people", ()), *owner]


def _change(change: Mapping[str, Any], names: Mapping[int, str]) -> Change:
    model, before, after = change["model"], change["before"], change["after"]
    if "people" in before or ("owner_id" in before and "due_on" not in before):
        label = ROLE_TITLES.get(change["label"], change["label"]) if model == "role" else change["label"]
        was, now = (", ".join(names.get(person, "") for person in _people(side)) for side in (before, after))
        return Change(Message(label), was, now)
    if model in DATED:
        name = DATED[model]
        return Change(Message(change["label"]), _day(before.get(name)), _day(after.get(name)))
    if model == "record":
        return Change(Message(change["label"]), *(said(side["parts"]) for side in (before, after)))
    if model == "state":
        return Change(Message(_("State")), *(Message(STATES[side["said"]]) for side in (before, after)))
    return Change(Message(change["label"]), _words(before), _words(after))


def _words(side: Mapping[str, Any]) -> str | Message:
    return message_of(side) or side.get("said", "")


def _day(iso: str | None) -> date | str:
    return date.fromisoformat(iso) if iso else ""
