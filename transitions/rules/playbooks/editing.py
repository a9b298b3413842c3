"""Changing a playbook part by part, and saying how two playbooks differ.

Nothing here asks whether the outcome makes sense: `Playbook.problems` does.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from accounts.rules.text import Message
from transitions.rules.playbooks.problems import LONGEST_KEY
from transitions.rules.playbooks.types import AnchorRule, Fade, Gate, Playbook, Stage, Step

# What can be edited, by the word that addresses use.
PARTS = ("step", "gate", "anchor", "stage", "fade")
Part = AnchorRule | Fade | Gate | Stage | Step


def part(playbook: Playbook, kind: str, key: str) -> Part | None:
    """The part of that kind and key; None where there is none."""
    return next((one for one in parts(playbook, kind) if one.key == key), None)


def parts(playbook: Playbook, kind: str) -> list[Any]:
    """All parts of a kind, in order. Raises KeyError for an unknown kind."""
    found: dict[str, Sequence[Any]] = {
        "step": playbook.steps(),
        "gate": playbook.gates(),
        "anchor": playbook.anchors,
        "stage": playbook.stages,
        "fade": playbook.fade,
    }
    return list(found[kind])


def stage_of(playbook: Playbook, kind: str, key: str) -> str:
    """The key of the stage that holds a step or gate; "" where there is none."""
    holds = (stage.key for stage in playbook.stages if any(one.key == key for one in _held(stage, kind)))
    return next(holds, "")


def put(playbook: Playbook, kind: str, new: Part, *, stage: str = "") -> Playbook:
    """`playbook` with the part `new`: in the place of the one with its key, or last.

    A step or gate stands in the stage `stage`; where that is another one than before, it comes last there.
    """
    if kind == "anchor":
        return replace(playbook, anchors=_put(playbook.anchors, new))
    if kind == "fade":
        return replace(playbook, fade=_put(playbook.fade, new))
    if kind == "stage":
        return replace(playbook, stages=_put(playbook.stages, new))
    if stage_of(playbook, kind, new.key) not in ("", stage):
        playbook = without(playbook, kind, new.key)
    return _in_stages(playbook, kind, lambda one, held: _put(held, new) if one.key == stage else held)


def renamed(playbook: Playbook, name: str) -> Playbook:
    return replace(playbook, name=name)


def without(playbook: Playbook, kind: str, key: str) -> Playbook:
    """`playbook` without a step or gate."""
    return _in_stages(playbook, kind, lambda _stage, held: tuple(one for one in held if one.key != key))


def shifted(playbook: Playbook, kind: str, key: str, by: int) -> Playbook:
    """`playbook` with a step or gate moved up (-1) or down (1) within its stage; at the end it stays."""

    def moved(_stage: Stage, held: tuple[Any, ...]) -> tuple[Any, ...]:
        places = [one.key for one in held]
        if key not in places:
            return held
        place = places.index(key)
        other = min(max(place + by, 0), len(held) - 1)
        rows = list(held)
        rows[place], rows[other] = rows[other], rows[place]
        return tuple(rows)

    return _in_stages(playbook, kind, moved)


def free_key(playbook: Playbook, title: str) -> str:
    """A key made of `title` that no part of the playbook has yet."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    base = "-".join(words)[: LONGEST_KEY - 4].strip("-") or "part"
    taken = {one.key for kind in PARTS for one in parts(playbook, kind)}
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def placed(problems: Iterable[Message]) -> dict[str, list[Message]]:
    """Problems by the key of the part that they name; "" for those that name none."""
    found: dict[str, list[Message]] = {}
    for problem in problems:
        found.setdefault(str(problem.params.get("key", "")), []).append(problem)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs: `what` is added, removed, changed or reordered.

    `fields` say from what to what.
    """

    what: str
    kind: str  # one of PARTS, or "playbook"
    title: str  # a msgid
    fields: tuple[tuple[str, Any, Any], ...] = ()  # name of the field, before, after


def differences(before: Playbook, after: Playbook) -> list[Difference]:
    """How `after` differs from `before`, part by part."""
    found = []
    if before.name != after.name:
        found.append(Difference("changed", "playbook", after.name, (("name", before.name, after.name),)))
    for kind in PARTS:
        old = {one.key: one for one in parts(before, kind)}
        new = {one.key: one for one in parts(after, kind)}
        found += [Difference("removed", kind, title_of(one)) for key, one in old.items() if key not in new]
        found += [Difference("added", kind, title_of(one)) for key, one in new.items() if key not in old]
        for key in [key for key in new if key in old]:
            changed = _changed(old[key], new[key])
            if kind in ("step", "gate"):
                was, now = stage_of(before, kind, key), stage_of(after, kind, key)
                changed += [("stage", was, now)] if was != now else []
            if changed:
                found.append(Difference("changed", kind, title_of(new[key]), tuple(changed)))
    return found + _reordered(before, after)


def title_of(one: Part) -> str:
    return one.label if isinstance(one, Gate) else one.title


def _changed(old: Part, new: Part) -> list[tuple[str, Any, Any]]:
    return [
        (field.name, getattr(old, field.name), getattr(new, field.name))
        for field in fields(new)
        if field.name not in ("key", "steps" if isinstance(new, Stage) else "", "gates")
        and getattr(old, field.name) != getattr(new, field.name)
    ]


def _reordered(before: Playbook, after: Playbook) -> list[Difference]:
    old_stages = {stage.key: stage for stage in before.stages}
    return [
        Difference("reordered", kind, stage.title)
        for stage in after.stages
        if stage.key in old_stages
        for kind in ("step", "gate")
        if _order(old_stages[stage.key], stage, kind) != _order(stage, old_stages[stage.key], kind)
    ]


def _order(stage: Stage, other: Stage, kind: str) -> list[str]:
    """The keys of a stage that the other has too, in its order."""
    common = {one.key for one in _held(other, kind)}
    return [one.key for one in _held(stage, kind) if one.key in common]


def _held(stage: Stage, kind: str) -> tuple[Any, ...]:
    return stage.steps if kind == "step" else stage.gates


def _put(held: tuple[Any, ...], new: Part) -> tuple[Any, ...]:
    if any(one.key == new.key for one in held):
        return tuple(new if one.key == new.key else one for one in held)
    return (*held, new)


def _in_stages(
    playbook: Playbook, kind: str, change: Callable[[Stage, tuple[Any, ...]], tuple[Any, ...]]
) -> Playbook:
    return replace(playbook, stages=tuple(_with(stage, kind, change) for stage in playbook.stages))


def _with(stage: Stage, kind: str, change: Callable[[Stage, tuple[Any, ...]], tuple[Any, ...]]) -> Stage:
    held = change(stage, _held(stage, kind))
    return replace(stage, steps=held) if kind == "step" else replace(stage, gates=held)


def one_or_by_tier(numbers: Mapping[str, int]) -> int | dict[str, int]:
    """One number where it is the same for every tier."""
    return next(iter(numbers.values())) if len(set(numbers.values())) == 1 else dict(numbers)
