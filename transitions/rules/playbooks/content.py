"""Playbooks as canonical JSON: the same playbook always gives the same text and so the same digest."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from hashlib import sha256
from typing import Any, TypeVar

from transitions.rules.playbooks.types import AnchorRule, Fade, Gate, Playbook, Stage, Step

Part = TypeVar("Part", AnchorRule, Fade, Gate, Step, Stage, Playbook)

# Which fields hold parts of their own.
_PARTS: Mapping[str, type[Any]] = {
    "anchors": AnchorRule,
    "fade": Fade,
    "gates": Gate,
    "steps": Step,
    "stages": Stage,
}


def dumps(playbook: Playbook) -> str:
    """Canonical JSON. Fields at their defaults are left out, so that a later field changes no digest."""
    return json.dumps(_plain(playbook), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(playbook: Playbook) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(dumps(playbook).encode()).hexdigest()


def loads(content: str | Mapping[str, Any]) -> Playbook:
    """The playbook that `dumps` wrote, from its text or from the parsed JSON.

    Raises ValueError for what is no playbook: wrong JSON, missing or unknown fields.
    """
    data = json.loads(content) if isinstance(content, str) else content
    return _part(Playbook, data)


def _plain(part: Any) -> Any:
    if isinstance(part, (AnchorRule, Fade, Gate, Step, Stage, Playbook)):
        return {
            field.name: _plain(getattr(part, field.name))
            for field in fields(part)
            if getattr(part, field.name) != _default(field)
        }
    if isinstance(part, (tuple, list)):
        return [_plain(one) for one in part]
    if isinstance(part, Mapping):
        return {key: _plain(value) for key, value in part.items()}
    return part


def _default(field: "Field[Any]") -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _part(kind: type[Part], data: Any) -> Part:
    if not isinstance(data, Mapping):
        raise ValueError(f"{kind.__name__} is no object: {data!r}")
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name in _PARTS and not (kind is Playbook and name in ("gates", "steps")):
            if not isinstance(value, (list, tuple)):
                raise ValueError(f"{name} is no list: {value!r}")
            values[name] = tuple(_part(_PARTS[name], one) for one in value)
        else:
            values[name] = _frozen(value)
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(one) for one in value)
    if isinstance(value, Mapping):
        return {key: _frozen(one) for key, one in value.items()}
    return value
