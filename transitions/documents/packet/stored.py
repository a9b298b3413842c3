"""A packet as what JSON can hold, and the hash of what it says."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.rules.text import Message
from transitions.documents.packet.parts import (
    Column,
    Course,
    Fact,
    Gap,
    Milestone,
    Money,
    Note,
    Packet,
    Row,
    Section,
    Stretch,
    Table,
    Waypoint,
)
from transitions.documents.timeline import Phase

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Message,
        Money,
        Fact,
        Note,
        Column,
        Row,
        Table,
        Gap,
        Section,
        Stretch,
        Waypoint,
        Milestone,
        Phase,
        Course,
        Packet,
    )
}


def dumps(packet: Packet) -> dict[str, Any]:
    """Return the packet as what JSON can hold. `loads` is its inverse."""
    said: dict[str, Any] = encoded(packet)
    return said


def loads(content: Mapping[str, Any]) -> Packet:
    packet = _decode(content)
    if not isinstance(packet, Packet):
        raise ValueError("this is no packet")
    return packet


def content_hash(packet: Packet) -> str:
    """SHA-256 of the content alone: equal content has an equal hash, whenever and whoever asks."""
    canonical = json.dumps(dumps(packet), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def encoded(value: Any) -> Any:
    """Return a value of a packet as what JSON can hold. Raises TypeError for what a packet cannot hold."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"kind": "date", "on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"kind": "decimal", "is": str(value)}
    if isinstance(value, tuple | list):
        return [encoded(item) for item in value]
    if isinstance(value, Mapping):
        return {"kind": "map", "items": {key: encoded(item) for key, item in value.items()}}
    if is_dataclass(value) and type(value).__name__ in _KINDS:
        name = type(value).__name__
        return {"kind": name} | {field.name: encoded(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a packet cannot hold {type(value).__name__}")


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    kind = value["kind"]
    if kind == "date":
        return date.fromisoformat(value["on"])
    if kind == "decimal":
        return Decimal(value["is"])
    if kind == "map":
        return {key: _decode(item) for key, item in value["items"].items()}
    return _KINDS[kind](**{key: _decode(item) for key, item in value.items() if key != "kind"})
