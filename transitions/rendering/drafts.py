"""Drafts of playbooks in words: all three tiers at once, problems beside the part they name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rendering.text import translate
from accounts.rules.text import Message
from transitions.rendering.playbooks import how_of, mail_of
from transitions.rendering.words import title
from transitions.rules.gates import CHECKS
from transitions.rules.playbooks import TIERS, AnchorRule, Fade, Gate, Playbook, Step
from transitions.rules.playbooks.editing import Difference, parts, placed

KINDS = {
    "playbook": gettext_lazy("Playbook"),
    "step": gettext_lazy("Step"),
    "gate": gettext_lazy("Gate"),
    "anchor": gettext_lazy("Date"),
    "stage": gettext_lazy("Stage"),
    "fade": gettext_lazy("Fade"),
}
WHAT = {
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("removed"),
    "changed": gettext_lazy("changed"),
    "reordered": gettext_lazy("in another order"),
}
FIELDS = {
    "name": gettext_lazy("name"),
    "title": gettext_lazy("title"),
    "label": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "stage": gettext_lazy("stage"),
    "owner": gettext_lazy("who owes it"),
    "base": gettext_lazy("hangs on"),
    "offset": gettext_lazy("business days"),
    "kind": gettext_lazy("kind"),
    "every": gettext_lazy("again every so many days"),
    "times": gettext_lazy("how often"),
    "tiers": gettext_lazy("tiers"),
    "purpose": gettext_lazy("what for"),
    "channel": gettext_lazy("how it is held"),
    "window": gettext_lazy("may be shifted by"),
    "open_ended": gettext_lazy("without end"),
    "doubled": gettext_lazy("doubled attention"),
    "check": gettext_lazy("check"),
    "args": gettext_lazy("what it asks for"),
    "waivable": gettext_lazy("may be waived"),
    "past": gettext_lazy("may lie in the past"),
    "told": gettext_lazy("the client hears something"),
    "leads": gettext_lazy("leads"),
    "shadows": gettext_lazy("shadows"),
    "mail": gettext_lazy("mail"),
}
# Fields whose values have names of their own.
NAMED = {
    "owner": "role",
    "leads": "role",
    "shadows": "role",
    "kind": "kind",
    "purpose": "meeting",
    "channel": "channel",
}


@dataclass(frozen=True, slots=True)
class ShownPart:
    key: str
    title: str
    says: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftStage:
    part: ShownPart
    summary: str
    gates: tuple[ShownPart, ...]
    steps: tuple[ShownPart, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class ShownDraft:
    name: str
    mode: str
    reason: str
    anchors: tuple[ShownPart, ...]
    stages: tuple[DraftStage, ...]
    fade: tuple[ShownPart, ...]
    problems: tuple[str, ...]  # all of them


def shown_draft(playbook: Playbook) -> ShownDraft:
    """A draft with everything in the reader's language, whatever problems it has."""
    problems = playbook.problems()
    by_key = placed(problems)
    bases = {one.key: _(one.title) for one in playbook.anchors}
    bases |= {one.key: _(one.title) for one in playbook.steps()}

    def part(one: Any, words: str, says: tuple[str, ...]) -> ShownPart:
        found = tuple(translate(problem) for problem in by_key.get(one.key, ()))
        return ShownPart(one.key, _(words) if words else one.key, tuple(filter(None, says)), found)

    return ShownDraft(
        name=_(playbook.name),
        mode=title(playbook.mode, "mode"),
        reason=title(playbook.reason, "reason"),
        anchors=tuple(part(one, one.title, _anchor(one, bases)) for one in playbook.anchors),
        stages=tuple(
            DraftStage(
                part(stage, stage.title, ()),
                _(stage.summary) if stage.summary else "",
                tuple(part(gate, gate.label, _gate(gate, bases)) for gate in stage.gates),
                tuple(part(step, step.title, _step(step, bases)) for step in stage.steps),
                stage is playbook.stages[0],
                stage is playbook.stages[-1],
            )
            for stage in playbook.stages
        ),
        fade=tuple(part(week, week.title, (_hangs(week, bases), mail_of(week))) for week in playbook.fade),
        problems=tuple(translate(problem) for problem in problems),
    )


