"""A playbook in words: every offset as a sentence, for the tier that the reader asked about."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transitions.rendering.words import title
from transitions.rules.playbooks import Fade, Playbook, Step


@dataclass(frozen=True, slots=True)
class ShownStep:
    title: str
    owner: str
    kind: str
    when: str
    how: str = ""  # what a meeting is for, and how it is held


@dataclass(frozen=True, slots=True)
class ShownGate:
    label: str
    waivable: bool


@dataclass(frozen=True, slots=True)
class ShownStage:
    title: str
    summary: str
    gates: tuple[ShownGate, ...]
    steps: tuple[ShownStep, ...]
    moves_ownership: bool


@dataclass(frozen=True, slots=True)
class ShownPlaybook:
    name: str
    mode: str
    anchors: tuple[tuple[str, str], ...]  # what it is, how it is found
    stages: tuple[ShownStage, ...]
    reason: str = ""  # "": any
    fade: tuple[tuple[str, str, str], ...] = ()  # what, when, how the mail is shared

    @property
    def steps(self) -> int:
        return sum(len(stage.steps) for stage in self.stages)

    @property
    def gates(self) -> int:
        return sum(len(stage.gates) for stage in self.stages)


def shown(playbook: Playbook, tier: str) -> ShownPlaybook:
    """The playbook as it is for one tier, with everything in the reader's language."""
    playbook = playbook.for_tier(tier)
    bases = {anchor.key: _(anchor.title) for anchor in playbook.anchors}
    bases |= {step.key: f"“{_(step.title)}”" for step in playbook.steps()}
    return ShownPlaybook(
        name=_(playbook.name),
        mode=title(playbook.mode, "mode"),
        anchors=tuple(
            (
                _(rule.title),
                _offset(rule.offset, bases[rule.base]) if rule.base else _("chosen when a plan starts"),
            )
            for rule in playbook.anchors
        ),
        stages=tuple(
            ShownStage(
                _(stage.title),
                _(stage.summary),
                tuple(ShownGate(_(gate.label), gate.waivable) for gate in stage.gates),
                tuple(
                    ShownStep(
                        _(step.title),
                        title(step.owner, "role"),
                        "" if step.kind == "task" else title(step.kind, "kind"),
                        _when(step, bases),
                        how_of(step),
                    )
                    for step in stage.steps
                ),
                stage.ends_owner or bool(stage.owner),
            )
            for stage in playbook.stages
        ),
        reason=title(playbook.reason, "reason"),
        fade=tuple(
            (_(week.title), _offset(week.offset, bases[week.base]), mail_of(week)) for week in playbook.fade
        ),
    )


def how_of(step: Step) -> str:
    """What a meeting with the client is for, how a meeting or check-in is held, what finishes a step."""
    words = [title(step.purpose, "meeting")] if step.purpose else []
    words += [title(step.channel, "channel")] if step.channel else []
    if step.by_link is not None:
        words.append(_("the link in the digest finishes it") if step.by_link else _("only after signing in"))
    return ", ".join(words)


def mail_of(week: Fade) -> str:
    shares = sorted(((percent, role) for role, percent in week.mail.items() if percent), reverse=True)
    return ", ".join(f"{title(role, 'role')} {percent}%" for percent, role in shares)


def _when(step: Step, bases: Mapping[str, str]) -> str:
    first = _offset(step.offset, bases[step.base])
    if not step.every:
        return first
    if step.doubled:
        return _("%(first)s, for %(weeks)d weeks, twice as often as before the plan") % {
            "first": first,
            "weeks": step.times,
        }
    if step.open_ended:
        return _("%(first)s, then every %(days)d business days until the client has warmed up") % {
            "first": first,
            "days": step.every,
        }
    again = ngettext(
        "then every business day, %(times)d times in all",
        "then every %(days)d business days, %(times)d times in all",
        step.every,  # type: ignore[arg-type]  # a number by now: tiers are resolved
    ) % {"days": step.every, "times": step.times}
    return _("%(first)s, %(again)s") % {"first": first, "again": again}


def _offset(days: object, base: str) -> str:
    assert isinstance(days, int), "for_tier leaves one number"
    if days == 0:
        return _("on the day: %(base)s") % {"base": base}
    if days < 0:
        words = ngettext(
            "%(days)d business day before: %(base)s", "%(days)d business days before: %(base)s", -days
        )
    else:
        words = ngettext(
            "%(days)d business day after: %(base)s", "%(days)d business days after: %(base)s", days
        )
    return words % {"days": abs(days), "base": base}
