"""What can be wrong with a playbook: all of it at once, so that nobody mends one mistake at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from accounts.rules.text import Message, gettext_noop
from transitions.rules import gates
from transitions.rules.playbooks.vocabulary import (
    CHANNELS,
    KINDS,
    MODES,
    PLAIN_KINDS,
    PLAN_ROLES,
    PURPOSES,
    PURPOSES_OF_PLANS,
    REASONS,
    TIERS,
)

if TYPE_CHECKING:
    from transitions.rules.playbooks.types import Gate, Playbook, Step

_ = gettext_noop

LONGEST_OFFSET = 1300  # business days: five years, the longest handover that the field knows
MOST_TIMES = 120
LONGEST_KEY = 60


def problems_of(playbook: "Playbook") -> list[Message]:
    """Every problem of `playbook`; see `Playbook.problems`."""
    found = [
        *_of_keys(playbook),
        *_of_anchors(playbook),
        *_of_stages(playbook),
        *_of_gates(playbook),
        *_of_steps(playbook),
        *_of_contact(playbook),
        *_of_fade(playbook),
        *_of_cycles(playbook),
    ]
    return found or list(_of_each_tier(playbook))


def _of_keys(playbook: "Playbook") -> Iterator[Message]:
    kinds = (
        (_("The anchor %(key)s is there more than once."), [anchor.key for anchor in playbook.anchors]),
        (_("The stage %(key)s is there more than once."), [stage.key for stage in playbook.stages]),
        (_("The gate %(key)s is there more than once."), [gate.key for gate in playbook.gates()]),
        (_("The step %(key)s is there more than once."), [step.key for step in playbook.steps()]),
        (_("The fade %(key)s is there more than once."), [week.key for week in playbook.fade]),
    )
    for sentence, keys in kinds:
        for key, count in Counter(keys).items():
            if count > 1:
                yield Message(sentence, {"key": key})
    for key in [playbook.key, *(key for sentence, keys in kinds for key in keys)]:
        if not _is_key(key):
            yield Message(
                _("“%(key)s” is no key: use small letters, digits and hyphens, at most %(most)d."),
                {"key": key, "most": LONGEST_KEY},
            )
    anchors = {anchor.key for anchor in playbook.anchors}
    for step in playbook.steps():
        if step.key in anchors:
            yield Message(_("The step %(key)s has the key of an anchor."), {"key": step.key})


def _is_key(key: str) -> bool:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    return 0 < len(key) <= LONGEST_KEY and set(key) <= allowed


def _of_anchors(playbook: "Playbook") -> Iterator[Message]:
    known = [anchor.key for anchor in playbook.anchors]
    if "cutover" not in known:
        yield Message(_("A playbook needs the anchor “cutover”."))
    for anchor in playbook.anchors:
        if anchor.base and anchor.base not in known:
            yield Message(
                _("The anchor %(key)s hangs on the unknown anchor %(base)s."),
                {"key": anchor.key, "base": anchor.base},
            )
        if anchor.after and anchor.after not in known:
            yield Message(
                _("The anchor %(key)s hangs on the unknown anchor %(base)s."),
                {"key": anchor.key, "base": anchor.after},
            )
        yield from _of_numbers(anchor.key, anchor.offset)
    for key in playbook.order:
        if key not in known:
            yield Message(_("The order names the unknown anchor %(key)s."), {"key": key})
    if len(set(playbook.order)) < len(playbook.order):
        yield Message(_("The order names an anchor more than once."))


def _of_stages(playbook: "Playbook") -> Iterator[Message]:
    if playbook.mode not in MODES:
        yield Message(_("The mode %(mode)s is unknown."), {"mode": playbook.mode})
    if playbook.reason and playbook.reason not in REASONS:
        yield Message(_("The reason %(reason)s is unknown."), {"reason": playbook.reason})
    if playbook.purpose not in PURPOSES_OF_PLANS:
        yield Message(_("The purpose %(purpose)s is unknown."), {"purpose": playbook.purpose})
    for role in playbook.roles:
        if role not in PLAN_ROLES:
            yield Message(_("The role %(role)s is unknown."), {"role": role})
    if len(playbook.stages) < 2:
        yield Message(_("A playbook needs at least two stages: one to work in and one that closes the plan."))
    yield from _of_owners(playbook)
    if playbook.stages and playbook.stages[0].gates:
        yield Message(_("The first stage cannot have gates: a plan begins in it."))
    if playbook.stages and playbook.stages[-1].steps:
        yield Message(_("The last stage cannot have steps: a plan that enters it is closed."))


def _of_owners(playbook: "Playbook") -> Iterator[Message]:
    """A lasting change gives the account one new owner; a cover leaves it the owner it has."""
    owners = [stage.key for stage in playbook.stages if stage.owner]
    if playbook.purpose == "cover":
        yield from _of_cover(playbook)
    elif len(owners) != 1:
        yield Message(_("Exactly one stage must give the account its new owner."))
    elif any(stage.covers or stage.ends_cover for stage in playbook.stages):
        yield Message(_("Only a temporary cover has a stage in which it begins or ends."))
    for stage in playbook.stages:
        role = stage.owner or stage.covers
        if not role:
            if stage.moves_team:
                yield Message(
                    _("The stage %(key)s moves the account to another team without a new owner."),
                    {"key": stage.key},
                )
            continue
        if role not in playbook.roles:
            yield Message(
                _("The stage %(key)s makes the unknown role %(role)s the owner."),
                {"key": stage.key, "role": role},
            )
        named = [gate for gate in stage.gates if gate.check == "named" and not gate.waivable]
        if not any(role in gate.args.get("roles", ()) for gate in named):
            yield Message(
                _("The stage %(key)s makes somebody the owner without a gate that demands them."),
                {"key": stage.key},
            )
        demanded = any(gate.check == "team" and not gate.waivable for gate in stage.gates)
        if stage.moves_team and not demanded:
            yield Message(
                _("The stage %(key)s moves the account without a gate that demands the other team."),
                {"key": stage.key},
            )


def _of_cover(playbook: "Playbook") -> Iterator[Message]:
    if any(stage.owner or stage.ends_owner or stage.moves_team for stage in playbook.stages):
        yield Message(_("A temporary cover never changes the owner of the account."))
    begins = [place for place, stage in enumerate(playbook.stages) if stage.covers]
    ends = [place for place, stage in enumerate(playbook.stages) if stage.ends_cover]
    if len(begins) != 1 or len(ends) != 1 or begins[0] >= ends[0]:
        yield Message(
            _("A temporary cover needs one stage in which it begins and a later one in which it ends.")
        )
    order = list(playbook.order)
    if not {"cutover", "return"} <= set(order) or order.index("return") < order.index("cutover"):
        yield Message(_("The order of a temporary cover must name the cutover and, after it, the return."))


def _of_gates(playbook: "Playbook") -> Iterator[Message]:
    for gate in playbook.gates():
        check = gates.CHECKS.get(gate.check)
        if check is None:
            yield Message(
                _("The gate %(key)s asks for the unknown check %(check)s."),
                {"key": gate.key, "check": gate.check},
            )
            continue
        if not check.args <= set(gate.args) <= check.args | check.optional:
            yield Message(
                _("The gate %(key)s must give exactly these arguments: %(args)s."),
                {"key": gate.key, "args": ", ".join(sorted(check.args)) or "–"},
            )
            continue
        if gate.waivable and check.firm:
            yield Message(_("The gate %(key)s can never be waived."), {"key": gate.key})
        yield from _of_tiers(gate.key, gate.tiers)
        yield from _of_gate_values(playbook, gate)


def _of_gate_values(playbook: "Playbook", gate: "Gate") -> Iterator[Message]:
    known: dict[str, Iterable[str]] = {
        "steps": [
            key
            for step in playbook.steps()
            if step.purpose or gate.check != "held"  # only meetings with the client are held
            for key in _keys_of(step)
        ],
        "roles": playbook.roles,
        "words": gates.WORDS,
        "anchor": [anchor.key for anchor in playbook.anchors],
    }
    for name, value in gate.args.items():
        if name not in known:
            yield from _of_numbers(gate.key, value)
            if gate.check == "packet" and any(one > 100 for one in _numbers(value) if isinstance(one, int)):
                yield Message(_("The gate %(key)s asks for more than 100 percent."), {"key": gate.key})
            continue
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, (list, tuple)) or not values:
            yield Message(_("The gate %(key)s has no %(name)s."), {"key": gate.key, "name": name})
            continue
        for one in values:
            if one not in known[name]:
                yield Message(
                    _("The gate %(key)s names the unknown %(value)s."), {"key": gate.key, "value": str(one)}
                )


def _keys_of(step: "Step") -> list[str]:
    """The keys of the rows that a step may become in any tier."""
    most = max((n for n in _numbers(step.times) if isinstance(n, int)), default=1)
    return [f"{step.key}/{n}" for n in range(1, min(most, MOST_TIMES) + 1)] if step.every else [step.key]


def _of_steps(playbook: "Playbook") -> Iterator[Message]:
    anchors = {anchor.key for anchor in playbook.anchors}
    bases = anchors | {step.key for step in playbook.steps() if not step.every}
    owners = {*playbook.roles, "lead"}
    for step in playbook.steps():
        if step.base not in bases:
            yield Message(
                _("The step %(key)s hangs on the unknown base %(base)s."),
                {"key": step.key, "base": step.base},
            )
        if step.owner not in owners:
            yield Message(
                _("The step %(key)s is owed by the unknown role %(role)s."),
                {"key": step.key, "role": step.owner},
            )
        if step.kind not in KINDS:
            yield Message(
                _("The step %(key)s is of the unknown kind %(kind)s."), {"key": step.key, "kind": step.kind}
            )
        if step.decides and step.kind != "decision":
            yield Message(
                _("The step %(key)s decides who holds a role, but is no decision."), {"key": step.key}
            )
        for role in step.decides:
            if role not in playbook.roles:
                yield Message(
                    _("The step %(key)s decides about the unknown role %(role)s."),
                    {"key": step.key, "role": role},
                )
        if step.by_link and step.kind not in PLAIN_KINDS:
            yield Message(
                _("The step %(key)s is done by telling how it went: the link in a mail cannot be enough."),
                {"key": step.key},
            )
        yield from _of_numbers(step.key, step.offset)
        yield from _of_times(step)
        yield from _of_tiers(step.key, step.tiers)


def _of_contact(playbook: "Playbook") -> Iterator[Message]:
    """Meetings and check-ins: what they are for, how they are held, how far they may be shifted."""
    for step in playbook.steps():
        if step.purpose and (step.kind != "meeting" or step.purpose not in PURPOSES):
            yield Message(
                _("The step %(key)s has the unknown purpose %(purpose)s."),
                {"key": step.key, "purpose": step.purpose},
            )
        if step.channel and (step.kind not in ("meeting", "check-in") or step.channel not in CHANNELS):
            yield Message(
                _("The step %(key)s asks for the unknown channel %(channel)s."),
                {"key": step.key, "channel": step.channel},
            )
        if step.open_ended and (step.kind != "check-in" or not step.every):
            yield Message(
                _("The step %(key)s goes on without end, but is no repeated check-in."), {"key": step.key}
            )
        if step.doubled and (step.kind != "check-in" or not step.every):
            yield Message(
                _("The step %(key)s doubles the attention, but is no repeated check-in."), {"key": step.key}
            )
        yield from _of_numbers(step.key, step.window)
        if any(isinstance(days, int) and days < 0 for days in _numbers(step.window)):
            yield Message(_("The step %(key)s has a window of less than nothing."), {"key": step.key})


def _of_fade(playbook: "Playbook") -> Iterator[Message]:
    anchors = {anchor.key for anchor in playbook.anchors}
    for week in playbook.fade:
        if week.base not in anchors:
            yield Message(
                _("The fade %(key)s hangs on the unknown anchor %(base)s."),
                {"key": week.key, "base": week.base},
            )
        for role in {week.leads, week.shadows, *week.mail} - {""}:
            if role not in playbook.roles:
                yield Message(
                    _("The fade %(key)s names the unknown role %(role)s."), {"key": week.key, "role": role}
                )
        if week.mail and sum(week.mail.values()) != 100:
            yield Message(_("The fade %(key)s does not share out all of the mail."), {"key": week.key})
        yield from _of_numbers(week.key, week.offset)
        yield from _of_tiers(week.key, week.tiers)


def _of_times(step: "Step") -> Iterator[Message]:
    times, every = _numbers(step.times), _numbers(step.every)
    yield from _of_numbers(step.key, step.times)
    yield from _of_numbers(step.key, step.every)
    if not all(isinstance(n, int) and 0 < n <= MOST_TIMES for n in times):
        yield Message(
            _("The step %(key)s must come between 1 and %(most)d times."),
            {"key": step.key, "most": MOST_TIMES},
        )
    elif any(isinstance(n, int) and n < 0 for n in every) or (not step.every and times != [1]):
        yield Message(
            _("The step %(key)s comes several times but does not say how often."), {"key": step.key}
        )


def _numbers(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, Mapping) else [value]


def _of_tiers(key: str, tiers: Iterable[str]) -> Iterator[Message]:
    for tier in tiers:
        if tier not in TIERS:
            yield Message(_("%(key)s names the unknown tier %(tier)s."), {"key": key, "tier": tier})


def _of_numbers(key: str, value: Any) -> Iterator[Message]:
    """A number for all tiers, or one for each tier; whole, and not absurdly far."""
    if isinstance(value, Mapping) and set(value) != set(TIERS):
        yield Message(_("%(key)s must give one number for each tier."), {"key": key})
    for one in _numbers(value):
        if not isinstance(one, int) or isinstance(one, bool) or abs(one) > LONGEST_OFFSET:
            yield Message(
                _("%(key)s has a number that is not between -%(most)d and %(most)d."),
                {"key": key, "most": LONGEST_OFFSET},
            )


def _of_cycles(playbook: "Playbook") -> Iterator[Message]:
    """A base may be an anchor or another step, but never in the end the step itself."""
    bases = {anchor.key: anchor.base for anchor in playbook.anchors if anchor.base}
    bases |= {step.key: step.base for step in playbook.steps()}
    reported: set[str] = set()
    for start in bases:
        seen: list[str] = []
        key = start
        while key in bases and key not in seen:
            seen.append(key)
            key = bases[key]
        if key in seen and not reported & set(seen):
            circle = seen[seen.index(key) :]
            reported |= set(circle)
            yield Message(_("These hang on one another in a circle: %(keys)s."), {"keys": ", ".join(circle)})


def _of_each_tier(playbook: "Playbook") -> Iterator[Message]:
    """What a step or a gate of one tier needs must be there in that tier."""
    for tier in TIERS:
        own = playbook.for_tier(tier)
        bases = {anchor.key for anchor in own.anchors} | {step.key for step in own.steps()}
        rows = {key for step in own.steps() for key in _keys_of(step)}
        for step in own.steps():
            if step.base not in bases:
                yield Message(
                    _("For the tier %(tier)s the step %(key)s hangs on %(base)s, which is not there."),
                    {"tier": tier, "key": step.key, "base": step.base},
                )
        for gate in own.gates():
            for key in gate.args.get("steps", ()):
                if key not in rows:
                    yield Message(
                        _("For the tier %(tier)s the gate %(key)s asks for %(step)s, which is not there."),
                        {"tier": tier, "key": gate.key, "step": key},
                    )