def _anchor(anchor: AnchorRule, bases: Mapping[str, str]) -> tuple[str, ...]:
    return (_hangs(anchor, bases) if anchor.base else _("chosen when a plan starts"),)


def _step(step: Step, bases: Mapping[str, str]) -> tuple[str, ...]:
    again = _("every %(every)s days, %(times)s times")
    return (
        title(step.owner, "role"),
        _hangs(step, bases),
        again % {"every": numbers(step.every), "times": numbers(step.times)} if step.every else "",
        "" if step.kind == "task" else title(step.kind, "kind"),
        how_of(step),
        _tiers(step.tiers),
    )


def _gate(gate: Gate, bases: Mapping[str, str]) -> tuple[str, ...]:
    check = CHECKS.get(gate.check)
    asked = f"{_(check.label) if check else gate.check}: {_args(gate.args, bases)}".rstrip(": ")
    return (asked, _("a leader may waive it") if gate.waivable else "", _tiers(gate.tiers))


def _args(args: Mapping[str, Any], bases: Mapping[str, str]) -> str:
    words = []
    for name, value in args.items():
        if name == "roles":
            words += [title(role, "role") for role in value]
        elif name in ("steps", "anchor", "words"):
            keys = [value] if isinstance(value, str) else value
            words += [bases.get(key.partition("/")[0], key) for key in keys]
        else:
            words.append(numbers(value))
    return ", ".join(words)


def _tiers(tiers: tuple[str, ...]) -> str:
    names = ", ".join(title(tier, "tier") for tier in tiers)
    return _("only %(tiers)s") % {"tiers": names} if names else ""


def _hangs(one: AnchorRule | Fade | Step, bases: Mapping[str, str]) -> str:
    return _("%(days)s days from: %(base)s") % {
        "days": numbers(one.offset),
        "base": bases.get(one.base, one.base),
    }


def numbers(value: Any) -> str:
    """One number, or those of the three tiers."""
    if isinstance(value, Mapping):
        return " / ".join(_signed(value.get(tier, 0)) for tier in TIERS)
    return _signed(value)


def _signed(value: Any) -> str:
    return str(value).replace("-", "\u2212")


@dataclass(frozen=True, slots=True)
class ShownDifference:
    kind: str
    what: str
    look: str  # added, removed, changed, reordered
    title: str
    fields: tuple[tuple[str, str, str], ...]


def shown_differences(
    found: list[Difference], before: Playbook, after: Playbook
) -> tuple[ShownDifference, ...]:
    """What publishing would change, in the reader's language."""
    names = {
        one.key: _(one.title)
        for book in (before, after)
        for kind in ("anchor", "stage", "step")
        for one in parts(book, kind)
    }
    return tuple(
        ShownDifference(
            str(KINDS[one.kind]),
            str(WHAT[one.what]),
            one.what,
            translate(Message(one.title)),
            tuple(
                (str(FIELDS.get(name, name)), _said(name, old, names), _said(name, new, names))
                for name, old, new in one.fields
            ),
        )
        for one in found
    )


def _said(name: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in NAMED:
        return title(value, NAMED[name]) if value else "–"
    if name in ("base", "stage"):
        return names.get(value, value) or "–"
    if name == "args":
        return _args(value, names) or "–"
    if name == "mail":
        return ", ".join(f"{title(role, 'role')} {percent}%" for role, percent in value.items())
    if name == "tiers":
        return ", ".join(title(tier, "tier") for tier in value) or _("all")
    if isinstance(value, int | Mapping):
        return numbers(value)
    return translate(Message(str(value))) or "–"
