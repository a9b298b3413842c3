"""The chain of the audit record: each seal covers an event and the seal before it."""

import hashlib
import json
from datetime import datetime


def digest_of(values: dict[str, object]) -> str:
    """SHA-256 of a row's values: proves what was written without keeping it."""
    said = json.dumps(values, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def seal_of(
    before: str,
    *,
    place: int,
    at: datetime,
    by: int | None,
    verb: str,
    subject: str,
    subject_id: str,
    digest: str,
) -> str:
    """The seal of one event after the event sealed `before`. Times count to the microsecond."""
    parts = [before, place, round(at.timestamp() * 1_000_000), by, verb, subject, subject_id, digest]
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
